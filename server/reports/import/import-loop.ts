import type { Clock } from '../../clock.ts'
import type { ImportGapsTable, ImportProblemsTable, ImportStateTable } from '../record/schema.ts'
import type { Batch, CdrRow, CelRow, QueueLogRow, RecordSource } from '../sources/index.ts'
import { HeldRows, type Row } from './held-rows.ts'
import type { ImportStep } from './import-step.ts'
import type { ImportProgress } from './protocol.ts'

export type LoopSource = { readonly ofRemoved?: boolean | undefined } & (
  | { readonly kind: 'cdr'; readonly source: RecordSource<CdrRow> }
  | { readonly kind: 'queueLog'; readonly source: RecordSource<QueueLogRow> }
  | { readonly kind: 'cel'; readonly source: RecordSource<CelRow> }
)

export interface ImportLoopDeps {
  readonly sources: readonly LoopSource[]
  /** As they were left. */
  readonly states: readonly ImportStateTable[]
  /** Where it takes its time, the next step is read meanwhile. */
  readonly write: (step: ImportStep) => void | Promise<void>
  /** What can be done with a step before the one under way is written. */
  readonly prepare?: (step: ImportStep) => ImportStep
  /** A step could not be written, or the work between steps not be done: it is tried again later. What this throws ends the import. */
  readonly onFailure: (error: unknown) => void
  readonly clock: Clock
  readonly onProgress: (progress: ImportProgress) => void
  /** Rows of one read of one source. */
  readonly batchRows?: number
  /** Rows and unreadable lines of all sources in one step, about. */
  readonly stepRows?: number
  /** How often an empty source is asked again. */
  readonly pollMs?: number
  /** Work that is to be done between the steps, a piece at a time; true: there is more of it. */
  readonly between?: () => boolean | Promise<boolean>
  /** The midnight before a moment: steps end with it where one has passed, so that a day's sums are made once. */
  readonly dayStartMs?: (ms: number) => number
  /** How long to rest between two steps, as a share of what one takes: the machine's other work goes first. */
  readonly restShare?: number
}

const firstBackOffMs = 1_000
const longestBackOffMs = 60_000

const longer = (backOffMs: number): number => Math.min(longestBackOffMs, backOffMs * 2 || firstBackOffMs)

/** What was taken of the sources for a step. */
interface Next {
  readonly write: () => void | Promise<void>
  readonly rows: number
  /** Each source's after it. */
  readonly states: readonly ImportStateTable[]
}

/** `error` of an end: the step was not written. */
type End = { readonly between: 'done' | 'unfinished' | { readonly failed: unknown } } | { readonly error: unknown }

/** A step on its way into the record. Never rejects. */
interface Writing extends Next {
  readonly done: Promise<End>
}

interface Reader {
  readonly of: LoopSource
  /** As it is written. */
  state: ImportStateTable
  /** As it will be, once the step under way is written. */
  taken: ImportStateTable
  /** Read, and not written yet. */
  held: HeldRows
  more: boolean
  /** Not asked before. */
  dueMs: number
  backOffMs: number
  /** When all it had was read, and is written; null: not since the start. */
  caughtUpAtMs: number | null
}

/**
 * Reads all sources along one time, and hands what they hold of it to the writer step by step, so that a call's rows come
 * together and it is folded once. Rows beyond the time of the slowest source that has more are held (not for one whose lines
 * tell no time); where a source goes on after a restart is written only with its last held row. While a step is written the next
 * one is read.
 *
 *     reading ──nothing new──▶ waiting ──poll──▶ reading
 *        │  ▲──────more───────┘
 *        ├──unreachable──▶ backing off (1 s … 60 s), by itself, while the others go on
 *        └──not written──▶ backing off, all of them, and what is held is read again
 *
 * Work between the steps that fails backs off by itself: what was written stays written, and new calls go on coming in.
 */
export class ImportLoop {
  readonly #deps: Required<ImportLoopDeps>
  readonly #readers: Reader[]
  #rows = 0
  #writing: Writing | null = null
  #unfinished = false
  /** The last midnight a step ended with. */
  #takenToMs = 0
  #betweenDueMs = 0
  #betweenBackOffMs = 0
  #stopped = false
  #wake: () => void = () => undefined
  #running: Promise<void> = Promise.resolve()

