import type { SqlText } from '../queries/sql-text.ts'

/** What goes between the pool and a thread of it. */
export interface ReaderFiles {
  readonly recordFile: string
  /** null: the record alone. */
  readonly appFile: string | null
}

export type ReadQuestion =
  | {
      readonly id: number
      readonly texts: readonly SqlText[]
      /** Within the snapshot this thread holds; the first such question takes it. */
      readonly held: boolean
    }
  /** The snapshot is given up: nothing is answered. */
  | { readonly release: true }

export type ReadAnswer =
  | {
      readonly id: number
      /** The rows of each text. */
      readonly rows: readonly (readonly unknown[])[]
    }
  | {
      readonly id: number
      readonly error: string
      /** The record is not there to be read, yet. */
      readonly closed: boolean
      /** What is in the file is not what was written to it. */
      readonly damaged: boolean
    }
