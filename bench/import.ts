/**
 * How fast a first import fills the record, and what the server's event loop feels of it: 300 operators, 40 queues.
 * `npm run bench -- import --calls=N`; 200,000 without it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { systemClock } from '../server/clock.ts'
import { builtInRule } from '../server/reports/fold/rules.ts'
import { foldRules } from '../server/reports/import/fold-rules.ts'
import { Importer } from '../server/reports/import/importer.ts'
import { LedgerWriter } from '../server/reports/import/ledger-writer.ts'
import { NewCalls } from '../server/reports/import/new-calls.ts'
import { StepFiles } from '../server/reports/import/step-files.ts'
import { openRecord } from '../server/reports/record/record-file.ts'
import { atLeast, atMost, type Figure, forReference } from './figure.ts'
import { history } from './support/history.ts'
import { writeLogFiles } from './support/log-files.ts'

const wantedRowsPerS = 30_000
const callsADay = 9_000
const site = {
  timeZone: 'Europe/Moscow',
  phoneRegion: 'RU' as const,
  extensions: [],
  agents: [],
  queues: [],
  rules: [builtInRule],
  workTimes: { times: [], holidays: [] },
}

const past = (calls: number) => history({ seed: 1, calls, days: Math.ceil(calls / callsADay), operators: 300, queues: 40 })

export async function* run(options: readonly string[]): AsyncGenerator<Figure> {
  const calls = Number(options.find((option) => option.startsWith('--calls='))?.slice('--calls='.length) ?? 200_000)
  const folder = mkdtempSync(join(tmpdir(), 'callsync-bench-import-'))
  try {
    yield* byOneThread(join(folder, 'rows.db'), calls)
    yield* wholeWay(folder, calls)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The two works that share the machine's processors, one after the other, rows in their hands. */
async function* byOneThread(path: string, calls: number): AsyncGenerator<Figure> {
  const db = await openRecord(path, Date.now())
  try {
    const rules = foldRules(site)
    const writer = new LedgerWriter({ db, clock: systemClock, rules })
    const newCalls = new NewCalls({ rules, starts: [], files: new StepFiles(path), nowMs: () => systemClock.nowMs() })
    let [cdr, lines, madeMs, writtenMs] = [0, 0, 0, 0]
    for (const day of past(calls)) {
      const began = performance.now()
      const upToMs = day.cdr.at(-1)?.endMs ?? 0
      const step = newCalls.prepare({ ...day, cel: [], states: [], problems: [], upToMs })
      const made = performance.now()
      writer.apply(step)
      madeMs += made - began
      writtenMs += performance.now() - made
      cdr += day.cdr.length
      lines += day.queueLog.length
    }
    const began = performance.now()
    writer.caughtUp()
    writtenMs += performance.now() - began
    yield forReference('calls put together, in CDR rows', (cdr / madeMs) * 1_000, 'CDR rows/s')
    yield forReference('the same calls written', (cdr / writtenMs) * 1_000, 'CDR rows/s')
    yield forReference('both by one thread', (cdr / (madeMs + writtenMs)) * 1_000, 'CDR rows/s')
    yield forReference('queue lines a CDR row', lines / cdr, 'lines')
  } finally {
    db.close()
  }
}

/** As a server does it: Asterisk's files, read and written by the importer's threads. The event loop here is the live side's. */
async function* wholeWay(folder: string, calls: number): AsyncGenerator<Figure> {
  const { paths, rows } = writeLogFiles(folder, past(calls))
  const common = { timeZone: 'UTC' }
  const importer = new Importer({
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    setup: () => ({
      recordFile: join(folder, 'files.db'),
      databaseUrl: null,
      generation: 0,
      site,
      sources: [
        { kind: 'cdr', settings: { store: 'csv', id: 'cdr', path: paths.cdr, ...common } },
        { kind: 'queueLog', settings: { store: 'log', id: 'queueLog', path: paths.queueLog, ...common } },
      ],
    }),
  })
  const loop = monitorEventLoopDelay({ resolution: 5 })
  await importer.start()
  loop.enable()
  const cpu = process.cpuUsage()
  const began = performance.now()
  while (importer.progress().caughtUpAtMs === null) await delay(20)
  const ms = performance.now() - began
  const spent = process.cpuUsage(cpu)
  loop.disable()
  await importer.stop()
  const cpuMs = (spent.user + spent.system) / 1_000
  yield atLeast('first import from Master.csv and queue_log', (rows.cdr / ms) * 1_000, 'CDR rows/s', wantedRowsPerS)
  yield forReference('the same by processor time', (rows.cdr / cpuMs) * 1_000, 'CDR rows/s')
  yield atMost('event loop’s delay meanwhile, p99', loop.percentile(99) / 1e6, 'ms', 50)
  yield forReference('event loop’s delay meanwhile, longest', loop.max / 1e6, 'ms')
}
