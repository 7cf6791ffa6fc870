/**
 * The live state under the Genesys shape of 300 operators: calls of a busy centre replayed at the AMI port of the real
 * server, with everybody's live socket open; all those sockets broken at once while the calls go on; and half a million events at
 * full speed. `--only=reducer`, `replay` (four minutes: calls take their time), `blink` (another four) or `soak`;
 * `--soak-events=500000`; `--profile=FILE.cpuprofile` of the replay: also says what held the server’s event loop up for longest.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type ServerProcess, startServer } from '../scripts/server-process.ts'
import { freePort } from '../tests/support/pbx.ts'
import { atMost, type Figure, forReference, percentile } from './figure.ts'
import { BusyFloor } from './support/busy-floor.ts'
import { FloorAmi } from './support/floor-ami.ts'
import { peopleOf, setWrapUp } from './support/floor-people.ts'
import { type Blinks, blinkFigures, blinkWhile } from './support/live-blink.ts'
import type { Arrival } from './support/live-readers.ts'
import { LiveSockets } from './support/live-sockets.ts'
import { isOfMark, type Sent } from './support/marks.ts'
import { reducerRates } from './support/reducer-rate.ts'
import { processorMs, residentMb } from './support/server-load.ts'
import { soak } from './support/soak.ts'
import { StallProbe } from './support/stalls.ts'

const operators = 300
const supervisors = 30
const wrapUpMs = 15_000
const warmUpMs = 90_000
const measuredMs = 120_000
const sampleMs = 1_000
const bigDayEvents = 500_000

export async function* run(options: readonly string[]): AsyncGenerator<Figure> {
  const events = Number(options.find((option) => option.startsWith('--soak-events='))?.split('=')[1] ?? bigDayEvents)
  const only = options.find((option) => option.startsWith('--only='))?.slice('--only='.length)
  const profile = options.find((option) => option.startsWith('--profile='))?.slice('--profile='.length) ?? null
  if (only === undefined || only === 'reducer') yield* await reducerRates()
  if (only === undefined || only === 'replay') yield* await onFloor(profile, replay)
  if (only === undefined || only === 'blink') yield* await onFloor(null, blinks)
  if (only === undefined || only === 'soak') yield* await soak({ operators, supervisors, events })
}

/** A floor with its calls under way, and everybody's socket open. */
interface Stage {
  readonly floor: BusyFloor
  readonly ami: FloorAmi
  readonly server: ServerProcess
  readonly sockets: LiveSockets
  readonly probe: StallProbe | null
  readonly profile: string | null
}

async function onFloor(profile: string | null, measure: (stage: Stage) => Promise<Figure[]>): Promise<Figure[]> {
  const load = loadavg()[0] ?? 0
  const folder = mkdtempSync(join(tmpdir(), 'callsync-bench-live-'))
  const ending: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  try {
    const floor = new BusyFloor({ operators, supervisors, seed: 1, restMs: 1_000 })
    const ami = await FloorAmi.start(floor)
    ending.push(() => ami.stop())
    const people = await peopleOf({ dataDir: folder, floor, amiPort: ami.port, amiSecret: ami.secret })
    const asked = ami.ready()
    const stallsFile = profile === null ? null : join(folder, 'stalls.json')
    const server = await startServer({ env: serverEnv(folder, await freePort(), stallsFile), log: 'inherit' })
    const probe = stallsFile === null ? null : new StallProbe({ pid: server.pid, file: stallsFile })
    ending.push(() => server.stop())
    await asked
    await setWrapUp(server.url, people, wrapUpMs)
    const sockets = await LiveSockets.open(server.url, [...people.tokens.values()])
    ending.push(() => sockets.close())
    await ami.replay({ fromMs: 0, forMs: warmUpMs, sent: () => undefined })
    const figures = await measure({ floor, ami, server, sockets, probe, profile })
    if (ami.connections !== 1) throw new Error('the server lost its link to Asterisk')
    return [...figures, forReference('machine’s load before it', load, 'processes')]
  } finally {
    for (const end of ending.reverse()) await end()
  }
}

