import type { ByeReason, ClientMessage, ServerMessageOf } from '../../../server/contract/live-wire.ts'

export interface LiveSocket {
  send(text: string): void
  close(): void
}

export interface LiveSocketEvents {
  opened(): void
  received(text: string): void
  /** Once, whether it had opened or not. */
  closed(): void
}

export interface LiveLinkDeps<View, Change> {
  readonly openSocket: (events: LiveSocketEvents) => LiveSocket
  /** null where a cookie speaks. */
  readonly token: () => string | null
  /** Version of the contract this page speaks. */
  readonly contractVersion: number
  /** null for what makes no sense. */
  readonly parse: (text: string) => ServerMessageOf<View, Change> | null
  /** This computer's clock. */
  readonly now: () => number
  /** 0 to 1, for the spread of reconnections. */
  readonly random: () => number
  readonly onSnapshot: (view: View) => void
  /** The next ones after a snapshot; none is missing between. */
  readonly onChanges: (changes: readonly Change[]) => void
  /** From a broken connection until the next snapshot. */
  readonly onLost: () => void
  /** Server's clock minus this computer's, measured now and then. */
  readonly onClock: (offsetMs: number) => void
  /** The server speaks another version. */
  readonly onForeignContract: (contractVersion: number) => void
  /** The session or link is over, or its time is. The link has stopped. */
  readonly onRefused: (reason: 'unauthenticated' | 'expired') => void
  /** There are too many readers or attempts for now; asked again soon. After `onLost`. */
  readonly onBusy?: () => void
}

/** From opening the socket (or asking again) to the snapshot. */
const snapshotDeadlineMs = 10_000
/** A ping each 5 s with 5 s to answer: a dead link is noticed within 10 s. */
const pingEveryMs = 5_000
const pongDeadlineMs = 5_000
const firstRetryMs = 500
/** A network that is away for seconds is the common case, and whoever is on the line wants to know at once. */
const shortRetryMs = 800
const shortTries = 10
const longestRetryMs = 15_000
/** The first attempt with the longest pause before the next. */
const slowAttempt = shortTries - 1 + Math.ceil(Math.log2(longestRetryMs / shortRetryMs))

/**
 * Keeps one live view of the server's: stopped ─start→ opening ─snapshot→ live ─(closed | silent | gap that is not filled)→ waiting
 * ─back-off→ opening. `bye unauthenticated` and `expired` lead to stopped, `bye busy` and a foreign contract version to the longest waiting.
 */
export class LiveLink<View, Change> {
  readonly #deps: LiveLinkDeps<View, Change>
  #socket: LiveSocket | null = null
  /** The last delta or snapshot number; null until a snapshot came. */
  #seq: number | null = null
  #attempt = 0
  #lastPing = 0
  #pingSentMs = 0
  #running = false
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #snapshotTimer: ReturnType<typeof setTimeout> | undefined
  #pingTimer: ReturnType<typeof setTimeout> | undefined
  #pongTimer: ReturnType<typeof setTimeout> | undefined

  constructor(deps: LiveLinkDeps<View, Change>) {
    this.#deps = deps
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#attempt = 0
    this.#open()
  }

