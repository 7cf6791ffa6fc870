import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeQueueNames, galina } from '../calls/fixture.ts'
import { type Grouping, longestIntervalDays } from '../contract/index.ts'
import { openRecordRig, type RecordRig } from './fixture.ts'
import { addCard } from './fixture-people.ts'
import { siteBuckets } from './fold/buckets.ts'
import { LedgerReports } from './index.ts'
import { sumsQuestions } from './queries/questions.ts'
import { momentsOf } from './queries/site-days.ts'

const minuteMs = 60_000
/** In the night to the 25th the clock is put back from three to two, in UTC at one. */
const timeZone = 'Europe/Berlin'
const night = Date.UTC(2026, 9, 25)
const buckets = siteBuckets(timeZone)

let rig: RecordRig
let reports: LedgerReports
beforeAll(async () => {
  rig = await openRecordRig()
  // At 02:05, 02:20, 02:35 twice; talks of the last one begin a quarter of an hour later.
  for (const hour of [0, 1])
    for (const [minute, outcome] of [
      [5, 'answered'],
      [20, 'abandoned'],
      [35, 'answered'],
    ] as const)
      await addVisit({
        key: `${hour}-${minute}`,
        atMs: night + (hour * 60 + minute) * minuteMs,
        answered: outcome === 'answered',
      })
  // The same evening and one day before.
  await addVisit({ key: 'evening', atMs: Date.UTC(2026, 9, 25, 22, 59), answered: true })
  await addVisit({ key: 'before', atMs: Date.UTC(2026, 9, 24, 0, 20), answered: true })
  await addVisit({ key: 'before noon', atMs: Date.UTC(2026, 9, 24, 9, 59), answered: false })
  reports = new LedgerReports({
    ...{ reader: rig.reader, users: rig.users, queueNames: new FakeQueueNames(), clock: rig.clock, timeZone },
    workTimes: { all: () => ({ times: [], holidays: [] }) },
    cardSums: { whole: () => false },
  })
})
afterAll(() => rig.close())

async function addVisit({ key, atMs, answered }: { key: string; atMs: number; answered: boolean }) {
  const { from_minute: _, ...when } = buckets(atMs)
  const answeredAtMs = answered ? atMs + 15 * minuteMs : null
  const talkMs = 60_000
  const common = { call_key: key, queue: '701', ...when }
  rig.add('ledger_calls', {
    ...{ ...common, direction: 'inbound', number: '', phone_key: '', started_at_ms: atMs, queued_at_ms: atMs },
    ...{ answered_at_ms: answeredAtMs, ended_at_ms: atMs + 20 * minuteMs, operator: '1001', talk_ms: answered ? talkMs : 0 },
    ...{ hold_ms: null, wait_ms: 0, outcome: answered ? 'answered' : 'missed', missed_cause: answered ? null : 'allBusy' },
    ...{ rings: 1, queue_visits: 1, recording: null },
  })
  rig.add('queue_visits', {
    ...{ ...common, n: 0, entered_at_ms: atMs, left_at_ms: atMs + 15 * minuteMs, wait_ms: 0, position_in: 1, position_out: null },
    ...{ outcome: answered ? 'answered' : 'abandoned', operator: answered ? '1001' : null, talk_ms: 0, rings: 0, exit_key: null },
    ...{ within_target: Number(answered), short_abandon: 0, target_ms: 30_000, short_ms: 5_000, level_part: Number(answered) },
    ...{ level_whole: 1, out_of_hours: 0, cause: null },
  })
  if (answeredAtMs === null) return
  rig.add('ledger_legs', {
    ...{ ...common, n: 0, direction: 'inbound', operator: '1001', visit: 0, origin: 'queue', answered_at_ms: answeredAtMs },
    ...{ ended_at_ms: answeredAtMs + talkMs, talk_ms: talkMs, hold_ms: null, transferred: 0 },
  })
  // After midnight for the call of the evening.
  await addCard(rig, { callId: key, operatorId: 'anna', queuedAtMs: atMs, atMs: answeredAtMs, wrapUpMs: 30_000 })
}

