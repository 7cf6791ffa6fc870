import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { WebSocket } from 'ws'
import { type ServerProcess, startServer } from '../../scripts/server-process.ts'
import { contractVersion, type LiveView, livePath, ServerMessage } from '../../server/contract/index.ts'
import { freePort } from '../../tests/support/pbx.ts'
import { atMost, type Figure, forReference } from '../figure.ts'
import { BusyFloor } from './busy-floor.ts'
import { FloorAmi } from './floor-ami.ts'
import { peopleOf, setWrapUp } from './floor-people.ts'
import { idle, processorMs, usedMemory } from './server-load.ts'

const parts = 10
/** Sent at once; then a sign that they are all followed is waited for, so that the server is never idle for long. */
const portion = 2_000
const warmUpPortions = 20
/** An operator without calls, whose pauses are the signs. */
const signPhone = '3300'

/** One supervisor's live socket. */
class Reader {
  readonly #socket: WebSocket
  #waiting: { text: string; done: () => void } | null = null
  #view: ((view: LiveView) => void) | null = null

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => {
      const text = String(data)
      if (this.#waiting && text.includes(this.#waiting.text)) this.#waiting.done()
      if (!text.startsWith('{"type":"snapshot"')) return
      const message = ServerMessage.parse(JSON.parse(text))
      if (message.type === 'snapshot') this.#view?.(message.view)
    })
  }

  static async open(url: string, token: string): Promise<Reader> {
    const socket = new WebSocket(url.replace('http', 'ws') + livePath)
    const reader = new Reader(socket)
    await new Promise<void>((done, fail) => {
      socket.once('open', () => socket.send(JSON.stringify({ type: 'auth', token, contractVersion })))
      reader.#view = () => done()
      socket.once('error', fail)
    })
    return reader
  }

  until(text: string): Promise<void> {
    return new Promise((done) => {
      this.#waiting = { text, done }
    })
  }

  view(): Promise<LiveView> {
    return new Promise((done) => {
      this.#view = done
      this.#socket.send(JSON.stringify({ type: 'resync' }))
    })
  }

  close(): void {
    this.#socket.close()
  }
}

