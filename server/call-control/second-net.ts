import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import type { PbxCall, PbxChange, PbxLeg } from '../telephony/pbx-state.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'
import { needContext } from './contexts.ts'
import { sameBridge } from './own-legs.ts'
import { beginWatch, type LegWatch, lookEveryMs, stepWatch } from './second-net-machine.ts'

interface SecondNetDeps {
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly clock: Clock
  readonly logger: Logger
}

interface Watched {
  watch: LegWatch
  cancelLook: Disposer
}

/**
 * Callers whose operator's phone vanished hear music instead of silence, and are given back or taken by somebody else.
 * The decision is second-net-machine.ts's, the way on from the music callsync.conf's.
 */
export class SecondNet {
  readonly #deps: SecondNetDeps
  /** By the leg's uniqueid. */
  readonly #watched = new Map<string, Watched>()
  #stop: Disposer = () => undefined

  constructor(deps: SecondNetDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#stop = this.#deps.telephony.onChange((changes) => this.#observe(changes))
  }

  stop(): void {
    this.#stop()
    for (const leg of [...this.#watched.keys()]) this.#forget(leg)
  }

  #observe(changes: readonly PbxChange[]): void {
    for (const change of changes) {
      if (change.kind === 'legEnded') this.#forget(change.leg.uniqueid)
      else if (change.kind === 'legAnswered') this.#review(change.call, change.leg)
      else if (change.kind === 'endpoint') {
        for (const call of this.#deps.telephony.state().calls.values()) {
          for (const leg of call.legs) if (leg.endpoint === change.endpoint.name) this.#review(call, leg)
        }
      }
    }
  }

  #review(call: PbxCall, leg: PbxLeg): void {
    const { telephony, users, clock } = this.#deps
    const online = leg.endpoint === null || (telephony.state().endpoints.get(leg.endpoint)?.online ?? true)
    if (online) {
      this.#forget(leg.uniqueid)
      return
    }
    const operator = leg.endpoint === null ? null : users.byExtension(leg.endpoint)
    if (!operator || !isUp(leg) || this.#watched.has(leg.uniqueid)) return
    this.#watched.set(leg.uniqueid, { watch: beginWatch(clock.nowMs()), cancelLook: () => undefined })
    this.#lookAt(call.id, leg.uniqueid)
  }

  #forget(leg: string): void {
    this.#watched.get(leg)?.cancelLook()
    this.#watched.delete(leg)
  }

  #lookAt(callId: string, legId: string): void {
    this.#look(callId, legId).catch((error: unknown) => {
      this.#deps.logger.warn({ err: error }, 'The caller of a vanished phone could not be taken to the music')
      this.#forget(legId)
    })
  }

  async #look(callId: string, legId: string): Promise<void> {
    const { telephony, clock } = this.#deps
    const name = telephony.channels().get(legId)?.name
    const packets = name === undefined ? null : await this.#packets(name)
    const watched = this.#watched.get(legId)
    const call = telephony.state().calls.get(callId)
    const leg = call?.legs.find(({ uniqueid }) => uniqueid === legId)
    if (!watched || !call || !leg) return
    // Between the others of a conference nothing is silent.
    if (call.conference !== null) return this.#forget(legId)
    watched.watch = stepWatch(watched.watch, { packets, held: leg.state === 'held' }, clock.nowMs())
    if (watched.watch.phase === 'kept') return this.#keep(call, leg)
    watched.cancelLook = clock.after(lookEveryMs, () => this.#lookAt(callId, legId))
  }

  async #packets(channel: string): Promise<number | null> {
    const count = Number.parseInt(await this.#deps.telephony.commands.variable('CHANNEL(rtcp,rxcount)', channel), 10)
    return Number.isNaN(count) ? null : count
  }

  async #keep(call: PbxCall, { uniqueid, endpoint }: PbxLeg): Promise<void> {
    const { telephony, logger } = this.#deps
    const [caller] = sameBridge(telephony, uniqueid)
    if (!caller || endpoint === null) return
    // A redirect to an extension the dialplan has not would end the call: endpoints may have any name.
    await needContext(telephony, { context: 'callsync-wait', exten: endpoint, of: endpoint })
    await telephony.commands.setVariable({
      channel: caller.name,
      name: 'CALLSYNC_QUEUE',
      value: this.#queueFor(call, endpoint) ?? '',
    })
    // Back, or gone for good, while Asterisk was asked.
    if (!this.#watched.has(uniqueid)) return
    await telephony.commands.redirect({ channel: caller.name, place: { context: 'callsync-wait', exten: endpoint } })
    logger.info({ callId: call.id }, 'A phone vanished from a call: its caller hears music')
  }

  /** Where the call goes when the operator stays away: the queue it came through, else to the operator's colleagues. */
  #queueFor(call: PbxCall, endpoint: string): string | null {
    if (call.queue !== null) return call.queue
    if (call.direction === 'internal') return null
    for (const queue of this.#deps.telephony.state().queues.values()) if (queue.members.has(endpoint)) return queue.name
    return null
  }
}

const isUp = (leg: PbxLeg): boolean => (leg.state === 'up' || leg.state === 'held') && leg.answeredAtMs !== null
