import type { CdrRow } from '../sources/source.ts'
import { compareIds } from './facts.ts'

/** A call's CDR rows in the order they began, each once. */
export function cdrInOrder(rows: readonly CdrRow[]): readonly CdrRow[] {
  if (rows.length < 2) return rows
  return onceEach(rows).toSorted(
    (a, b) => a.startMs - b.startMs || (a.sequence ?? 0) - (b.sequence ?? 0) || compareIds(a.uniqueId, b.uniqueId),
  )
}

/** Of two stores of one PBX one may keep no `sequence`: its row is that of the other, which has the number. */
function onceEach(rows: readonly CdrRow[]): readonly CdrRow[] {
  const unnumbered = rows.filter(({ sequence }) => sequence === null)
  if (unnumbered.length === 0 || unnumbered.length === rows.length) return rows
  const spare = Map.groupBy(unnumbered, sameRow)
  const again = new Set(rows.flatMap((row) => (row.sequence === null ? [] : (spare.get(sameRow(row))?.pop() ?? []))))
  return rows.filter((row) => !again.has(row))
}

/** Stores cut seconds each in its own way, and the end may still have moved when one of them was read. */
const sameRow = ({ uniqueId, startMs, channel, dstChannel }: CdrRow): string =>
  JSON.stringify([uniqueId, Math.floor(startMs / 1_000), channel, dstChannel])
