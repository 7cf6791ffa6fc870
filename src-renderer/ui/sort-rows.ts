export interface Sort {
  readonly columnId: string
  readonly descending: boolean
}

export type SortValue = string | number | null

const collator = new Intl.Collator(['ru', 'en'], { numeric: true, sensitivity: 'base' })

/** Stable; what has no value stands last in either direction. */
export function sortRows<T>(rows: readonly T[], value: (row: T) => SortValue, descending: boolean): T[] {
  return rows
    .map((row) => ({ row, value: value(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
      const order =
        typeof a.value === 'number' && typeof b.value === 'number'
          ? a.value - b.value
          : collator.compare(String(a.value), String(b.value))
      return descending ? -order : order
    })
    .map(({ row }) => row)
}

/** A press on a column's head: first its natural direction, then the other, then as the data came. */
export function nextSort(current: Sort | null, columnId: string): Sort | null {
  if (current?.columnId !== columnId) return { columnId, descending: false }
  return current.descending ? null : { columnId, descending: true }
}

/** Which rows of a long list stand in the viewport, with some spare on both sides. All rows are equally high. */
export function visibleRows(list: { count: number; rowHeight: number; scrollTop: number; viewHeight: number; spare: number }): {
  from: number
  to: number
} {
  const first = Math.floor(list.scrollTop / list.rowHeight) - list.spare
  const last = Math.ceil((list.scrollTop + list.viewHeight) / list.rowHeight) + list.spare
  const to = Math.min(list.count, Math.max(0, last))
  return { from: Math.min(to, Math.max(0, first)), to }
}
