import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { anna, boris, callOf, FakeQueueNames, FakeUsers, galina, legOf } from '../calls/fixture.ts'
import { ManualClock } from '../clock.ts'
import type { AmiEvent } from '../telephony/ami-event.ts'
import { FakeTelephony } from '../telephony/fake-telephony.ts'
import { heal } from '../telephony/live/heal.ts'
import { emptyLiveState } from '../telephony/live/live-state.ts'
import { reduce } from '../telephony/live/reducer.ts'
import { Journeys } from './journeys.ts'

const recording = (name: string) => {
  const lines = (file: string) =>
    readFileSync(new URL(`../telephony/live/fixtures/${file}.jsonl`, import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  const events: AmiEvent[] = lines(name)
  return { events, snapshot: lines(`${name}.snapshots`)[0].snapshot }
}

const open = () => {
  const telephony = new FakeTelephony()
  const users = new FakeUsers([anna, boris, galina])
  const journeys = new Journeys({ telephony, users, queueNames: new FakeQueueNames(), clock: new ManualClock() })
  return { telephony, journeys }
}

/** The customer's way, as it stood before the call ended. */
function wayOf(name: string): string[] {
  const { telephony, journeys } = open()
  const { events, snapshot } = recording(name)
  const callId = events.find(({ name }) => name === 'Newchannel')?.fields['linkedid'] ?? ''
  let { state } = heal(emptyLiveState, snapshot)
  journeys.start()
  let way: string[] = []
  for (const event of events) {
    const step = reduce(state, event)
    state = step.state
    telephony.replay(state.pbx, step.changes)
    if (!state.pbx.calls.has(callId)) continue
    way = journeys
      .of(callId)
      .map(({ kind, operatorName, queueName, toName }) => [kind, operatorName ?? queueName, toName].filter(Boolean).join(' '))
  }
  expect(() => journeys.of(callId)).toThrow('no such call')
  return way
}

describe('the customer’s way through a recorded call', () => {
  it.each([
    ['queue-answered', ['began', 'queued Sales', 'rang Anna', 'answered Anna']],
    ['ring-no-answer', ['began', 'queued Sales', 'rang Anna', 'notAnswered Anna', 'rang Boris', 'answered Boris']],
    [
      'attended-transfer',
      [
        ...['began', 'queued Sales', 'rang Anna', 'answered Anna', 'held', 'resumed'],
        ...['transferred Anna Boris', 'answered Boris', 'left Boris'],
      ],
    ],
    [
      'attended-transfer-asked-first',
      ['began', 'rang Anna', 'answered Anna', 'transferred Anna Boris', 'answered Boris', 'left Boris'],
    ],
    ['attended-transfer-called-for', ['began', 'rang', 'answered', 'transferred Anna Boris', 'answered Boris']],
    [
      'blind-transfer',
      [
        ...['began', 'queued Sales', 'rang Anna', 'answered Anna'],
        ...['transferred Anna Boris', 'rang Boris', 'answered Boris', 'left Boris'],
      ],
    ],
    [
      'queue-transfer',
      [
        'began',
        'queued Sales',
        'rang Anna',
        'answered Anna',
        'transferred Anna 702',
        'queued 702',
        'rang Boris',
        'rang Anna',
        'answered Boris',
        'notAnswered Anna',
      ],
    ],
    // The phone came back to nobody, and the caller is in the line of the same queue a second time.
    [
      'second-net-queue',
      [
        ...['began', 'queued Sales', 'rang Anna', 'answered Anna', 'kept Anna', 'left Anna'],
        ...['queued Sales', 'rang Boris', 'answered Boris'],
      ],
    ],
    [
      'second-net-back',
      [
        ...['began', 'queued Sales', 'rang Anna', 'answered Anna'],
        ...['kept Anna', 'left Anna', 'rang Anna', 'answered Anna', 'left Anna'],
      ],
    ],
    ['moved-to-another-queue', ['began', 'queued Sales', 'queued 702', 'rang Anna', 'answered Anna']],
    ['spy-takes-over', ['began', 'queued Sales', 'rang Anna', 'answered Anna', 'answered Galina', 'left Anna']],
    // A reload of the page is no step of the customer's.
    ['replaces', ['began', 'queued Sales', 'rang Anna', 'answered Anna']],
    ['trunk-in', ['began', 'queued Sales', 'rang Anna', 'answered Anna', 'held', 'resumed']],
    ['trunk-out', ['began', 'rang', 'answered']],
    ['hold', ['began', 'queued Sales', 'rang Anna', 'answered Anna', 'held', 'resumed']],
  ])('%s', (name, expected) => {
    const way = wayOf(name)
    expect(way.slice(0, expected.length)).toEqual(expected)
    expect(way.slice(expected.length).every((step) => step.startsWith('left'))).toBe(true)
  })
})

it('of a call that is older than the server is told as far as the call remembers', () => {
  const { telephony, journeys } = open()
  telephony.setCall(
    callOf('1.0', [legOf('1.1', '1001', { state: 'up', answeredAtMs: 30 })], {
      startedAtMs: 10,
      queuedAtMs: 20,
      state: 'talking',
    }),
  )
  journeys.start()
  expect(journeys.of('1.0')).toEqual([
    { kind: 'began', atMs: 10, operatorName: null, queueName: null, toName: null },
    { kind: 'queued', atMs: 20, operatorName: null, queueName: 'Sales', toName: null },
    { kind: 'answered', atMs: 30, operatorName: 'Anna', queueName: null, toName: null },
  ])
})
