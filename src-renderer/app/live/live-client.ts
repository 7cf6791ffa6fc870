import { replaceEqualDeep } from '@tanstack/react-query'
import { type Card, type ClientMessage, contractVersion, ServerMessage } from '../../../server/contract/index.ts'
import type { LiveState } from './live.ts'
import { apply } from './view.ts'

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

export interface LiveClientDeps {
  readonly openSocket: (events: LiveSocketEvents) => LiveSocket
  /** null where a cookie speaks. */
  readonly token: () => string | null
  /** This computer's clock. */
  readonly now: () => number
  /** 0 to 1, for the spread of reconnections. */
  readonly random: () => number
  readonly read: () => LiveState
  readonly update: (change: Partial<LiveState>) => void
  readonly onCard: (card: Card) => void
  /** The session is over. The client stops; start it again after signing in. */
  readonly onUnauthenticated: () => void
}

/** From opening the socket (or asking again) to the snapshot. */
const snapshotDeadlineMs = 10_000
/** A ping each 5 s with 5 s to answer: a dead link is noticed within 10 s. */
const pingEveryMs = 5_000
const pongDeadlineMs = 5_000
const firstRetryMs = 500
const longestRetryMs = 15_000
/** The first attempt with the longest pause before the next. */
const slowAttempt = Math.ceil(Math.log2(longestRetryMs / firstRetryMs))
/** Smaller corrections of the clock would only make running timers jump. */
const clockToleranceMs = 250

/**
 * Keeps the live view: stopped ─start→ opening ─snapshot→ live ─(closed | silent | gap that is not filled)→ waiting ─back-off→ opening.
 * `bye unauthenticated` leads to stopped, a foreign contract version to the longest waiting.
 */
export class LiveClient {
  readonly #deps: LiveClientDeps
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

  constructor(deps: LiveClientDeps) {
    this.#deps = deps
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#attempt = 0
    this.#deps.update({ connection: 'connecting' })
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
        if (current()) this.#send({ type: 'auth', token: this.#deps.token(), contractVersion })
      },
      received: (text) => {
        if (current()) this.#receive(text)
      },
      closed: () => {
        if (current()) this.#retry()
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
    this.#deps.update({ connection: 'lost' })
    const step = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#attempt)
    this.#attempt += 1
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.#open(), step * (0.5 + this.#deps.random() / 2))
  }

  #expectSnapshot(): void {
    clearTimeout(this.#snapshotTimer)
    this.#snapshotTimer = setTimeout(() => this.#retry(), snapshotDeadlineMs)
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message))
  }

  #receive(text: string): void {
    const message = parse(text)
    if (message === null) {
      // A server that speaks nonsense is no better than none; the back-off keeps us from hammering it.
      this.#retry()
      return
    }
    switch (message.type) {
      case 'hello':
        this.#setClock(message.serverTimeMs)
        if (message.contractVersion === contractVersion) return
        this.#deps.update({ outdated: true, serverContract: message.contractVersion })
        // Somebody updates one of the two in their own time.
        this.#attempt = slowAttempt
        this.#retry()
        return
      case 'snapshot':
        clearTimeout(this.#snapshotTimer)
        this.#seq = message.seq
        this.#deps.update({
          connection: 'open',
          outdated: false,
          serverContract: null,
          view: replaceEqualDeep(this.#deps.read().view, message.view),
        })
        if (this.#pongTimer === undefined) this.#pingLater()
        return
      case 'delta': {
        const { view } = this.#deps.read()
        // A delta before the snapshot, or while one is asked for, is a part of it.
        if (this.#seq === null || view === null) return
        if (message.seq !== this.#seq + 1) {
          this.#seq = null
          this.#send({ type: 'resync' })
          this.#expectSnapshot()
          return
        }
        this.#seq = message.seq
        // The last word on a card before the view without it: its absence alone would make readers ask what became of it.
        for (const change of message.changes) if (change.kind === 'card') this.#deps.onCard(change.card)
        const written = message.changes.findLast((change) => change.kind === 'message')
        this.#deps.update({
          view: apply(view, message.changes),
          ...(written && { message: written.message }),
          ...(message.changes.some((change) => change.kind === 'worklists') && {
            worklistChanges: this.#deps.read().worklistChanges + 1,
          }),
        })
        return
      }
      case 'pong':
        if (message.id !== this.#lastPing) return
        clearTimeout(this.#pongTimer)
        this.#pongTimer = undefined
        // Only a connection that lasts ends the back-off: one that breaks after each snapshot would ask for them without a pause.
        this.#attempt = 0
        this.#setClock(message.serverTimeMs + (this.#deps.now() - this.#pingSentMs) / 2)
        this.#pingLater()
        return
      case 'bye':
        this.#leave(message.reason)
    }
  }

  #leave(reason: 'unauthenticated' | 'serverStopping' | 'tooSlow'): void {
    if (reason !== 'unauthenticated') {
      this.#retry()
      return
    }
    this.stop()
    this.#deps.update({ connection: 'lost' })
    this.#deps.onUnauthenticated()
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

  #setClock(serverTimeMs: number): void {
    const offset = Math.round(serverTimeMs - this.#deps.now())
    if (Math.abs(offset - this.#deps.read().clockOffsetMs) > clockToleranceMs) this.#deps.update({ clockOffsetMs: offset })
  }
}

function parse(text: string): ServerMessage | null {
  try {
    return ServerMessage.parse(JSON.parse(text))
  } catch {
    return null
  }
}
