/** One measured number beside its goal. */
export interface Figure {
  readonly name: string
  readonly value: number
  /** e.g. `ms`, `MB`, `events/s` */
  readonly unit: string
  /** As people say it: `<= 150`. */
  readonly goal: string
  readonly ok: boolean
}

const rounded = (value: number): number => (value >= 100 ? Math.round(value) : Math.round(value * 100) / 100)

/** A figure that should not be above `limit`. */
export const atMost = (name: string, value: number, unit: string, limit: number): Figure => ({
  name,
  value: rounded(value),
  unit,
  goal: `<= ${limit}`,
  ok: value <= limit,
})

/** A figure that should not be below `limit`. */
export const atLeast = (name: string, value: number, unit: string, limit: number): Figure => ({
  name,
  value: rounded(value),
  unit,
  goal: `>= ${limit}`,
  ok: value >= limit,
})

/** A figure without a goal of its own, such as the floor another one is read against. */
export const forReference = (name: string, value: number, unit: string): Figure => ({
  name,
  value: rounded(value),
  unit,
  goal: '–',
  ok: true,
})

/** The p-th percentile (0–100) by the nearest rank; NaN of no values. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN
}
