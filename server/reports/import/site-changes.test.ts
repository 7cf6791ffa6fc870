import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CdrRow, QueueLogRow } from '../sources/index.ts'
import { imbalances, type Ledger, openLedger } from './fixture.ts'
import { foldRules } from './fold-rules.ts'
import { LedgerWriter } from './ledger-writer.ts'
import { operatorStatements } from './operator-record.ts'
import type { SiteFacts } from './protocol.ts'
import { noteFold, noteSiteChange, noteWorkTime } from './site-changes.ts'

const atMs = Date.UTC(2026, 10, 20, 9)
const site: SiteFacts = {
  timeZone: 'Europe/Moscow',
  phoneRegion: 'RU',
  extensions: [],
  agents: [],
  queues: [],
  rules: [],
  workTimes: { times: [], holidays: [] },
}
const line = (seconds: number, event: string, agent: string, data: string[] = [], callId = 'a.1'): QueueLogRow => ({
  atMs: atMs + seconds * 1_000,
  callId,
  queue: '701',
  agent,
  event,
  data,
})
const name = 'Вера "100%" Ли'
const lines = [
  line(-600, 'ADDMEMBER', name, [], 'NONE'),
  line(0, 'ENTERQUEUE', 'NONE', ['', '+79160000001', '1']),
  line(12, 'CONNECT', name, ['12', 'b.1', '3']),
  line(60, 'COMPLETECALLER', name, ['12', '48', '1']),
  line(100, 'ENTERQUEUE', 'NONE', ['', '+79160000002', '1'], 'c.1'),
  line(120, 'ABANDON', 'NONE', ['1', '1', '20'], 'c.1'),
]
const cdr: CdrRow = {
  uniqueId: 'd.1',
  linkedId: 'd.1',
  sequence: 1,
  startMs: atMs,
  answerMs: null,
  endMs: atMs + 9_000,
  talkSec: 0,
  channel: 'PJSIP/trunk-9',
  dstChannel: '',
  src: '+79160000003',
  dst: '799',
  context: 'ledger',
  lastApp: 'Hangup',
  lastData: '',
  disposition: 'NO ANSWER',
  userField: '',
  callerId: '',
  hangupCause: null,
}

let ledger: Ledger
beforeEach(async () => {
  ledger = await openLedger(foldRules(site))
  noteSiteChange(ledger.db, site, foldRules(site))
  ledger.apply({ queueLog: lines, cdr: [cdr] }, atMs + 200_000)
})
afterEach(() => void ledger.db.close())

/** The server begins again with another site; the record ends as one that was folded by it from the first. */
async function become(other: SiteFacts): Promise<number> {
  const rules = foldRules(other)
  noteSiteChange(ledger.db, other, rules)
  noteWorkTime(ledger.db, other.workTimes)
  const writer = new LedgerWriter({ db: ledger.db, clock: { nowMs: () => 0, after: () => () => undefined }, rules })
  const waiting = ledger.db.prepare<[], { n: number }>('select count(*) as n from refold_calls').get()?.n ?? 0
  while (writer.foldAgain(1));
  const fresh = await openLedger(rules)
  fresh.apply({ queueLog: lines, cdr: [cdr] }, atMs + 200_000)
  expect(ledger.everything()).toEqual(fresh.everything())
  expect(imbalances(ledger)).toEqual([])
  fresh.db.close()
  return waiting
}

it('calls of a person who is entered later become theirs, and their time does', async () => {
  expect(ledger.legs()).toMatchObject([{ operator: name }])
  expect(await become({ ...site, agents: [[name, '1003']] })).toBe(1)
  expect(ledger.legs()).toMatchObject([{ operator: '1003' }])
  expect(ledger.spans().map(({ operator }) => operator)).toEqual(['1003', '1003'])
  // And another's, when the person moves.
  await become({ ...site, agents: [[name, '1004']] })
  expect(ledger.spans().map(({ operator }) => operator)).toEqual(['1004', '1004'])
})

it('what a person did at the extension of before stays there, as the talks do', async () => {
  const talk: CdrRow = {
    ...cdr,
    ...{ uniqueId: 'a.1', linkedId: 'a.1', sequence: 2, answerMs: atMs, endMs: atMs + 60_000, talkSec: 60 },
    ...{
      dstChannel: 'PJSIP/1003-1',
      src: '+79160000001',
      dst: '701',
      lastApp: 'Queue',
      lastData: '701',
      disposition: 'ANSWERED',
    },
  }
  const first = { ...site, agents: [[name, '1003', 0, null]] } as const
  await become(first)
  new LedgerWriter({ db: ledger.db, clock: { nowMs: () => 0, after: () => () => undefined }, rules: foldRules(first) }).apply({
    ...{ cdr: [talk], queueLog: [], cel: [], states: [], problems: [], upToMs: atMs + 200_000 },
  })
  const of = () => [
    ledger.legs().map(({ operator, origin }) => `${operator} ${origin}`),
    ledger.rings().map(({ operator, outcome }) => `${operator} ${outcome}`),
    [...new Set(ledger.spans().map(({ operator }) => operator))],
  ]
  const before = of()
  expect(before).toEqual([['1003 queue'], ['1003 answered'], ['1003']])
  const movedMs = atMs + 100_000
  const then = { ...site, agents: [[name, '1003', 0, movedMs] as const, [name, '1004', movedMs, null] as const] }
  const rules = foldRules(then)
  noteSiteChange(ledger.db, then, rules)
  const moved = new LedgerWriter({ db: ledger.db, clock: { nowMs: () => 0, after: () => () => undefined }, rules })
  while (moved.foldAgain(1));
  expect(of()).toEqual(before)
  moved.apply({
    ...{ cdr: [], queueLog: [line(150, 'PAUSE', name, ['lunch'], 'NONE')], cel: [], states: [], problems: [] },
    upToMs: atMs + 200_000,
  })
  expect(ledger.db.prepare("select operator from operator_events where event = 'PAUSE'").all()).toEqual([{ operator: '1004' }])
})

