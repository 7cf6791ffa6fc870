// Everybody's live socket, in a process of its own: notes when each change that can be told apart first and last arrived. Each is kept
// as a page keeps its own, with its pings and its way back.
import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { contractVersion, LiveChange, livePath, type ServerMessageOf } from '../../server/contract/index.ts'
import { LiveLink, type LiveSocket, type LiveSocketEvents } from '../../src-renderer/app/live/live-link.ts'
import { nowMs } from './floor-ami.ts'

/** Open all · break all at once, and let none be opened for a while · say what arrived. */
export type ReadersOrder =
  | { readonly type: 'open'; readonly url: string; readonly tokens: readonly string[] }
  | { readonly type: 'blink'; readonly awayMs: number; readonly listenMs: number }
  | { readonly type: 'report' }

/** `rings ID 1795…` by person and the time the server gives it; `CALL STATE` of a call. */
export interface Arrival {
  readonly what: string
  readonly firstMs: number
  readonly lastMs: number
  readonly readers: number
}

/** How everybody came back. */
export interface Blink {
  /** From when on a socket could be opened again. */
  readonly backAtMs: number
  /** By reader: when it had the whole view again. */
  readonly wholeAtMs: readonly number[]
  /** What they were told meanwhile, each for itself. */
  readonly told: readonly { readonly what: string; readonly reader: number; readonly atMs: number }[]
}

/** Of deltas only what they tell of is wanted, of a snapshot that it is there. */
type Heard = ServerMessageOf<null, string>

const arrivals = new Map<string, { firstMs: number; lastMs: number; readers: number }>()
/** Readers who see the same get the same text: it is read once. */
const read = new Map<string, readonly string[]>()
let messages = 0
let lost = 0
let away = false
let told: { what: string; reader: number; atMs: number }[] | null = null

/** What a message says that can be told apart. */
function whatIsIn(text: string): readonly string[] {
  const changes = text.slice(text.indexOf('['), -1)
  const known = read.get(changes)
  if (known) return known
  const found: string[] = []
  for (const change of LiveChange.array().parse(JSON.parse(changes))) {
    if (change.kind === 'operator' && change.operator.status === 'ringing')
      found.push(`rings ${change.operator.extension} ${change.operator.sinceMs}`)
    if (change.kind === 'call') found.push(`${change.call.id} ${change.call.state}`)
    if (change.kind === 'callGone') found.push(`${change.id} gone`)
  }
  if (read.size > 500) read.delete(read.keys().next().value ?? '')
  read.set(changes, found)
  return found
}

const numberedType = /^\{"type":"(snapshot|delta)","seq":(\d+),/

function parse(text: string): Heard | null {
  messages += 1
  const [, type, seq] = numberedType.exec(text) ?? []
  if (type === 'snapshot') return { type, seq: Number(seq), view: null }
  if (type === 'delta') return { type, seq: Number(seq), changes: [...whatIsIn(text)] }
  const message: Heard = JSON.parse(text)
  return message
}

class Reader {
  wholeAtMs = 0
  readonly #link: LiveLink<null, string>
  readonly #seen = new Set<string>()
  #socket: WebSocket | null = null
  #whole = Promise.withResolvers<void>()

  constructor(url: string, token: string, index: number) {
    this.#link = new LiveLink<null, string>({
      openSocket: (events) => this.#openSocket(url.replace('http', 'ws') + livePath, events),
      token: () => token,
      contractVersion,
      parse,
      now: Date.now,
      random: Math.random,
      onSnapshot: () => {
        this.wholeAtMs = nowMs()
        this.#whole.resolve()
      },
      onChanges: (changes) => this.#note(changes, index),
      onLost: () => undefined,
      onClock: () => undefined,
      onForeignContract: () => process.exit(1),
      onRefused: () => process.exit(1),
    })
  }

  /** Resolves with the first view. */
  async open(): Promise<void> {
    this.#link.start()
    await this.#whole.promise
  }

  /** The connection ends without a word. The promise it gives: when the whole view is there again. */
  break(): Promise<void> {
    this.#whole = Promise.withResolvers()
    this.#socket?.terminate()
    return this.#whole.promise
  }

  #openSocket(url: string, events: LiveSocketEvents): LiveSocket {
    if (away) {
      setImmediate(() => events.closed())
      return { send: () => undefined, close: () => undefined }
    }
    const socket = new WebSocket(url)
    this.#socket = socket
    socket.on('open', () => events.opened())
    socket.on('message', (data) => events.received(String(data)))
    socket.on('close', () => {
      if (!away) lost += 1
      events.closed()
    })
    socket.on('error', () => undefined)
    return { send: (text) => socket.send(text), close: () => socket.close() }
  }

  #note(changes: readonly string[], reader: number): void {
    const atMs = nowMs()
    for (const what of changes) {
      if (this.#seen.has(what)) continue
      this.#seen.add(what)
      told?.push({ what, reader, atMs })
      const arrival = arrivals.get(what)
      if (arrival) {
        arrival.lastMs = atMs
        arrival.readers += 1
      } else arrivals.set(what, { firstMs: atMs, lastMs: atMs, readers: 1 })
    }
  }
}

let readers: readonly Reader[] = []

async function blink(awayMs: number, listenMs: number): Promise<Blink> {
  away = true
  told = []
  const whole = readers.map((reader) => reader.break())
  await delay(awayMs)
  const backAtMs = nowMs()
  away = false
  await Promise.all(whole)
  const wholeAtMs = readers.map((reader) => reader.wholeAtMs)
  // What was sent before the last came back arrives a little later.
  await delay(listenMs)
  const heard = told
  told = null
  return { backAtMs, wholeAtMs, told: heard }
}

process.on('message', async (order: ReadersOrder) => {
  if (order.type === 'open') {
    readers = order.tokens.map((token, index) => new Reader(order.url, token, index))
    for (const reader of readers) await reader.open()
    process.send?.({ type: 'ready' })
  } else if (order.type === 'blink') process.send?.(await blink(order.awayMs, order.listenMs))
  else process.send?.({ arrivals: [...arrivals].map(([what, arrival]): Arrival => ({ what, ...arrival })), messages, lost })
})
process.on('disconnect', () => process.exit())
