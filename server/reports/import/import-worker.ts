import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import type SqliteDatabase from 'better-sqlite3'
import { setPhoneRegion } from '../../calls/index.ts'
import { systemClock } from '../../clock.ts'
import { StartError } from '../../errors.ts'
import { foldVersion } from '../fold/fold-version.ts'
import { isDamage, isWhole, openRecord, setAside, takeStatistics } from '../record/record-file.ts'
import type { ImportStateTable } from '../record/schema.ts'
import { yieldToOthers } from './background.ts'
import { foldRules, rememberedPhones } from './fold-rules.ts'
import { ImportLoop } from './import-loop.ts'
import type { ImportStep } from './import-step.ts'
import { LedgerWriter } from './ledger-writer.ts'
import { loopSource } from './loop-source.ts'
import type { FromImporter, ImportSetup, ToImporter } from './protocol.ts'
import { Reading } from './reading.ts'
import { ReadingThread } from './reading-thread.ts'
import { beginGeneration, forgetOtherSources, noteRules } from './settings-changes.ts'
import { noteFold, noteSiteChange, noteWorkTime } from './site-changes.ts'

const statisticsEveryMs = 24 * 3_600_000
/** Calls of one piece. */
const foldedAgainAtOnce = 1_000

async function run(setup: ImportSetup, tell: (message: FromImporter) => void): Promise<void> {
  const yields = yieldToOthers()
  setPhoneRegion(setup.site.phoneRegion, rememberedPhones)
  const db = await openRecord(setup.recordFile, Date.now(), () => tell({ kind: 'upgrading' }))
  /** This thread ends, and the next one imports everything again. */
  const beginAnew = async () => {
    db.close()
    const anew = await setAside(setup.recordFile, systemClock.nowMs())
    anew.close()
    process.exit()
  }
  /** False: it is begun anew. */
  const unlessDamaged = (work: () => void): boolean => {
    try {
      work()
      return true
    } catch (error) {
      if (!isDamage(error)) throw error
      tell({ kind: 'trouble', message: textOf(error) })
      void beginAnew()
      return false
    }
  }
  const publisher = setup.databaseUrl === null ? null : await publish(db, setup.databaseUrl, tell)
  // Readers can begin: what follows may take its time, and shows them what was until it is done.
  tell({ kind: 'ready' })
  const rules = foldRules(setup.site)
  const prepared = unlessDamaged(() => {
    beginGeneration(db, setup.generation)
    forgetOtherSources(
      db,
      setup.sources.map(({ settings }) => settings.id),
    )
    noteSiteChange(db, setup.site, rules)
    noteFold(db, foldVersion)
    noteRules(db, setup.site.rules)
    noteWorkTime(db, setup.site.workTimes)
  })
  if (!prepared) return
  const writer = new LedgerWriter({ db, clock: systemClock, rules })
  const readStates = db.prepare<[], ImportStateTable>('select * from import_state')
  let built = false
  let statisticsDueMs = 0
  const { sources, site } = setup
  const work = {
    write: (step: ImportStep) => writer.apply(step),
    between: () => writer.foldAgain(foldedAgainAtOnce),
    onFailure: (error: unknown) => {
      tell({ kind: 'trouble', message: textOf(error) })
      if (isDamage(error)) void beginAnew()
    },
  }
  const reading = new Reading({
    firstImport: writer.firstImport,
    states: () => readStates.all(),
    beside: ({ states, firstImport, onProgress }) =>
      new ReadingThread({ ...work, setup: { sources, site, states, firstImport, recordFile: setup.recordFile }, onProgress }),
    here: ({ states, onProgress }) =>
      new ImportLoop({
        ...work,
        sources: sources.map((source) => loopSource(source, { nowMs: () => systemClock.nowMs() })),
        states,
        clock: systemClock,
        onProgress,
        ...(yields ? { restShare: 0 } : {}),
      }),
    onProgress: (progress) => {
      const { rows, atRest, caughtUpAtMs } = progress
      const whole = unlessDamaged(() => {
        if (atRest && !built) {
          writer.caughtUp()
          built = true
        }
        if (rows > 0 && atRest && systemClock.nowMs() >= statisticsDueMs) {
          takeStatistics(db)
          statisticsDueMs = systemClock.nowMs() + statisticsEveryMs
        }
      })
      if (!whole) return
      publisher?.poke(caughtUpAtMs)
      const readable = publisher === null ? caughtUpAtMs : publisher.publishedUpToMs()
      const publishedShare = publisher?.publishedShare() ?? null
      tell({ kind: 'progress', progress: { ...progress, caughtUpAtMs: readable, publishedShare } })
    },
  })
  parentPort?.on('message', (message: ToImporter) => {
    if (message.kind === 'damaged') {
      if (isWhole(setup.recordFile)) return
      tell({ kind: 'trouble', message: 'the record of calls is damaged' })
      void reading.stop().then(beginAnew)
      return
    }
    void reading
      .stop()
      .then(() => publisher?.stop())
      .then(() => {
        db.close()
        parentPort?.close()
      })
  })
  publisher?.poke()
  if (sources.length > 0) reading.start()
}

/** Loaded only where it is used. */
async function publish(db: SqliteDatabase.Database, databaseUrl: string, tell: (message: FromImporter) => void) {
  const { PublishQueue, RecordPublisher } = await import('../publish/index.ts')
  const queue = new PublishQueue(db)
  return new RecordPublisher({
    queue,
    databaseUrl,
    clock: systemClock,
    onTrouble: (message) => tell({ kind: 'trouble', message }),
  })
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

if (!isMainThread && parentPort) {
  const tell = (message: FromImporter) => parentPort?.postMessage(message)
  const setup: ImportSetup = workerData
  run(setup, tell).catch((error: unknown) => {
    tell({ kind: 'failed', message: textOf(error), forGood: error instanceof StartError })
    process.exit(1)
  })
}
