import type { RecordCheck, RecordTrial } from '../../contract/index.ts'
import type { ReadRow } from './record-rows.ts'
import type { CdrRow, CelRow, QueueLogRow } from './source.ts'
import type { Trouble } from './table-connection.ts'

type Step = RecordCheck['step']
export type AnyRow = CdrRow | QueueLogRow | CelRow

/** The newest of what a source holds, as far as it could be looked at. */
export interface Sample {
  readonly passed: readonly Step[]
  /** null: everything passed. */
  readonly failed: (Trouble & { readonly step: Step }) | null
  /** Columns of a table. */
  readonly present: readonly string[] | null
  readonly rows: RecordTrial['rows']
  /** Read as if written in a time zone. */
  read(timeZone: string): readonly ReadRow<AnyRow>[]
}

export interface SampleDeps {
  nowMs(): number
}

export const sampleRows = 200

export const failure = (step: Step, trouble: Trouble, so: Partial<Sample> = {}): Sample => ({
  passed: [],
  present: null,
  rows: null,
  read: () => [],
  ...so,
  failed: { ...trouble, step },
})
