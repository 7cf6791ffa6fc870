import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Grouping, ReportId } from '../../contract/index.ts'
import { databaseFile } from '../../store/index.ts'
import { openRecordRig, type RecordRig, timeZone } from '../fixture.ts'
import { sumOf, sumsFor } from '../metrics/index.ts'
import { reports } from './definitions.ts'
import { answers, countedDaysQuestion, sumsQuestions } from './questions.ts'
import { rowsQuestion } from './rows-question.ts'
import { momentsOf } from './site-days.ts'
import type { SqlText } from './sql-text.ts'
import { heldDays } from './tenures.ts'

let rig: RecordRig
beforeAll(async () => {
  rig = await openRecordRig()
  rig.record.prepare('attach ? as app').run(databaseFile(rig.dataDir))
})
afterAll(() => rig.close())

const days = { fromDay: 20_260_101, toDay: 20_261_231 }
const selection = {
  days,
  moments: momentsOf(days, timeZone),
  filter: {},
  people: null,
  nowMs: 0,
  endMs: 0,
  cardSums: true,
  timeZone,
}
const planOf = ({ sql, parameters }: SqlText): string =>
  rig.record
    .prepare<unknown[], { detail: string }>(`explain query plan ${sql}`)
    .all(...parameters)
    .map(({ detail }) => detail)
    .join('\n')
const readBy = (report: ReportId, groupBy: Grouping) =>
  sumsQuestions(
    sumsFor([...reports[report].shown, ...(reports[report].more ?? [])]).filter((id) => answers(sumOf(id).source, groupBy, [])),
    { selection, groupBy },
  ).map(({ text }) => planOf(text))

it.each<[ReportId, Grouping]>([
  ['queues', 'queue'],
  ['queues', 'day'],
  ['operators', 'operator'],
  ['operators', 'day'],
  ['missed', 'cause'],
  ['states', 'pauseReason'],
  ['satisfaction', 'operator'],
])('%s by %s over a year reads sums of days', (report, groupBy) => {
  for (const plan of readBy(report, groupBy).filter(
    (each) => !/ledger_calls_|SEARCH c USING PRIMARY KEY|call_surveys_figures/.test(each),
  ))
    expect(plan).toMatch(/SEARCH [qseom] USING PRIMARY KEY \(day>\? AND day<\?\)/)
})

it.each<[ReportId, Grouping]>([
  ['categories', 'category'],
  ['categories', 'result'],
  ['categories', 'queue'],
  ['satisfaction', 'score'],
  ['satisfaction', 'weekday'],
])('%s by %s reads of cards their index alone', (report, groupBy) => {
  expect(readBy(report, groupBy)[0]).toMatch(/SEARCH k USING COVERING INDEX cards_figures/)
})

it.each<Grouping>(['operator', 'queue', 'score'])(
  'satisfaction by %s finds callers’ answers by when they were asked',
  (groupBy) => {
    const plans = readBy('satisfaction', groupBy).filter((plan) => /\by\b/.test(plan))
    expect(plans).toHaveLength(1)
    expect(plans[0]).toMatch(/SEARCH y USING INDEX call_surveys_figures \(asked_at_ms>\? AND asked_at_ms<\?\)/)
    expect(plans[0]).not.toMatch(/SCAN/)
  },
)

it('hours are read in their order, never through the index of their days', () => {
  for (const plan of readBy('queues', 'hourOfDay')) expect(plan).toContain('SEARCH h USING PRIMARY KEY (hour_ms>? AND hour_ms<?)')
})

it.each([
  ['calls', null, 'SEARCH c USING INDEX ledger_calls_day (day=?)'],
  ['missed', { by: 'cause', key: 'queueTimeout' }, 'SEARCH c USING INDEX ledger_calls_missed (day=?)'],
  ['missedCallers', null, 'SEARCH c USING INDEX ledger_calls_missed (day=?)'],
  ['handled', { by: 'operator', key: '1001' }, 'SEARCH l USING INDEX ledger_legs_day (day=? AND operator=?)'],
  ['abandoned', { by: 'queue', key: '701' }, 'SEARCH v USING INDEX queue_visits_day (day=? AND queue=?)'],
] as const)('a page of the rows that %s counts reads the days it lies in', (sum, group, search) => {
  const question = rowsQuestion(sum, { selection, group, days: [20_260_317, 20_260_316], offset: 7, limit: 100 })
  const [first = ''] = (question ? planOf(question.rows) : '').split('\n').filter((each) => each.startsWith('SEARCH'))
  expect(first).toBe(search)
  expect(question && planOf(question.rows)).toMatch(/SEARCH k USING INDEX cards_call \(call_id=\?\)/)
})

it('missed calls are found by their own index, the counted and the listed ones', () => {
  const missed = { ...selection, calls: { outcome: 'missed' } } as const
  const page = rowsQuestion('calls', { selection: missed, group: null, days: [20_260_317], offset: 0, limit: 100 })
  for (const text of [countedDaysQuestion('calls', missed), page?.rows])
    expect(text && planOf(text)).toMatch(/SEARCH c USING (COVERING )?INDEX ledger_calls_missed/)
})

it('a search looked at every call of the days themselves, where their index has all it asks', () => {
  const search = {
    phones: ['%4711%'],
    text: '%иван%',
    people: [{ id: 'anna', times: [{ extension: '1001', fromMs: 0, toMs: null }] }],
    queues: ['701'],
  }
  const text = countedDaysQuestion('calls', { ...selection, calls: { search } })
  expect(planOf(text)).toMatch(/SEARCH c USING COVERING INDEX ledger_calls_day \(day>\? AND day<\?\)/)
})

it('what changed hands reads sums of days, and rows of the day of the change alone', () => {
  // Noon of 15 May.
  const changedMs = Date.UTC(2026, 4, 15, 9)
  const handedOver = [
    { id: 'anna', times: [{ extension: '1001', fromMs: 0, toMs: changedMs }] },
    { id: 'boris', times: [{ extension: '1001', fromMs: changedMs, toMs: null }] },
  ].flatMap((person) => heldDays(person, { days, timeZone }))
  const sums = sumsFor(['handled', 'missedRings', 'onlineMs'])
  const plans = sumsQuestions(sums, { selection, groupBy: 'operator', handedOver }).map(({ text, quickDays }) => ({
    quickDays,
    plan: planOf(text),
  }))
  expect(plans.filter(({ quickDays }) => quickDays === 0)).toEqual([])
  const searches = plans.flatMap(({ plan }) => plan.match(/SEARCH .*/g) ?? [])
  const found = (...ways: RegExp[]) => searches.filter((each) => ways.some((way) => way.test(each)))
  const ofSums = found(/SEARCH [so] USING PRIMARY KEY \(day>\? AND day<\?\)/, /SEARCH o .*\(operator=\? AND day>\? AND day<\?\)/)
  const ofRows = found(
    /SEARCH l .*\(operator=\? AND answered_at_ms>\? AND answered_at_ms<\?\)/,
    /SEARCH r .*\(day=\? AND operator=\?\)/,
    /SEARCH s .*\(queue=\? AND from_ms>\? AND from_ms<\?\)/,
  )
  // Of talks and rings, and of states: everybody's, Anna's and Boris's.
  expect(ofSums).toHaveLength(6)
  // Of each of the three, Anna's morning and Boris's afternoon.
  expect(ofRows).toHaveLength(6)
  expect(searches).toHaveLength(12)
})
