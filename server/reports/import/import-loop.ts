import type { Clock } from '../../clock.ts'
import type { ImportProblemsTable, ImportStateTable } from '../record/schema.ts'
import type { Batch, CdrRow, CelRow, QueueLogRow, RecordSource } from '../sources/index.ts'
import type { ImportStep } from './ledger-writer.ts'
import type { ImportProgress } from './protocol.ts'

export type LoopSource =
  | { readonly kind: 'cdr'; readonly source: RecordSource<CdrRow> }
  | { readonly kind: 'queueLog'; readonly source: RecordSource<QueueLogRow> }
  | { readonly kind: 'cel'; readonly source: RecordSource<CelRow> }

export interface ImportLoopDeps {
  readonly sources: readonly LoopSource[]
  /** As they were left. */
  readonly states: readonly ImportStateTable[]
  readonly write: (step: ImportStep) => void
  /** A step could not be written: it is tried again later. What this throws ends the import. */
  readonly onFailure: (error: unknown) => void
  readonly clock: Clock
  readonly onProgress: (progress: ImportProgress) => void
  /** Rows of one source in one step. */
  readonly batchRows?: number
  /** How often an empty source is asked again. */
  readonly pollMs?: number
}

/** A source that is ahead of the others waits for them, so that a call's rows come together and it is folded once. */
const aheadMs = 15 * 60_000
const firstBackOffMs = 1_000
const longestBackOffMs = 60_000
/** Between two steps of a long import: the machine's other work goes first. */
const restShare = 0.1

interface Reader {
  readonly of: LoopSource
  state: ImportStateTable
  more: boolean
  /** Not asked before. */
  dueMs: number
  backOffMs: number
}

/**
 * Reads all sources step by step and hands each step to the writer:
 *
 *     reading ──nothing new──▶ waiting ──poll──▶ reading
 *        │  ▲──────more───────┘
 *        ├──unreachable──▶ backing off (1 s … 60 s), by itself, while the others go on
 *        └──not written──▶ backing off, with all that were read
 */
export class ImportLoop {
  readonly #deps: Required<ImportLoopDeps>
  readonly #readers: Reader[]
  #rows = 0
  #caughtUpAtMs: number | null = null
  #stopped = false
  #wake: () => void = () => undefined
  #running: Promise<void> = Promise.resolve()

