import type { SumId, Sums } from './sums.ts'

/** How a value is written: a number of things, a part of a whole (0–1), a length of time, a mean of marks. */
export type Unit = 'count' | 'share' | 'ms' | 'mark'

export interface Metric {
  readonly unit: Unit
  /** Which way is good, for comparisons; absent: neither. */
  readonly better?: 'more' | 'less'
  readonly ru: { readonly name: string; readonly formula: string }
  readonly en: { readonly name: string; readonly formula: string }
  readonly needs: readonly SumId[]
  /** Its value, null for "no data": a share or mean of nothing. */
  compute(sums: Sums): number | null
  /** Rows of which sum are the calls behind it: for a count those it counts, for a share its part, for a mean those it is of. */
  readonly opens: SumId | null
}

/** null where there is nothing to divide by; never 0 % or 100 %. */
export const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)

export const named = (ru: string, ruFormula: string, en: string, enFormula: string) => ({
  ru: { name: ru, formula: ruFormula },
  en: { name: en, formula: enFormula },
})

type Named = Pick<Metric, 'ru' | 'en' | 'better'>

/** How many rows. */
export const count = (sum: SumId, words: Named): Metric => ({
  ...words,
  unit: 'count',
  needs: [sum],
  compute: (sums) => sums[sum],
  opens: sum,
})

/** A total of time. */
export const total = (sum: SumId, of: SumId | null, words: Named): Metric => ({
  ...words,
  unit: 'ms',
  needs: [sum],
  compute: (sums) => sums[sum],
  opens: of,
})

/** The greatest length of time among the rows; none of no rows. */
export const longest = (sum: SumId, of: SumId, words: Named): Metric => ({
  ...words,
  unit: 'ms',
  needs: [sum, of],
  compute: (sums) => (sums[of] > 0 ? sums[sum] : null),
  opens: of,
})

/** Σ ÷ how many: of the sums, never of other means. */
export const mean = (sum: SumId, of: SumId, unit: 'ms' | 'mark' | 'count', words: Named): Metric => ({
  ...words,
  unit,
  needs: [sum, of],
  compute: (sums) => ratio(sums[sum], sums[of]),
  opens: of,
})

export const share = (part: SumId, whole: SumId, words: Named): Metric => ({
  ...words,
  unit: 'share',
  needs: [part, whole],
  compute: (sums) => ratio(sums[part], sums[whole]),
  opens: part,
})
