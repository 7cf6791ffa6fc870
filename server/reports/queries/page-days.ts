/** Rows of a day, as a roll-up counts them. */
export interface DayCount {
  readonly day: number
  readonly counted: number
}

/** Days to be read at once, in their order: they have no more rows than this, or are one that has more. */
export function* daysTogether(counts: readonly DayCount[], most: number): Iterable<number[]> {
  let days: number[] = []
  let rows = 0
  for (const { day, counted } of counts) {
    if (days.length > 0 && rows + counted > most) {
      yield days
      days = []
      rows = 0
    }
    days.push(day)
    rows += counted
  }
  if (days.length > 0) yield days
}

/** Where a page of a list lies, its rows being in the order of these days: so that no row before it is read. */
export function pageDays(
  counts: readonly DayCount[],
  { offset, limit }: { readonly offset: number; readonly limit: number },
): { days: number[]; offset: number; total: number } {
  const total = counts.reduce((sum, { counted }) => sum + counted, 0)
  const days: number[] = []
  let before = 0
  let within = 0
  for (const { day, counted } of counts) {
    const after = before + counted
    if (after > offset && before < offset + limit) {
      if (days.length === 0) within = offset - before
      days.push(day)
    }
    before = after
  }
  return { days, offset: within, total }
}
