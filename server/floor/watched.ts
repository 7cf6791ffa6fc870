import { type Alarm, type AlarmLevel, alarmKinds } from '../contract/index.ts'
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

/** Looks this far apart follow one another. */
const sameLookMs = 5_000
/** After a longer time without a look nobody knows whether it went on. */
const longestUnseenMs = clearMs + 60_000

/**
 * What was watched, after a time in which nobody judged it: that time counts for no limit. What stood goes on, or, after a long
 * time, has ended where it was seen last, unless the value itself says that it went on all the while.
 */
export function resumed(
  watched: Watched,
  reading: Reading | null,
  { judgedAtMs, nowMs }: { judgedAtMs: number; nowMs: number },
): { watched: Watched | undefined; ended: Alarm | null } {
  const unseenMs = nowMs - judgedAtMs
  if (unseenMs <= sameLookMs) return { watched, ended: null }
  const { alarm, worst } = watched
  const lasted = reading !== null && alarmKinds[reading.kind].unit === 'ms' && reading.value >= unseenMs
  if (alarm?.endedAtMs === null && unseenMs > longestUnseenMs && !lasted)
    return { watched: undefined, ended: over(alarm, worst, judgedAtMs) }
  const moved = (latch: Latch): Latch =>
    latch.state === 'rising' || latch.state === 'falling' ? { ...latch, sinceMs: latch.sinceMs + unseenMs } : latch
  return { watched: { ...watched, warning: moved(watched.warning), critical: moved(watched.critical) }, ended: null }
}

/** Its level is now the highest it had. */
const over = (alarm: Alarm, worst: number, endedAtMs: number): Alarm => ({
  ...alarm,
  level: alarm.criticalAtMs === null ? 'warning' : 'critical',
  worst,
  endedAtMs,
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
  const hit = reading ? reached(reading) : { warning: false, critical: false }
  const timing = (of: AlarmLevel) => ({ atMs: nowMs, afterMs: reading?.by[of].afterMs ?? 0, clearMs })
  const latches = {
    warning: stepLatch(warning, { beyond: hit.warning, ...timing('warning') }),
    critical: stepLatch(critical, { beyond: hit.critical, ...timing('critical') }),
  }
  const level: AlarmLevel | null = holds(latches.critical) ? 'critical' : holds(latches.warning) ? 'warning' : null
  const stood = alarm?.endedAtMs === null ? alarm : null
  if (level === null) {
    if (!stood) return { watched: { ...latches, alarm: null, worst: 0 }, step: null }
    return { watched: { ...latches, alarm: over(stood, worst, nowMs), worst }, step: 'ended' }
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
      limit: reading.by[level][level] ?? value,
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
    limit: reading?.by[level][level] ?? stood.limit,
    worst: worstNow,
    criticalAtMs: rose ? nowMs : stood.criticalAtMs,
    acknowledged: rose ? null : stood.acknowledged,
  }
  return { watched: { ...latches, alarm: changed, worst: worstNow }, step: rose ? 'rose' : 'fell' }
}

/** Nothing is remembered of it but its limits. */
export const isCalm = ({ warning, critical, alarm }: Watched): boolean =>
  warning.state === 'off' && critical.state === 'off' && alarm === null
