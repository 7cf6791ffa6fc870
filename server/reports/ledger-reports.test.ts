import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anna, boris, galina } from '../calls/fixture.ts'
import type { Grouping, ReportFilter, ReportId } from '../contract/index.ts'
import { addHistory, keepRollUps, openRecordRig, type RecordRig } from './fixture.ts'
import { addCards, addSpans } from './fixture-people.ts'
import { metricIds, metricOf } from './metrics/index.ts'
import { reports as allReports } from './queries/definitions.ts'
import { sumsQuestions } from './queries/questions.ts'
import { momentsOf } from './queries/site-days.ts'

let rig: RecordRig
beforeAll(async () => {
  rig = await openRecordRig()
  addHistory(rig, { calls: 1_500, days: 12, seed: 5 })
  addSpans(rig)
  keepRollUps(rig.record)
  await addCards(rig)
  await rig.sumCards()
})
afterAll(() => rig.close())

const days = { fromDay: 20_261_110, toDay: 20_261_119 }
const ask = (report: ReportId, groupBy: Grouping, filter: ReportFilter = {}) => ({
  report,
  groupBy,
  filter,
  ...days,
  compare: false,
})
const selection = {
  days,
  moments: momentsOf(days, 'Europe/Moscow'),
  filter: {},
  people: [{ id: 'anna', times: [{ extension: '1001', fromMs: 0, toMs: null }] }],
  nowMs: 0,
  endMs: momentsOf(days, 'Europe/Moscow').toMs,
  cardSums: true,
  timeZone: 'Europe/Moscow',
}