it('a call to the number of a queue that is entered later was refused by it', async () => {
  expect(await become({ ...site, queues: ['799'] })).toBe(1)
  expect(ledger.calls().find(({ call_key }) => call_key === 'd.1')).toMatchObject({
    queue: '799',
    missed_cause: 'nobodyLoggedIn',
  })
})

it.each(['Asia/Kamchatka', 'Pacific/Pago_Pago'])(
  'another time zone, %s, gives every call and operator other days',
  async (timeZone) => {
    expect(await become({ ...site, timeZone })).toBe(3)
  },
)

it('another time zone is taken in operator by operator, found by the primary key', async () => {
  ledger.apply({ queueLog: [line(-500, 'ADDMEMBER', 'Другой', [], 'NONE')] }, atMs + 200_000)
  const other = { ...site, timeZone: 'Asia/Kamchatka' }
  noteSiteChange(ledger.db, other, foldRules(other))
  const waiting = () => ledger.db.prepare<[], { n: number }>('select count(*) as n from refold_operators').get()?.n
  expect(waiting()).toBe(2)
  const rules = foldRules(other)
  const begin = () => new LedgerWriter({ db: ledger.db, clock: { nowMs: () => 0, after: () => () => undefined }, rules })
  begin().foldAgain(1)
  expect(waiting()).toBe(1)
  // A restart in between goes on with the rest.
  begin().foldAgain(1)
  expect(waiting()).toBe(0)
  const { days, moveDay, forgetCheckpoints } = operatorStatements(ledger.db)
  for (const { source } of [days, moveDay, forgetCheckpoints]) {
    const plan = ledger.db.prepare<unknown[], { detail: string }>(`explain query plan ${source.replaceAll('?', '1')}`).all()
    expect(plan.map(({ detail }) => detail).join('; ')).toMatch(/^SEARCH \w+ USING (COVERING INDEX|PRIMARY KEY) ?.*operator=\?/)
    expect(plan.map(({ detail }) => detail).join('; ')).not.toContain('SCAN')
  }
})

it('another version of the fold makes all calls and operators anew, the same once only', () => {
  ledger.db.exec('delete from refold_calls; delete from refold_operators')
  const before = ledger.everything()
  ledger.db.exec("update ledger_legs set talk_ms = 1; update operator_spans set state = 'x'")
  noteFold(ledger.db, 7)
  while (ledger.writer.foldAgain(2));
  expect(ledger.everything()).toEqual(before)
  noteFold(ledger.db, 7)
  expect(ledger.writer.foldAgain(2)).toBe(false)
})

it('work time says which visits were out of hours, of the queues and days it is changed for alone', async () => {
  const outOfHours = () => ledger.visits().map(({ out_of_hours }) => out_of_hours)
  const hour = (from: number, to: number) => [{ from: from * 60, to: to * 60 }]
  const open = (queue: string, from: number, to: number) => ({
    ...{ queue, fromDay: 20_261_101, keepsHolidays: true },
    week: Array.from({ length: 7 }, () => hour(from, to)),
  })
  // Both entered at noon of a Friday in Moscow.
  const evening = { times: [open('*', 18, 2)], holidays: [] }
  expect(await become({ ...site, workTimes: evening })).toBe(2)
  expect(outOfHours()).toEqual([1, 1])
  expect(ledger.db.prepare('select offered, abandoned, out_of_hours, lost_out_of_hours from queue_hours').all()).toEqual([
    { offered: 2, abandoned: 1, out_of_hours: 2, lost_out_of_hours: 1 },
  ])
  const missed = () =>
    ledger.db.prepare('select sum(missed) as all_of_them, sum(missed_out_of_hours) as late from call_days').get()
  expect(missed()).toEqual({ all_of_them: 2, late: 1 })
  expect(await become({ ...site, workTimes: evening })).toBe(0)
  expect(await become({ ...site, workTimes: { ...evening, times: [...evening.times, open('702', 9, 18)] } })).toBe(0)
  expect(await become({ ...site, workTimes: { ...evening, times: [...evening.times, open('701', 9, 18)] } })).toBe(2)
  expect(outOfHours()).toEqual([0, 0])
  expect(missed()).toEqual({ all_of_them: 2, late: 0 })
  const holidays = [{ queue: '*', day: 20_261_119, name: '', hours: [] }]
  const day = { times: [open('*', 9, 18)], holidays: [] }
  await become({ ...site, workTimes: day })
  // Its last shift might end on the next day.
  expect(await become({ ...site, workTimes: { ...day, holidays } })).toBe(2)
  expect(outOfHours()).toEqual([0, 0])
  expect(await become({ ...site, workTimes: { ...day, holidays: [{ queue: '*', day: 20_261_120, name: '', hours: [] }] } })).toBe(
    2,
  )
  expect(outOfHours()).toEqual([1, 1])
})

it('nothing is folded again when nothing has changed', async () => {
  expect(await become({ ...site })).toBe(0)
})
