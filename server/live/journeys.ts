import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import type { JourneyStep } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { PbxCall } from '../telephony/pbx-state.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'
import { type PbxStep, stepsOf } from './journey.ts'

interface JourneysDeps {
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  readonly clock: Clock
}

/** The way of each call that goes on. In memory: a call's record tells it afterwards. */
export class Journeys {
  readonly #deps: JourneysDeps
  readonly #calls = new Map<string, { last: PbxCall; readonly steps: PbxStep[] }>()
  #stop: Disposer = () => undefined

  constructor(deps: JourneysDeps) {
    this.#deps = deps
  }

  start(): void {
    const { telephony } = this.#deps
    this.#stop = telephony.onChange((changes) => {
      for (const change of changes) {
        if (change.kind === 'call') this.#see(change.call)
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
    return known.steps.map(({ kind, atMs, endpoint, queue }) => ({
      kind,
      atMs,
      operatorName: endpoint === null ? null : (users.byExtension(endpoint)?.name ?? null),
      queueName: queue === null ? null : queueNames.name(queue),
    }))
  }

  #see(call: PbxCall): void {
    const known = this.#calls.get(call.id)
    const steps = stepsOf(known?.last ?? null, call, this.#deps.clock.nowMs())
    if (known) {
      known.steps.push(...steps)
      known.last = call
    } else this.#calls.set(call.id, { last: call, steps })
  }
}
