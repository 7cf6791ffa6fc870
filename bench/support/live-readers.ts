// Everybody's live socket, in a process of its own: notes when each change that can be told apart first and last arrived.
import { WebSocket } from 'ws'
import { contractVersion, LiveChange, livePath } from '../../server/contract/index.ts'
import { nowMs } from './floor-ami.ts'

export interface ReadersOrder {
  readonly url: string
  readonly tokens: readonly string[]
}

/** `rings ID 1795…` by person and the time the server gives it; `CALL STATE` of a call. */
export interface Arrival {
  readonly what: string
  readonly firstMs: number
  readonly lastMs: number
  readonly readers: number
}

const arrivals = new Map<string, { firstMs: number; lastMs: number; readers: number }>()
/** Readers who see the same get the same text: it is read once. */
const read = new Map<string, readonly string[]>()
let messages = 0
let closed = 0

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

function receive(text: string, seen: Set<string>): void {
  messages += 1
  if (!text.startsWith('{"type":"delta"')) return
  const atMs = nowMs()
  for (const what of whatIsIn(text)) {
    if (seen.has(what)) continue
    seen.add(what)
    const arrival = arrivals.get(what)
    if (arrival) {
      arrival.lastMs = atMs
      arrival.readers += 1
    } else arrivals.set(what, { firstMs: atMs, lastMs: atMs, readers: 1 })
  }
}

async function open(url: string, token: string): Promise<void> {
  const socket = new WebSocket(url.replace('http', 'ws') + livePath)
  const seen = new Set<string>()
  await new Promise<void>((done, fail) => {
    socket.once('open', () => socket.send(JSON.stringify({ type: 'auth', token, contractVersion })))
    socket.on('message', (data) => {
      const text = String(data)
      if (text.startsWith('{"type":"snapshot"')) done()
      receive(text, seen)
    })
    socket.once('error', fail)
    socket.once('close', () => {
      closed += 1
    })
  })
}

process.on('message', async (order: ReadersOrder | 'report') => {
  if (order === 'report') {
    const found: Arrival[] = [...arrivals].map(([what, arrival]) => ({ what, ...arrival }))
    process.send?.({ type: 'report', arrivals: found, messages, closed })
    return
  }
  for (const token of order.tokens) await open(order.url, token)
  process.send?.({ type: 'ready' })
})
process.on('disconnect', () => process.exit())
