import { afterAll, beforeAll, expect, it } from 'vitest'
import { anna, FakeQueueNames, galina } from '../calls/fixture.ts'
import { addCustomers } from '../calls/index.ts'
import type { CallsFilter, RouteReply, Routes } from '../contract/index.ts'
import { addHistory, bucketsOf, keepRollUps, openRecordRig, type RecordRig, timeZone } from './fixture.ts'
import { addCards } from './fixture-people.ts'
import { CallList } from './index.ts'
import type { ReportReader } from './readers/read-pool.ts'

const years = { fromDay: 20_230_101, toDay: 20_261_231 }
let rig: RecordRig
beforeAll(async () => {
  rig = await openRecordRig()
  addHistory(rig, { calls: 700, days: 9, seed: 8 })
  // Imported: of before there was a server. Just past midnight in Moscow.
  const atMs = Date.UTC(2023, 4, 10, 21, 30)
  rig.add('ledger_calls', {
    ...{ call_key: 'old.0', direction: 'inbound', number: '+74951112233', phone_key: '4951112233', queue: '704' },
    ...{ started_at_ms: atMs, queued_at_ms: atMs, answered_at_ms: null, ended_at_ms: atMs + 9_000, operator: null, talk_ms: 0 },
    ...{ hold_ms: null, wait_ms: 9_000, outcome: 'missed', missed_cause: 'allBusy', rings: 0, queue_visits: 1, recording: null },
    ...bucketsOf(atMs),
  })
  rig.add('call_aliases', { unique_id: 'old.1', call_key: 'old.0' })
  keepRollUps(rig.record)
  await addCards(rig)
  const ivan = { id: 'c1', name: 'Пётр Фомин', phones: ['+74951112233'], address: '', notes: '', tag: null, createdAtMs: 0 }
  await addCustomers(rig.store.db, [ivan])
})
afterAll(() => rig.close())

type Counted = RouteReply<Routes['findCalls']>['counted']
const find = (
  filter: CallsFilter,
  more: { offset?: number; limit?: number; fromDay?: number; toDay?: number; counted?: Counted } = {},
) => rig.callList.find(galina, { ...years, offset: 0, limit: 500, ...more, filter })
/** After all of its day. */
const addSale = (call_key: string, day: number) =>
  rig.add('ledger_calls', {
    ...{ call_key, direction: 'inbound', number: '', phone_key: '', queue: '701', started_at_ms: Date.UTC(2026, 11, 31) },
    ...{ queued_at_ms: null, answered_at_ms: null, ended_at_ms: 0, operator: null, talk_ms: 0, hold_ms: null, wait_ms: 0 },
    ...{
      outcome: 'missed',
      missed_cause: null,
      rings: 0,
      queue_visits: 1,
      recording: null,
      hour_ms: 0,
      hour_of_day: 0,
      weekday: 1,
    },
    day,
  })
/** By the rows themselves. */
const keysWhere = (condition: string) =>
  rig.record
    .prepare<[], { call_key: string }>(
      `select call_key from ledger_calls c where ${condition} order by day desc, started_at_ms desc, call_key`,
    )
    .all()
    .map(({ call_key }) => call_key)

it.each<[CallsFilter, string]>([
  [{}, '1'],
  [{ direction: 'inbound', queues: ['701', '702'] }, "direction = 'inbound' and queue in ('701', '702')"],
  [{ operators: ['1002'] }, "operator = '1002'"],
  [{ outcome: 'missed', queues: ['703'] }, "outcome = 'missed' and queue = '703'"],
  [{ outcome: 'answered' }, "outcome = 'answered'"],
  [{ outcome: 'answered', queues: ['701'] }, "outcome = 'answered' and queue = '701'"],
  [{ outcome: 'noAnswer' }, "outcome = 'noAnswer'"],
  [{ search: '8 (916) 000-00-1' }, "phone_key like '916000001%'"],
  [{ search: 'BORIS', direction: 'outbound' }, "operator = '1002' and direction = 'outbound'"],
  [{ search: 'sale' }, "queue = '701'"],
])('finds by %o what lies in the record, page by page, each once', async (filter, condition) => {
  const expected = keysWhere(condition)
  expect(expected.length).toBeGreaterThan(3)
  const found: string[] = []
  let before: Counted = null
  for (let offset = 0; offset < expected.length; offset += 130) {
    const { calls, total, counted } = await find(filter, { offset, limit: 130, counted: before })
    before = counted
    expect(total).toBe(expected.length)
    found.push(...calls.map(({ callId }) => callId))
  }
  expect(found).toEqual(expected)
})

