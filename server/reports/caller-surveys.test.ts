import { afterAll, beforeAll, expect, it } from 'vitest'
import { galina } from '../calls/fixture.ts'
import type { Grouping, ReportFilter } from '../contract/index.ts'
import { addHistory, openRecordRig, type RecordRig } from './fixture.ts'

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
