import type { SqlText } from '../queries/sql-text.ts'

/** What goes between the pool and a thread of it. */
export interface ReaderFiles {
  readonly recordFile: string
  /** null: the record alone. */
  readonly appFile: string | null
}

export interface ReadQuestion {
  readonly id: number
  readonly text: SqlText
}

export type ReadAnswer =
  | { readonly id: number; readonly rows: readonly unknown[] }
  | {
      readonly id: number
      readonly error: string
      /** The record is not there to be read, yet. */
      readonly closed: boolean
      /** What is in the file is not what was written to it. */
      readonly damaged: boolean
    }
