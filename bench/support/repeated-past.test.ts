import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type SqliteDatabase from 'better-sqlite3'
import { expect, it } from 'vitest'
import { systemClock } from '../../server/clock.ts'
import { LedgerWriter } from '../../server/reports/import/ledger-writer.ts'
import { openRecord } from '../../server/reports/index.ts'
import type { HistoryDay } from './history.ts'
import { copiedTables, importWeeks, pastRules, pastWeeks, repeatWeeks, weeksDays } from './repeated-past.ts'

const past = {
  seed: 3,
  calls: 1_400,
  operators: 8,
  queues: 3,
  // A Moscow midnight.
  fromMs: Date.UTC(2023, 10, 19, 21),
  timeZone: 'Europe/Moscow',
}
const copies = 3
const shiftMs = weeksDays * 86_400_000

/** The same rows, so many copies later. */
function later({ cdr, queueLog }: HistoryDay, n: number): HistoryDay {
  const ms = <T extends number | null>(at: T) => (at === null ? at : at + n * shiftMs) as T
  const id = (text: string) => text.replace(/^pbx-(\d+)/, (_, at: string) => `pbx-${Number(at) + (n * shiftMs) / 1_000}`)
  return {
    cdr: cdr.map((row) => ({
      ...row,
      uniqueId: id(row.uniqueId),
      linkedId: row.linkedId === null ? null : id(row.linkedId),
      startMs: ms(row.startMs),
      answerMs: ms(row.answerMs),
      endMs: ms(row.endMs),
    })),
    queueLog: queueLog.map((line) => ({ ...line, atMs: ms(line.atMs), callId: id(line.callId), data: line.data.map(id) })),
  }
}

const rowsOf = (db: SqliteDatabase.Database, table: string): string[] =>
  db
    .prepare<[], object>(`select * from ${table}`)
    .all()
    .map((row) => JSON.stringify(row))
    .sort()

it('is what the importer leaves of the same rows, table by table', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'callsync-past-'))
  try {
    const weeks = await openRecord(join(folder, 'weeks.db'), 0)
    importWeeks(weeks, past)
    weeks.close()
    const repeated = await openRecord(join(folder, 'years.db'), 0)
    repeatWeeks(repeated, join(folder, 'weeks.db'), { past, copies })

    const imported = await openRecord(join(folder, 'imported.db'), 0)
    const writer = new LedgerWriter({ db: imported, clock: systemClock, rules: pastRules(past.timeZone) })
    for (let n = 0; n < copies; n++)
      for (const day of pastWeeks(past)) {
        const { cdr, queueLog } = later(day, n)
        writer.apply({ cdr, queueLog, cel: [], states: [], problems: [], upToMs: queueLog.at(-1)?.atMs ?? 0 })
      }
    for (const table of copiedTables) {
      // Where a later fold may begin, wherever the last one of the operator ended.
      if (table === 'operator_checkpoints') continue
      const rows = rowsOf(imported, table)
      // A history without CEL ties no two ids together.
      expect(rows.length > 0 || table === 'call_aliases', table).toBe(true)
      expect(rowsOf(repeated, table), table).toEqual(rows)
    }
    imported.close()
    repeated.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)
