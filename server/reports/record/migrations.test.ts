import SqliteDatabase from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { expect, it } from 'vitest'
import { history } from '../../../bench/support/history.ts'
import { migrate } from '../../store/index.ts'
import { imbalances, openLedger } from '../import/fixture.ts'
import { recordMigrations } from './migrations.ts'

const steps = (name: string) => recordMigrations.findIndex((step) => step.name === name)

it('sums of days are made for a record that has none yet, as the importer makes them', async () => {
  const ledger = await openLedger()
  for (const { cdr, queueLog } of history({ seed: 5, calls: 120, days: 3, operators: 6, queues: 3 }))
    ledger.apply({ cdr, queueLog })

  const db = new SqliteDatabase(':memory:')
  const old = new Kysely<unknown>({ dialect: new SqliteDialect({ database: db }) })
  await migrate(old, recordMigrations.slice(0, steps('006-sums-of-days')), 0)
  for (const [table, rows] of Object.entries(ledger.everything())) {
    const columns = db.prepare<[string], { name: string }>('select name from pragma_table_info(?)').all(table)
    if (columns.length === 0) continue
    const names = columns.map(({ name }) => name)
    const insert = db.prepare(`insert into ${table} (${names}) values (${names.map((name) => `@${name}`)})`)
    for (const row of rows) insert.run(row)
  }
  await migrate(old, recordMigrations, 0)

  for (const [table, rows] of Object.entries(ledger.everything())) {
    const made = db.prepare<[], object>(`select * from ${table}`).all()
    expect(rows.length > 0 || table === 'pbx_starts', table).toBe(true)
    expect(asText(made), table).toEqual(asText(rows))
  }
  expect(imbalances({ ...ledger, db })).toEqual([])
})

const asText = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort()