const ask = (groupBy: Grouping, fromDay = 20_261_025, toDay = fromDay) =>
  ({ report: 'times', groupBy, fromDay, toDay, filter: {}, compare: false }) as const
const of = (at: string) => String(Date.parse(`${at}:00Z`))

describe('parts of hours', () => {
  it('have the call’s talk and wrap-up in the part it came in, both times of a night that has an hour twice', async () => {
    const { rows, total } = await reports.run(galina, ask('quarterHour'))
    const figures = ({ offered, answered, abandoned, serviceLevel, handlingMs }: Record<string, number | null>) => ({
      ...{ offered, answered, abandoned, serviceLevel, handlingMs },
    })
    const taken = { offered: 1, answered: 1, abandoned: 0, serviceLevel: 1, handlingMs: 90_000 }
    const lost = { offered: 1, answered: 0, abandoned: 1, serviceLevel: 0, handlingMs: null }
    expect(rows.map(({ key, values }) => [key, figures(values)])).toEqual([
      [of('2026-10-25T00:00'), taken],
      [of('2026-10-25T00:15'), lost],
      [of('2026-10-25T00:30'), taken],
      [of('2026-10-25T01:00'), taken],
      [of('2026-10-25T01:15'), lost],
      [of('2026-10-25T01:30'), taken],
      // Its card rang on the day after.
      [of('2026-10-25T22:45'), taken],
    ])
    expect(total['offered']).toBe(7)
  })

  it('of the day have both under one name', async () => {
    const offered = async (groupBy: Grouping, fromDay?: number) =>
      (await reports.run(galina, ask(groupBy, fromDay, 20_261_025))).rows.map(({ key, values }) => [key, values['offered']])
    expect(await offered('quarterHourOfDay')).toEqual([
      ['120', 2],
      ['135', 2],
      ['150', 2],
      ['1425', 1],
    ])
    expect(await offered('halfHourOfDay')).toEqual([
      ['120', 4],
      ['150', 2],
      ['1410', 1],
    ])
    expect(await offered('halfHourOfDay', 20_261_024)).toEqual([
      ['120', 5],
      ['150', 2],
      ['690', 1],
      ['1410', 1],
    ])
  })

  it.each<Grouping>(['quarterHour', 'halfHour', 'quarterHourOfDay', 'halfHourOfDay'])(
    '%s open what they count',
    async (groupBy) => {
      const asked = ask(groupBy, 20_261_024, 20_261_026)
      const { rows } = await reports.run(galina, asked)
      for (const figure of ['offered', 'calls', 'handled'])
        for (const { key, values } of rows) {
          const behind = await reports.behind(galina, { ...asked, figure, row: key, offset: 0, limit: 50 })
          expect([behind.total, behind.rows.length], `${figure} ${key}`).toEqual([values[figure], values[figure]])
        }
      expect(rows.flatMap(({ values }) => values['handled'] ?? []).reduce((sum, one) => sum + one, 0)).toBe(6)
    },
  )

  it('that are none open nothing', async () => {
    for (const groupBy of ['quarterHour', 'quarterHourOfDay', 'hour', 'day'] as const)
      for (const row of ['x', '-1', '1.5', '1e99', ...(groupBy === 'day' ? ['20261032'] : [])])
        await expect(
          reports.behind(galina, { ...ask(groupBy), figure: 'calls', row, offset: 0, limit: 1 }),
          `${groupBy} ${row}`,
        ).rejects.toMatchObject({ code: 'invalidInput' })
    const none = await reports.behind(galina, { ...ask('quarterHourOfDay'), figure: 'calls', row: '15', offset: 0, limit: 1 })
    expect(none.total).toBe(0)
  })

  it('stand beside the same time of the day before; what is twice there is added', async () => {
    const compared = await reports.run(galina, { ...ask('quarterHour'), compare: true })
    const before = compared.rows.flatMap(({ key, before }) => (before === null ? [] : [[key, before['offered']]]))
    expect(before).toEqual([
      // 02:15 of the day before.
      [expect.stringMatching(new RegExp(`${of('2026-10-25T00:15')}|${of('2026-10-25T01:15')}`)), 1],
      [of('2026-10-25T10:45'), 1],
    ])
    const after = await reports.run(galina, { ...ask('halfHour', 20_261_026), compare: true })
    expect(after.rows.flatMap(({ key, before }) => (before === null ? [] : [[key, before['offered']]]))).toEqual([
      [of('2026-10-26T01:00'), 4],
      [of('2026-10-26T01:30'), 2],
      [of('2026-10-26T22:30'), 1],
    ])
  })

  it('are of a month at most', async () => {
    const to = (toDay: number) => reports.run(galina, ask('quarterHourOfDay', 20_261_001, toDay))
    expect(longestIntervalDays).toBe(31)
    expect((await to(20_261_031)).total['offered']).toBe(9)
    await expect(to(20_261_101)).rejects.toMatchObject({ code: 'invalidInput', fields: { toDay: 'tooLong' } })
  })
})