it('counts call by call once, not again for each page, and loses none to calls that come in between', async () => {
  const filter = { search: 'sale' }
  const first = await find(filter, { limit: 40 })
  const before = keysWhere("queue = '701'")
  expect(first.counted?.reduce((sum, [, counted]) => sum + counted, 0)).toBe(before.length)
  // On the days of the first page, and on days that lie amid a later one.
  for (const [day] of first.counted?.slice(0, 6) ?? []) for (const n of [1, 2, 3]) addSale(`late${day}.${n}`, day)
  const seen = first.calls.map(({ callId }) => callId)
  // Of a day that is not on the next page: taken as it was handed on.
  let counted: Counted = [...(first.counted ?? []), [20_230_102, 7]]
  for (let offset = 40; offset < before.length; offset += 40) {
    const page = await find(filter, { offset, limit: 40, counted })
    counted = page.counted
    seen.push(...page.calls.map(({ callId }) => callId))
    if (offset === 40) expect(counted?.at(-1)).toEqual([20_230_102, 7])
  }
  expect(before.filter((key) => !seen.includes(key))).toEqual([])
  rig.record.exec("delete from ledger_calls where call_key like 'late%'")
})

it('what is counted call by call keeps no report waiting', async () => {
  const asked: string[] = []
  const as = (name: string): ReportReader => ({
    rows: (text) => rig.reader.rows(text),
    together: (texts) => rig.reader.together(texts),
    snapshot: (work) => {
      asked.push(name)
      return rig.reader.snapshot(work)
    },
    stop: async () => undefined,
  })
  const { users, clock } = rig
  const list = new CallList({
    reader: as('reader'),
    searcher: as('searcher'),
    users,
    queueNames: new FakeQueueNames(),
    clock,
    timeZone,
  })
  const filters: CallsFilter[] = [
    {},
    { queues: ['701'] },
    { outcome: 'missed' },
    { outcome: 'answered', direction: 'outbound' },
    { outcome: 'busy' },
    { operators: ['1001'] },
    { search: 'a' },
  ]
  for (const filter of filters) await list.find(galina, { ...years, offset: 0, limit: 1, filter })
  expect(asked).toEqual(['reader', 'reader', 'reader', 'reader', 'searcher', 'searcher', 'searcher'])
})

it('has calls of years before the server, on the site’s days', async () => {
  const { calls, total } = await find({ outcome: 'missed' }, { fromDay: 20_230_511, toDay: 20_230_511 })
  expect(total).toBe(1)
  expect(calls[0]).toMatchObject({ callId: 'old.0', customerName: 'Пётр Фомин', outcome: 'missed', waitMs: 9_000, cardId: null })
  expect((await find({}, { fromDay: 20_230_510, toDay: 20_230_510 })).total).toBe(0)
})

it('finds a customer by part of the name, and what is written on a card, by whatever id the card has the call under', async () => {
  const keys = async (search: string) => (await find({ search })).calls.map(({ callId }) => callId)
  expect(await keys('петр фом')).toEqual(['old.0'])
  expect(await keys('Сломан насос')).toEqual([])
  const [card] = await rig.store.db.selectFrom('cards').selectAll().limit(1).execute()
  if (!card) throw new Error('no card')
  const written = {
    ...card,
    ...{
      id: 'main:old',
      call_id: 'old.1',
      search_text: 'сломан насос',
      description: 'Сломан насос',
      category_id: 'repair',
      ringing_at_ms: Date.UTC(2023, 4, 10, 21, 31),
    },
  }
  await rig.store.db.insertInto('cards').values(written).execute()
  const { calls } = await find({ search: 'Сломан насос' })
  expect(calls).toMatchObject([{ callId: 'old.0', cardId: 'main:old', description: 'Сломан насос', categoryId: 'repair' }])
  // What was typed is text, not a pattern.
  expect(await keys('сломан%насос')).toEqual([])
})

it('has what the card of a call says', async () => {
  const { calls } = await find({ operators: ['1001'] })
  const told = calls.filter(({ cardId }) => cardId !== null)
  expect(told.length).toBeGreaterThan(5)
  for (const { resultId, operatorName } of told) expect([resultId, operatorName]).toEqual(['resolved', 'Anna'])
})

it('is for overseers, and of days there are', async () => {
  await expect(rig.callList.find(anna, { ...years, filter: {}, offset: 0, limit: 1 })).rejects.toMatchObject({
    code: 'forbidden',
  })
  for (const wrong of [
    { fromDay: 20_261_231, toDay: 20_261_230 },
    { fromDay: 20_260_231, toDay: 20_260_301 },
    { fromDay: 19_900_101 },
  ])
    await expect(find({}, wrong)).rejects.toMatchObject({ code: 'invalidInput' })
})