/** A big day’s events, one call after the other's heels, through the real server. */
export async function soak({ events, ...people }: { operators: number; supervisors: number; events: number }): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'callsync-bench-soak-'))
  const ending: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  try {
    const floor = new BusyFloor({ ...people, seed: 2, restMs: 1_000 })
    floor.spare(signPhone)
    const ami = await FloorAmi.start(floor)
    ending.push(() => ami.stop())
    const known = await peopleOf({ dataDir: folder, floor, amiPort: ami.port, amiSecret: ami.secret })
    const memoryFile = join(folder, 'memory.json')
    const probe = new URL('./memory-probe.ts', import.meta.url).href
    const env = {
      CALLSYNC_DATA: folder,
      CALLSYNC_PORT: String(await freePort()),
      CALLSYNC_PBX_FILE: '',
      CALLSYNC_LOG_LEVEL: 'warn',
      BENCH_MEMORY_FILE: memoryFile,
      NODE_OPTIONS: `--expose-gc --import ${probe}`,
    }
    const begin = async (): Promise<{ server: ServerProcess; reader: Reader }> => {
      const asked = ami.ready()
      const server = await startServer({ env, log: 'inherit' })
      ending.push(() => server.stop())
      await asked
      const token = known.tokens.get(floor.supervisors[0] ?? '') ?? ''
      return { server, reader: await Reader.open(server.url, token) }
    }
    const { server, reader } = await begin()
    // Time passes a thousand times as fast for the calls as for the server's clock: no wrap-up.
    await setWrapUp(server.url, known, 0)

    let signs = 0
    const rush = async (portions: number): Promise<void> => {
      for (let index = 0; index < portions; index++) {
        await ami.rush(portion)
        signs += 1
        const followed = reader.until(`sign-${signs}-`)
        ami.pause(signPhone, `sign-${signs}-`)
        await followed
      }
      await idle(server.pid)
    }
    await rush(warmUpPortions)
    const warm = await usedMemory(server.pid, memoryFile)
    const memory = [warm]
    const costMs: number[] = []
    const beganMs = performance.now()
    for (let part = 0; part < parts; part++) {
      const before = processorMs(server.pid)
      await rush(events / parts / portion)
      costMs.push(processorMs(server.pid) - before)
      memory.push(await usedMemory(server.pid, memoryFile))
    }
    const tookMs = performance.now() - beganMs
    if (ami.connections !== 1) throw new Error('the server lost its link to Asterisk')
    ami.halt()
    ami.pause(signPhone, 'sign-last-')
    await reader.until('sign-last-')
    // Cards of the last calls are being closed.
    await idle(server.pid)
    const followed = comparable(await reader.view())
    reader.close()
    await server.stop()
    const anew = await begin()
    const rebuilt = comparable(await settled(anew.reader, followed.calls.length))
    anew.reader.close()
    const differences = differencesOf(followed, rebuilt)
    for (const difference of differences.slice(0, 10)) console.error(difference)
    const grown = memory.map(({ heapUsed }) => heapUsed / warm.heapUsed)
    return [
      forReference(`soak: ${events} events with CEL beside them, at full speed, took`, tookMs / 1_000, 's'),
      forReference(
        'soak: events a second of processor time, cards and record included',
        events / (sum(costMs) / 1_000),
        'events/s',
      ),
      forReference('soak: calls going on at the end', floor.going, 'calls'),
      atMost(
        'soak: differences of the state at the end from one built of a snapshot',
        differences.length,
        'calls, people, queues',
        0,
      ),
      atMost('soak: heap after garbage collection, largest against after warm-up', Math.max(...grown), 'times', 1.1),
      forReference('soak: the same, smallest', Math.min(...grown), 'times'),
      forReference('soak: memory at the end', (memory.at(-1)?.rss ?? 0) / 2 ** 20, 'MB'),
      atMost('soak: cost of an event in the last tenth against the first', (costMs.at(-1) ?? 0) / (costMs[0] ?? 1), 'times', 1.1),
    ]
  } finally {
    for (const end of ending.reverse()) await end()
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The server takes its snapshot once the link is up, and tells then. */
async function settled(reader: Reader, calls: number): Promise<LiveView> {
  for (;;) {
    const view = await reader.view()
    if (view.pbx.state === 'up' && view.calls.length >= calls) return view
    await new Promise((done) => setTimeout(done, 100))
  }
}

interface Comparable {
  readonly calls: readonly { readonly id: string }[]
  readonly operators: readonly { readonly id: string }[]
  readonly queues: readonly { readonly id: string }[]
}

/** Left out is what only the past can tell: times, and of calls in a conference who is on hold and who called whom. */
function comparable(view: LiveView): Comparable {
  return {
    calls: view.calls.map(({ id, state, number, operatorIds, conferenceId, participants, listeners }) => ({
      id,
      number: conferenceId === null ? number : null,
      state: conferenceId === null ? state : 'there',
      operatorIds: operatorIds.toSorted(),
      conferenceId,
      participants: participants.map((participant) => participant.id).sort(),
      listeners: listeners.map((listener) => `${listener.id} ${listener.operatorId} ${listener.mode}`).sort(),
    })),
    operators: view.operators.map(({ id, status, callId, pauseReason, queues }) => ({ id, status, callId, pauseReason, queues })),
    queues: view.queues.map(({ number, waiting, free, online }) => ({
      id: number,
      waiting: waiting.map(({ callId }) => callId).sort(),
      free,
      online,
    })),
  }
}

function differencesOf(followed: Comparable, rebuilt: Comparable): string[] {
  const found: string[] = []
  for (const kind of ['calls', 'operators', 'queues'] as const) {
    const [before, after] = [followed, rebuilt].map((each) => new Map(each[kind].map((item) => [item.id, item])))
    for (const id of new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])) {
      const [was, is] = [before?.get(id), after?.get(id)]
      if (!isDeepStrictEqual(was, is)) found.push(`${kind} ${id}: ${JSON.stringify(was)} ≠ ${JSON.stringify(is)}`)
    }
  }
  return found
}