describe('cards', () => {
  const cards = async (groupBy: Grouping, fromDay: number, toDay = fromDay) => {
    const asked = { ...ask(groupBy, fromDay, toDay), report: 'satisfaction' } as const
    const { rows, total } = await reports.run(galina, asked)
    for (const { key, values } of rows) {
      const behind = await reports.behind(galina, { ...asked, figure: 'cards', row: key, offset: 0, limit: 50 })
      expect([behind.total, behind.rows.length], `${groupBy} ${key}`).toEqual([values['cards'], values['cards']])
    }
    return { rows: rows.map(({ key, values }) => [key, values['cards']]), total: total['cards'] }
  }

  it('that rang after midnight are of the day of their call, in its report and in that of the next', async () => {
    expect(await cards('day', 20_261_025)).toEqual({ rows: [['20261025', 5]], total: 5 })
    expect(await cards('day', 20_261_026)).toEqual({ rows: [], total: 0 })
    expect(await cards('operator', 20_261_025)).toMatchObject({ total: 5 })
    expect(await cards('operator', 20_261_026)).toEqual({ rows: [], total: 0 })
  })

  it('are told apart by days and weekdays, over a change of the clock', async () => {
    const days = [
      ['20261024', 1],
      ['20261025', 5],
    ]
    expect(await cards('day', 20_261_023, 20_261_027)).toEqual({ rows: days, total: 6 })
    // A Saturday and a Sunday.
    expect(await cards('weekday', 20_261_023, 20_261_027)).toMatchObject({
      rows: [
        ['6', 1],
        ['7', 5],
      ],
    })
  })

  it('of a part of a day are cut by their rings, as talks are by their answers', async () => {
    const days = { fromDay: 20_261_025, toDay: 20_261_025 }
    const moments = momentsOf(days, timeZone)
    const counted = async (untilMs: number) => {
      const selection = {
        days,
        moments,
        filter: {},
        people: null,
        nowMs: 0,
        endMs: moments.toMs,
        cardSums: false,
        timeZone,
        untilMs,
      }
      const questions = sumsQuestions(['cards', 'handled'], { selection, groupBy: null })
      return Object.assign({}, ...(await Promise.all(questions.map(({ text }) => rig.reader.rows(text)))).flat())
    }
    // The first caller came at 0:05 and was answered at 0:20.
    expect(await counted(night + 10 * minuteMs)).toMatchObject({ cards: 0, handled: 0 })
    expect(await counted(night + 21 * minuteMs)).toMatchObject({ cards: 1, handled: 1 })
  })
})
