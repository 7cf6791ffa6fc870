/** Entries that are picked to be dealt with together. `anchor`: where a range that is stretched by Shift began. */
export interface Picks {
  readonly ids: ReadonlySet<string>
  readonly anchor: string | null
}

export const nothingPicked: Picks = { ids: new Set(), anchor: null }

export function toggled({ ids }: Picks, id: string): Picks {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return { ids: next, anchor: id }
}

/** Everything between the anchor (or `from`, where there is none) and `to` in the order of `rows`, besides what is picked. */
export function stretched({ ids, anchor }: Picks, range: { rows: readonly string[]; from: string; to: string }): Picks {
  const { rows, from, to } = range
  const start = anchor !== null && rows.includes(anchor) ? anchor : from
  const [first, last] = [rows.indexOf(start), rows.indexOf(to)].toSorted((a, b) => a - b)
  return { ids: new Set([...ids, ...rows.slice(first, (last ?? 0) + 1)]), anchor: start }
}

/** All, or none when all are. */
export const allOrNone = ({ ids }: Picks, rows: readonly string[]): Picks =>
  rows.every((id) => ids.has(id)) ? nothingPicked : { ids: new Set(rows), anchor: null }

/** Those that can still be picked, in the order of `rows`: others have been taken or done by somebody meanwhile. */
export const stillPicked = ({ ids }: Picks, rows: readonly string[]): string[] => rows.filter((id) => ids.has(id))
