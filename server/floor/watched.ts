import type { Alarm, AlarmLevel } from '../contract/index.ts'
import { holds, type Latch, stepLatch, unlatched } from './latch.ts'
import { type Reading, reached, worse } from './readings.ts'

/** One thing that is judged, with what came of it so far. */
export interface Watched {
  readonly warning: Latch
  readonly critical: Latch
  /** The one that stands, or has just ended; `worst` as it was at its last change. */
  readonly alarm: Alarm | null
  readonly worst: number
}

export type AlarmStep = 'began' | 'rose' | 'fell' | 'ended'

/** Values that leave a limit for no longer than this have not left it. */
export const clearMs = 10_000

const unwatched: Watched = { warning: unlatched, critical: unlatched, alarm: null, worst: 0 }

/** One that stood when the server was stopped. */
export const watchedAgain = (alarm: Alarm): Watched => ({
  warning: { state: 'on', sinceMs: alarm.beganAtMs },
  critical: alarm.level === 'critical' ? { state: 'on', sinceMs: alarm.beganAtMs } : unlatched,
  alarm,
  worst: alarm.worst,
})

/**
 * The alarm of one thing after its next reading (null: it has no value, or nothing judges it any more). Each level is a latch:
 *
 *     calm ──warning holds──▶ warning ──critical holds──▶ critical
 *      ▲ ◀─────clears───────── │  ▲ ◀─────clears───────────┘ │
 *      └───────────────────────┴───── neither holds ─────────┘   ended
 *
 * What was acknowledged as a warning is not acknowledged as critical.
 */
export function watch(
  before: Watched | undefined,
  reading: Reading | null,
  { nowMs, newId }: { nowMs: number; newId: () => string },
): { watched: Watched; step: AlarmStep | null } {
  const { warning, critical, alarm, worst } = before ?? unwatched
  const hit = reading ? reached(reading.threshold, reading.value) : { warning: false, critical: false }
  const timing = { atMs: nowMs, afterMs: reading?.threshold.afterMs ?? 0, clearMs }
  const latches = {
    warning: stepLatch(warning, { beyond: hit.warning, ...timing }),
    critical: stepLatch(critical, { beyond: hit.critical, ...timing }),
  }
  const level: AlarmLevel | null = holds(latches.critical) ? 'critical' : holds(latches.warning) ? 'warning' : null
  const stood = alarm?.endedAtMs === null ? alarm : null
  if (level === null) {
    if (!stood) return { watched: { ...latches, alarm: null, worst: 0 }, step: null }
    const highest = stood.criticalAtMs === null ? 'warning' : 'critical'
    return { watched: { ...latches, alarm: { ...stood, level: highest, worst, endedAtMs: nowMs }, worst }, step: 'ended' }
  }
  if (!stood) {
    if (!reading) return { watched: { ...latches, alarm: null, worst: 0 }, step: null }
    const { kind, queue, operator, value } = reading
    const began: Alarm = {
      id: newId(),
      kind,
      level,
      queue,
      operator,
      limit: reading.threshold[level] ?? value,
      worst: value,
      beganAtMs: nowMs,
      criticalAtMs: level === 'critical' ? nowMs : null,
      endedAtMs: null,
      acknowledged: null,
    }
    return { watched: { ...latches, alarm: began, worst: value }, step: 'began' }
  }
  const worstNow = reading ? worse(reading.kind, worst, reading.value) : worst
  if (level === stood.level) return { watched: { ...latches, alarm: stood, worst: worstNow }, step: null }
  const rose = level === 'critical'
  const changed: Alarm = {
    ...stood,
    level,
    limit: reading?.threshold[level] ?? stood.limit,
    worst: worstNow,
    criticalAtMs: stood.criticalAtMs ?? (rose ? nowMs : null),
    acknowledged: rose ? null : stood.acknowledged,
  }
  return { watched: { ...latches, alarm: changed, worst: worstNow }, step: rose ? 'rose' : 'fell' }
}

/** Nothing is remembered of it but its limits. */
export const isCalm = ({ warning, critical, alarm }: Watched): boolean =>
  warning.state === 'off' && critical.state === 'off' && alarm === null
