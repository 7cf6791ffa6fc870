import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakeTelephony } from '../telephony/fake-telephony.ts'
import type { EndedRow } from './call-ledger.ts'
import { bucketsOf, openRecordRig, type RecordRig } from './fixture.ts'
import { LinkGaps } from './link-gaps.ts'

let rig: RecordRig
let gaps: LinkGaps
let telephony: FakeTelephony
let readAtMs: number | null
let filled: EndedRow[]
let refusals: number
let fills: number
let fromMs: number
let toMs: number

beforeEach(async () => {
  rig = await openRecordRig()
  telephony = new FakeTelephony()
  readAtMs = null
  filled = []
  refusals = 0
  fills = 0
  toMs = rig.clock.nowMs() - 60_000
  fromMs = toMs - 60_000
  const { reader, clock, users } = rig
  gaps = new LinkGaps({
    reader,
    clock,
    users,
    telephony,
    logger: pino({ level: 'silent' }),
    recordReadAtMs: () => readAtMs,
    fill: async (rows) => {
      if (refusals > 0) {
        refusals -= 1
        throw new Error('the database is away')
      }
      fills += 1
      filled.push(...rows)
    },
  })
})
afterEach(async () => {
  await gaps.stop()
  await rig.close()
})

const away = (from: number, to: number, source = 'ami:channels') =>
  rig.add('import_gaps', { source_id: source, kind: 'away', from_ms: from, to_ms: to })

function call(
  key: string,
  startedAtMs: number,
  endedAtMs: number | null,
  more: Record<string, string | number | null> = {},
): void {
  rig.add('ledger_calls', {
    call_key: key,
    direction: 'inbound',
    number: '+79160000001',
    phone_key: '9160000001',
    queue: '701',
    started_at_ms: startedAtMs,
    queued_at_ms: startedAtMs,
    answered_at_ms: null,
    ended_at_ms: endedAtMs,
    operator: null,
    talk_ms: 0,
    hold_ms: null,
    wait_ms: 0,
    outcome: endedAtMs === null ? 'lost' : 'missed',
    missed_cause: null,
    rings: 0,
    queue_visits: 1,
    recording: null,
    ...bucketsOf(startedAtMs),
    ...more,
  })
}

/** The next look, to its end. */
async function look(): Promise<void> {
  rig.clock.advance(3_000)
  await gaps.idle()
}

it('marks a gap at once, and fills it when the record has been read past it', async () => {
  away(fromMs, toMs)
  call('missed', fromMs + 5_000, fromMs + 20_000)
  call('answered', fromMs - 90_000, fromMs + 30_000, { answered_at_ms: fromMs - 60_000, operator: '1001', outcome: 'answered' })
  call('before', fromMs - 90_000, fromMs - 30_000)
  call('after', toMs + 20_000, toMs + 30_000)
  call('never ended', fromMs + 5_000, null)
  call('colleague', fromMs + 5_000, fromMs + 6_000, { direction: 'internal' })
  gaps.start()
  readAtMs = toMs + 10_000
  await look()
  expect(await gaps.recent()).toEqual([{ server: '1', fromMs, toMs, filled: false, calls: 0 }])
  expect(filled).toEqual([])

  readAtMs = toMs + 10_001
  await look()
  expect(await gaps.recent()).toEqual([{ server: '1', fromMs, toMs, filled: true, calls: 2 }])
  expect(filled.map(({ id, operator_id, answered_at_ms }) => [id, operator_id, answered_at_ms])).toEqual([
    ['answered', 'anna', fromMs - 60_000],
    ['missed', null, null],
  ])
})

it('fills one that could not be written with the next look, and none twice', async () => {
  away(fromMs, toMs)
  call('missed', fromMs + 5_000, fromMs + 20_000)
  refusals = 1
  readAtMs = rig.clock.nowMs()
  gaps.start()
  await look()
  expect(refusals).toBe(0)
  expect(await gaps.recent()).toMatchObject([{ filled: false }])
  await look()
  expect(await gaps.recent()).toMatchObject([{ filled: true }])
  await look()
  expect(filled.map(({ id }) => id)).toEqual(['missed'])
})