  stop(): void {
    this.#running = false
    this.#drop()
    clearTimeout(this.#retryTimer)
    this.#retryTimer = undefined
  }

  /** The network or the computer came back: try at once, and doubt a connection that looks open. */
  wake(): void {
    if (!this.#running) return
    this.#attempt = 0
    if (this.#socket === null) {
      clearTimeout(this.#retryTimer)
      this.#open()
    } else if (this.#seq !== null && this.#pongTimer === undefined) this.#ping()
  }

  #open(): void {
    this.#drop()
    this.#retryTimer = undefined
    // Events of a socket we gave up must not touch the one after it.
    const current = () => this.#socket === socket
    const socket = this.#deps.openSocket({
      opened: () => {
        const { token, contractVersion } = this.#deps
        if (current()) this.#send({ type: 'auth', token: token(), contractVersion })
      },
      received: (text) => {
        if (current()) this.#receive(text)
      },
      closed: () => {
        if (!current()) return
        // It came, but did not last.
        if (this.#seq !== null) this.#endShortTries()
        this.#retry()
      },
    })
    this.#socket = socket
    this.#expectSnapshot()
  }

  #drop(): void {
    clearTimeout(this.#snapshotTimer)
    clearTimeout(this.#pingTimer)
    clearTimeout(this.#pongTimer)
    this.#pongTimer = undefined
    this.#seq = null
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  #retry(): void {
    this.#drop()
    if (!this.#running) return
    this.#deps.onLost()
    const grown = shortRetryMs * 2 ** (this.#attempt - shortTries + 1)
    const step = this.#attempt === 0 ? firstRetryMs : Math.min(longestRetryMs, Math.max(shortRetryMs, grown))
    this.#attempt += 1
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.#open(), step * (0.5 + this.#deps.random() / 2))
  }

  /** The server is there: what is wrong for the second time is not mended by asking often. */
  #endShortTries(): void {
    if (this.#attempt > 0) this.#attempt = Math.max(this.#attempt, shortTries)
  }

  #expectSnapshot(): void {
    clearTimeout(this.#snapshotTimer)
    this.#snapshotTimer = setTimeout(() => this.#retry(), snapshotDeadlineMs)
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message))
  }

  #receive(text: string): void {
    const message = this.#deps.parse(text)
    if (message === null) {
      // A server that speaks nonsense is no better than none; the back-off keeps us from hammering it.
      this.#endShortTries()
      this.#retry()
      return
    }
    switch (message.type) {
      case 'hello':
        this.#measureClock(message.serverTimeMs)
        if (message.contractVersion === this.#deps.contractVersion) return
        this.#deps.onForeignContract(message.contractVersion)
        // Somebody updates one of the two in their own time.
        this.#attempt = slowAttempt
        this.#retry()
        return
      case 'snapshot':
        clearTimeout(this.#snapshotTimer)
        this.#seq = message.seq
        this.#deps.onSnapshot(message.view)
        if (this.#pongTimer === undefined) this.#pingLater()
        return
      case 'delta':
        // A delta before the snapshot, or while one is asked for, is a part of it.
        if (this.#seq === null) return
        if (message.seq !== this.#seq + 1) {
          this.#seq = null
          this.#send({ type: 'resync' })
          this.#expectSnapshot()
          return
        }
        this.#seq = message.seq
        this.#deps.onChanges(message.changes)
        return
      case 'pong':
        if (message.id !== this.#lastPing) return
        clearTimeout(this.#pongTimer)
        this.#pongTimer = undefined
        // Only a connection that lasts ends the back-off: one that breaks after each snapshot would ask for them without a pause.
        this.#attempt = 0
        this.#measureClock(message.serverTimeMs + (this.#deps.now() - this.#pingSentMs) / 2)
        this.#pingLater()
        return
      case 'bye':
        this.#leave(message.reason)
    }
  }

  #leave(reason: ByeReason): void {
    if (reason === 'unauthenticated' || reason === 'expired') {
      this.stop()
      this.#deps.onRefused(reason)
      return
    }
    if (reason === 'busy') this.#attempt = slowAttempt
    else if (reason === 'tooSlow') this.#endShortTries()
    this.#retry()
    if (reason === 'busy') this.#deps.onBusy?.()
  }

  #pingLater(): void {
    clearTimeout(this.#pingTimer)
    this.#pingTimer = setTimeout(() => this.#ping(), pingEveryMs)
  }

  #ping(): void {
    clearTimeout(this.#pingTimer)
    this.#lastPing += 1
    this.#pingSentMs = this.#deps.now()
    this.#send({ type: 'ping', id: this.#lastPing })
    this.#pongTimer = setTimeout(() => this.#retry(), pongDeadlineMs)
  }

  #measureClock(serverTimeMs: number): void {
    this.#deps.onClock(Math.round(serverTimeMs - this.#deps.now()))
  }
}
