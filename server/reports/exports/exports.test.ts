import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { pino } from 'pino'
import { readSheet } from 'read-excel-file/node'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { anna, boris, FakeQueueNames } from '../../calls/fixture.ts'
import {
  addDays,
  type CallsFilter,
  type ExportContent,
  type ExportState,
  type ExtraField,
  type Language,
  type User,
} from '../../contract/index.ts'
import { databaseFile } from '../../store/index.ts'
import { addHistory, openRecordRig, type RecordRig, timeZone } from '../fixture.ts'
import { recordFile } from '../record/record-file.ts'
import { Exports } from './exports.ts'
import { listPlan } from './list-plan.ts'
import type { FileFormat } from './protocol.ts'
import { ReportFiles } from './report-files.ts'

const galina: User = { id: 'galina', email: 'g', name: 'Galina', role: 'supervisor', extension: null, active: true }
let rig: RecordRig
let exports: Exports
let folder = ''
let audited: string[] = []
const make = (more: { roomBytes?: number } = {}) =>
  new Exports({
    ...more,
    folder,
    recordFile: recordFile(rig.dataDir),
    appFile: databaseFile(rig.dataDir),
    databaseUrl: rig.databaseUrl,
    files: new ReportFiles({
      reports: rig.reports,
      callList: rig.callList,
      users: rig.users,
      queueNames: new FakeQueueNames(),
      dictionaries: () => ({ categories: [], results: [] }),
      extraFields: () => [],
      pauseReasons: async () => [],
      timeZone,
      phoneRegion: 'RU',
    }),
    audit: async ({ name }, { kind, format }) => void audited.push(`${name} ${kind} ${format}`),
    clock: rig.clock,
    logger: pino({ level: 'silent' }),
  })
beforeEach(async () => {
  rig = await openRecordRig()
  audited = []
  folder = join(rig.dataDir, 'exports')
  exports = make()
  exports.start()
})
afterEach(async () => {
  await exports.stop()
  await rig.close()
})

const days = { fromDay: 20_261_115, toDay: 20_261_120, filter: {} } as const
const queues = { kind: 'report', report: 'queues', groupBy: 'queue', compare: false, ...days } as const
const heardCalls: Extract<ExportContent, { kind: 'calls' }> = {
  ...{ kind: 'calls', fromMs: 0, toMs: 0, queue: null, direction: null, outcomes: null, search: '' },
}
const calls = { kind: 'behind', report: 'times', groupBy: 'weekday', figure: 'calls', ...days } as const

/** The file as it would be downloaded, once it is written. */
async function whole<T>(
  content: ExportContent,
  format: FileFormat,
  use: (path: string) => Promise<T> | T,
  language: Language = 'ru',
) {
  return exports.whole(galina, { content, format, language }, async ({ path }) => use(path))
}
const csvRows = (path: string): Record<string, string>[] =>
  parse(readFileSync(path), { bom: true, delimiter: ';', columns: true })

it.each([
  ['queues', 'weekday'],
  ['operators', 'operator'],
  ['missed', 'cause'],
  ['times', 'hourOfDay'],
  ['times', 'day'],
  ['times', 'hour'],
  ['times', 'quarterHour'],
  ['times', 'halfHourOfDay'],
  ['categories', 'category'],
  ['satisfaction', 'score'],
  ['callBacks', 'operator'],
  ['states', 'pauseReason'],
] as const)('a file of %s by %s says what the screen says, in both formats', async (report, groupBy) => {
  addHistory(rig, { calls: 400, days: 6, seed: 3 })
  const table = await rig.reports.run(galina, { report, groupBy, ...days, compare: false })
  const content = { kind: 'report', report, groupBy, ...days, compare: false, figures: table.figures } as const
  const rows = await whole(content, 'csv', csvRows)
  expect(rows).toHaveLength(table.rows.length + 1)
  const sheet = await whole(content, 'xlsx', (path) => readSheet(path))
  const body = sheet.slice(-table.rows.length - 1)
  // Counts and shares are numbers there; lengths of time a reader takes for what it likes.
  const { figures } = rig.reports.definitions(galina)
  for (const [at, id] of table.figures.entries()) {
    const unit = figures.find((figure) => figure.id === id)?.unit
    if (unit === 'ms') continue
    expect(body.map((row) => row[at + 1])).toEqual([...table.rows.map(({ values }) => values[id]), table.total[id]])
  }
  expect(sheet[1]?.[0]).toContain('нояб. 2026')
})

