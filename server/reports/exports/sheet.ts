import type { Language } from '../../contract/index.ts'

/**
 * How a column's values are meant: `text` · `count` · `number` with one decimal · `share` 0–1 · `duration` ms · `moment` ms UTC,
 * written in the site's time · `day` yyyymmdd · `phone`.
 */
export type CellKind = 'text' | 'count' | 'number' | 'share' | 'duration' | 'moment' | 'day' | 'phone'

export interface SheetColumn {
  readonly title: string
  readonly kind: CellKind
  /** In characters. */
  readonly width: number
}

/** A text for `text` and `phone`, a number for the rest; null: nothing is known. A text in a column of numbers is written as one. */
export type Cell = string | number | null

/** A table as a file has it: rows come later, one after another. */
export interface SheetHead {
  readonly title: string
  /** The period, the filters, how new the data is. */
  readonly notes: readonly string[]
  readonly columns: readonly SheetColumn[]
  readonly language: Language
  /** IANA name: moments are written in this zone. */
  readonly timeZone: string
}

/** Writes a table's rows into a file. Waits while the disk is slower than the rows. */
export interface SheetFile {
  rows(rows: readonly (readonly Cell[])[]): Promise<void>
  /** What all rows are together. */
  foot(row: readonly Cell[]): Promise<void>
  /** Resolves when the whole file is written. */
  close(): Promise<void>
}