async function replay({ floor, ami, server, sockets, probe, profile }: Stage): Promise<Figure[]> {
  const sent: Sent[] = []
  probe?.begin()
  const busyBefore = processorMs(server.pid)
  const memory: number[] = []
  const sampler = setInterval(() => memory.push(residentMb(server.pid)), sampleMs)
  const events = await ami
    .replay({ fromMs: warmUpMs, forMs: measuredMs, sent: (marks, atMs) => sent.push({ marks, atMs }) })
    .finally(() => clearInterval(sampler))
  const busyMs = processorMs(server.pid) - busyBefore
  if (profile !== null) for (const line of (await probe?.end(profile)) ?? []) console.error(line)
  await delay(sampleMs)
  const { arrivals, messages, lost } = await sockets.report()
  if (lost > 0) throw new Error(`${lost} live sockets were closed`)
  const { firstMs, allMs, told, marks } = latencies(sent, arrivals)
  if (told < 0.95 * marks) throw new Error(`of ${marks} changes only ${told} reached anybody`)
  return [
    forReference(
      `calls of ${operators} operators going on at the end, events a second`,
      events / (measuredMs / 1_000),
      'events/s',
    ),
    forReference('the same: calls at once', floor.going, 'calls'),
    forReference('messages to live sockets since the beginning', messages, 'messages'),
    atMost(`live: event in to delta out, ${operators} + ${supervisors} sockets, p99`, percentile(firstMs, 99), 'ms', 50),
    forReference('live: the same, p50', percentile(firstMs, 50), 'ms'),
    atMost('live: event in to the last of all sockets, p99', percentile(allMs, 99), 'ms', 250),
    forReference('live: the same, p50', percentile(allMs, 50), 'ms'),
    atMost('live: server’s share of one core', (busyMs / measuredMs) * 100, '%', 60),
    atMost('live: server’s memory, largest', Math.max(...memory), 'MB', 300),
  ]
}

async function blinks({ ami, server, sockets }: Stage): Promise<Figure[]> {
  const sent: Sent[] = []
  let measured: Promise<Blinks> | null = null
  await ami.replay({
    fromMs: warmUpMs,
    forMs: measuredMs,
    sent: (marks, atMs) => {
      measured ??= blinkWhile(measuredMs, { pid: server.pid, sockets })
      sent.push({ marks, atMs })
    },
  })
  if (measured === null) throw new Error('nothing happened on the floor')
  const { lost } = await sockets.report()
  if (lost > 0) throw new Error(`${lost} live sockets were closed`)
  return blinkFigures(await measured, sent, operators + supervisors)
}

const stallProbe = new URL('./support/stall-probe.ts', import.meta.url).href

const serverEnv = (dataDir: string, port: number, stallsFile: string | null): Record<string, string> => ({
  CALLSYNC_DATA: dataDir,
  CALLSYNC_PORT: String(port),
  CALLSYNC_PBX_FILE: '',
  CALLSYNC_LOG_LEVEL: 'warn',
  ...(stallsFile !== null && { BENCH_STALLS_FILE: stallsFile, NODE_OPTIONS: `--import ${stallProbe}` }),
})

/** From each event to the first reader it was told to, and where it concerns everybody to the last. */
function latencies(
  sent: readonly Sent[],
  arrivals: readonly Arrival[],
): { firstMs: number[]; allMs: number[]; told: number; marks: number } {
  const byWhat = new Map(arrivals.map((arrival) => [arrival.what, arrival]))
  const rings = Map.groupBy(
    arrivals.filter(({ what }) => what.startsWith('rings ')),
    ({ what }) => what.slice(0, what.lastIndexOf(' ')),
  )
  const firstMs: number[] = []
  const allMs: number[] = []
  let marks = 0
  for (const { marks: whats, atMs } of sent) {
    for (const what of whats) {
      marks += 1
      const arrival = what.startsWith('rings ')
        ? rings.get(what)?.find((ring) => isOfMark(ring.what, what, atMs))
        : byWhat.get(what)
      if (!arrival) continue
      firstMs.push(arrival.firstMs - atMs)
      if (arrival.readers === operators + supervisors) allMs.push(arrival.lastMs - atMs)
    }
  }
  return { firstMs, allMs, told: firstMs.length, marks }
}
