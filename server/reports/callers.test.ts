import { afterEach, beforeEach, expect, it } from 'vitest'
import { galina } from '../calls/fixture.ts'
import type { Grouping, ReportFilter } from '../contract/index.ts'
import { keepRollUps, openRecordRig, type RecordRig } from './fixture.ts'
import { addCall } from './fixture-people.ts'

let rig: RecordRig
beforeEach(async () => {
  rig = await openRecordRig()
})
afterEach(() => rig.close())

const hour = 3_600_000
/** Noon in Moscow; the rig's now is three in the afternoon of the 20th. */
const noonOf = (day: number) => Date.UTC(2026, 10, day, 9)

it('who was missed is one caller until somebody talked to them, and is not reached until then', async () => {
  const missed = (key: string, phone: string, atMs: number, more: { queue?: string; cause?: string } = {}) =>
    addCall(rig, { key, phone, atMs, ...more })
  // One caller, who is called back the next day, and is missed again.
  missed('a1', '9160000001', noonOf(12), { queue: '702' })
  missed('a2', '9160000001', noonOf(12) + hour, { cause: 'hungUpWaiting' })
  addCall(rig, { key: 'a3', phone: '9160000001', atMs: noonOf(13), direction: 'outbound', answered: true })
  missed('a4', '9160000001', noonOf(14))
  addCall(rig, { key: 'a5', phone: '9160000001', atMs: noonOf(15), direction: 'outbound' })
  // One who came through by themselves.
  missed('b1', '9160000002', noonOf(13))
  addCall(rig, { key: 'b2', phone: '9160000002', atMs: noonOf(16), answered: true })
  // Who hide their numbers may be two, or one.
  missed('c1', '', noonOf(13))
  missed('c2', '', noonOf(13) + hour)
  // One who was missed before the period, in it and after it.
  for (const day of [9, 12, 20]) missed(`d${day}`, '9160000004', noonOf(day))
  keepRollUps(rig.record)

  const ask = (groupBy: Grouping, fromDay = 20_261_112, toDay = 20_261_119) =>
    ({ report: 'missed', groupBy, filter: {}, fromDay, toDay, compare: false }) as const
  const figures = ['missed', 'missedCallers', 'callersNotReached'] as const
  const read = async (request: ReturnType<typeof ask>) => {
    const { rows, total } = await rig.reports.run(galina, { ...request, figures: [...figures] })
    const of = (values: (typeof rows)[number]['values']) => figures.map((id) => values[id])
    return Object.fromEntries([...rows.map(({ key, values }) => [key, of(values)]), ['total', of(total)]])
  }
  expect(await read(ask('day'))).toEqual({
    20261112: [3, 2, 1],
    20261113: [3, 3, 2],
    20261114: [1, 1, 1],
    total: [7, 6, 4],
  })
  expect(await read(ask('queue'))).toEqual({ 701: [6, 6, 4], 702: [1, 0, 0], total: [7, 6, 4] })
  expect(await read(ask('cause'))).toEqual({ allBusy: [6, 5, 4], hungUpWaiting: [1, 1, 0], total: [7, 6, 4] })
  expect((await read(ask('cause', 20_261_109, 20_261_109)))['total']).toEqual([1, 1, 1])
  expect((await read(ask('cause', 20_261_109, 20_261_120)))['total']).toEqual([9, 6, 4])

  const behind = async (figure: string) => {
    const { rows, total } = await rig.reports.behind(galina, { ...ask('cause'), figure, offset: 0, limit: 50 })
    expect(total).toBe(rows.length)
    return rows.map(({ callKey }) => callKey).toSorted()
  }
  expect(await behind('missedCallers')).toEqual(['a2', 'a4', 'b1', 'c1', 'c2', 'd12'])
  expect(await behind('callersNotReached')).toEqual(['a4', 'c1', 'c2', 'd12'])
})

it('whose calls of a queue or an operator were missed is a caller there, wherever else they were missed later', async () => {
  addCall(rig, { key: 'a1', phone: '9160000001', atMs: noonOf(12), queue: '702', operator: '1002' })
  addCall(rig, { key: 'a2', phone: '9160000001', atMs: noonOf(13) })
  // Twice in the one, and once in the other.
  addCall(rig, { key: 'b1', phone: '9160000002', atMs: noonOf(12), queue: '702', operator: '1002' })
  addCall(rig, { key: 'b2', phone: '9160000002', atMs: noonOf(13), queue: '702', operator: '1002' })
  addCall(rig, { key: 'b3', phone: '9160000002', atMs: noonOf(14) })
  addCall(rig, { key: 'b4', phone: '9160000002', atMs: noonOf(15), direction: 'outbound', answered: true })
  keepRollUps(rig.record)
  const read = async (filter: ReportFilter) => {
    const ask = { report: 'missed', groupBy: 'cause', filter, fromDay: 20_261_112, toDay: 20_261_119, compare: false } as const
    const { total } = await rig.reports.run(galina, ask)
    return [total['missed'], total['missedCallers'], total['callersNotReached']]
  }
  expect(await read({})).toEqual([5, 2, 1])
  expect(await read({ queues: ['702'] })).toEqual([3, 2, 1])
  expect(await read({ queues: ['701'] })).toEqual([2, 2, 1])
  expect(await read({ queues: ['701', '702'] })).toEqual([5, 2, 1])
  expect(await read({ operators: ['1002'] })).toEqual([3, 2, 1])
})