it('takes what the PBX wrote late too, looking once a minute for an hour', async () => {
  away(fromMs, toMs)
  call('written at once', fromMs + 5_000, fromMs + 20_000)
  readAtMs = rig.clock.nowMs()
  gaps.start()
  await look()
  call('written late', fromMs + 6_000, fromMs + 25_000)
  await look()
  expect([fills, filled.length]).toEqual([1, 1])
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 3_000) await look()
  }
  await pass(60_000)
  expect([fills, new Set(filled.map(({ id }) => id))]).toEqual([2, new Set(['written at once', 'written late'])])
  expect(await gaps.recent()).toMatchObject([{ filled: true, calls: 2 }])

  await pass(toMs + 3_600_000 - rig.clock.nowMs())
  const looked = fills
  expect(looked).toBeGreaterThan(50)
  call('an hour late', fromMs + 7_000, fromMs + 26_000)
  await pass(180_000)
  expect(fills).toBe(looked)
})

it('takes the calls of the server that was away, and tells which it was', async () => {
  away(fromMs, toMs, 'ami:channels~2')
  call('1.0', fromMs + 5_000, fromMs + 20_000)
  call('1.0~2', fromMs + 5_000, fromMs + 20_000)
  readAtMs = rig.clock.nowMs()
  gaps.start()
  await look()
  expect(filled.map(({ id }) => id)).toEqual(['1.0~2'])
  expect(await gaps.recent()).toEqual([{ server: '2', fromMs, toMs, filled: true, calls: 1 }])
})

it('fills what two servers were away for at once, each for itself', async () => {
  away(fromMs, toMs)
  away(fromMs, toMs, 'ami:channels~2')
  call('1.0', fromMs + 5_000, fromMs + 20_000)
  call('1.0~2', fromMs + 5_000, fromMs + 20_000)
  call('2.0~2', fromMs + 25_000, fromMs + 40_000)
  readAtMs = rig.clock.nowMs()
  gaps.start()
  await look()
  expect(fills).toBe(1)
  expect((await gaps.recent()).map(({ server, calls }) => [server, calls])).toEqual([
    ['1', 1],
    ['2', 2],
  ])
})

it('looks no more once it is stopped, be it in the middle of a look', async () => {
  away(fromMs, toMs)
  call('missed', fromMs + 5_000, fromMs + 20_000)
  readAtMs = rig.clock.nowMs()
  refusals = 1
  gaps.start()
  rig.clock.advance(3_000)
  await gaps.stop()
  expect(refusals).toBe(0)
  await look()
  expect(filled).toEqual([])
})

it('tells the newest first, and of the last day only', async () => {
  const dayMs = 24 * 3_600_000
  away(fromMs - 1, toMs - 1)
  away(fromMs, toMs)
  away(fromMs - dayMs, rig.clock.nowMs() - dayMs - 1)
  expect((await gaps.recent()).map((gap) => gap.toMs)).toEqual([toMs, toMs - 1])
})

it('looks again for a while each time the link comes up, and then asks nobody', async () => {
  telephony.setStatus({ state: 'down', problem: 'lost', sinceMs: 0 })
  gaps.start()
  away(fromMs, toMs)
  call('missed', fromMs + 5_000, fromMs + 20_000)
  readAtMs = rig.clock.nowMs()
  rig.clock.advance(60_000)
  expect((await gaps.recent())[0]?.filled).toBe(false)
  telephony.setStatus({ state: 'up', problem: null, sinceMs: 0 })
  await look()
  expect((await gaps.recent())[0]?.filled).toBe(true)

  // Past the hour in which more may be written late, and to the look that finds it so.
  rig.clock.advance(3_600_000)
  await gaps.idle()
  rig.clock.advance(60_000)
  await gaps.idle()
  away(fromMs + 1, toMs)
  // No further than to the look that must not be: the clock is the readers' too, and would end its question.
  rig.clock.advance(60_000)
  await gaps.idle()
  expect((await gaps.recent())[0]?.filled).toBe(false)
})
