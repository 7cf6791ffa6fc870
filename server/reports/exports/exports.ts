import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { ExportContent, ExportState, Language, User } from '../../contract/index.ts'
import { AppError } from '../../errors.ts'
import type { Disposer } from '../../telephony/telephony.ts'
import { recordUpgrading } from '../readers/after-upgrade.ts'
import type { ReaderFiles } from '../readers/read-protocol.ts'
import type { FileFormat, FromWriter, WriteOrder } from './protocol.ts'
import type { ReportFiles } from './report-files.ts'

export interface ExportsDeps extends ReaderFiles {
  /** PostgreSQL, where the record and the cards are read; null: in the files. */
  readonly databaseUrl: string | null
  /** Emptied at the start: what is in it belongs to nobody any more. */
  readonly folder: string
  readonly files: ReportFiles
  /** Who takes what out is written down. */
  readonly audit: (user: User, taken: ExportContent & { readonly format: FileFormat }) => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
  /** The record is of an older version still. */
  readonly isUpgrading?: () => boolean
  /** For files that nobody fetched; above it the oldest goes. */
  readonly roomBytes?: number
}

/** Files that are written at the same time; more wait. */
const mostWriting = 2
/** Of one person: under way, and as many that were not fetched. */
const mostOfOne = 3
/** For a download to begin. */
const keptMs = 3_600_000
/** Of a long list a thread holds some rows at a time; a report it is given whole. */
const memoryFor = ({ content }: WriteOrder) => ({
  maxOldGenerationSizeMb: content.kind === 'table' ? 160 : 44,
  maxYoungGenerationSizeMb: 4,
})

interface Job {
  readonly id: string
  readonly userId: string
  readonly order: WriteOrder
  readonly fileName: string
  /** Waited for here, never downloaded. */
  readonly own: boolean
  readonly settled: PromiseWithResolvers<void>
  worker: Worker | null
  state: ExportState['state']
  rows: number
  total: number
  bytes: number | null
  forget: Disposer
}

/** Writes reports into files, each in a thread of its own, and lends them out. */
export class Exports {
  readonly #deps: Required<ExportsDeps>
  readonly #jobs = new Map<string, Job>()
  /** Places of people whose exports are being prepared. */
  readonly #taken = new Map<string, number>()
  #stopped = false

  constructor(deps: ExportsDeps) {
    this.#deps = { roomBytes: 2 * 1024 ** 3, isUpgrading: () => false, ...deps }
  }

