// How fast the live state follows Asterisk's events: calls of a busy centre, all going on at once.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import createManager from 'asterisk-manager'
import type { AmiEvent, PbxSnapshot } from '../../server/telephony/ami-event.ts'
import { heal } from '../../server/telephony/live/heal.ts'
import { emptyLiveState, type LiveState } from '../../server/telephony/live/live-state.ts'
import { reduceAll } from '../../server/telephony/live/reducer.ts'
import { atLeast, type Figure, forReference } from '../figure.ts'

const fixtures = join(import.meta.dirname, '../../server/telephony/live/fixtures')
const concurrent = 100
const rounds = 20

/** A recorded queue call, each copy with ids, phones and bridges of its own; copies start one event apart. */
function load(): { begin: LiveState; events: AmiEvent[] } {
  const [first = ''] = readFileSync(join(fixtures, 'queue-answered.snapshots.jsonl'), 'utf8').split('\n')
  const { snapshot }: { snapshot: PbxSnapshot } = JSON.parse(first)
  const log = readFileSync(join(fixtures, 'queue-answered.jsonl'), 'utf8').trimEnd().split('\n')
  const streams = Array.from({ length: concurrent }, (_, call) =>
    Array.from({ length: rounds }, (_, round) => {
      const own = `${call}x${round}`
      return log.map((line): AmiEvent => {
        const text = line
          .replaceAll('"customer', `"customer-${own}`)
          .replaceAll('"record-', `"record-${own}-`)
          .replaceAll('"bridgeuniqueid":"', `"bridgeuniqueid":"${own}-`)
          .replaceAll('PJSIP/1001', `PJSIP/${2_000 + call}`)
        return JSON.parse(text)
      })
    }).flat(),
  )
  const events: AmiEvent[] = []
  const longest = Math.max(...streams.map((stream) => stream.length))
  for (let step = 0; step < longest + concurrent; step++) {
    for (const [call, stream] of streams.entries()) {
      const event = stream[step - call]
      if (event) events.push(event)
    }
  }
  return { begin: heal(emptyLiveState, snapshot).state, events }
}

function rate(begin: LiveState, events: readonly AmiEvent[], batch: number): number {
  let state = begin
  let most = 0
  // processor time: other programs' share of the machine is not the reducer's
  const start = process.cpuUsage()
  for (let from = 0; from < events.length; from += batch) {
    state = reduceAll(state, events.slice(from, from + batch)).state
    most = Math.max(most, state.pbx.calls.size)
  }
  const { user, system } = process.cpuUsage(start)
  const seconds = (user + system) / 1e6
  if (state.pbx.calls.size > 0 || most < concurrent / 2) throw new Error('the recording does not play as it should')
  return events.length / seconds
}

/** The npm package alone, reading the same events from a socket in a process of its own. */
async function parseRate(events: readonly AmiEvent[]): Promise<number> {
  const writer: ChildProcess = fork(new URL('./event-writer.ts', import.meta.url))
  try {
    writer.send({ events })
    const [port] = await once(writer, 'message')
    const client = createManager(null, null, 'bench', 'bench', true)
    let read = 0
    let start = process.cpuUsage()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    client.on('rawevent', () => {
      if (read === 0) start = process.cpuUsage()
      read += 1
      if (read === events.length) resolve()
    })
    client.on('error', reject)
    client.connect({ host: '127.0.0.1', port: Number(port) })
    await promise
    const { user, system } = process.cpuUsage(start)
    return (events.length - 1) / ((user + system) / 1e6)
  } finally {
    writer.kill()
  }
}

export async function reducerRates(): Promise<Figure[]> {
  const { begin, events } = load()
  rate(begin, events, 50)
  const reduced = rate(begin, events, 50)
  await parseRate(events)
  const parsed = await parseRate(events)
  return [
    atLeast(`live reducer, ${concurrent} calls at once, 50 events a batch`, reduced, 'events/s', 100_000),
    forReference(`live reducer, ${concurrent} calls at once, one event at a time`, rate(begin, events, 1), 'events/s'),
    forReference('asterisk-manager, the same events parsed from a socket', parsed, 'events/s'),
    atLeast('live reducer against asterisk-manager', reduced / parsed, 'times', 0.8),
  ]
}