it('the rows behind a figure are as many as it says, newest first, also by row and filter', async () => {
  addHistory(rig, { calls: 600, days: 6, seed: 4 })
  const asked = { report: 'times', groupBy: 'weekday', ...days, compare: false } as const
  const table = await rig.reports.run(galina, asked)
  const all = await whole(calls, 'csv', csvRows)
  expect(all).toHaveLength(table.total['calls'] ?? -1)
  const times = all.map((row) => (row['Время'] ?? '').replace(/^(\d\d)\.(\d\d)\.(\d{4})/, '$3$2$1'))
  expect(times).toEqual(times.toSorted().toReversed())
  const [first] = table.rows
  const own = await whole({ ...calls, row: first?.key ?? null }, 'csv', csvRows)
  expect(own).toHaveLength(first?.values['calls'] ?? -1)
  const filter = { queues: ['702'] }
  const some = await rig.reports.run(galina, { ...asked, filter })
  expect(some.total['calls']).toBeGreaterThan(0)
  expect(await whole({ ...calls, filter }, 'csv', csvRows)).toHaveLength(some.total['calls'] ?? -1)
})

it('calls that the server saw come with what their cards say', async () => {
  const call = { direction: 'inbound', number: '+79160000101', phone_key: '9160000101', end_unseen: 0, queue_number: '701' }
  const from = Date.UTC(2026, 10, 18)
  for (const [at, id] of ['a', 'b', 'c'].entries())
    await rig.store.db
      .insertInto('calls')
      .values({ ...call, id, started_at_ms: from + at * 86_400_000, ended_at_ms: from + at * 86_400_000 + 20_000 })
      .execute()
  const heard = { ...heardCalls, fromMs: from, toMs: from + 2 * 86_400_000 }
  const rows = await whole(heard, 'csv', csvRows)
  expect(rows.map((row) => [row['Начало'], row['Исход'], row['Ожидание']])).toEqual([
    ['19.11.2026 03:00:00', 'Пропущен', '0:00:20'],
    ['18.11.2026 03:00:00', 'Пропущен', '0:00:20'],
  ])
  // Whom we called and who did not answer is nobody we lost.
  const called = { ...call, id: 'd', direction: 'outbound', number: '+79160000102', queue_number: null }
  await rig.store.db
    .insertInto('calls')
    .values({ ...called, started_at_ms: from, ended_at_ms: from + 20_000 })
    .execute()
  const outcomes = async (filter: Partial<typeof heard>) =>
    (await whole({ ...heard, ...filter }, 'csv', csvRows)).map((row) => row['Исход'])
  expect(await outcomes({})).toEqual(['Пропущен', 'Пропущен', 'Без ответа'])
  // As the screen was narrowed.
  expect(await outcomes({ outcomes: ['missed'] })).toEqual(['Пропущен', 'Пропущен'])
  expect(await outcomes({ search: '000-01-02' })).toEqual(['Без ответа'])
  expect(await outcomes({ queue: '702' })).toEqual([])
  expect(await outcomes({ queue: '701', direction: 'outbound' })).toEqual([])
})

it.each([
  { direction: 'outbound', outcome: 'noAnswer' },
  { queues: ['701'], search: '91600' },
  { operators: ['1002'] },
  { search: 'anna' },
] as const)('a file of the calls found by %o has those very calls, in their order', async (filter) => {
  addHistory(rig, { calls: 600, days: 8, seed: 9 })
  const { queues: ofQueues, operators, ...others } = { queues: undefined, operators: undefined, ...filter }
  const asked = {
    ...{ fromDay: days.fromDay, toDay: days.toDay },
    filter: { ...others, ...(ofQueues && { queues: [...ofQueues] }), ...(operators && { operators: [...operators] }) },
  }
  const { calls: shown, total } = await rig.callList.find(galina, { ...asked, offset: 0, limit: 500 })
  expect(total).toBeGreaterThan(5)
  expect(shown).toHaveLength(total)
  const rows = await whole({ kind: 'recordedCalls', ...asked }, 'csv', csvRows)
  const digits = (text: string | undefined) => (text ?? '').replace(/\D/g, '')
  expect(rows.map((row) => [digits(row['Номер']), row['Оператор'] ?? ''])).toEqual(
    shown.map(({ number, operatorName }) => [digits(number), operatorName ?? '']),
  )
})

