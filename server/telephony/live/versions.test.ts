import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AmiEvent, AmiFields, PbxSnapshot } from '../ami-event.ts'
import { heal } from './heal.ts'
import { emptyLiveState, type LiveState } from './live-state.ts'
import { reduceAll } from './reducer.ts'
import { timeline } from './timeline.ts'

/**
 * Asterisk 18 to 22 by what their documentation says differs, derived from the recordings of 22 (docs/decisions/live-state.md
 * has the table): the calls must be told the same.
 */

const folder = join(import.meta.dirname, 'fixtures')
const read = (file: string) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')
const eventsOf = (name: string) => read(`${name}.jsonl`).map((line): AmiEvent => JSON.parse(line))
const snapshotsOf = (name: string) =>
  read(`${name}.snapshots.jsonl`).map((line): { after: number; snapshot: PbxSnapshot } => JSON.parse(line))

function begin(name: string): LiveState {
  const [first] = snapshotsOf(name)
  if (!first) throw new Error(`${name} has no snapshot`)
  return heal(emptyLiveState, first.snapshot).state
}

const told = (name: string, events: readonly AmiEvent[]) => timeline(reduceAll(begin(name), events).changes)

const withFields = (event: AmiEvent, more: AmiFields): AmiEvent => ({ ...event, fields: { ...event.fields, ...more } })
const without = (event: AmiEvent, ...names: readonly string[]): AmiEvent => ({
  ...event,
  fields: Object.fromEntries(Object.entries(event.fields).filter(([name]) => !names.includes(name))),
})

const calls = [
  'queue-answered',
  'ring-no-answer',
  'attended-transfer',
  'blind-transfer',
  'pickup',
  'members',
  'spy-modes',
] as const

test.each(calls)('headers that a version adds, as TechCause of Hangup in later 20, change nothing of %s', (name) => {
  const newer = eventsOf(name).map((event) => {
    const tenant = event.fields['linkedid'] === undefined ? event : withFields(event, { tenantid: 'one', desttenantid: '' })
    return event.name === 'Hangup' ? withFields(tenant, { techcause: '486' }) : tenant
  })
  expect(told(name, newer)).toEqual(read(`${name}.timeline.txt`))
})

test.each(calls)('members with no more headers than are needed change nothing of %s', (name) => {
  const older = eventsOf(name).map((event) =>
    event.name.startsWith('QueueMember') ? without(event, 'logintime', 'wrapuptime', 'lastpause', 'incall') : event,
  )
  expect(told(name, older)).toEqual(read(`${name}.timeline.txt`))
})

test('MixMonitorMute says 1 and 0 where it does not say True and False', () => {
  const numbers: Readonly<Record<string, string>> = { True: '1', False: '0', '1': 'True', '0': 'False' }
  const events = eventsOf('recording-paused')
  const other = events.map((event) =>
    event.name === 'MixMonitorMute' ? withFields(event, { state: numbers[event.fields['state'] ?? ''] ?? '' }) : event,
  )
  expect(other).not.toEqual(events)
  expect(told('recording-paused', other)).toEqual(read('recording-paused.timeline.txt'))
})

test('18.0 to 18.2 tell of no recording: the next snapshot does', () => {
  const name = 'recording-paused'
  const silent = (events: readonly AmiEvent[]) => events.filter((event) => !event.name.startsWith('MixMonitor'))
  const seen = snapshotsOf(name).flatMap(({ after, snapshot }) => {
    const { state } = reduceAll(begin(name), silent(eventsOf(name).slice(0, after)))
    const [unaware] = state.pbx.calls.values()
    const [aware] = heal(state, snapshot).state.pbx.calls.values()
    return unaware && aware ? [[unaware.recording, aware.recording]] : []
  })
  const right = snapshotsOf(name).flatMap(({ after }) => {
    const [call] = reduceAll(begin(name), eventsOf(name).slice(0, after)).state.pbx.calls.values()
    return call ? [['none', call.recording]] : []
  })
  expect(right.map(([, recording]) => recording)).toContain('paused')
  expect(seen).toEqual(right)
})
