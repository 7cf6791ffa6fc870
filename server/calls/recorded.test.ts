import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createReports, type Reports } from '../reports/index.ts'
import type { AmiEvent, PbxSnapshot } from '../telephony/ami-event.ts'
import { heal } from '../telephony/live/heal.ts'
import { emptyLiveState } from '../telephony/live/live-state.ts'
import { reduce } from '../telephony/live/reducer.ts'
import { anna, type CallsRig, openCallsRig } from './fixture.ts'

/** Calls recorded on a real Asterisk, from its events to cards and to the ledger of calls. */

let rig: CallsRig
let reports: Reports
beforeEach(async () => {
  rig = await openCallsRig()
  const { store, clock, telephony, users, queueNames } = rig
  reports = createReports({ db: store.db, clock, telephony, users, queueNames, logger: pino({ level: 'silent' }) })
  await reports.start()
})
afterEach(async () => {
  await reports.stop()
  await rig.close()
})

function lines<T>(name: string): T[] {
  return readFileSync(new URL(`../telephony/live/fixtures/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): T => JSON.parse(line))
}

/** Every state each card went through, and the calls as the table shows them. `timed`: the clock goes as it went then. */
async function play(name: string, timed = false): Promise<{ cards: string[]; calls: string[] }> {
  const seen: string[] = []
  rig.calls.cards.onChange((card) => {
    const line = `${card.operatorId} ${card.direction} ${card.number} ${card.state}`
    if (seen.at(-1) !== line) seen.push(line)
  })
  const first = lines<{ snapshot: PbxSnapshot }>(`${name}.snapshots.jsonl`)[0]
  if (!first) throw new Error(`${name} has no snapshot`)
  const begun = heal(emptyLiveState, first.snapshot)
  rig.telephony.replay(begun.state.pbx, begun.changes, true)
  let { state } = begun
  let lastMs = first.snapshot.atMs
  for (const event of lines<AmiEvent>(`${name}.jsonl`)) {
    if (timed) rig.clock.advance(Math.max(0, event.atMs - lastMs))
    lastMs = event.atMs
    if (timed) await rig.settle()
    const next = reduce(state, event)
    state = next.state
    if (next.changes.length > 0) rig.telephony.replay(state.pbx, next.changes)
    await rig.settle()
  }
  rig.clock.advance(1_000)
  await rig.settle()
  await reports.idle()
  const { calls } = await reports.calls({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 100 })
  return { cards: seen, calls: calls.map((call) => `${call.direction} ${call.number} ${call.outcome} ${call.operatorName}`) }
}

it.each<[recording: string, cards: string[], calls: string[]]>([
  [
    'queue-answered',
    ['anna inbound +79161234567 ringing', 'anna inbound +79161234567 talking', 'anna inbound +79161234567 wrapUp'],
    ['inbound +79161234567 answered Anna'],
  ],
  ['queue-abandoned', [], ['inbound +79161234567 missed null']],
  [
    'rejected',
    [
      'anna inbound +79161234567 ringing',
      'anna inbound +79161234567 missed',
      'boris inbound +79161234567 ringing',
      'boris inbound +79161234567 talking',
      'boris inbound +79161234567 wrapUp',
    ],
    ['inbound +79161234567 answered Boris'],
  ],
  [
    'replaces',
    ['anna inbound +79161234567 ringing', 'anna inbound +79161234567 talking', 'anna inbound +79161234567 wrapUp'],
    ['inbound +79161234567 answered Anna'],
  ],
  [
    'outgoing',
    ['anna outbound +79031112233 ringing', 'anna outbound +79031112233 talking', 'anna outbound +79031112233 wrapUp'],
    ['outbound +79031112233 answered Anna'],
  ],
  [
    'outgoing-busy',
    ['anna outbound +79031111486 ringing', 'anna outbound +79031111486 missed'],
    ['outbound +79031111486 noAnswer null'],
  ],
])('%s', async (recording, cards, calls) => {
  expect(await play(recording)).toEqual({ cards, calls })
})

it.each<[recording: string, cancelled: boolean[]]>([
  ['queue-abandoned-ringing', [true]],
  ['ring-no-answer', [false]],
  ['rejected', [false]],
  // The second time a colleague takes it.
  ['ring-all-twice', [true, false]],
])('a queue’s ring is missed where nobody took it, and not where it was taken back: %s', async (recording, cancelled) => {
  await play(recording, true)
  const { cards } = await rig.calls.history.page(anna, { limit: 9 })
  expect(cards.map(({ state, ringCancelled }) => [state, ringCancelled])).toEqual(cancelled.map((was) => ['missed', was]))
})

it('a blind transfer gives each of the two a card, and the call to the first', async () => {
  const { cards, calls } = await play('blind-transfer')
  const states = (who: string) => cards.filter((line) => line.startsWith(who)).map((line) => line.split(' ').at(-1))
  expect(states('anna')).toEqual(['ringing', 'talking', 'wrapUp'])
  expect(states('boris')).toEqual(['ringing', 'talking', 'wrapUp'])
  expect(calls).toEqual(['inbound +79161234567 answered Anna'])
})

it('an attended transfer leaves the colleague with the customer’s card, and one call', async () => {
  const { cards, calls } = await play('attended-transfer')
  expect(cards.filter((line) => line.startsWith('boris'))).toEqual([
    'boris internal 1001 ringing',
    'boris internal 1001 talking',
    'boris inbound +79161234567 talking',
    'boris inbound +79161234567 wrapUp',
  ])
  expect(calls).toEqual(['inbound +79161234567 answered Anna'])
})

it.each([
  ['queue-answered', { anna: true }],
  ['ring-all-twice', { anna: true, boris: true }],
  ['blind-transfer', { anna: true, boris: false }],
  ['attended-transfer', { anna: true, boris: false }],
] as const)(
  'a card has its caller’s wait where a queue rang, and not where a colleague handed the call on: %s',
  async (recording, waited) => {
    await play(recording)
    const rows = await rig.store.db.selectFrom('cards').select(['operator_id', 'queued_at_ms', 'ringing_at_ms']).execute()
    expect(Object.fromEntries(rows.map(({ operator_id, queued_at_ms }) => [operator_id, queued_at_ms !== null]))).toEqual(waited)
    for (const { queued_at_ms, ringing_at_ms } of rows) expect(queued_at_ms ?? 0).toBeLessThanOrEqual(ringing_at_ms)
  },
)

it('whose phone vanished goes on in the same card when the caller is given back', async () => {
  expect(await play('second-net-back', true)).toEqual({
    cards: ['anna inbound +79161234567 ringing', 'anna inbound +79161234567 talking', 'anna inbound +79161234567 wrapUp'],
    calls: ['inbound +79161234567 answered Anna'],
  })
})

it('whose phone stays away ends with the wait, and the colleague has a card', async () => {
  expect((await play('second-net-queue', true)).cards).toEqual([
    'anna inbound +79161234567 ringing',
    'anna inbound +79161234567 talking',
    'anna inbound +79161234567 wrapUp',
    'boris inbound +79161234567 ringing',
    'boris inbound +79161234567 talking',
    'boris inbound +79161234567 wrapUp',
  ])
})

it('a picked-up call is the colleague’s card with the caller’s number', async () => {
  const { cards } = await play('pickup')
  expect(cards.filter((line) => line.startsWith('boris')).at(-1)).toBe('boris inbound +79161234567 wrapUp')
})

/** What a card went through by the ends of everything, in the order of the recording. */
const ends = (cards: readonly string[]) => cards.filter((line) => line.startsWith('anna') && /talking|wrapUp/.test(line))

it('joined in a conference keeps its card, though its leg ends, until the other side leaves', async () => {
  const { cards, calls } = await play('conference-outside', true)
  expect(ends(cards)).toEqual([
    'anna inbound +79161234567 talking',
    'anna outbound +79031112233 talking',
    // The one she dialled is put out of the conference before she leaves it.
    'anna outbound +79031112233 wrapUp',
    'anna inbound +79161234567 wrapUp',
    // Its clock stood still till then.
    'anna outbound +79031112233 wrapUp',
  ])
  expect(calls.toSorted()).toEqual(['inbound +79161234567 answered Anna', 'outbound +79031112233 answered Anna'])
})

it('joined in a conference has both cards end with the operator’s leaving, the page reloaded in between', async () => {
  const { cards, calls } = await play('conference-moved', true)
  expect(ends(cards).slice(-2).toSorted()).toEqual(['anna inbound +79161234567 wrapUp', 'anna outbound +79031112233 wrapUp'])
  expect(new Set(cards.filter((line) => line.endsWith('wrapUp'))).size).toBe(2)
  expect(calls.toSorted()).toEqual(['inbound +79161234567 answered Anna', 'outbound +79031112233 answered Anna'])
})