it('a search of years looks through all customers as seldom as its rows allow, not once a day', () => {
  const selection = rig.callList.selection(galina, { fromDay: 20_240_101, toDay: 20_261_120, filter: { search: 'a' } })
  const none = new Map<string, string>()
  const names = { operators: none, queues: none, categories: none, results: none, people: [] }
  const plan = listPlan({ kind: 'recordedCalls', selection, extraFields: [] }, { language: 'ru', timeZone, names })
  const asked = (counts: [day: number, counted: number][]) =>
    [...(plan?.questions(counts.map(([day, counted]) => ({ day, counted }))) ?? [])].length
  expect(asked(Array.from({ length: 300 }, (_, at) => [addDays(20_261_120, -3 * at), 10]))).toBe(1)
  expect(
    asked([
      [20_261_120, 9_000],
      [20_261_119, 4_000],
      [20_260_105, 4_000],
    ]),
  ).toBe(3)
  expect(asked([])).toBe(0)
})

it('says in the file what its calls were searched by', async () => {
  addHistory(rig, { calls: 20, days: 2, seed: 9 })
  await rig.published()
  const filter: CallsFilter = { queues: ['701'], direction: 'inbound', outcome: 'missed', search: '916' }
  const asked = { kind: 'recordedCalls' as const, ...days, filter }
  const sheet = await whole(asked, 'xlsx', (path) => readSheet(path))
  expect(sheet.slice(0, 2).flat()).toEqual(
    expect.arrayContaining([expect.stringContaining('Очереди: Sales · Направление: Входящие · Исход: Пропущен · Поиск: 916')]),
  )
})

it('has what the administrator’s own fields have, in words, and no formula in a cell or a head', () => {
  const field = (id: string, kind: ExtraField['kind'], ru: string): ExtraField => ({
    ...{ id, kind, ru, en: id, archived: id === 'old' },
    options: kind === 'choice' ? [{ id: 'red', ru: 'Красный', en: 'Red', archived: false }] : [],
  })
  const extraFields = [
    field('serial', 'text', '=Номер'),
    field('price', 'number', 'Цена'),
    field('bought', 'date', 'Куплено'),
    field('covered', 'yesNo', 'Гарантия'),
    field('colour', 'choice', 'Цвет'),
    field('old', 'text', 'Раньше'),
  ]
  const none = new Map<string, string>()
  const names = { operators: none, queues: none, categories: none, results: none, people: [] }
  const plan = listPlan({ ...heardCalls, toMs: 1, extraFields }, { language: 'ru', timeZone, names })
  const extra = { serial: '=1+1', price: -12.5, bought: '2026-11-02', covered: false, colour: 'red', old: 'kept' }
  const cells = plan?.cells({ started_at_ms: 0, ended_at_ms: 1, answered_at_ms: null, extra: JSON.stringify(extra) })
  expect(cells?.slice(-6)).toEqual(['=1+1', -12.5, 20_261_102, 'Нет', 'Красный', 'kept'])
  expect(plan?.columns.slice(-6).map(({ title, kind }) => `${title} ${kind}`)).toEqual([
    '=Номер text',
    'Цена text',
    'Куплено day',
    'Гарантия text',
    'Цвет text',
    'Раньше text',
  ])
  const cardless = plan?.cells({ started_at_ms: 0, ended_at_ms: 1, answered_at_ms: null, extra: null })
  expect(cardless).toHaveLength(13)
})

