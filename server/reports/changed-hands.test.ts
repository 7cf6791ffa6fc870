import { afterEach, beforeEach, expect, it } from 'vitest'
import { anna, boris, galina } from '../calls/fixture.ts'
import type { ReportFilter } from '../contract/index.ts'
import { bucketsOf, keepRollUps, openRecordRig, type RecordRig } from './fixture.ts'
import { addCard } from './fixture-people.ts'

/** Noon of the 12th, in Moscow; Anna leaves 1001 for 1005 on the 15th at noon, and Boris, who had 1002, has it from three o'clock on. */
const noon = Date.UTC(2026, 10, 12, 9)
const hour = 3_600_000
const day = 24 * hour
const leftMs = noon + 3 * day
const takenMs = leftMs + 3 * hour

let rig: RecordRig
beforeEach(async () => {
  rig = await openRecordRig()
  const talks: [string, string, number, number][] = [
    ['a1', '1001', noon, 100],
    ['a2', '1001', noon + day, 100],
    ['a3', '1001', leftMs - hour, 150],
    // Of nobody that is known, between the two.
    ['n1', '1001', leftMs + hour, 70],
    ['b1', '1002', noon, 30],
    ['b2', '1001', takenMs + hour, 200],
    ['b3', '1001', takenMs + 2 * day, 200],
    ['a4', '1005', takenMs + hour, 50],
  ]
  for (const [call_key, operator, atMs, seconds] of talks) {
    const when = { ...bucketsOf(atMs), direction: 'inbound' }
    const talk_ms = seconds * 1_000
    rig.add('ledger_legs', {
      ...{ call_key, n: 0, operator, queue: '701', visit: 0, origin: 'queue', transferred: 0, hold_ms: null },
      ...{ answered_at_ms: atMs, ended_at_ms: atMs + talk_ms, talk_ms },
      ...when,
    })
    rig.add('ledger_calls', {
      ...{ call_key, number: '+79160000001', phone_key: '9160000001', queue: '701', started_at_ms: atMs, queued_at_ms: atMs },
      ...{ answered_at_ms: atMs, ended_at_ms: atMs + talk_ms, operator, talk_ms, hold_ms: null, wait_ms: 0 },
      ...{ outcome: 'answered', missed_cause: null, rings: 0, queue_visits: 1, recording: null },
      ...when,
    })
  }
  const online = (operator: string, from_ms: number, hours: number) =>
    rig.add('operator_spans', {
      ...{ operator, queue: '', from_ms, to_ms: from_ms + hours * hour, state: 'available', reason: '' },
      day: bucketsOf(from_ms).day,
    })
  online('1001', noon, 4)
  online('1001', takenMs, 2)
  keepRollUps(rig.record)
  await addCard(rig, { callId: 'a1', operatorId: 'anna', atMs: noon, wrapUpMs: 10_000, score: 5 })
  await addCard(rig, { callId: 'b2', operatorId: 'boris', atMs: takenMs + hour, wrapUpMs: 40_000, score: 2 })
  rig.users.set([{ ...anna, extension: '1005' }, { ...boris, extension: '1001' }, galina])
  rig.users.setExtensionTimes('anna', [
    { extension: '1001', fromMs: noon - day, toMs: leftMs },
    { extension: '1005', fromMs: leftMs, toMs: null },
  ])
  rig.users.setExtensionTimes('boris', [
    { extension: '1002', fromMs: noon - day, toMs: takenMs },
    { extension: '1001', fromMs: takenMs, toMs: null },
  ])
})
afterEach(() => rig.close())

const ask = (filter: ReportFilter = {}, fromDay = 20_261_101, toDay = 20_261_119) =>
  ({ report: 'operators', groupBy: 'operator', filter, fromDay, toDay, compare: false }) as const
const read = async (request: ReturnType<typeof ask>) => {
  const { rows, total } = await rig.reports.run(galina, request)
  const of = ({ name, values }: Pick<(typeof rows)[number], 'name' | 'values'>) => [
    name,
    ...['handled', 'talkMs', 'onlineMs', 'averageWrapUpMs', 'satisfaction'].map((id) => values[id]),
  ]
  return { rows: rows.map(of), total: of({ name: 'all', values: total }), keys: rows.map(({ key }) => key) }
}

it.each([false, true])(
  'a row is one person’s, talks and cards alike, whoever has the extension now (sums of cards: %s)',
  async (sums) => {
    if (sums) await rig.sumCards()
    const { rows, total, keys } = await read(ask())
    expect(rows).toEqual([
      ['1001', 1, 70_000, 0, null, null],
      ['Anna', 4, 400_000, 4 * hour, 10_000, 1],
      ['Boris', 3, 430_000, 2 * hour, 40_000, 0],
    ])
    expect(total).toEqual(['all', 8, 900_000, 6 * hour, 25_000, 0.5])
    expect(keys).toEqual(['1001', 'anna', 'boris'])
  },
)

it('days wholly before or after are read from the sums, and are whose they were', async () => {
  expect((await read(ask({}, 20_261_112, 20_261_114))).rows).toEqual([
    ['Anna', 2, 200_000, 4 * hour, 10_000, 1],
    ['Boris', 1, 30_000, 0, null, null],
  ])
  expect((await read(ask({}, 20_261_116, 20_261_119))).rows).toEqual([['Boris', 1, 200_000, 0, null, null]])
})

it('every figure of a row opens the rows it counts, each under the name of who it was', async () => {
  const behind = async (row: string | undefined, figure = 'handled') => {
    const { rows, total } = await rig.reports.behind(galina, { ...ask(), figure, row, offset: 0, limit: 50 })
    return [total, rows.map(({ callKey, operatorName }) => `${callKey} ${operatorName}`).toSorted()]
  }
  expect(await behind('anna')).toEqual([4, ['a1 Anna', 'a2 Anna', 'a3 Anna', 'a4 Anna']])
  expect(await behind('boris')).toEqual([3, ['b1 Boris', 'b2 Boris', 'b3 Boris']])
  expect(await behind('1001')).toEqual([1, ['n1 1001']])
  expect(await behind('anna', 'satisfaction')).toEqual([1, ['a1 Anna']])
  expect(await behind(undefined)).toMatchObject([8, expect.arrayContaining(['n1 1001', 'b1 Boris'])])
})

it('who is picked is picked with all that was theirs', async () => {
  // As the filter offers them: by the extension of now.
  expect((await read(ask({ operators: ['1005'] }))).rows).toEqual([['Anna', 4, 400_000, 4 * hour, 10_000, 1]])
  const both = await read(ask({ operators: ['1001', '1005'] }))
  expect(both.rows.map(([name, handled]) => [name, handled])).toEqual([
    ['Anna', 4],
    ['Boris', 3],
  ])
  const byDay = await rig.reports.run(galina, { ...ask({ operators: ['1005'] }), groupBy: 'day' })
  expect(byDay.rows.map(({ key, values }) => [key, values['handled']])).toEqual([
    ['20261112', 1],
    ['20261113', 1],
    ['20261115', 2],
  ])
})

it('the period before is of who they were then', async () => {
  const { rows } = await rig.reports.run(galina, { ...ask({}, 20_261_115, 20_261_117), compare: true })
  expect(rows.map(({ name, values, before }) => [name, values['handled'], before?.['handled'] ?? null])).toEqual([
    ['1001', 1, null],
    ['Anna', 2, 2],
    ['Boris', 2, 1],
  ])
})
