import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { goldens } from '../../../tests/support/ledger-golden/recorded.ts'
import { ManualClock } from '../../clock.ts'
import { FakeTelephony } from '../../telephony/fake-telephony.ts'
import { operatorNames } from '../fold/rules.ts'
import { cdrNames, celNames, queueLogNames } from '../sources/server-rows.ts'
import { AmiRecords } from './ami-records.ts'
import { type Facts, imbalances, type Ledger, openLedger, siteRules } from './fixture.ts'
import { importSources } from './import-setup.ts'

/** As if a second Asterisk had recorded them. */
const there = ({ cdr = [], queueLog = [], cel = [] }: Facts): Facts => ({
  cdr: cdr.map((row) => cdrNames.at(row, '2')),
  queueLog: queueLog.map((row) => queueLogNames.at(row, '2')),
  cel: cel.map((row) => celNames.at(row, '2')),
})
const isQueue = (number: string) => /^7\d\d(~2)?$/.test(number)
const people = operatorNames(
  new Map([
    ['Анна Петрова', '1001~2'],
    ['Борис Ильин', '1002~2'],
  ]),
)

/** Rows of each table, without the facts themselves and in an order that names do not change. */
function rowsOf(ledger: Ledger): Record<string, string[]> {
  const { call_facts: _, ...tables } = ledger.everything()
  const plain = (row: unknown): string => JSON.stringify(row).replaceAll('~2', '')
  return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.map(plain).sort()]))
}

it('the same record of another Asterisk makes the same ledger, under its own names', async () => {
  for (const { name, facts, timeZone } of await goldens()) {
    const rules = { ...siteRules(timeZone), isQueue }
    const here = await openLedger(rules)
    here.apply(facts)
    const other = await openLedger({ ...rules, operatorOf: people })
    other.apply(there(facts))
    expect(rowsOf(other), name).toEqual(rowsOf(here))
    expect(imbalances(other), name).toEqual([])
    const keys = other.calls().map(({ call_key }) => call_key)
    expect(keys.filter((key) => !key.endsWith('~2'))).toEqual([])
    for (const { operator } of other.legs()) expect(operator, name).toMatch(/~2$/)
    for (const { queue } of other.visits()) expect(queue, name).toMatch(/~2$/)
    here.db.close()
    other.db.close()
  }
})

it('a member’s name is of the person at that server, and of one elsewhere only where there is but one', () => {
  const of = operatorNames([
    ['Иван Иванов', '1001~2'],
    ['Иван Иванов', '1001'],
    ['Анна', '1002'],
    ['Олег', '1003'],
    ['Олег', '1004'],
  ])
  expect(['Иван Иванов', 'Иван Иванов~2', 'Анна', 'Анна~2'].map(of)).toEqual(['1001', '1001~2', '1002', '1002'])
  // Two of the first are no answer for the second; of one server the last one counts.
  expect(['Олег~2', 'Олег', 'Пётр~2'].map(of)).toEqual(['Олег~2', '1004', 'Пётр~2'])
})

it('calls of two servers with the same ids, read together, stay apart', async () => {
  for (const { name, facts, timeZone } of (await goldens()).slice(0, 4)) {
    const rules = { ...siteRules(timeZone), isQueue }
    const alone = await openLedger(rules)
    alone.apply(facts)
    const both = await openLedger(rules)
    const second = there(facts)
    both.apply({
      cdr: [...(facts.cdr ?? []), ...(second.cdr ?? [])],
      queueLog: [...(facts.queueLog ?? []), ...(second.queueLog ?? [])],
      cel: [...(facts.cel ?? []), ...(second.cel ?? [])],
    })
    const ofFirst = both.calls().filter(({ call_key }) => !call_key.endsWith('~2'))
    expect(ofFirst, name).toEqual(alone.calls())
    expect(both.calls(), name).toHaveLength(2 * alone.calls().length)
    expect(imbalances(both), name).toEqual([])
    alone.db.close()
    both.db.close()
  }
})

it('what each says over AMI is kept in files of its own, its absence too', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'callsync-ami-'))
  const telephony = new FakeTelephony()
  const others = [{ id: '2' }]
  let changed: () => void = () => undefined
  const servers = {
    others: () => others,
    onChange: (listener: () => void) => {
      changed = listener
      return () => undefined
    },
  }
  const clock = new ManualClock()
  const logger = pino({ level: 'silent' })
  const records = new AmiRecords({ dataDir, telephony, servers, clock, logger, queueLines: (server) => server === '2' })
  records.start()
  const hold = (uniqueid: string) => ({
    ...{ name: 'Hold', atMs: clock.nowMs() },
    fields: { uniqueid, linkedid: uniqueid, channel: 'PJSIP/1001-1' },
  })
  const joins = {
    ...{ name: 'QueueCallerJoin', atMs: clock.nowMs() },
    fields: { uniqueid: '5.1', queue: '701', position: '1', calleridnum: '+7916' },
  }
  telephony.say([hold('1.1'), joins])
  telephony.say([hold('2.2'), joins], '2')
  others.push({ id: '3' })
  changed()
  telephony.say([hold('3.3')], '3')
  // Only the second is away for a while.
  telephony.setStatus({ state: 'down', problem: 'lost', sinceMs: 0 }, '2')
  clock.advance(60_000)
  telephony.setStatus({ state: 'up', problem: null, sinceMs: 0 }, '2')
  records.stop()
  const text = (name: string) => readFileSync(join(dataDir, name), 'utf8')
  const holds = (name: string) =>
    text(name)
      .split('\n')
      .filter((line) => line.includes('"HOLD"')).length
  expect([text('ami-cel.csv').includes('1.1'), holds('ami-cel.csv')]).toEqual([true, 1])
  expect([text('server-2-ami-cel.csv').includes('2.2'), holds('server-2-ami-cel.csv')]).toEqual([true, 1])
  expect([text('server-3-ami-cel.csv').includes('3.3'), holds('server-3-ami-cel.csv')]).toEqual([true, 1])
  expect(['ami-cel.csv', 'server-2-ami-cel.csv', 'server-3-ami-cel.csv'].map((name) => text(name).includes('AWAY'))).toEqual([
    false,
    true,
    false,
  ])
  expect([text('ami-queue_log'), text('server-2-ami-queue_log')]).toEqual(['', expect.stringContaining('ENTERQUEUE')])
  rmSync(dataDir, { recursive: true, force: true })
})

it('a source of another Asterisk leaves the first one’s own files where they are', () => {
  const saved = {
    ...{ id: 's', kind: 'cdr' as const, timeZone: 'UTC', clockOffsetMs: 0, server: '2', password: '' },
    place: { store: 'csv' as const, path: '/there/Master.csv', columns: null },
  }
  const kinds = (sources: ReturnType<typeof importSources>) =>
    sources.map((source) => (source.kind === 'events' ? source.id : `${source.settings.id} ${source.settings.server ?? '1'}`))
  expect(kinds(importSources([saved], '/logs'))).toEqual([
    's 2',
    'demo:cdr-csv/Master.csv 1',
    'demo:queue_log 1',
    'demo:cel-custom/Master.csv 1',
  ])
  expect(kinds(importSources([{ ...saved, server: '1' }], '/logs'))).not.toContain('demo:cdr-csv/Master.csv 1')
})
