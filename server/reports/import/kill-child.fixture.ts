// Imports the rows of a file into a record, a few at a time, and says how far it is: to be killed at any moment.
import { readFileSync } from 'node:fs'
import { systemClock } from '../../clock.ts'
import { openRecord } from '../record/record-file.ts'
import type { ImportStateTable } from '../record/schema.ts'
import type { CdrRow, QueueLogRow, RecordSource } from '../sources/source.ts'
import { siteRules } from './fixture.ts'
import { ImportLoop } from './import-loop.ts'
import { LedgerWriter } from './ledger-writer.ts'

const [recordFile = '', rowsFile = ''] = process.argv.slice(2)
const rows = JSON.parse(readFileSync(rowsFile, 'utf8')) as { cdr: CdrRow[]; queueLog: QueueLogRow[] }

function listed<Row>(id: string, all: readonly Row[], atMs: (row: Row) => number): RecordSource<Row> {
  return {
    id,
    async read(after, limit) {
      const from = Number(after ?? 0)
      const part = all.slice(from, from + limit)
      const last = part.at(-1)
      const cursor = String(from + part.length)
      return { rows: part, problems: [], cursor, more: from + part.length < all.length, upToMs: last ? atMs(last) : null }
    },
    stop: async () => undefined,
  }
}

const db = await openRecord(recordFile, 0)
const writer = new LedgerWriter({ db, clock: systemClock, rules: siteRules() })
const loop = new ImportLoop({
  sources: [
    { kind: 'cdr', source: listed('cdr', rows.cdr, (row) => row.endMs) },
    { kind: 'queueLog', source: listed('queueLog', rows.queueLog, (row) => row.atMs) },
  ],
  states: db.prepare<[], ImportStateTable>('select * from import_state').all(),
  write: (step) => writer.apply(step),
  onFailure: (error) => {
    throw error
  },
  clock: systemClock,
  batchRows: 20,
  stepRows: 40,
  onProgress: ({ caughtUpAtMs }) => {
    process.stdout.write(caughtUpAtMs === null ? 'step\n' : 'done\n')
    if (caughtUpAtMs !== null) process.exit(0)
  },
})
loop.start()
