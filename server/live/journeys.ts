import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import { type JourneyStep, plainName } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { PbxCall, PbxChange } from '../telephony/pbx-state.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'
import { type PbxStep, stepsOf, withSteps, withTransfer } from './journey.ts'

interface JourneysDeps {
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  readonly clock: Clock
}

/** The way of each call that goes on. In memory: a call's record tells it afterwards. */
export class Journeys {
  readonly #deps: JourneysDeps
  readonly #calls = new Map<string, { readonly last: PbxCall; readonly steps: readonly PbxStep[] }>()
  #stop: Disposer = () => undefined

  constructor(deps: JourneysDeps) {
    this.#deps = deps
  }

  start(): void {
    const { telephony } = this.#deps
    this.#stop = telephony.onChange((changes) => {
      for (const change of changes) {
        if (change.kind === 'call') this.#see(change.call)
        else if (change.kind === 'joined') this.#goOn(change)
        else if (change.kind === 'transferred') this.#give(change)
        else if (change.kind === 'callEnded') this.#calls.delete(change.call.id)
      }
    })
    for (const call of telephony.state().calls.values()) this.#see(call)
  }

  stop(): void {
    this.#stop()
  }

  /** Oldest first. */
  of(callId: string): JourneyStep[] {
    const known = this.#calls.get(callId)
    if (!known) throw new AppError('notFound', 'there is no such call now')
    const { users, queueNames } = this.#deps
    return known.steps.map(({ kind, atMs, endpoint, queue, to }) => ({
      kind,
      atMs,
      operatorName: endpoint === null ? null : (users.byExtension(endpoint)?.name ?? null),
      queueName: queue === null ? null : queueNames.name(queue),
      toName: to === null ? null : this.#nameOf(to),
    }))
  }

  /** Of a person, a queue, or the number itself. */
  #nameOf(to: string): string {
    const { users, queueNames, telephony } = this.#deps
    return users.byExtension(to)?.name ?? (telephony.state().queues.has(to) ? queueNames.name(to) : plainName(to))
  }

  #see(call: PbxCall): void {
    const known = this.#calls.get(call.id)
    const more = stepsOf(known?.last ?? null, call, this.#deps.clock.nowMs())
    this.#calls.set(call.id, { last: call, steps: withSteps(known?.steps ?? [], more) })
  }

  /** The customer's way goes on in the talk of those who have arranged it; what that one was before is no part of it. */
  #goOn({ call, from }: Extract<PbxChange, { kind: 'joined' }>): void {
    const known = this.#calls.get(from)
    if (!known) return
    // Who gives the customer away leaves by that.
    const legs = known.last.legs.filter((leg) => call.legs.some(({ uniqueid }) => uniqueid === leg.uniqueid))
    this.#calls.set(call.id, { ...known, last: { ...known.last, legs } })
  }

  #give({ call, by, to }: Extract<PbxChange, { kind: 'transferred' }>): void {
    const known = this.#calls.get(call.id)
    if (known) this.#calls.set(call.id, { ...known, steps: withTransfer(known.steps, { by, to }, this.#deps.clock.nowMs()) })
  }
}
