import { afterAll, beforeAll, expect, it } from 'vitest'
import { galina } from '../calls/fixture.ts'
import type { Grouping, ReportFilter } from '../contract/index.ts'
import { addHistory, openRecordRig, type RecordRig } from './fixture.ts'
import { addCall } from './fixture-people.ts'

/** What callers say after the call, in the report of satisfaction. */

let rig: RecordRig
const days = { fromDay: 20_261_110, toDay: 20_261_119 }
const atMs = Date.UTC(2026, 10, 16, 9)
beforeAll(async () => {
  rig = await openRecordRig()
  addHistory(rig, { calls: 30, days: 5, seed: 2 })
  const asked = [
    { call_id: 'a', queue_number: '701', operator_id: 'anna', asked_at_ms: atMs, score: 5 },
    { call_id: 'b', queue_number: '701', operator_id: 'anna', asked_at_ms: atMs + 1, score: 2 },
    { call_id: 'c', queue_number: '702', operator_id: 'anna', asked_at_ms: atMs + 2, score: null },
    { call_id: 'd', queue_number: '701', operator_id: 'boris', asked_at_ms: atMs + 3, score: 4 },
    { call_id: 'e', queue_number: '701', operator_id: null, asked_at_ms: atMs + 4, score: null },
    { call_id: 'of another month', queue_number: '701', operator_id: 'anna', asked_at_ms: atMs - 30 * 86_400_000, score: 1 },
  ]
  await rig.store.db.insertInto('call_surveys').values(asked).execute()
})
afterAll(() => rig.close())

const request = (groupBy: Grouping, filter: ReportFilter = {}) => ({ report: 'satisfaction', groupBy, filter, ...days }) as const
const table = (groupBy: Grouping, filter: ReportFilter = {}) =>
  rig.reports.run(galina, { ...request(groupBy, filter), compare: false })
const figures = ['surveyed', 'surveyAnswered', 'surveyShare', 'callerSatisfaction', 'callerScore'] as const
const of = (values: Readonly<Record<string, number | null>>) => figures.map((figure) => values[figure])

it('counts who was asked and who answered, apart from what operators noted', async () => {
  const { rows, total } = await table('operator')
  expect(rows.map(({ key, values }) => [key, ...of(values)])).toEqual([
    ['anna', 3, 2, 2 / 3, 0.5, 3.5],
    ['boris', 1, 1, 1, 1, 4],
    [null, 1, 0, 0, null, null],
  ])
  expect(of(total)).toEqual([5, 3, 3 / 5, 2 / 3, 11 / 3])
  expect([total['cards'], total['rated'], total['satisfaction']]).toEqual([0, 0, null])
})

it('tells them apart by queue and by the digit, and picks them by queue and operator', async () => {
  const byScore = await table('score')
  expect(byScore.rows.map(({ key, values }) => [key, values['surveyed']])).toEqual([
    ['2', 1],
    ['4', 1],
    ['5', 1],
    [null, 2],
  ])
  expect(of((await table('queue', { operators: ['anna'] })).total)).toEqual([3, 2, 2 / 3, 0.5, 3.5])
  expect(of((await table('operator', { queues: ['702'] })).total)).toEqual([1, 0, 0, null, null])
})

it('lists the calls behind each figure, as many as it says', async () => {
  const behind = (figure: string, row?: string) =>
    rig.reports.behind(galina, { ...request('operator'), figure, row, offset: 0, limit: 100 })
  const answered = await behind('surveyAnswered')
  expect(answered.rows.map(({ callKey, score }) => [callKey, score])).toEqual([
    ['d', 4],
    ['b', 2],
    ['a', 5],
  ])
  expect((await behind('surveyed', 'anna')).rows.map(({ callKey }) => callKey)).toEqual(['c', 'b', 'a'])
  expect((await behind('callerSatisfaction')).total).toBe(3)
})

it('is of the day its call began, though the caller was asked after midnight', async () => {
  // Moscow's midnight is nine in the evening; the calls go on for fourteen minutes over it.
  const midnight = Date.UTC(2026, 10, 17, 21)
  addCall(rig, { key: 'over', atMs: midnight - 600_000, answered: true })
  rig.add('call_aliases', { unique_id: 'over by another id', call_key: 'over' })
  addCall(rig, { key: 'after', atMs: midnight + 60_000, answered: true })
  const asked = { queue_number: '703', operator_id: 'anna', score: 5 }
  await rig.store.db
    .insertInto('call_surveys')
    .values([
      { ...asked, call_id: 'over by another id', asked_at_ms: midnight + 240_000 },
      { ...asked, call_id: 'after', asked_at_ms: midnight + 120_000 },
      // The record has no such call.
      { ...asked, call_id: 'unknown', asked_at_ms: midnight + 1 },
    ])
    .execute()
  const of = async (fromDay: number, toDay: number, groupBy: Grouping) => {
    const ask = { ...request(groupBy, { queues: ['703'] }), fromDay, toDay, compare: false }
    const { rows } = await rig.reports.run(galina, { ...ask, figures: ['surveyed'] })
    return rows.map(({ key, values }) => [key, values['surveyed']])
  }
  expect(await of(20_261_117, 20_261_117, 'day')).toEqual([['20261117', 1]])
  expect(await of(20_261_118, 20_261_118, 'day')).toEqual([
    ['20261118', 1],
    [null, 1],
  ])
  expect(await of(20_261_117, 20_261_117, 'operator')).toEqual([['anna', 1]])
  expect(await of(20_261_118, 20_261_118, 'operator')).toEqual([['anna', 2]])
  expect(await of(20_261_116, 20_261_119, 'operator')).toEqual([['anna', 3]])
  const listed = await rig.reports.behind(galina, {
    ...request('day', { queues: ['703'] }),
    ...{ fromDay: 20_261_117, toDay: 20_261_117, figure: 'surveyed', offset: 0, limit: 9 },
  })
  expect(listed.rows.map(({ callKey, atMs: at }) => [callKey, at])).toEqual([['over', midnight + 240_000]])
})
