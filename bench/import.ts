import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../server/clock.ts'
import { builtInRule } from '../server/reports/fold/rules.ts'
import { foldRules } from '../server/reports/import/fold-rules.ts'
import { LedgerWriter } from '../server/reports/import/ledger-writer.ts'
import { openRecord } from '../server/reports/record/record-file.ts'
import { atLeast, type Figure, forReference } from './figure.ts'
import { history } from './support/history.ts'

const wantedRowsPerS = 30_000
const callsADay = 9_000
const site = {
  timeZone: 'Europe/Moscow',
  phoneRegion: 'RU',
  extensions: [],
  agents: [],
  queues: [],
  rules: [builtInRule],
}

/** How fast a first import writes the record: 300 operators, 40 queues. `--calls=N`; 200,000 without it. */
export async function run(options: readonly string[]): Promise<Figure[]> {
  const calls = Number(options.find((option) => option.startsWith('--calls='))?.slice('--calls='.length) ?? 200_000)
  const folder = mkdtempSync(join(tmpdir(), 'callsync-bench-import-'))
  const db = await openRecord(join(folder, 'reports.db'), Date.now())
  try {
    const writer = new LedgerWriter({ db, clock: systemClock, rules: foldRules(site) })
    let [cdr, lines, ms, cpuMs] = [0, 0, 0, 0]
    for (const day of history({ seed: 1, calls, days: Math.ceil(calls / callsADay), operators: 300, queues: 40 })) {
      const began = performance.now()
      const cpu = process.cpuUsage()
      writer.apply({ ...day, cel: [], states: [], problems: [], upToMs: day.cdr.at(-1)?.endMs ?? 0 })
      const spent = process.cpuUsage(cpu)
      ms += performance.now() - began
      cpuMs += (spent.user + spent.system) / 1_000
      cdr += day.cdr.length
      lines += day.queueLog.length
    }
    return [
      atLeast('first import, CDR rows with their queue lines', (cdr / ms) * 1_000, 'CDR rows/s', wantedRowsPerS),
      forReference('the same by processor time', (cdr / cpuMs) * 1_000, 'CDR rows/s'),
      forReference('queue lines beside them', (lines / ms) * 1_000, 'lines/s'),
    ]
  } finally {
    db.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
