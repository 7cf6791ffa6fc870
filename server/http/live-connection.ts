import type { Clock } from '../clock.ts'
import { type ByeReason, ClientMessage, contractVersion, type ServerMessageOf } from '../contract/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import type { LiveChannel } from './live-channel.ts'

/** The part of a WebSocket that is used here. */
export interface Wire {
  /** Bytes accepted by `send` that the network has not taken yet. */
  readonly bufferedAmount: number
  send(text: string): void
  ping(): void
  close(code: number, reason: string): void
  terminate(): void
}

export interface LiveConnectionDeps<Who extends object, View, Change extends object> {
  readonly wire: Wire
  readonly channel: Pick<LiveChannel<Who, View, Change>, 'endOf' | 'viewFor' | 'subscribe'>
  readonly clock: Clock
  /** Who this token (null: the cookie the socket was opened with) belongs to, or why nobody. */
  readonly identify: (token: string | null) => Promise<Who | ByeReason>
}

const closeCodes = {
  unauthenticated: 4401,
  expired: 4410,
  tooSlow: 4408,
  busy: 4429,
  serverStopping: 1001,
} as const satisfies Record<ByeReason, number>
const badMessageCode = 4400

export const authDeadlineMs = 5_000
/** A reader this far behind gets nothing more: it comes back and starts from a snapshot. */
export const maxBufferedBytes = 1024 * 1024
const closeGraceMs = 2_000

// Readers who see the same get the very same change objects (see board.ts), so each is turned into text once.
const texts = new WeakMap<object, string>()
function changeText(change: object): string {
  let text = texts.get(change)
  if (text === undefined) {
    text = JSON.stringify(change)
    texts.set(change, text)
  }
  return text
}

/**
 * One reader of the live view.
 *
 *     waiting ──auth──▶ checking ──known──▶ open ──▶ ended
 *        └─ 5 s, other message ─┴─ unknown ──────────▲
 */
export class LiveConnection<Who extends object, View, Change extends object> {
  readonly #deps: LiveConnectionDeps<Who, View, Change>
  #state: 'waiting' | 'checking' | 'open' | 'ended' = 'waiting'
  #who: Who | null = null
  #seq = 0
  #pending: Change[] = []
  #flushing = false
  #answered = true
  #unsubscribe: Disposer = () => {}
  #cancelTimer: Disposer = () => {}

  constructor(deps: LiveConnectionDeps<Who, View, Change>) {
    this.#deps = deps
  }

  /** null until the reader is known. */
  get who(): Who | null {
    return this.#who
  }

  /** The socket is open: the clock for `auth` runs. */
  start(): void {
    // Not `unauthenticated`: a page on a busy computer would tell its person that the session has ended.
    this.#cancelTimer = this.#deps.clock.after(authDeadlineMs, () => this.end('tooSlow'))
  }

  async receive(text: string): Promise<void> {
    if (this.#state === 'ended' || this.#state === 'checking') return
    const message = parseMessage(text)
    if (!message || (this.#state === 'waiting') !== (message.type === 'auth')) return this.#close(badMessageCode, 'bad message')
    if (message.type === 'auth') return await this.#authenticate(message)
    if (message.type === 'resync') return this.#sendSnapshot()
    this.#send({ type: 'pong', id: message.id, serverTimeMs: this.#deps.clock.nowMs() })
  }

  /** Regularly: drops a peer that has gone without a word, and a reader whose session has expired. */
  async beat(): Promise<void> {
    if (this.#state === 'ended') return
    if (!this.#answered) return this.#deps.wire.terminate()
    this.#answered = false
    this.#deps.wire.ping()
    if (this.#state !== 'open' || !this.#who) return
    const reason = await this.#deps.channel.endOf(this.#who)
    if (reason !== null) this.end(reason)
  }

  ponged(): void {
    this.#answered = true
  }

  /** Says why, then closes. */
  end(reason: ByeReason): void {
    if (this.#state === 'ended') return
    this.#deps.wire.send(JSON.stringify({ type: 'bye', reason } satisfies ServerMessageOf<View, Change>))
    this.#close(closeCodes[reason], reason)
  }

  /** The socket is closed, by whomever. */
  closed(): void {
    this.#state = 'ended'
    this.#pending = []
    this.#unsubscribe()
    this.#cancelTimer()
  }

  async #authenticate({ token, contractVersion: spoken }: Extract<ClientMessage, { type: 'auth' }>): Promise<void> {
    this.#state = 'checking'
    const who = await this.#deps.identify(token)
    if (this.#ended()) return
    if (typeof who === 'string') {
      // An older page may not know this word, and has to learn that it is old. The others are in every version.
      if (who === 'expired' && spoken < contractVersion) this.#greet()
      return this.end(who)
    }
    this.#cancelTimer()
    this.#who = who
    this.#state = 'open'
    this.#greet()
    this.#unsubscribe = this.#deps.channel.subscribe(who, (changes) => this.#collect(changes))
    this.#sendSnapshot()
  }

  #greet(): void {
    this.#send({ type: 'hello', contractVersion, serverTimeMs: this.#deps.clock.nowMs() })
  }

  // A method, because the compiler does not know that the state changes during an await.
  #ended(): boolean {
    return this.#state === 'ended'
  }

  /** What happens in one turn of the event loop goes out as one message. */
  #collect(changes: readonly Change[]): void {
    this.#pending.push(...changes)
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#flushing = false
    if (this.#pending.length === 0 || this.#state !== 'open') return
    const changes = this.#pending.map(changeText).join(',')
    this.#pending = []
    this.#seq += 1
    this.#write(`{"type":"delta","seq":${this.#seq},"changes":[${changes}]}`)
  }

  #sendSnapshot(): void {
    if (!this.#who) return
    // It holds what was waiting to be sent.
    this.#pending = []
    this.#send({ type: 'snapshot', seq: this.#seq, view: this.#deps.channel.viewFor(this.#who) })
  }

  #send(message: ServerMessageOf<View, Change>): void {
    this.#write(JSON.stringify(message))
  }

  #write(text: string): void {
    if (this.#deps.wire.bufferedAmount > maxBufferedBytes) this.end('tooSlow')
    else this.#deps.wire.send(text)
  }

  #close(code: number, reason: string): void {
    this.closed()
    this.#deps.wire.close(code, reason)
    this.#cancelTimer = this.#deps.clock.after(closeGraceMs, () => this.#deps.wire.terminate())
  }
}

function parseMessage(text: string): ClientMessage | null {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return null
  }
  return ClientMessage.safeParse(json).data ?? null
}
