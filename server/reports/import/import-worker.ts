import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import type { CountryCode } from 'libphonenumber-js'
import { setPhoneRegion } from '../../calls/index.ts'
import { systemClock } from '../../clock.ts'
import { StartError } from '../../errors.ts'
import { isDamage, openRecord, setAside, takeStatistics } from '../record/record-file.ts'
import type { ImportStateTable } from '../record/schema.ts'
import { cdrSource, celSource, queueLogSource } from '../sources/index.ts'
import { EventLines } from './event-lines.ts'
import { foldRules } from './fold-rules.ts'
import { ImportLoop, type LoopSource } from './import-loop.ts'
import { LedgerWriter } from './ledger-writer.ts'
import type { FromImporter, ImportSetup, SiteFacts, ToImporter } from './protocol.ts'

/** A first import meets the customers of years. */
const rememberedPhones = 100_000
const statisticsEveryMs = 24 * 3_600_000

async function run(setup: ImportSetup, tell: (message: FromImporter) => void): Promise<void> {
  setPhoneRegion(setup.site.phoneRegion as CountryCode, rememberedPhones)
  const db = await openRecord(setup.recordFile, Date.now())
  const deps = { nowMs: () => systemClock.nowMs() }
  const events = new Map<string, EventLines>()
  const sources = setup.sources.map((each): LoopSource => {
    if (each.kind === 'events') {
      const lines = new EventLines(each.id)
      events.set(each.id, lines)
      return { kind: 'queueLog', source: lines }
    }
    if (each.kind === 'cdr') return { kind: 'cdr', source: cdrSource(each.settings, deps) }
    if (each.kind === 'cel') return { kind: 'cel', source: celSource(each.settings, deps) }
    return { kind: 'queueLog', source: queueLogSource(each.settings, deps) }
  })
  keepRules(db, setup.site)
  const writer = new LedgerWriter({ db, clock: systemClock, rules: foldRules(setup.site) })
  const states = db.prepare<[], ImportStateTable>('select * from import_state').all()
  /** This thread ends, and the next one imports everything again. */
  const beginAnew = async () => {
    db.close()
    const anew = await setAside(setup.recordFile, systemClock.nowMs())
    anew.close()
    process.exit()
  }
  let statisticsDueMs = 0
  const loop = new ImportLoop({
    sources,
    states,
    write: (step) => writer.apply(step),
    onFailure: (error) => {
      tell({ kind: 'trouble', message: textOf(error) })
      if (isDamage(error)) void beginAnew()
    },
    clock: systemClock,
    onProgress: (progress) => {
      const { rows, caughtUpAtMs } = progress
      if (rows > 0 && caughtUpAtMs !== null && caughtUpAtMs >= statisticsDueMs) {
        takeStatistics(db)
        statisticsDueMs = caughtUpAtMs + statisticsEveryMs
      }
      tell({ kind: 'progress', progress })
    },
  })
  parentPort?.on('message', (message: ToImporter) => {
    if (message.kind === 'lines') {
      events.get(message.sourceId)?.add(message.rows)
      loop.poke()
      return
    }
    void loop.stop().then(() => {
      db.close()
      parentPort?.close()
    })
  })
  tell({ kind: 'ready' })
  if (sources.length > 0) loop.start()
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The rules visits are judged by are kept beside them, for who reads the record. */
function keepRules(db: Awaited<ReturnType<typeof openRecord>>, site: SiteFacts): void {
  const keep = db.prepare(`
    insert into queue_rules (queue, valid_from_ms, target_ms, short_ms, formula) values (?, ?, ?, ?, 'default')
    on conflict (queue, valid_from_ms) do update set target_ms = excluded.target_ms, short_ms = excluded.short_ms`)
  for (const rule of site.rules) keep.run(rule.queue, rule.validFromMs, rule.targetMs, rule.shortMs)
}

if (!isMainThread && parentPort) {
  const tell = (message: FromImporter) => parentPort?.postMessage(message)
  run(workerData as ImportSetup, tell).catch((error: unknown) => {
    tell({ kind: 'failed', message: textOf(error), forGood: error instanceof StartError })
    process.exit(1)
  })
}
