import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { PbxStatus } from '../contract/live.ts'
import { type AmiAction, AmiConnection, type AmiReply } from './ami-connection.ts'
import type { AmiEvent, AmiFields, PbxSnapshot } from './ami-event.ts'
import { type LinkInput, linkStatus, offLink, stepLink } from './link-machine.ts'
import { takeSnapshot } from './snapshot.ts'
import type { AmiAccount, Disposer } from './telephony.ts'
import { TelephonyError } from './telephony-error.ts'

export const connectTimeoutMs = 5_000
/** A whole interval of silence, after one that may have begun with a message, then a Ping without an answer: 9.5 s at most. */
export const pingEveryMs = 3_000
export const pingTimeoutMs = 3_500
/** Heals what an event lost on the way left behind. */
const resyncEveryMs = 300_000
/** After `Reload` and the like: one snapshot for the burst. */
const resyncSoonMs = 1_000
const mostQueued = 50_000
const batchSize = 500
/** No `dialplan` (VarSet, Newexten) and no `reporting` (RTCP): many times the rest, and nobody reads them. */
export const eventMask = 'system,call,agent,user'

export interface AmiLinkListener {
  status(status: PbxStatus): void
  /** After each (re)connect and now and then; events that came meanwhile follow as `events`. */
  snapshot(snapshot: PbxSnapshot): void
  /** In the order they came, never empty. */
  events(events: readonly AmiEvent[]): void
}

/** Keeps one signed-in connection to Asterisk, follows its events and carries commands. `link-machine.ts` decides, this acts. */
export class AmiLink {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #logger: Logger
  readonly #listener: AmiLinkListener
  #state = offLink
  #status: PbxStatus
  #account: AmiAccount | null = null
  #connection: AmiConnection | null = null
  #queue: AmiEvent[] = []
  #drainDue = false
  #stopTimer: Disposer = () => {}
  #stopPing: Disposer = () => {}
  #stopResync: Disposer = () => {}

  constructor(deps: { clock: Clock; random: () => number; logger: Logger; listener: AmiLinkListener }) {
    this.#clock = deps.clock
    this.#random = deps.random
    this.#logger = deps.logger
    this.#listener = deps.listener
    this.#status = { ...linkStatus(offLink), sinceMs: deps.clock.nowMs() }
  }

  get status(): PbxStatus {
    return this.#status
  }

  use(account: AmiAccount | null): void {
    this.#account = account
    this.#input({ type: account === null ? 'clear' : 'use' })
  }

  async action(action: AmiAction, options?: Parameters<AmiConnection['action']>[1]): Promise<AmiReply> {
    // From `syncing` on: whoever reacts to the snapshot may send at once.
    const { phase } = this.#state
    if (this.#connection === null || (phase !== 'syncing' && phase !== 'up' && phase !== 'resyncing')) {
      throw new TelephonyError('unavailable', 'No connection to Asterisk')
    }
    return this.#connection.action(action, options)
  }

  #input(input: LinkInput): void {
    const step = stepLink(this.#state, input, { nowMs: this.#clock.nowMs(), random: this.#random() })
    this.#state = step.state
    for (const effect of step.effects) {
      if (effect.type === 'retry') this.#stopTimer = this.#clock.after(effect.delayMs, () => this.#input({ type: 'retryDue' }))
      else if (effect.type === 'close') this.#close()
      else if (effect.type === 'connect') this.#connect()
      else if (effect.type === 'signIn') void this.#signIn()
      else void this.#sync()
    }
    const now = linkStatus(this.#state)
    if (now.state === this.#status.state && now.problem === this.#status.problem) return
    this.#status = { ...now, sinceMs: this.#clock.nowMs() }
    // One line a change of status, none an attempt: an Asterisk that is away overnight fills no log.
    if (now.problem === null || now.problem === 'notConfigured')
      this.#logger.info({ state: now.state }, 'Link to Asterisk changed')
    else this.#logger.warn({ state: now.state, problem: now.problem }, 'Link to Asterisk changed')
    this.#listener.status(this.#status)
  }

  #close(): void {
    this.#stopTimer()
    this.#stopPing()
    this.#stopResync()
    this.#queue = []
    const connection = this.#connection
    this.#connection = null
    connection?.close()
  }

  #connect(): void {
    const account = this.#account
    if (account === null) return
    const isCurrent = () => this.#connection === connection
    const connection: AmiConnection = new AmiConnection({
      clock: this.#clock,
      account,
      onConnect: () => {
        if (isCurrent()) this.#input({ type: 'connected' })
      },
      onClose: (error) => {
        if (isCurrent()) this.#fail(error)
      },
      onEvent: (fields) => {
        if (isCurrent()) this.#receive(fields)
      },
    })
    this.#connection = connection
    this.#stopTimer = this.#clock.after(connectTimeoutMs, () => this.#input({ type: 'failed' }))
  }