it('an operator gets files of the own report only', async () => {
  const asked = { format: 'csv', language: 'ru' } as const
  await expect(exports.begin(anna, { content: queues, ...asked })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(exports.begin(anna, { content: calls, ...asked })).rejects.toMatchObject({ code: 'forbidden' })
  const seen = { ...heardCalls, toMs: 1 }
  await expect(exports.begin(anna, { content: seen, ...asked })).rejects.toMatchObject({ code: 'forbidden' })
  const recorded = { kind: 'recordedCalls', ...days } as const
  await expect(exports.begin(anna, { content: recorded, ...asked })).rejects.toMatchObject({ code: 'forbidden' })
  expect(audited).toEqual([])
  const own = await exports.begin(anna, { content: { ...queues, report: 'own', groupBy: 'day' }, ...asked })
  expect(own.fileName).toMatch(/^Мои-показатели-по-дням-2026-11-15-2026-11-20\.csv$/)
})

it('a file of the own calls has them by the extension of that time, under the own name, and none of who had it next', async () => {
  addHistory(rig, { calls: 200, days: 5, seed: 5 })
  await rig.published()
  const content = { kind: 'behind', report: 'own', groupBy: 'day', figure: 'handled', ...days } as const
  const names = (who: User) =>
    exports.whole(who, { content, format: 'csv', language: 'ru' }, async ({ path }) =>
      csvRows(path).map((row) => row['Оператор']),
    )
  const before = await names(anna)
  const atMs = rig.clock.nowMs() - 3 * 86_400_000
  rig.users.set([
    { ...anna, extension: '1009' },
    { ...boris, extension: '1001' },
  ])
  rig.users.setExtensionTimes('anna', [
    { extension: '1001', fromMs: 0, toMs: atMs },
    { extension: '1009', fromMs: atMs, toMs: null },
  ])
  rig.users.setExtensionTimes('boris', [{ extension: '1001', fromMs: atMs, toMs: null }])
  const [annas, boriss] = [await names(anna), await names(boris)]
  expect([new Set(annas), new Set(boriss)]).toEqual([new Set(['Anna']), new Set(['Boris'])])
  expect(annas.length + boriss.length).toBe(before.length)
})

/** Follows an export as a client does. */
async function until(state: ExportState, done: (state: ExportState) => boolean): Promise<ExportState> {
  let now = state
  while (!done(now)) {
    await new Promise((resolve) => setImmediate(resolve))
    now = exports.state(galina, state.id)
  }
  return now
}

it('is followed by its owner, lent out by its ticket, and gone after', async () => {
  addHistory(rig, { calls: 50, days: 3, seed: 5 })
  await rig.published()
  const begun = await exports.begin(galina, { content: calls, format: 'xlsx', language: 'en' })
  expect(begun).toMatchObject({ state: 'running', ticket: null })
  expect(audited).toEqual(['Galina behind xlsx'])
  expect(exports.open(begun.id)).toBeNull()
  expect(() => exports.state(anna, begun.id)).toThrow('no such export')
  const ready = await until(begun, ({ state }) => state !== 'running')
  expect(ready).toMatchObject({ state: 'ready', rows: 50, total: 50 })
  const file = exports.open(ready.ticket ?? '')
  expect(file?.bytes).toBe(ready.bytes)
  file?.done()
  expect(exports.open(begun.id)).toBeNull()
  await expect.poll(() => existsSync(file?.path ?? '')).toBe(false)
})

it('that is cancelled leaves nothing; those nobody fetched go after an hour, and what a crash left at the next start', async () => {
  addHistory(rig, { calls: 3_000, days: 6, seed: 6 })
  const begun = await exports.begin(galina, { content: calls, format: 'xlsx', language: 'ru' })
  await exports.cancel(galina, begun.id)
  expect(() => exports.state(galina, begun.id)).toThrow('no such export')
  expect(readdirSync(folder)).toEqual([])
  const kept = await exports.begin(galina, { content: queues, format: 'csv', language: 'ru' })
  await until(kept, ({ state }) => state === 'ready')
  expect(readdirSync(folder)).toEqual([kept.id])
  make().start()
  expect(readdirSync(folder)).toEqual([])
  rig.clock.advance(3_600_000)
  expect(exports.open(kept.id)).toBeNull()
})

it('refuses the fourth of four at once, and takes one again after a refused one', async () => {
  const ask = (content: ExportContent = queues) => exports.begin(galina, { content, format: 'csv', language: 'ru' })
  const nothing = { ...calls, figure: 'no such figure' }
  for (let n = 0; n < 3; n++) await expect(ask(nothing)).rejects.toMatchObject({ code: 'invalidInput' })
  const asked = await Promise.allSettled([ask(), ask(), ask(), ask()])
  expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
  expect(audited).toHaveLength(3)
})

it('keeps three files of one person that nobody fetched, and no more than there is room for', async () => {
  const ready = async (of: User) => {
    const begun = await exports.begin(of, { content: queues, format: 'csv', language: 'ru' })
    await expect.poll(() => exports.state(of, begun.id).state, { timeout: 20_000 }).toBe('ready')
    return begun.id
  }
  const boris: User = { ...galina, id: 'boris' }
  const [other, , ...newest] = [await ready(boris), await ready(galina), await ready(galina), await ready(galina)]
  const last = await ready(galina)
  await expect.poll(() => readdirSync(folder).toSorted()).toEqual([other, ...newest, last].toSorted())
  await exports.stop()
  exports = make({ roomBytes: 1 })
  exports.start()
  await ready(galina)
  const [only] = [await ready(boris)]
  await expect.poll(() => readdirSync(folder)).toEqual([only])
})

it('refuses a fourth at once, and says when a file could not be written', async () => {
  addHistory(rig, { calls: 10, days: 1, seed: 7 })
  const ask = () => exports.begin(galina, { content: queues, format: 'csv', language: 'ru' })
  const [first] = await Promise.all([ask(), ask(), ask()])
  await expect(ask()).rejects.toMatchObject({ code: 'busy' })
  if (first) await until(first, ({ state }) => state === 'ready')
  await rig.loseCalls()
  const lost = await exports.begin(galina, { content: calls, format: 'csv', language: 'ru' })
  expect(await until(lost, ({ state }) => state !== 'running')).toMatchObject({ state: 'failed', ticket: null })
})
