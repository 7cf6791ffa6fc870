import type { ImportGapsTable, ImportProblemsTable, ImportStateTable } from '../record/schema.ts'
import type { Batch, CdrRow, CelRow, QueueLogRow } from '../sources/index.ts'

export type Row = CdrRow | QueueLogRow | CelRow

const timeOf = (row: Row): number => ('endMs' in row ? row.endMs : row.atMs)

interface Held {
  readonly rows: readonly Row[]
  /** The source's state once all its rows are written. */
  readonly state: ImportStateTable
  readonly problems: readonly ImportProblemsTable[]
  readonly gap: ImportGapsTable | null
  /** Those not kept too. */
  readonly bad: number
  taken: number
}

/** What was taken of a source. */
export interface Taken {
  /** Up to the time asked for, in the order they were read. */
  readonly rows: readonly Row[]
  /** The state after the batches that were taken as a whole. */
  readonly state: ImportStateTable
  readonly problems: readonly ImportProblemsTable[]
  readonly gaps: readonly ImportGapsTable[]
}

/** Shorter ones are a hiccup. */
const shortestGapMs = 10_000
/** Kept of one batch: a person looks at the newest, their number is in the state. */
const mostProblems = 1_000

/** What was read of one source and waits for the others: rows go in batches, and out along time. */
export class HeldRows {
  #batches: Held[] = []
  /** After the last batch. */
  #last: ImportStateTable
  /** After what was taken. */
  #state: ImportStateTable
  #reachMs: number

  /** `state`: as it is written. */
  constructor(state: ImportStateTable) {
    this.#last = state
    this.#state = state
    this.#reachMs = state.up_to_ms ?? 0
  }

  /** Where the source is to be read on. */
  get cursor(): string | null {
    return this.#last.cursor
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0
  }

  get rows(): number {
    return this.#batches.reduce((sum, { rows, taken }) => sum + rows.length - taken, 0)
  }

  /** What reading it has cost, in rows: lines that gave none count as well, and so does a batch of nothing. */
  get weight(): number {
    return this.#batches.reduce((sum, { rows, bad, taken }) => sum + Math.max(1, rows.length + bad - taken), 0)
  }

  /** The last batch had rows, so that it is known how far along time the source is. */
  get tellsTime(): boolean {
    return (this.#batches.at(-1)?.rows.length ?? 0) > 0
  }

  /** Time of the last row: one odd time among many moves nothing. */
  get reachMs(): number {
    return this.#reachMs
  }

  /** True when the source is away. */
  add(batch: Batch<Row>, nowMs: number): boolean {
    const before = this.#last
    // Without its columns a source gives nothing until somebody mends it: no healthy one that is only quiet.
    const stands = batch.rows.length === 0 && batch.cursor === (before.cursor ?? '')
    const away = batch.problems.find(({ kind }) => kind === 'unreachable' || (kind === 'columns' && stands))
    const bad = batch.problems.filter((problem) => problem !== away)
    const last = batch.rows.at(-1)
    if (last) this.#reachMs = timeOf(last)
    this.#last = {
      ...before,
      cursor: batch.cursor === '' && before.cursor === null ? null : batch.cursor,
      rows_read: before.rows_read + batch.rows.length,
      problems: before.problems + bad.length,
      up_to_ms: batch.upToMs === null ? before.up_to_ms : Math.max(before.up_to_ms ?? 0, batch.upToMs),
      read_at_ms: away ? before.read_at_ms : nowMs,
      caught_up: away || batch.more ? 0 : 1,
      error: away?.text ?? null,
      error_code: away?.code ?? null,
      error_since_ms: away ? (before.error_since_ms ?? nowMs) : null,
    }
    const problems = bad.slice(-mostProblems).map(({ kind, where, text, raw }) => ({
      source_id: before.source_id,
      place: where,
      kind,
      text,
      raw,
      seen_at_ms: nowMs,
    }))
    const sinceMs = before.error_since_ms
    const gap: ImportGapsTable | null =
      away || sinceMs === null || nowMs - sinceMs < shortestGapMs
        ? null
        : { source_id: before.source_id, kind: 'unreachable', from_ms: sinceMs, to_ms: nowMs }
    this.#batches.push({ rows: batch.rows, state: this.#last, problems, gap, bad: bad.length, taken: 0 })
    return away !== undefined
  }

  take(untilMs: number): Taken {
    const rows: Row[] = []
    const problems: ImportProblemsTable[] = []
    const gaps: ImportGapsTable[] = []
    for (let [first] = this.#batches; first; [first] = this.#batches) {
      const to = first.rows.findLastIndex((row) => timeOf(row) <= untilMs) + 1
      for (; first.taken < to; first.taken++) {
        const row = first.rows[first.taken]
        if (row) rows.push(row)
      }
      if (to < first.rows.length) break
      problems.push(...first.problems)
      if (first.gap) gaps.push(first.gap)
      this.#state = first.state
      this.#batches.shift()
    }
    return { rows, state: this.#state, problems, gaps }
  }
}
