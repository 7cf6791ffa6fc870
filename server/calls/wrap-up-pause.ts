import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { PbxQueueMember } from '../telephony/pbx-state.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'
import { SerialQueue } from './serial-queue.ts'

/** The reason our pauses carry in Asterisk; any other (or none) is a person's own pause and stays. */
export const wrapUpReason = 'wrapup'

export interface WrapUpPauseDeps {
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly logger: Logger
}

/**
 * Keeps queues from ringing people in wrap-up. Asterisk holds the truth: the reason tells our pauses from people's own, so
 * nothing has to be remembered over a restart. What a lost link prevented is made good after the next snapshot.
 */
export class WrapUpPause {
  readonly #deps: WrapUpPauseDeps
  /** Operators in wrap-up. */
  readonly #wanted = new Set<string>()
  /** What Asterisk was last told and has not shown yet, by operator and queue. */
  readonly #told = new Map<string, Map<string, boolean>>()
  readonly #queue = new SerialQueue()
  #dispose: Disposer = () => undefined

  constructor(deps: WrapUpPauseDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#dispose = this.#deps.telephony.onChange((changes, healed) => {
      if (healed) this.#reconcile()
      else if (changes.some((change) => change.kind === 'queue')) this.#forgetShown()
    })
  }

  stop(): void {
    this.#dispose()
  }

  idle(): Promise<void> {
    return this.#queue.idle()
  }

  pause(operatorId: string): void {
    this.#wanted.add(operatorId)
    this.#enforce(operatorId)
  }

  unpause(operatorId: string): void {
    this.#wanted.delete(operatorId)
    this.#enforce(operatorId)
  }

  /** After a snapshot: what was meant while the link was down, and pauses that an earlier run of ours left behind. */
  #reconcile(): void {
    const operators = new Set(this.#wanted)
    for (const queue of this.#deps.telephony.state().queues.values()) {
      for (const member of queue.members.values()) {
        const user = member.pauseReason === wrapUpReason ? this.#deps.users.byExtension(member.endpoint) : null
        if (user) operators.add(user.id)
      }
    }
    this.#told.clear()
    for (const operatorId of operators) this.#enforce(operatorId)
  }

  #enforce(operatorId: string): void {
    void this.#queue.run(async () => {
      const endpoint = this.#deps.users.byId(operatorId)?.extension ?? null
      if (endpoint === null) return
      const members = this.#members(endpoint)
      const paused = this.#wanted.has(operatorId)
      const told = this.#told.get(operatorId) ?? new Map<string, boolean>()
      // Each queue by itself: a member may be paused by hand, or newly added, in one of them.
      const due = [...members].flatMap(([queue, member]) =>
        isByHand(member) || paused === (told.get(queue) ?? isOurs(member)) ? [] : queue,
      )
      if (due.length === 0) return
      // Before the answer: the event that shows it may overtake it.
      for (const queue of due) told.set(queue, paused)
      this.#told.set(operatorId, told)
      const queues = due.length === members.size ? {} : { queues: due }
      try {
        await this.#deps.telephony.commands.pauseMember({ endpoint, paused, reason: paused ? wrapUpReason : null, ...queues })
      } catch (error) {
        for (const queue of due) told.delete(queue)
        this.#deps.logger.warn({ err: error, paused }, 'the wrap-up pause could not be set; tried again after the next snapshot')
      }
    })
  }

  #forgetShown(): void {
    for (const [operatorId, told] of this.#told) {
      const endpoint = this.#deps.users.byId(operatorId)?.extension ?? null
      const members = endpoint === null ? null : this.#members(endpoint)
      for (const [queue, paused] of told) {
        const member = members?.get(queue)
        if (!member || isOurs(member) === paused) told.delete(queue)
      }
      if (told.size === 0) this.#told.delete(operatorId)
    }
  }

  /** The endpoint's membership by queue. */
  #members(endpoint: string): ReadonlyMap<string, PbxQueueMember> {
    const members = new Map<string, PbxQueueMember>()
    for (const queue of this.#deps.telephony.state().queues.values()) {
      const member = queue.members.get(endpoint)
      if (member) members.set(queue.name, member)
    }
    return members
  }
}

const isOurs = (member: PbxQueueMember): boolean => member.paused && member.pauseReason === wrapUpReason
const isByHand = (member: PbxQueueMember): boolean => member.paused && member.pauseReason !== wrapUpReason
