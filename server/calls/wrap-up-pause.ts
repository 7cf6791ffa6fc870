import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import { serverOf } from '../contract/index.ts'
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
  /** The endpoint that wears an operator's pause: their extension may be changed meanwhile. */
  readonly #endpoints = new Map<string, string>()
  /** Endpoints that were left so and could not be told yet. */
  readonly #left = new Set<string>()
  readonly #queue = new SerialQueue()
  #disposers: Disposer[] = []

  constructor(deps: WrapUpPauseDeps) {
    this.#deps = deps
  }

  start(): void {
    const { telephony, users } = this.#deps
    this.#disposers = [
      telephony.onChange((changes, healed, server) => {
        if (healed) this.#reconcile(server)
        else if (changes.some((change) => change.kind === 'queue')) this.#forgetShown()
      }),
      users.onChange(() => {
        for (const operatorId of this.#wanted) this.#move(operatorId)
      }),
    ]
  }

  stop(): void {
    for (const dispose of this.#disposers.splice(0)) dispose()
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

  /** Somebody in wrap-up may have another phone now, or none: the pause goes with them, and the one before is free. */
  #move(operatorId: string): void {
    const before = this.#endpoints.get(operatorId)
    const now = this.#deps.users.byId(operatorId)?.extension ?? null
    if (before === now) return
    this.#endpoints.delete(operatorId)
    this.#told.delete(operatorId)
    if (before !== undefined) this.#free(before)
    this.#enforce(operatorId)
  }

  /** Lifts our pause from an endpoint that nobody in wrap-up has any more. */
  #free(endpoint: string): void {
    void this.#queue.run(async () => {
      this.#left.delete(endpoint)
      const owner = this.#deps.users.byExtension(endpoint)
      if (owner !== null && this.#wanted.has(owner.id)) return
      const queues = [...this.#members(endpoint)].flatMap(([queue, member]) => (isOurs(member) ? queue : []))
      if (queues.length > 0 && !(await this.#send(endpoint, false, queues))) this.#left.add(endpoint)
    })
  }

  /** After a snapshot of a server: what was meant while the link was down, and pauses that an earlier run of ours left behind. */
  #reconcile(server: string): void {
    const operators = new Set(this.#wanted)
    for (const queue of this.#deps.telephony.state().queues.values()) {
      for (const member of queue.members.values()) {
        const user = member.pauseReason === wrapUpReason ? this.#deps.users.byExtension(member.endpoint) : null
        if (user) operators.add(user.id)
      }
    }
    for (const told of this.#told.values())
      for (const queue of [...told.keys()]) if (serverOf(queue) === server) told.delete(queue)
    for (const endpoint of [...this.#left]) if (serverOf(endpoint) === server) this.#free(endpoint)
    for (const operatorId of operators) this.#enforce(operatorId)
  }

  #enforce(operatorId: string): void {
    void this.#queue.run(async () => {
      const endpoint = this.#deps.users.byId(operatorId)?.extension ?? null
      if (endpoint === null) return
      const members = this.#members(endpoint)
      const paused = this.#wanted.has(operatorId)
      if (paused) this.#endpoints.set(operatorId, endpoint)
      else this.#endpoints.delete(operatorId)
      const told = this.#told.get(operatorId) ?? new Map<string, boolean>()
      // Each queue by itself: a member may be paused by hand, or newly added, in one of them.
      const due = [...members].flatMap(([queue, member]) =>
        isByHand(member) || paused === (told.get(queue) ?? isOurs(member)) ? [] : queue,
      )
      if (due.length === 0) return
      // Before the answer: the event that shows it may overtake it.
      for (const queue of due) told.set(queue, paused)
      this.#told.set(operatorId, told)
      if (!(await this.#send(endpoint, paused, due))) for (const queue of due) told.delete(queue)
    })
  }

  /** False when Asterisk did not take it. */
  async #send(endpoint: string, paused: boolean, due: readonly string[]): Promise<boolean> {
    const queues = due.length === this.#members(endpoint).size ? {} : { queues: [...due] }
    try {
      await this.#deps.telephony.commands.pauseMember({ endpoint, paused, reason: paused ? wrapUpReason : null, ...queues })
      return true
    } catch (error) {
      this.#deps.logger.warn({ err: error, paused }, 'the wrap-up pause could not be set; tried again after the next snapshot')
      return false
    }
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
