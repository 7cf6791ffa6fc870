import { expect, it } from 'vitest'
import { ManualClock } from '../../clock.ts'
import { builtInRule, type QueueRule, ruleBook, rulesDifferSince } from '../fold/rules.ts'
import type { QueueLogRow } from '../sources/index.ts'
import { imbalances, type Ledger, openLedger, siteRules } from './fixture.ts'
import { LedgerWriter } from './ledger-writer.ts'
import { beginGeneration, forgetOtherSources, noteRules } from './settings-changes.ts'

const dayMs = 24 * 3_600_000
const firstMs = Date.UTC(2026, 10, 10, 9)
const line = (atMs: number, callId: string, queue: string, event: string, data: string[]): QueueLogRow => ({
  atMs,
  callId,
  queue,
  agent: event === 'CONNECT' ? 'PJSIP/1001' : 'NONE',
  event,
  data,
})
/** Answered after 25 s: within the built-in target. */
const answered = (callId: string, atMs: number, queue: string) => [
  line(atMs, callId, queue, 'ENTERQUEUE', ['', '79160000001', '1']),
  line(atMs + 25_000, callId, queue, 'CONNECT', ['25', `${callId}1`, '4']),
]
const rule = (validFromMs: number, more: Partial<QueueRule> = {}): QueueRule => ({
  ...builtInRule,
  queue: '701',
  validFromMs,
  targetMs: 20_000,
  ...more,
})

/** The importer's thread as it starts with these rules, and as many pieces of its work as it is given time for. */
function restart(ledger: Ledger, rules: readonly QueueRule[], pieces = 100): number {
  const writer = new LedgerWriter({
    db: ledger.db,
    rules: { ...siteRules(), rule: ruleBook(rules) },
    clock: new ManualClock(0),
  })
  noteRules(ledger.db, rules)
  let done = 0
  while (done < pieces && writer.foldAgain(2)) done += 1
  return done
}

async function threeDays() {
  const ledger = await openLedger()
  for (const n of [0, 1, 2, 3])
    ledger.apply({
      queueLog: [...answered(`${n}.1`, firstMs + n * dayMs, '701'), ...answered(`${n}.2`, firstMs + n * dayMs, '702')],
    })
  return ledger
}
const within = (ledger: Ledger) =>
  ledger
    .visits()
    .map(({ call_key, within_target, level_part }) => `${call_key} ${within_target}${level_part}`)
    .sort()
const inHours = ({ db }: Ledger) =>
  db
    .prepare<[], { n: number; part: number }>('select sum(answered_in_target) as n, sum(level_part) as part from queue_hours')
    .get()

it('a changed rule judges the calls since its day again, and moves none before', async () => {
  const ledger = await threeDays()
  const before = within(ledger)
  expect(before).toEqual(['0.1 11', '0.2 11', '1.1 11', '1.2 11', '2.1 11', '2.2 11', '3.1 11', '3.2 11'])
  expect(restart(ledger, [builtInRule, rule(firstMs + 2 * dayMs)])).toBe(2)
  expect(within(ledger)).toEqual(['0.1 11', '0.2 11', '1.1 11', '1.2 11', '2.1 00', '2.2 11', '3.1 00', '3.2 11'])
  expect(inHours(ledger)).toEqual({ n: 6, part: 6 })
  expect(imbalances(ledger)).toEqual([])
  // The same rules again have nothing to do, and without the rule all is as before.
  expect(restart(ledger, [rule(firstMs + 2 * dayMs), builtInRule])).toBe(0)
  restart(ledger, [builtInRule])
  expect(within(ledger)).toEqual(before)
})

it('a changed formula alone changes what a visit adds to the level', async () => {
  const ledger = await openLedger()
  ledger.apply({
    queueLog: [
      line(firstMs, '1.1', '701', 'ENTERQUEUE', ['', '79160000001', '1']),
      line(firstMs + 2_000, '1.1', '701', 'ABANDON', ['1', '1', '2']),
    ],
  })
  const share = () => ledger.visits().map(({ level_part, level_whole }) => [level_part, level_whole])
  expect(share()).toEqual([[0, 0]])
  restart(ledger, [builtInRule, rule(firstMs - dayMs, { formula: 'serviceLevelWithShort' })])
  expect(share()).toEqual([[1, 1]])
})