  constructor(deps: ImportLoopDeps) {
    this.#deps = { batchRows: 10_000, pollMs: 2_000, ...deps }
    this.#readers = deps.sources.map((of) => ({
      of,
      state: deps.states.find(({ source_id }) => source_id === of.source.id) ?? {
        source_id: of.source.id,
        kind: of.kind,
        cursor: null,
        rows_read: 0,
        problems: 0,
        up_to_ms: null,
        read_at_ms: null,
        caught_up: 0,
        error: null,
        error_since_ms: null,
      },
      more: true,
      dueMs: 0,
      backOffMs: 0,
    }))
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

  /** Something new is known to be there. */
  poke(): void {
    for (const reader of this.#readers) if (reader.backOffMs === 0) reader.dueMs = 0
    this.#wake()
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const began = this.#deps.clock.nowMs()
      const due = this.#readers.filter((reader) => reader.dueMs <= began && !this.#isAhead(reader))
      if (due.length > 0) {
        const read = await Promise.all(due.map((reader) => this.#read(reader)))
        if (this.#stopped) return
        try {
          this.#write(read)
        } catch (error) {
          this.#notWritten(read, error)
        }
      }
      const busy = this.#readers.some((reader) => reader.more && reader.backOffMs === 0)
      if (!busy) this.#caughtUpAtMs = this.#deps.clock.nowMs()
      this.#deps.onProgress({ rows: this.#rows, caughtUpAtMs: this.#caughtUpAtMs })
      const now = this.#deps.clock.nowMs()
      await this.#sleep(
        busy ? (now - began) * restShare : Math.max(0, Math.min(...this.#readers.map(({ dueMs }) => dueMs)) - now),
      )
    }
  }

  #isAhead(reader: Reader): boolean {
    const own = reader.state.up_to_ms
    if (own === null || !reader.more) return false
    return this.#readers.some(
      (other) => other !== reader && other.more && other.backOffMs === 0 && (other.state.up_to_ms ?? 0) < own - aheadMs,
    )
  }

  async #read(reader: Reader): Promise<{ reader: Reader; batch: Batch<CdrRow | QueueLogRow | CelRow> }> {
    const { source } = reader.of
    try {
      return { reader, batch: await source.read(reader.state.cursor, this.#deps.batchRows) }
    } catch (error) {
      // A source answers for what is in it; anything else is our mistake, and must not stop the others.
      const text = error instanceof Error ? error.message : String(error)
      const problem = { kind: 'unreachable' as const, where: source.id, text, raw: '' }
      return { reader, batch: { rows: [], problems: [problem], cursor: reader.state.cursor ?? '', more: false, upToMs: null } }
    }
  }

  #write(read: readonly { reader: Reader; batch: Batch<CdrRow | QueueLogRow | CelRow> }[]): void {
    const nowMs = this.#deps.clock.nowMs()
    const step = { cdr: [] as CdrRow[], queueLog: [] as QueueLogRow[], cel: [] as CelRow[] }
    const states: ImportStateTable[] = []
    const problems: ImportProblemsTable[] = []
    let rows = 0
    for (const { reader, batch } of read) {
      rows += batch.rows.length
      for (const row of batch.rows) {
        if ('endMs' in row) step.cdr.push(row)
        else if ('eventType' in row) step.cel.push(row)
        else step.queueLog.push(row)
      }
      // Without its columns a source gives nothing until somebody mends it: no healthy one that is only quiet.
      const stands = batch.rows.length === 0 && batch.cursor === (reader.state.cursor ?? '')
      const away = batch.problems.find(({ kind }) => kind === 'unreachable' || (kind === 'columns' && stands))
      const bad = batch.problems.filter((problem) => problem !== away)
      for (const { kind, where, text, raw } of bad)
        problems.push({ source_id: reader.state.source_id, place: where, kind, text, raw, seen_at_ms: nowMs })
      const before = reader.state
      states.push({
        ...before,
        cursor: batch.cursor === '' && before.cursor === null ? null : batch.cursor,
        rows_read: before.rows_read + batch.rows.length,
        problems: before.problems + bad.length,
        up_to_ms: batch.upToMs === null ? before.up_to_ms : Math.max(before.up_to_ms ?? 0, batch.upToMs),
        read_at_ms: away ? before.read_at_ms : nowMs,
        caught_up: away || batch.more ? 0 : 1,
        error: away?.text ?? null,
        error_since_ms: away ? (before.error_since_ms ?? nowMs) : null,
      })
    }
    const known = [...states, ...this.#readers.map(({ state }) => state)].flatMap(({ up_to_ms }) => up_to_ms ?? [])
    this.#deps.write({ ...step, states, problems, upToMs: Math.max(0, ...known) })
    // Only now: what could not be written is read again.
    for (const [n, { reader, batch }] of read.entries()) {
      reader.state = states[n] ?? reader.state
      reader.more = batch.more
      if (reader.state.error !== null) this.#backOff(reader)
      else {
        reader.backOffMs = 0
        reader.dueMs = batch.more ? 0 : nowMs + this.#deps.pollMs
      }
    }
    this.#rows += rows
  }

  /** The disk is full, the file is locked: people are told, where that at least can be written. */
  #notWritten(read: readonly { reader: Reader }[], error: unknown): void {
    this.#deps.onFailure(error)
    const nowMs = this.#deps.clock.nowMs()
    const text = error instanceof Error ? error.message : String(error)
    const states = read.map(({ reader }) => {
      this.#backOff(reader)
      return { ...reader.state, caught_up: 0, error: text, error_since_ms: reader.state.error_since_ms ?? nowMs }
    })
    try {
      this.#deps.write({ cdr: [], queueLog: [], cel: [], states, problems: [], upToMs: 0 })
    } catch {
      return
    }
    for (const [n, { reader }] of read.entries()) reader.state = states[n] ?? reader.state
  }

  #backOff(reader: Reader): void {
    reader.backOffMs = Math.min(longestBackOffMs, reader.backOffMs * 2 || firstBackOffMs)
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
