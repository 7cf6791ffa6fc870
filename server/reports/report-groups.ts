import { z } from 'zod'
import { addUp, noSums, type SumId, type Sums, sumOf } from './metrics/index.ts'
import type { SumsQuestion } from './queries/questions.ts'
import type { Rows } from './readers/read-pool.ts'

const SumsRows = z.array(z.object({ group_key: z.union([z.string(), z.number()]).nullable() }).catchall(z.coerce.number()))

export interface GroupsQuestion extends SumsQuestion {
  /** Which row of the report a group of its answer is. */
  readonly keyOf: (key: string | null) => string | null
}

/** The sums of each row; several answers may tell of one. */
export function groupsOf(questions: readonly GroupsQuestion[], answers: readonly Rows[]): Map<string | null, Sums> {
  const groups = new Map<string | null, Record<SumId, number>>()
  for (const [at, { sums: wanted, keyOf }] of questions.entries())
    for (const { group_key, ...amounts } of SumsRows.parse(answers[at])) {
      // A roll-up has rows for what another of its sums counted.
      if (wanted.every((id) => !amounts[id])) continue
      const key = keyOf(group_key === null ? null : String(group_key))
      const sums = groups.get(key) ?? { ...noSums }
      for (const id of wanted) {
        const amount = amounts[id] ?? 0
        sums[id] = sumOf(id).greatest ? Math.max(sums[id], amount) : sums[id] + amount
      }
      groups.set(key, sums)
    }
  return groups
}

/** The sums of the period before by the rows of the period; what has no place among those is in no row. */
export function besideGroups(
  then: ReadonlyMap<string | null, Sums>,
  { beside, wanted }: { beside: (key: string | null) => string | null | undefined; wanted: readonly SumId[] },
): { rows: Map<string | null, Sums>; unplaced: boolean } {
  const rows = new Map<string | null, Sums>()
  let unplaced = false
  for (const [key, sums] of then) {
    const row = beside(key)
    if (row === undefined) {
      unplaced = true
      continue
    }
    // An autumn night has two hours of one name.
    const same = rows.get(row)
    rows.set(row, same ? addUp([same, sums], wanted) : sums)
  }
  return { rows, unplaced }
}
