import type { SqlText } from '../queries/sql-text.ts'

/** What goes between the pool and a thread of it. */
export interface ReaderFiles {
  readonly recordFile: string
  readonly appFile: string
}

export interface ReadQuestion {
  readonly id: number
  readonly text: SqlText
}

export type ReadAnswer =
  | { readonly id: number; readonly rows: readonly unknown[] }
  /** `closed`: the record is not there to be read, yet. */
  | { readonly id: number; readonly error: string; readonly closed: boolean }