it('one number of many missed calls and talks is read once through', async () => {
  // Tried each with each, they are eighteen million looks: more than a minute.
  const many = 6_000
  rig.record.exec('begin')
  for (let n = 0; n < many; n++) {
    addCall(rig, { key: `m${n}`, atMs: noonOf(12) + 2 * n })
    addCall(rig, { key: `t${n}`, atMs: noonOf(12) + 2 * n + 1, answered: true })
  }
  rig.record.exec('commit')
  keepRollUps(rig.record)
  const ask = { report: 'missed', groupBy: 'cause', filter: {}, fromDay: 20_261_112, toDay: 20_261_112, compare: false } as const
  const { total } = await rig.reports.run(galina, ask)
  expect([total['missed'], total['missedCallers'], total['callersNotReached']]).toEqual([many, many, 0])
}, 30_000)

it('a contact of the last seven days is in neither sum of the first contacts', async () => {
  const contact = (key: string, phone: string, atMs: number) => addCall(rig, { key, phone, atMs, answered: true })
  contact('x1', '9160000001', noonOf(11))
  contact('x2', '9160000001', noonOf(12))
  contact('y1', '9160000002', noonOf(15))
  // Seven days ago in an hour.
  contact('z1', '9160000003', noonOf(13) + 4 * hour)
  const ask = (fromDay: number) =>
    ({ report: 'satisfaction', groupBy: 'queue', filter: {}, fromDay, toDay: 20_261_120, compare: false }) as const
  const share = async (fromDay: number) => (await rig.reports.run(galina, ask(fromDay))).total['firstContact']
  // The one of the 11th was repeated, the one of the 12th was not: one of two.
  expect(await share(20_261_110)).toBe(0.5)
  expect(await share(20_261_114)).toBeNull()
  const { rows } = await rig.reports.behind(galina, { ...ask(20_261_110), figure: 'firstContact', offset: 0, limit: 9 })
  expect(rows.map(({ callKey }) => callKey)).toEqual(['x2'])
})

it('a period that is not over is compared with as much of the one before', async () => {
  const calls = (name: string, times: number, atMs: number) => {
    for (let n = 0; n < times; n++) addCall(rig, { key: `${name}${n}`, phone: `916000${n}`, atMs: atMs + n, answered: true })
  }
  const october = (day: number, hours = 0) => Date.UTC(2026, 9, day, 9) + hours * hour
  calls('now', 3, noonOf(20) - 2 * hour)
  calls('in the morning', 2, noonOf(19) - 2 * hour)
  calls('in the evening', 5, noonOf(19) + 8 * hour)
  calls('october', 1, october(5))
  calls('october 20, in the morning', 2, october(20, -2))
  calls('october 20, in the evening', 7, october(20, 8))
  calls('later in october', 9, october(25))
  // At noon of the 20th of October Anna logs in for six hours.
  rig.add('operator_spans', {
    ...{ operator: '1001', queue: '', from_ms: october(20), to_ms: october(20, 6), state: 'available', reason: '' },
    day: 20_261_020,
  })
  keepRollUps(rig.record)
  const times = { report: 'times', filter: {}, compare: true } as const
  const today = await rig.reports.run(galina, { ...times, groupBy: 'hourOfDay', fromDay: 20_261_120, toDay: 20_261_120 })
  expect([today.total['calls'], today.totalBefore?.['calls']]).toEqual([3, 2])
  expect([today.before, today.beforeUntilMs]).toEqual([{ fromDay: 20_261_119, toDay: 20_261_119 }, noonOf(19) + 3 * hour])

  const month = { fromDay: 20_261_101, toDay: 20_261_130 }
  const byDay = await rig.reports.run(galina, { ...times, ...month, groupBy: 'day' })
  expect([byDay.total['calls'], byDay.totalBefore?.['calls'], byDay.before?.toDay]).toEqual([10, 3, 20_261_020])
  // Each day stands beside the day at its place in the month before, whether it had calls of its own or not.
  expect(byDay.rows.map(({ key, values, before }) => [key, values['calls'], before?.['calls'] ?? null])).toEqual([
    ['20261105', 0, 1],
    ['20261119', 7, null],
    ['20261120', 3, 2],
  ])
  const states = await rig.reports.run(galina, { ...times, ...month, report: 'states', groupBy: 'operator' })
  expect(states.totalBefore?.['onlineMs']).toBe(3 * hour)
})

it('a day that the month has not is in the total of the one before, and in no row', async () => {
  addCall(rig, { key: 'n', phone: '9160000001', atMs: noonOf(5), answered: true })
  const october = (day: number) => Date.UTC(2026, 9, day, 9)
  for (const [n, day] of [5, 30, 31, 31].entries())
    addCall(rig, { key: `o${n}`, phone: '9160000001', atMs: october(day), answered: true })
  keepRollUps(rig.record)
  rig.clock.advance(20 * 24 * hour)
  const request = { report: 'times', filter: {}, compare: true, fromDay: 20_261_101, toDay: 20_261_130 } as const
  for (const groupBy of ['day', 'hour'] as const) {
    const { rows, totalBefore, beforeUnplaced } = await rig.reports.run(galina, { ...request, groupBy })
    expect(rows.map(({ values, before }) => [values['calls'], before?.['calls'] ?? null])).toEqual([
      [1, 1],
      [0, 1],
    ])
    expect([totalBefore?.['calls'], beforeUnplaced]).toEqual([4, true])
  }
  const byWeekday = await rig.reports.run(galina, { ...request, groupBy: 'weekday' })
  expect(byWeekday.beforeUnplaced).toBe(false)
})