describe('a report', () => {
  it('says how far the PBX’s own record is read, whatever the demo’s past ends with', async () => {
    const add = rig.record.prepare(
      "insert into import_state (source_id, kind, rows_read, problems, up_to_ms, caught_up) values (?, 'cdr', 1, 0, ?, 1)",
    )
    add.run('cdr', 1_700_000_000_000)
    add.run('demo-record:Master.csv', 1_600_000_000_000)
    expect((await rig.reports.run(galina, ask('queues', 'queue'))).upToMs).toBe(1_700_000_000_000)
    rig.record.exec('delete from import_state')
  })

  it('balances: the outcomes of each queue are what it was offered, and the footer is of all of them', async () => {
    const table = await rig.reports.run(galina, ask('queues', 'queue'))
    expect(table.rows.map((row) => row.name)).toEqual(['702', '703', 'Sales'])
    for (const { values } of [...table.rows, { values: table.total }]) {
      const of = (...ids: string[]) => ids.reduce((sum, id) => sum + (values[id] ?? 0), 0)
      expect(of('offered')).toBeGreaterThan(10)
      expect(of('answered', 'abandoned', 'timedOut', 'leftEmpty', 'keyExit', 'otherEnd')).toBe(of('offered'))
    }
    expect(table.total['offered']).toBe(table.rows.reduce((sum, row) => sum + (row.values['offered'] ?? 0), 0))
  })

  it('has a footer of sums, not of means', async () => {
    const { rows, total } = await rig.reports.run(galina, ask('queues', 'day'))
    const waited = rows.reduce((sum, { values }) => sum + (values['averageAnswerMs'] ?? 0) * (values['answered'] ?? 0), 0)
    const answered = rows.reduce((sum, { values }) => sum + (values['answered'] ?? 0), 0)
    expect(total['averageAnswerMs']).toBeCloseTo(waited / answered, 6)
    const ofMeans = rows.reduce((sum, { values }) => sum + (values['averageAnswerMs'] ?? 0), 0) / rows.length
    expect(Math.abs((total['averageAnswerMs'] ?? 0) - ofMeans)).toBeGreaterThan(1)
    expect(total['longestWaitMs']).toBe(Math.max(...rows.map(({ values }) => values['longestWaitMs'] ?? 0)))
  })

  it('says the same of operators as of their queues', async () => {
    const queues = await rig.reports.run(galina, ask('queues', 'queue'))
    const operators = await rig.reports.run(galina, ask('operators', 'operator'))
    expect(operators.total['handledQueue']).toBe(queues.total['answered'])
    expect(operators.rows.map((row) => row.name)).toContain('Anna')
  })

  it('is no data where nothing was', async () => {
    const none = await rig.reports.run(galina, { ...ask('queues', 'queue'), fromDay: 20_200_101, toDay: 20_200_102 })
    expect(none.rows).toEqual([])
    expect(none.total).toMatchObject({
      offered: 0,
      serviceLevel: null,
      answeredShare: null,
      averageAnswerMs: null,
      longestWaitMs: null,
    })
  })

  it('compares with the days before', async () => {
    const request = { ...ask('queues', 'queue'), fromDay: 20_261_116, toDay: 20_261_119 }
    const table = await rig.reports.run(galina, { ...request, compare: true })
    const before = await rig.reports.run(galina, { ...request, fromDay: 20_261_112, toDay: 20_261_115 })
    expect(table.before).toEqual({ fromDay: 20_261_112, toDay: 20_261_115 })
    expect(table.totalBefore).toEqual(before.total)
    for (const row of before.rows) expect(table.rows.find(({ key }) => key === row.key)?.before).toEqual(row.values)
  })

  it('leaves out what a filter cannot tell, and keeps the rest', async () => {
    const all = await rig.reports.run(galina, ask('operators', 'operator'))
    const some = await rig.reports.run(galina, ask('operators', 'operator', { queues: ['701'] }))
    expect(all.figures).toContain('onlineMs')
    // Nobody is logged in for one queue's calls only.
    expect(some.figures).not.toContain('onlineMs')
    expect(some.figures).toContain('averageTalkMs')
    expect(some.total['handled']).toBeLessThan(all.total['handled'] ?? 0)
  })

  it('is not narrowed by what only answered calls have, where it would hide who was lost', async () => {
    const filters = Object.fromEntries(rig.reports.definitions(galina).reports.map((report) => [report.id, report.filters]))
    expect(filters['queues']).toEqual(['queues', 'customer'])
    expect(filters['operators']).toEqual(['queues', 'operators', 'direction', 'category', 'customer'])
    expect((await rig.reports.run(galina, ask('queues', 'queue', { operators: ['1001'] }))).figures).toEqual([])
  })

  it('computes only what is wanted, and shows no group of nothing', async () => {
    const { figures, rows } = await rig.reports.run(galina, { ...ask('missed', 'cause'), figures: ['missed', 'nonsense'] })
    expect(figures).toEqual(['missed'])
    expect(rows.map(({ key }) => key)).not.toContain(null)
    expect(Object.keys(rows[0]?.values ?? {})).toEqual(['missed'])
  })

  it('causes and categories stood by their codes: what there is the most of stands first', async () => {
    for (const [report, groupBy, figure] of [
      ['missed', 'cause', 'missed'],
      ['categories', 'category', 'cards'],
    ] as const) {
      const { rows } = await rig.reports.run(galina, ask(report, groupBy))
      const amounts = rows.flatMap(({ key, values }) => (key === null ? [] : (values[figure] ?? 0)))
      expect(new Set(amounts).size, groupBy).toBeGreaterThan(1)
      expect(amounts, groupBy).toEqual(amounts.toSorted((a, b) => b - a))
    }
  })

  it('knows the cards of a category and their calls', async () => {
    const byCategory = await rig.reports.run(galina, ask('categories', 'category'))
    const delivery = byCategory.rows.find(({ key }) => key === 'delivery')?.values['cards'] ?? 0
    expect(delivery).toBeGreaterThan(1)
    const calls = await rig.reports.run(galina, ask('times', 'weekday', { categoryId: 'delivery' }))
    expect(calls.total['calls']).toBe(delivery)
  })

  it('has wrap-up and time logged in beside the talks of the same person', async () => {
    const { rows } = await rig.reports.run(galina, ask('operators', 'operator'))
    const values = rows.find(({ key }) => key === 'anna')?.values ?? {}
    expect(values['onlineMs']).toBe(8 * 3_600_000)
    expect(values['pausedMs']).toBe(3_600_000)
    // Of the eight hours: nearly seven free or talking, an hour of lunch and a minute of wrap-up.
    const states = await rig.reports.run(galina, ask('states', 'operator'))
    expect(states.rows.find(({ key }) => key === 'anna')?.values).toMatchObject({ pausedMs: 3_600_000, wrapUpStateMs: 60_000 })
    const reasons = await rig.reports.run(galina, ask('states', 'pauseReason'))
    expect(reasons.rows.find(({ key }) => key === 'wrapup')?.values).toMatchObject({ pausedMs: 0, wrapUpStateMs: 60_000 })
    expect(values['averageWrapUpMs']).toBe(20_000)
    const handled = values['handled'] ?? 0
    const { n } = rig.store.db ? await cardsOf('anna') : { n: 0 }
    expect(values['handlingMs']).toBeCloseTo(((values['talkMs'] ?? 0) + n * 20_000) / handled, 6)
  })

  it.each(
    Object.entries(allReports).flatMap(([id, { groupings }]) => groupings.map((groupBy) => ({ id: id as ReportId, groupBy }))),
  )('$id by $groupBy has figures, and each that opens lists what it says', async ({ id, groupBy }) => {
    const reader = id === 'own' ? anna : galina
    const request = ask(id, groupBy)
    const table = await rig.reports.run(reader, request)
    expect(table.figures.length).toBeGreaterThan(0)
    const [row] = table.rows
    if (!row) return
    for (const figure of metricIds) {
      if (!table.figures.includes(figure) || metricOf(figure).opens === null) continue
      const behind = await rig.reports.behind(reader, { ...request, figure, row: row.key, offset: 0, limit: 500 })
      if (metricOf(figure).unit === 'count' && metricOf(figure).needs.length === 1)
        expect([figure, behind.total]).toEqual([figure, row.values[figure]])
      expect(behind.rows).toHaveLength(Math.min(500, behind.total))
      expect(new Set(behind.rows.map((one) => one.id)).size).toBe(behind.rows.length)
    }
  })

  it('says which hours all its queues were closed in, and shows what came out of hours where there is work time', async () => {
    const isShown = () =>
      rig.reports
        .definitions(galina)
        .reports.find(({ id }) => id === 'queues')
        ?.shown.includes('outOfHours')
    const closed = async (filter: ReportFilter = {}) => (await rig.reports.run(galina, ask('times', 'hourOfDay', filter))).closed
    expect([isShown(), await closed()]).toEqual([false, []])
    const nineToSix = Array.from({ length: 7 }, () => [{ from: 540, to: 1_080 }])
    rig.open({ times: [{ queue: '701', fromDay: null, week: nineToSix, keepsHolidays: true }], holidays: [] })
    expect([isShown(), (await closed({ queues: ['701'] })).map(Number)]).toEqual([
      true,
      [...[0, 1, 2, 3, 4, 5, 6, 7, 8], ...[18, 19, 20, 21, 22, 23]],
    ])
    // 702 has none: it is always open.
    expect(await closed({ queues: ['701', '702'] })).toEqual([])
    rig.open({ times: [], holidays: [] })
  })
})

