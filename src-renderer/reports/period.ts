/** [fromMs, toMs) */
export interface Period {
  readonly fromMs: number
  readonly toMs: number
}

/** The day `nowMs` is in, by this computer's clock (of 23 and 25 hours too). */
export function todayOf(nowMs: number): Period {
  const now = new Date(nowMs)
  const midnight = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).getTime()
  return { fromMs: midnight(0), toMs: midnight(1) }
}