  start(): void {
    rmSync(this.#deps.folder, { recursive: true, force: true })
    mkdirSync(this.#deps.folder, { recursive: true, mode: 0o700 })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all([...this.#jobs.keys()].map((id) => this.#drop(id)))
    await rm(this.#deps.folder, { recursive: true, force: true })
  }

  /** Throws forbidden, invalidInput, busy, recordUpgrading. */
  async begin(user: User, asked: { content: ExportContent; format: FileFormat; language: Language }): Promise<ExportState> {
    if (this.#deps.isUpgrading()) throw recordUpgrading()
    const taken = this.#taken.get(user.id) ?? 0
    const running = [...this.#jobs.values()].filter((job) => job.userId === user.id && job.state === 'running')
    if (running.length + taken >= mostOfOne) throw new AppError('busy', 'wait for the other exports', { retryAfterMs: 5_000 })
    this.#taken.set(user.id, taken + 1)
    try {
      const { order, fileName } = await this.#deps.files.orderFor(user, asked)
      await this.#deps.audit(user, { ...asked.content, format: asked.format })
      return this.#add(user.id, order, { fileName, own: false })
    } finally {
      const left = (this.#taken.get(user.id) ?? 1) - 1
      if (left > 0) this.#taken.set(user.id, left)
      else this.#taken.delete(user.id)
    }
  }

  /** Throws notFound. */
  state(user: User, id: string): ExportState {
    return stateOf(this.#own(user, id))
  }

  /** Throws notFound. */
  async cancel(user: User, id: string): Promise<void> {
    await this.#drop(this.#own(user, id).id)
  }

  /** The finished file a ticket is for. */
  open(ticket: string): { path: string; fileName: string; bytes: number; done: () => void } | null {
    const job = this.#jobs.get(ticket)
    if (job?.state !== 'ready' || job.bytes === null) return null
    return { path: job.order.path, fileName: job.fileName, bytes: job.bytes, done: () => void this.#drop(job.id) }
  }

  /** Writes one file and hands it to `use`; it is removed after. Throws what the writing threw. */
  async whole<T>(
    user: User,
    asked: { content: ExportContent; format: FileFormat; language: Language },
    use: (file: { path: string; fileName: string; title: string; notes: readonly string[] }) => Promise<T>,
  ): Promise<T> {
    if (this.#deps.isUpgrading()) throw recordUpgrading()
    const { order, fileName } = await this.#deps.files.orderFor(user, asked)
    const { id } = this.#add(user.id, order, { fileName, own: true })
    try {
      const job = this.#jobs.get(id)
      await job?.settled.promise
      if (job?.state !== 'ready') throw new AppError('internal', 'the file could not be written')
      const { title, notes } = order.head
      return await use({ path: job.order.path, fileName, title, notes })
    } finally {
      await this.#drop(id)
    }
  }

  #add(
    userId: string,
    more: Omit<WriteOrder, 'path' | 'recordFile' | 'appFile' | 'databaseUrl'>,
    as: Pick<Job, 'fileName' | 'own'>,
  ): ExportState {
    const { folder, recordFile, appFile, databaseUrl } = this.#deps
    const id = randomBytes(24).toString('base64url')
    const job: Job = {
      id,
      userId,
      order: { ...more, path: join(folder, id), recordFile, appFile, databaseUrl },
      ...as,
      settled: Promise.withResolvers(),
      worker: null,
      state: 'running',
      rows: 0,
      total: more.content.kind === 'table' ? more.content.rows.length : 0,
      bytes: null,
      forget: () => undefined,
    }
    this.#jobs.set(id, job)
    this.#next()
    return stateOf(job)
  }

  #own(user: User, id: string): Job {
    const job = this.#jobs.get(id)
    if (job?.userId !== user.id) throw new AppError('notFound', 'no such export')
    return job
  }

  #next(): void {
    const jobs = [...this.#jobs.values()]
    const writing = jobs.filter((job) => job.worker !== null).length
    if (this.#stopped || writing >= mostWriting) return
    const job = jobs.find((one) => one.state === 'running' && one.worker === null)
    if (job) this.#write(job)
  }

  #write(job: Job): void {
    const worker = new Worker(new URL('./export-worker.ts', import.meta.url), {
      workerData: job.order,
      resourceLimits: memoryFor(job.order),
    })
    job.worker = worker
    worker.on('message', (message: FromWriter) => {
      if (message.kind === 'progress') {
        job.rows = message.rows
        job.total = message.total
      } else if (message.kind === 'written') {
        job.rows = message.rows
        job.total = message.rows
        job.bytes = statSync(job.order.path).size
        this.#settle(job, 'ready')
      } else {
        this.#deps.logger.warn({ error: message.error }, 'a report could not be written into a file')
        this.#settle(job, 'failed')
      }
    })
    worker.on('error', (error) => {
      this.#deps.logger.error({ err: error }, 'a report could not be written into a file')
      this.#settle(job, 'failed')
    })
    worker.on('exit', () => {
      job.worker = null
      this.#settle(job, 'failed')
      this.#next()
    })
  }

  #settle(job: Job, state: 'ready' | 'failed'): void {
    if (job.state !== 'running') return
    job.state = state
    job.settled.resolve()
    job.forget = this.#deps.clock.after(keptMs, () => void this.#drop(job.id))
    if (state === 'ready') this.#makeRoom(job)
  }

  /** Files that nobody fetched do not fill the disk: the oldest make way for this one. */
  #makeRoom(latest: Job): void {
    const unfetched = [...this.#jobs.values()].filter((job) => job.state === 'ready' && !job.own && job !== latest)
    const ofOne = unfetched.filter((job) => job.userId === latest.userId)
    const tooMany = new Set(ofOne.slice(0, Math.max(0, ofOne.length + 1 - mostOfOne)))
    const others = unfetched.filter((job) => !tooMany.has(job))
    let bytes = unfetched.reduce((sum, job) => sum + (job.bytes ?? 0), latest.bytes ?? 0)
    for (const job of [...tooMany, ...others]) {
      if (!tooMany.has(job) && bytes <= this.#deps.roomBytes) continue
      bytes -= job.bytes ?? 0
      void this.#drop(job.id)
    }
  }

  async #drop(id: string): Promise<void> {
    const job = this.#jobs.get(id)
    if (!job) return
    this.#jobs.delete(id)
    job.forget()
    await job.worker?.terminate()
    job.settled.resolve()
    await rm(job.order.path, { force: true })
    this.#next()
  }
}

const stateOf = ({ id, state, rows, total, fileName, bytes }: Job): ExportState => ({
  id,
  state,
  rows,
  total,
  fileName,
  bytes,
  ticket: state === 'ready' ? id : null,
})
