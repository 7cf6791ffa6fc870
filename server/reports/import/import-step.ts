import type { ImportGapsTable, ImportProblemsTable, ImportStateTable } from '../record/schema.ts'
import type { CdrRow, CelRow, QueueLogRow } from '../sources/source.ts'
import type { Value } from './detail-tables.ts'
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

/** Calls of which nothing is in the record, ready to be written: the values of their rows by table, one row after another. */
export interface NewCallRows {
  readonly facts: readonly Value[]
  readonly aliases: readonly Value[]
  readonly calls: readonly Value[]
  readonly legs: readonly Value[]
  readonly rings: readonly Value[]
  readonly visits: readonly Value[]
  readonly touched: TouchedFields
}
