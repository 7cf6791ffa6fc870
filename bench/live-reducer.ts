// How fast the live state follows Asterisk's events: calls of a busy centre, all going on at once.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AmiEvent, PbxSnapshot } from '../server/telephony/ami-event.ts'
import { heal } from '../server/telephony/live/heal.ts'
import { emptyLiveState, type LiveState } from '../server/telephony/live/live-state.ts'
import { reduceAll } from '../server/telephony/live/reducer.ts'
import { atLeast, type Figure, forReference } from './figure.ts'

const fixtures = join(import.meta.dirname, '../server/telephony/live/fixtures')
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

export async function run(): Promise<Figure[]> {
  const { begin, events } = load()
  rate(begin, events, 50)
  return [
    atLeast(`live reducer, ${concurrent} calls at once, 50 events a batch`, rate(begin, events, 50), 'events/s', 100_000),
    forReference(`live reducer, ${concurrent} calls at once, one event at a time`, rate(begin, events, 1), 'events/s'),
  ]
}