describe('who may', () => {
  it('a filter that rows do not have is a mistake, not everybody’s rows', () => {
    const asked = { selection, groupBy: null }
    expect(() => sumsQuestions(['offered'], asked)).toThrow(RangeError)
    expect(sumsQuestions(['handled'], asked)).toHaveLength(1)
  })

  it('nobody sees in the own report what the extension did while it was another person’s', async () => {
    const request = { ...ask('own', 'day'), fromDay: 20_261_115, compare: true }
    const behind = { ...ask('own', 'day'), fromDay: 20_261_115, figure: 'handled', offset: 0, limit: 500 }
    const whole = await rig.reports.run(anna, request)
    const before = await rig.reports.behind(anna, behind)
    // In the middle of a day that both worked.
    const at = before.rows[Math.floor(before.rows.length / 2)]?.atMs ?? 0
    rig.users.setExtensionTimes('anna', [{ extension: '1001', fromMs: at, toMs: null }])
    const own = await rig.reports.run(anna, request)
    const after = await rig.reports.behind(anna, behind)
    rig.users.setExtensionTimes('anna', [{ extension: '1001', fromMs: rig.clock.nowMs(), toMs: null }])
    const nothing = await rig.reports.run(anna, request)
    rig.users.setExtensionTimes('anna', [{ extension: '1001', fromMs: 0, toMs: null }])

    expect(after.rows).toEqual(before.rows.filter(({ atMs }) => atMs >= at))
    expect(own.total['handled']).toBe(after.total)
    expect(after.total).toBeLessThan(before.total)
    expect(after.total).toBeGreaterThan(0)
    expect(whole.totalBefore?.['handled']).toBeGreaterThan(0)
    expect(own.totalBefore?.['handled']).toBe(0)
    expect(own.total['onlineMs']).toBeLessThan(whole.total['onlineMs'] ?? 0)
    expect(['handled', 'missedRings', 'onlineMs'].map((figure) => nothing.total[figure])).toEqual([0, 0, 0])
    // Cards are known by person.
    expect(nothing.total['rated']).toBe(whole.total['rated'])
    // Everybody's reports are of extensions as they ever were.
    expect((await rig.reports.run(galina, ask('operators', 'operator'))).total['handled']).toBeGreaterThan(before.total)
  })

  it('who takes another’s extension keeps the own calls of before, and sees none of the other’s', async () => {
    const request = ask('own', 'day')
    const behind = { ...request, figure: 'handled', offset: 0, limit: 500 }
    const [annas, boriss] = [await rig.reports.behind(anna, behind), await rig.reports.behind(boris, behind)]
    const own = await rig.reports.run(anna, request)
    // In the middle of a day that both worked they change places.
    const at = annas.rows[Math.floor(annas.rows.length / 2)]?.atMs ?? 0
    const changed = (first: string, then: string) => [
      { extension: first, fromMs: 0, toMs: at },
      { extension: then, fromMs: at, toMs: null },
    ]
    rig.users.set([{ ...anna, extension: '1002' }, { ...boris, extension: '1001' }, galina])
    rig.users.setExtensionTimes('anna', changed('1001', '1002'))
    rig.users.setExtensionTimes('boris', changed('1002', '1001'))
    try {
      const after = await rig.reports.behind(anna, behind)
      const table = await rig.reports.run(anna, request)
      const hers = [...annas.rows.filter(({ atMs }) => atMs < at), ...boriss.rows.filter(({ atMs }) => atMs >= at)]
      expect(after.rows.map(({ id }) => id).sort()).toEqual(hers.map(({ id }) => id).sort())
      expect(new Set(after.rows.map(({ operatorName }) => operatorName))).toEqual(new Set(['Anna']))
      expect(after.rows.length).toBeGreaterThan(annas.rows.length / 3)
      expect(table.total['handled']).toBe(after.total)
      // Cards are known by person, whatever the extension.
      expect(table.total['rated']).toBe(own.total['rated'])
      const all = (await rig.reports.behind(boris, behind)).total + after.total
      expect(all).toBe(annas.total + boriss.total)
      // Days wholly before are read from the sums, and are the same.
      const first = { ...request, toDay: 20_261_111 }
      const detail = await rig.reports.behind(anna, { ...behind, ...first })
      expect((await rig.reports.run(anna, first)).total['handled']).toBe(detail.total)
      expect(detail.rows).toEqual(annas.rows.filter(({ atMs }) => atMs < momentsOf(first, 'Europe/Moscow').toMs))
      await expect(rig.reports.run(anna, ask('own', 'day', { operators: ['1003'] }))).rejects.toMatchObject({ code: 'forbidden' })
    } finally {
      rig.users.set([anna, boris, galina])
      rig.users.setExtensionTimes('anna', [{ extension: '1001', fromMs: 0, toMs: null }])
      rig.users.setExtensionTimes('boris', [{ extension: '1002', fromMs: 0, toMs: null }])
    }
  })

  it('an operator has the own report of oneself only, also when asked directly', async () => {
    await expect(rig.reports.run(anna, ask('operators', 'operator'))).rejects.toMatchObject({ code: 'forbidden' })
    await expect(rig.reports.run(anna, ask('queues', 'queue'))).rejects.toMatchObject({ code: 'forbidden' })
    await expect(rig.reports.run(anna, ask('own', 'day', { operators: ['1002'] }))).rejects.toMatchObject({ code: 'forbidden' })
    const behind = { offset: 0, limit: 10, figure: 'handled' }
    await expect(rig.reports.behind(anna, { ...ask('operators', 'operator'), ...behind })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(rig.reports.behind(anna, { ...ask('own', 'day', { operators: ['1002'] }), ...behind })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(rig.reports.definitions(anna).reports.map(({ id }) => id)).toEqual(['own'])
    expect(rig.reports.definitions(anna).operators).toEqual([])
  })

  it('and it holds no row of a colleague', async () => {
    const own = await rig.reports.run(anna, ask('own', 'day'))
    const all = await rig.reports.run(galina, ask('operators', 'operator'))
    expect(own.total['handled']).toBe(all.rows.find(({ key }) => key === 'anna')?.values['handled'])
    const { rows } = await rig.reports.behind(anna, { ...ask('own', 'day'), figure: 'handled', offset: 0, limit: 500 })
    expect(new Set(rows.map(({ operatorName }) => operatorName))).toEqual(new Set(['Anna']))
    expect((await rig.reports.run(boris, ask('own', 'day'))).total['handled']).not.toBe(own.total['handled'])
  })

  it('nobody has a day that is none, a grouping of another report, or a figure that opens nothing', async () => {
    const invalid = { code: 'invalidInput' }
    await expect(rig.reports.run(galina, { ...ask('queues', 'queue'), toDay: 20_261_131 })).rejects.toMatchObject(invalid)
    await expect(rig.reports.run(galina, { ...ask('queues', 'queue'), toDay: 20_261_101 })).rejects.toMatchObject(invalid)
    await expect(rig.reports.run(galina, ask('queues', 'category'))).rejects.toMatchObject(invalid)
    const page = { ...ask('operators', 'operator'), offset: 0, limit: 10 }
    await expect(rig.reports.behind(galina, { ...page, figure: 'onlineMs' })).rejects.toMatchObject(invalid)
    await expect(rig.reports.behind(galina, { ...page, figure: "x'; drop table users" })).rejects.toMatchObject(invalid)
  })

  it('a name that is SQL finds nobody', async () => {
    const table = await rig.reports.run(galina, ask('queues', 'queue', { queues: ["701' or 1=1 --"] }))
    expect(table.rows).toEqual([])
  })
})

async function cardsOf(operatorId: string): Promise<{ n: number }> {
  const { fromMs, toMs } = momentsOf(days, 'Europe/Moscow')
  return rig.store.db
    .selectFrom('cards')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('operator_id', '=', operatorId)
    .where('ringing_at_ms', '>=', fromMs)
    .where('ringing_at_ms', '<', toMs)
    .executeTakeFirstOrThrow()
}
