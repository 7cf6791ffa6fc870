import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import { StartError } from '../../errors.ts'
import type { Disposer } from '../../telephony/telephony.ts'
import type { FromImporter, ImportSetup, RecordProgress } from './protocol.ts'

export interface ImporterDeps {
  readonly setup: () => ImportSetup
  readonly clock: Clock
  readonly logger: Logger
}

const firstRestartMs = 1_000
const longestRestartMs = 60_000
/** People are entered one after another: the thread begins anew once for all of them. */
const settleMs = 5_000
/** A step takes two or three seconds. On a machine that others keep busy the thread, which yields to them, could take minutes. */
const stopPatienceMs = 3_000
/** Every reader meets the same damage. */
const lookEveryMs = 60_000

/** The one writer of the record, in a thread of its own: the event loop never waits for it. A thread that dies is begun anew. */
export class Importer {
  readonly #deps: ImporterDeps
  #worker: Worker | null = null
  /** Told to end. */
  #ending: Worker | null = null
  #progress: RecordProgress = { rows: 0, caughtUpAtMs: null, atRest: false, publishedShare: null }
  #restartMs = firstRestartMs
  #forget: Disposer = () => undefined
  #forgetChange: Disposer = () => undefined
  /** What the thread works by, as text. */
  #current = ''
  #upgrading = false
  #damageMetMs: number | null = null
  #changing: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(deps: ImporterDeps) {
    this.#deps = deps
  }

  /** Resolves when the record is open or being upgraded, or when that failed and will be tried again. Throws StartError. */
  start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const { logger, clock } = this.#deps
    const setup = this.#deps.setup()
    this.#current = JSON.stringify(setup)
    const worker = new Worker(new URL('./import-worker.ts', import.meta.url), { workerData: setup })
    this.#worker = worker
    let forGood: string | null = null
    worker.on('message', (message: FromImporter) => {
      if (message.kind === 'upgrading') {
        logger.info('the record of calls is being brought to this version; reports wait for it')
        this.#upgrading = true
        // Phones, cards and the live state do not.
        resolve()
      }
      if (message.kind === 'ready') {
        if (this.#upgrading) logger.info('the record of calls is of this version')
        this.#upgrading = false
        resolve()
      }
      if (message.kind === 'trouble') logger.error({ reason: message.message }, 'call records could not be written, tried again')
      if (message.kind === 'failed') {
        if (message.forGood) forGood = message.message
        logger.error({ reason: message.message }, 'the record of calls could not be opened')
      }
      if (message.kind !== 'progress') return
      this.#progress = message.progress
      this.#restartMs = firstRestartMs
    })
    worker.on('error', (error) => logger.error({ err: error }, 'the import of call records failed'))
    worker.once('exit', () => {
      if (forGood !== null) reject(new StartError(forGood))
      // Not ours any more if it was told to end.
      else if (this.#worker === worker) {
        this.#forget = clock.after(this.#restartMs, () => void this.start().catch(() => undefined))
        this.#restartMs = Math.min(longestRestartMs, this.#restartMs * 2)
      }
      if (this.#worker === worker) this.#worker = null
      resolve()
    })
    return promise
  }

  /** The record is of an older version still: it cannot be read by this one. */
  upgrading(): boolean {
    return this.#upgrading
  }

  progress(): RecordProgress {
    return this.#progress
  }

  /** A reader met damage in the record: it is looked through, and when it is damaged indeed, set aside and imported again. */
  damageMet(): void {
    const nowMs = this.#deps.clock.nowMs()
    if (this.#damageMetMs !== null && nowMs - this.#damageMetMs < lookEveryMs) return
    this.#damageMetMs = nowMs
    this.#worker?.postMessage({ kind: 'damaged' })
  }

  /** Something was changed. Where it is of the import, sources, rules and people are taken from `setup` again, a little later. */
  settingsChanged(): void {
    this.#forgetChange()
    if (this.#stopped || JSON.stringify(this.#deps.setup()) === this.#current) return
    this.#forgetChange = this.#deps.clock.after(settleMs, () => this.#beginAnew())
  }

  #beginAnew(): void {
    this.#changing = this.#changing.then(async () => {
      if (this.#stopped) return
      await this.#end()
      if (this.#stopped) return
      // What goes wrong is logged where it happens, and tried again.
      await this.start().catch(() => undefined)
    })
  }

  /**
   * A step that takes longer than one should is not waited for, but for the statement under way: nothing of it is written, and it is
   * read again at the next start.
   */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#forgetChange()
    const forget = this.#deps.clock.after(stopPatienceMs, () => void (this.#ending ?? this.#worker)?.terminate())
    await this.#changing
    await this.#end()
    forget()
  }

  /** Resolves when the step under way is written. */
  async #end(): Promise<void> {
    this.#forget()
    const worker = this.#worker
    if (!worker) return
    this.#worker = null
    this.#ending = worker
    const gone = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage({ kind: 'stop' })
    await gone
    this.#ending = null
  }
}