  #fail(error: unknown): void {
    this.#logger.debug({ err: error }, 'Connection to Asterisk failed')
    this.#input({ type: 'failed' })
  }

  async #signIn(): Promise<void> {
    this.#stopTimer()
    const connection = this.#connection
    if (connection === null) return
    try {
      await connection.signIn()
      await connection.action({ action: 'Events', eventmask: eventMask })
    } catch (error) {
      if (connection !== this.#connection) return
      const refused = error instanceof TelephonyError && error.code === 'refused'
      if (refused) this.#input({ type: 'refused' })
      else this.#fail(error)
      return
    }
    if (connection !== this.#connection) return
    this.#input({ type: 'signedIn' })
    this.#watch(connection)
  }

  async #sync(): Promise<void> {
    this.#stopResync()
    const connection = this.#connection
    if (connection === null) return
    try {
      const snapshot = await takeSnapshot({ connection, clock: this.#clock, logger: this.#logger })
      if (connection !== this.#connection) return
      this.#hand(() => this.#listener.snapshot(snapshot))
    } catch (error) {
      if (connection === this.#connection) this.#fail(error)
      return
    }
    this.#input({ type: 'synced' })
    this.#drain()
    this.#resyncIn(resyncEveryMs)
  }

  #resyncIn(delayMs: number): void {
    this.#stopResync()
    this.#stopResync = this.#clock.after(delayMs, () => this.#input({ type: 'resync' }))
  }

  /** Anything that comes in is a sign of life; only a silent link is asked. */
  #watch(connection: AmiConnection): void {
    const before = connection.received
    this.#stopPing = this.#clock.after(pingEveryMs, () => {
      if (connection.received !== before) return this.#watch(connection)
      connection.action({ action: 'Ping' }, { timeoutMs: pingTimeoutMs }).then(
        () => connection === this.#connection && this.#watch(connection),
        (error: unknown) => {
          if (connection !== this.#connection) return
          if (connection.received !== before) this.#watch(connection)
          else this.#fail(error)
        },
      )
    })
  }

  // Asterisk drops a reader that keeps it waiting, so this only queues.
  #receive(fields: AmiFields): void {
    if (this.#queue.length >= mostQueued) {
      this.#fail(new TelephonyError('unavailable', 'Too many events are waiting to be read'))
      return
    }
    this.#queue.push({ name: fields['event'] ?? '', fields, atMs: this.#clock.nowMs() })
    this.#drainSoon()
  }

  #drainSoon(): void {
    if (this.#drainDue) return
    this.#drainDue = true
    setImmediate(() => {
      this.#drainDue = false
      this.#drain()
    })
  }

  /** What cannot be followed is a fault of ours: it ends neither the server nor, over and over, the link. */
  #hand(over: () => void): boolean {
    try {
      over()
      return true
    } catch (error) {
      this.#logger.error({ err: error }, 'What Asterisk told could not be followed')
      return false
    }
  }

  #drain(): void {
    // Only `up` applies deltas: before, and during a snapshot, they wait for it.
    if (this.#state.phase !== 'up' || this.#queue.length === 0) return
    const batch = this.#queue.splice(0, batchSize)
    if (this.#queue.length > 0) this.#drainSoon()
    const followed = this.#hand(() => this.#listener.events(batch))
    const reloaded = batch.some((event) => event.name === 'FullyBooted' || event.name === 'Reload')
    if (!followed || reloaded) this.#resyncIn(resyncSoonMs)
  }
}