it('cut short, it goes on after a restart', async () => {
  const ledger = await threeDays()
  const rules = [builtInRule, rule(0)]
  expect(restart(ledger, rules, 1)).toBe(1)
  expect(restart(ledger, rules)).toBe(3)
  expect(within(ledger)).toEqual(['0.1 00', '0.2 11', '1.1 00', '1.2 11', '2.1 00', '2.2 11', '3.1 00', '3.2 11'])
  expect(restart(ledger, rules)).toBe(0)
})

it('rules differ since the first that is new, gone or other', () => {
  const [old, later] = [rule(5), rule(9)]
  expect(rulesDifferSince([old, later], [later, old])).toBeNull()
  expect(rulesDifferSince([old, later], [old])).toBe(9)
  expect(rulesDifferSince([old], [old, later])).toBe(9)
  expect(rulesDifferSince([old, later], [{ ...old, shortMs: 1 }, later])).toBe(5)
  expect(rulesDifferSince([later], [{ ...later, formula: 'serviceLevelOfAll' }])).toBe(9)
})

it('another generation forgets everything read, the same one nothing', async () => {
  const ledger = await threeDays()
  beginGeneration(ledger.db, 0)
  expect(ledger.visits()).toHaveLength(8)
  beginGeneration(ledger.db, 1)
  expect(Object.values(ledger.everything()).flat()).toEqual([])
  ledger.apply({ queueLog: answered('9.1', firstMs, '701') })
  beginGeneration(ledger.db, 1)
  expect(ledger.visits()).toHaveLength(1)
})

it('a source that is read no more is forgotten, the others are not', async () => {
  const { db } = await openLedger()
  const add = db.prepare("insert into import_state (source_id, kind, rows_read, problems, caught_up) values (?, 'cdr', 1, 0, 1)")
  for (const id of ['a', 'b']) add.run(id)
  forgetOtherSources(db, ['b', 'c'])
  expect(db.prepare('select source_id from import_state').all()).toEqual([{ source_id: 'b' }])
})

it('one call whose facts cannot be read keeps no other from being folded again, and is told', async () => {
  const ledger = await threeDays()
  ledger.db.prepare("update call_facts set facts = 'no facts' where call_key = '1.1'").run()
  const before = ledger.visits().filter(({ call_key }) => call_key === '1.1')
  restart(ledger, [builtInRule, rule(0)])
  expect(ledger.db.prepare('select * from refold_calls').all()).toEqual([])
  expect(within(ledger)).toEqual(['0.1 00', '0.2 11', '1.1 11', '1.2 11', '2.1 00', '2.2 11', '3.1 00', '3.2 11'])
  expect(ledger.visits().filter(({ call_key }) => call_key === '1.1')).toEqual(before)
  expect(ledger.db.prepare('select source_id, place, kind from import_problems').all()).toEqual([
    { source_id: 'record', place: '1.1', kind: 'value' },
  ])
  expect(imbalances(ledger)).toEqual([])
})

it('a disk that does not take what is folded again leaves it to be folded later', async () => {
  const ledger = await threeDays()
  noteRules(ledger.db, [builtInRule, rule(0)])
  const left = ledger.db.prepare('select * from refold_calls').all()
  const writer = new LedgerWriter({
    db: ledger.db,
    rules: { ...siteRules(), rule: ruleBook([builtInRule, rule(0)]) },
    clock: new ManualClock(0),
  })
  ledger.db.pragma('query_only = 1')
  expect(() => writer.foldAgain(2)).toThrow('readonly')
  ledger.db.pragma('query_only = 0')
  expect(left.length).toBeGreaterThan(0)
  expect(ledger.db.prepare('select * from refold_calls').all()).toEqual(left)
  expect(ledger.db.prepare('select * from import_problems').all()).toEqual([])
})
