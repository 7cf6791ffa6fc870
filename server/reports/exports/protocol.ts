import type { CountryCode } from 'libphonenumber-js'
import type { ReaderFiles } from '../readers/read-protocol.ts'
import type { AnyList } from './list-plan.ts'
import type { ListNames } from './list-rows.ts'
import type { Cell, SheetHead } from './sheet.ts'

export type FileFormat = 'csv' | 'xlsx' | 'pdf'

/** A table that was worked out already: as few rows as a person reads. */
export interface TableContent {
  readonly kind: 'table'
  readonly columns: SheetHead['columns']
  readonly rows: readonly (readonly Cell[])[]
  readonly foot: readonly Cell[] | null
}

/** What a thread is to write, and where. */
export interface WriteOrder extends ReaderFiles {
  /** PostgreSQL, where the record and the cards are read; null: in the files. */
  readonly databaseUrl: string | null
  readonly path: string
  readonly format: FileFormat
  readonly head: Omit<SheetHead, 'columns'>
  readonly content: TableContent | AnyList
  readonly names: ListNames
  readonly phoneRegion: CountryCode
}

export type FromWriter =
  | { readonly kind: 'progress'; readonly rows: number; readonly total: number }
  | { readonly kind: 'written'; readonly rows: number }
  | { readonly kind: 'failed'; readonly error: string }