  constructor(deps: ImportLoopDeps) {
    this.#deps = {
      batchRows: 10_000,
      stepRows: 60_000,
      pollMs: 2_000,
      prepare: (step) => step,
      between: () => false,
      dayStartMs: () => 0,
      restShare: 0.1,
      ...deps,
    }
    this.#readers = deps.sources.map((of) => {
      const state = deps.states.find(({ source_id }) => source_id === of.source.id) ?? {
        source_id: of.source.id,
        kind: of.kind,
        cursor: null,
        rows_read: 0,
        problems: 0,
        up_to_ms: null,
        read_at_ms: null,
        caught_up: 0,
        error: null,
        error_code: null,
        error_since_ms: null,
      }
      return { of, state, taken: state, held: new HeldRows(state), more: true, dueMs: 0, backOffMs: 0, caughtUpAtMs: null }
    })
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Resolves when the step under way is written. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#wake()
    await this.#running
    await Promise.all(this.#readers.map(({ of }) => of.source.stop()))
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const began = this.#deps.clock.nowMs()
      await this.#fill()
      if (this.#stopped) break
      const next = this.#take()
      let written = await this.#written()
      // What was read after a step that could not be written is read again with it.
      if (written) this.#writing = { ...next, done: this.#handOn(next) }
      const busy = this.#readers.some(({ more, backOffMs, held }) => (more || held.rows > 0) && backOffMs === 0)
      if (!busy) written = (await this.#written()) && written
      const atRest = written && !busy && this.#readers.some(({ caughtUpAtMs }) => caughtUpAtMs !== null)
      this.#deps.onProgress({ rows: this.#rows, caughtUpAtMs: this.#caughtUpAtMs(), atRest })
      if (this.#stopped) break
      const now = this.#deps.clock.nowMs()
      await this.#sleep(
        busy || this.#unfinished
          ? (now - began) * this.#deps.restShare
          : Math.max(0, Math.min(...this.#readers.map(({ dueMs }) => dueMs)) - now),
      )
    }
    await this.#written()
  }

  /** Channel events add to calls, they make none: nobody waits for them. Nor for a removed server's, whose database may be gone with it. */
  #caughtUpAtMs(): number | null {
    let earliest: number | null = null
    for (const { of, caughtUpAtMs } of this.#readers) {
      if (of.kind === 'cel' || of.ofRemoved) continue
      if (caughtUpAtMs === null) return null
      earliest = Math.min(earliest ?? caughtUpAtMs, caughtUpAtMs)
    }
    return earliest
  }

  /** Reads the sources that are due, those furthest behind again and again, until there is enough for a step. */
  async #fill(): Promise<void> {
    for (let weight = 0; weight < this.#deps.stepRows && !this.#stopped; ) {
      const now = this.#deps.clock.nowMs()
      const due = this.#readers.filter(({ dueMs }) => dueMs <= now)
      const none = due.filter(({ held }) => held.isEmpty)
      const next = none.length > 0 ? none : due.sort((a, b) => a.held.reachMs - b.held.reachMs).slice(0, 1)
      if (next.length === 0) return
      await Promise.all(next.map((reader) => this.#read(reader)))
      weight = this.#readers.reduce((sum, { held }) => sum + held.weight, 0)
    }
  }

  async #read(reader: Reader): Promise<void> {
    const { source } = reader.of
    const { cursor } = reader.held
    let batch: Batch<Row>
    try {
      batch = await source.read(cursor, this.#deps.batchRows)
    } catch (error) {
      // A source answers for what is in it; anything else is our mistake, and must not stop the others.
      const text = error instanceof Error ? error.message : String(error)
      const problem = { kind: 'unreachable' as const, where: source.id, text, raw: '' }
      batch = { rows: [], problems: [problem], cursor: cursor ?? '', more: false, upToMs: null }
    }
    const away = reader.held.add(batch, this.#deps.clock.nowMs())
    reader.more = batch.more
    if (away) this.#backOff(reader)
    else {
      reader.backOffMs = 0
      reader.dueMs = batch.more ? 0 : this.#deps.clock.nowMs() + this.#deps.pollMs
    }
  }

  #take(): Next {
    const slowest = this.#readers.filter(({ more, backOffMs, held }) => more && backOffMs === 0 && held.tellsTime)
    const reachMs = Math.min(...slowest.map(({ held }) => held.reachMs), Number.POSITIVE_INFINITY)
    const midnightMs = Number.isFinite(reachMs) ? this.#deps.dayStartMs(reachMs) : 0
    const ofWholeDays = midnightMs > this.#takenToMs
    const untilMs = ofWholeDays ? midnightMs : reachMs
    this.#takenToMs = Math.max(this.#takenToMs, midnightMs)
    const step = { cdr: [] as CdrRow[], queueLog: [] as QueueLogRow[], cel: [] as CelRow[] }
    const states: ImportStateTable[] = []
    const problems: ImportProblemsTable[] = []
    const gaps: ImportGapsTable[] = []
    let upToMs = ofWholeDays ? midnightMs : 0
    let rows = 0
    for (const reader of this.#readers) {
      // What has caught up waits for nobody: today's calls are not held for another source's years.
      const { rows: some, state, problems: bad, gaps: away } = reader.held.take(reader.more ? untilMs : Number.POSITIVE_INFINITY)
      for (const row of some) {
        if ('endMs' in row) step.cdr.push(row)
        else if ('eventType' in row) step.cel.push(row)
        else step.queueLog.push(row)
      }
      rows += some.length
      upToMs = Math.max(upToMs, state.up_to_ms ?? 0)
      if (state === reader.taken) continue
      reader.taken = state
      states.push(state)
      problems.push(...bad)
      gaps.push(...away)
    }
    const taken = { rows, states: this.#readers.map((reader) => reader.taken) }
    if (rows + states.length === 0) return { ...taken, write: () => undefined }
    try {
      const prepared = this.#deps.prepare({ ...step, states, problems, gaps, upToMs })
      return { ...taken, write: () => this.#deps.write(prepared) }
    } catch (error) {
      return { ...taken, write: () => Promise.reject(error) }
    }
  }

  async #handOn({ write }: Next): Promise<End> {
    try {
      await write()
    } catch (error) {
      return { error }
    }
    if (this.#deps.clock.nowMs() < this.#betweenDueMs) return { between: 'done' }
    try {
      return { between: (await this.#deps.between()) ? 'unfinished' : 'done' }
    } catch (failed) {
      return { between: { failed } }
    }
  }

  /** Waits for the step under way. False: it could not be written. */
  async #written(): Promise<boolean> {
    const writing = this.#writing
    if (!writing) return true
    this.#writing = null
    const end = await writing.done
    if ('error' in end) {
      await this.#notWritten(end.error)
      return false
    }
    this.#unfinished = end.between === 'unfinished'
    for (const [n, state] of writing.states.entries()) {
      const reader = this.#readers[n]
      if (!reader || state === reader.state) continue
      if (state.caught_up === 1) reader.caughtUpAtMs = state.read_at_ms
      reader.state = state
    }
    this.#rows += writing.rows
    if (typeof end.between === 'object') this.#notDoneBetween(end.between.failed)
    else if (this.#deps.clock.nowMs() >= this.#betweenDueMs) this.#betweenBackOffMs = 0
    return true
  }

  #notDoneBetween(error: unknown): void {
    this.#betweenBackOffMs = longer(this.#betweenBackOffMs)
    this.#betweenDueMs = this.#deps.clock.nowMs() + this.#betweenBackOffMs
    this.#deps.onFailure(error)
  }

  /** The disk is full, the file is locked: people are told, where that at least can be written. */
  async #notWritten(error: unknown): Promise<void> {
    this.#deps.onFailure(error)
    const nowMs = this.#deps.clock.nowMs()
    const text = error instanceof Error ? error.message : String(error)
    for (const reader of this.#readers) {
      this.#backOff(reader)
      reader.more = true
    }
    const told = this.#readers.map(({ state }) => ({
      ...state,
      caught_up: 0,
      error: text,
      error_since_ms: state.error_since_ms ?? nowMs,
    }))
    try {
      await this.#deps.write({ cdr: [], queueLog: [], cel: [], states: told, problems: [], gaps: [], upToMs: 0 })
      for (const [n, reader] of this.#readers.entries()) reader.state = told[n] ?? reader.state
    } catch {
      // As it was.
    }
    for (const reader of this.#readers) {
      reader.taken = reader.state
      reader.held = new HeldRows(reader.state)
    }
    this.#takenToMs = 0
  }

  #backOff(reader: Reader): void {
    reader.backOffMs = longer(reader.backOffMs)
    reader.dueMs = this.#deps.clock.nowMs() + reader.backOffMs
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const forget = this.#deps.clock.after(ms, resolve)
      this.#wake = () => {
        forget()
        resolve()
      }
    })
  }
}
