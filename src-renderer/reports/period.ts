/** [fromMs, toMs) of the computer's own days. */
export interface Period {
  readonly fromMs: number
  readonly toMs: number
}

export type PeriodName = 'today' | 'yesterday' | 'week'

/** Midnight of the day `days` away from the one `nowMs` is in, in this computer's zone (days of 23 and 25 hours too). */
function midnight(nowMs: number, days: number): number {
  const now = new Date(nowMs)
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).getTime()
}

export function periodOf(name: PeriodName, nowMs: number): Period {
  switch (name) {
    case 'today':
      return { fromMs: midnight(nowMs, 0), toMs: midnight(nowMs, 1) }
    case 'yesterday':
      return { fromMs: midnight(nowMs, -1), toMs: midnight(nowMs, 0) }
    case 'week':
      return { fromMs: midnight(nowMs, -6), toMs: midnight(nowMs, 1) }
  }
}
