import type { FoldedCall } from '../fold/fold-call.ts'
import type { TimeRange } from './causes.ts'

const besideMs = 3_600_000

/** Buckets and times that a step has changed something in. Its plain fields may go from one thread to another. */
export class Touched {
  readonly hours = new Set<number>()
  readonly callHours = new Set<number>()
  readonly days = new Map<number, Set<string>>()
  readonly times: { fromMs: number; toMs: number }[] = []

  /** Times beside each other become one: rows come about in their order, and there are as many as talks. */
  time(fromMs: number, toMs: number): void {
    const last = this.times.at(-1)
    if (last && fromMs >= last.fromMs - besideMs && fromMs <= last.toMs + besideMs) {
      last.fromMs = Math.min(last.fromMs, fromMs)
      last.toMs = Math.max(last.toMs, toMs)
    } else this.times.push({ fromMs, toMs })
  }

  operatorDay(day: number, operator: string): void {
    const operators = this.days.get(day)
    if (operators) operators.add(operator)
    else this.days.set(day, new Set([operator]))
  }

  /** Rows that are written. */
  call({ call, legs, rings, visits }: FoldedCall): void {
    if (call) this.callHours.add(call.hour_ms)
    if (call?.operator != null && call.direction === 'outbound') this.operatorDay(call.day, call.operator)
    for (const leg of legs) {
      this.operatorDay(leg.day, leg.operator)
      this.time(leg.answered_at_ms, leg.ended_at_ms)
    }
    for (const ring of rings) this.operatorDay(ring.day, ring.operator)
    for (const visit of visits) {
      this.hours.add(visit.hour_ms)
      if (visit.outcome !== 'answered') this.time(visit.entered_at_ms, visit.left_at_ms ?? visit.entered_at_ms)
    }
  }

  add(other: TouchedFields): void {
    for (const hour of other.hours) this.hours.add(hour)
    for (const hour of other.callHours) this.callHours.add(hour)
    for (const [day, operators] of other.days) for (const operator of operators) this.operatorDay(day, operator)
    for (const { fromMs, toMs } of other.times) this.time(fromMs, toMs)
  }
}

export interface TouchedFields {
  readonly hours: ReadonlySet<number>
  readonly callHours: ReadonlySet<number>
  readonly days: ReadonlyMap<number, ReadonlySet<string>>
  readonly times: readonly TimeRange[]
}
