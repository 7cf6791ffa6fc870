import type { ImportGapsTable, ImportProblemsTable, ImportStateTable } from '../record/schema.ts'
import type { CdrRow, CelRow, QueueLogRow } from '../sources/source.ts'
import type { TouchedFields } from './touched.ts'

/** What one step of the import brings: rows of any sources, and where each source goes on. */
export interface ImportStep {
  readonly cdr: readonly CdrRow[]
  readonly queueLog: readonly QueueLogRow[]
  readonly cel: readonly CelRow[]
  readonly states: readonly ImportStateTable[]
  readonly problems: readonly ImportProblemsTable[]
  readonly gaps?: readonly ImportGapsTable[]
  /** What all sources together are known up to. */
  readonly upToMs: number
  /** Calls put together before, whose rows are not among those above. */
  readonly newCalls?: NewCallRows
}

/** Calls of which nothing is in the record, ready to be written. */
export interface NewCallRows {
  /** A database that has their rows, in tables of the record's names (`step-files.ts`). */
  readonly file: string
  readonly touched: TouchedFields
}
