import SqliteDatabase from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { expect, it } from 'vitest'
import { history } from '../../../bench/support/history.ts'
import { migrate } from '../../store/index.ts'
import { workTimeBook } from '../fold/work-time.ts'
import { imbalances, type Ledger, openLedger, siteRules } from '../import/fixture.ts'
import { recordMigrations } from './migrations.ts'

const steps = (name: string) => recordMigrations.findIndex((step) => step.name === name)

/** A record of before a step, with the rows of a ledger, brought to this version. */
async function upgraded(ledger: Ledger, from: string): Promise<SqliteDatabase.Database> {
  const db = new SqliteDatabase(':memory:')
  const old = new Kysely<unknown>({ dialect: new SqliteDialect({ database: db }) })
  await migrate(old, recordMigrations.slice(0, steps(from)), 0)
  for (const [table, rows] of Object.entries(ledger.everything())) {
    const columns = db.prepare<[string], { name: string }>('select name from pragma_table_info(?)').all(table)
    if (columns.length === 0) continue
    const names = columns.map(({ name }) => name)
    const insert = db.prepare(`insert into ${table} (${names}) values (${names.map((name) => `@${name}`)})`)
    for (const row of rows) insert.run(row)
  }
  await migrate(old, recordMigrations, 0)
  return db
}

it('sums of days are made for a record that has none yet, as the importer makes them', async () => {
  const ledger = await openLedger()
  for (const { cdr, queueLog } of history({ seed: 5, calls: 120, days: 3, operators: 6, queues: 3 }))
    ledger.apply({ cdr, queueLog })
  const db = await upgraded(ledger, '006-sums-of-days')
  for (const [table, rows] of Object.entries(ledger.everything())) {
    const made = db.prepare<[], object>(`select * from ${table}`).all()
    expect(rows.length > 0 || table === 'pbx_starts', table).toBe(true)
    expect(asText(made), table).toEqual(asText(rows))
  }
  expect(imbalances({ ...ledger, db })).toEqual([])
})

it('missed calls out of hours are counted for a record that has them not yet', async () => {
  const halfDays = Array.from({ length: 7 }, () => [{ from: 540, to: 780 }])
  const workTimes = { times: [{ queue: '*', fromDay: null, week: halfDays, keepsHolidays: true }], holidays: [] }
  const ledger = await openLedger({ ...siteRules(), workTime: workTimeBook(workTimes) })
  for (const { cdr, queueLog } of history({ seed: 6, calls: 300, days: 3, operators: 6, queues: 3 }))
    ledger.apply({ cdr, queueLog })
  const db = await upgraded(ledger, '008-missed-out-of-hours')
  const { n = 0, missed = 0 } =
    db
      .prepare<[], { n: number; missed: number }>('select sum(missed_out_of_hours) as n, sum(missed) as missed from call_days')
      .get() ?? {}
  expect(n).toBeGreaterThan(5)
  expect(n).toBeLessThan(missed)
  expect(imbalances({ ...ledger, db })).toEqual([])
})

const asText = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort()
