import { z } from 'zod'
import { QueueName } from './cards.ts'
import { overseers } from './roles.ts'
import { defineRoute } from './route.ts'
import { SiteDay } from './site-days.ts'

/** How far back the recent figures look. */
export const recentMs = 30 * 60_000

/** Of visits to queues that began within a time. A call that visited two queues counts in each. */
export const VisitFigures = z.object({
  /** All of them, those who still wait too. */
  offered: z.number().int(),
  answered: z.number().int(),
  /** Hung up waiting, waited too long, or were let go by an emptied queue. */
  lost: z.number().int(),
  /** 0–1 by each queue's own dated formula, callers who still wait within the target left out; null: no data. */
  serviceLevel: z.number().nullable(),
})
export type VisitFigures = z.infer<typeof VisitFigures>

const DayFigures = z.object({
  /** Since the site's midnight. */
  today: VisitFigures,
  /** Of the last `recentMs`; may reach into yesterday. */
  recent: VisitFigures,
})

/** The visits of today: from the record what was before the live state began, the rest as Asterisk tells it; none twice. */
export const FloorToday = DayFigures.extend({
  day: SiteDay,
  /** Every queue Asterisk has, and every one that was visited today; those without visits have zeros. */
  queues: z.array(QueueName.extend(DayFigures.shape)),
  /**
   * A time of today the figures do not hold yet, because the record has not been read so far; `fromMs` null: the record has
   * nothing. null: they hold all of it.
   */
  missing: z.object({ fromMs: z.number().int().nullable(), toMs: z.number().int() }).nullable(),
})
export type FloorToday = z.infer<typeof FloorToday>

/**
 * What is watched. Reached from the limit up: `waiting` callers · `longestWait` ms · `pause`, `wrapUp` ms in that state. From the
 * limit down: `freeOperators` · `serviceLevel` of the last `recentMs`, 0–1.
 */
export const AlarmKind = z.enum(['waiting', 'longestWait', 'freeOperators', 'serviceLevel', 'pause', 'wrapUp'])
export type AlarmKind = z.infer<typeof AlarmKind>

export const AlarmLevel = z.enum(['warning', 'critical'])
export type AlarmLevel = z.infer<typeof AlarmLevel>

export const Alarm = z.object({
  id: z.string(),
  kind: AlarmKind,
  /** While it stands, the level now; of one that is over, the highest. */
  level: AlarmLevel,
  /** null: all queues together, or an operator whatever the queue. */
  queue: QueueName.nullable(),
  /** Of `pause` and `wrapUp`. */
  operator: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** The limit that was reached, in the unit of the kind. */
  limit: z.number(),
  /** The worst value so far, written at each change of level and at the end. */
  worst: z.number(),
  beganAtMs: z.number().int(),
  /** When it became critical, the last time it did; null: never. */
  criticalAtMs: z.number().int().nullable(),
  /** null: it stands. */
  endedAtMs: z.number().int().nullable(),
  /** Taken back when the level rises. */
  acknowledged: z.object({ byName: z.string(), atMs: z.number().int() }).nullable(),
})
export type Alarm = z.infer<typeof Alarm>

/** What supervisors and the wallboard have of the floor besides operators, calls and queues. */
export const FloorState = z.object({
  today: FloorToday,
  /** Those that stand, the oldest first. */
  alarms: z.array(Alarm),
})
export type FloorState = z.infer<typeof FloorState>

/** A day hour by hour: visits that began in it. */
export const LoadOfDay = z.object({
  day: SiteDay,
  /** All hours of the day, 23 to 25 of them, those to come too. */
  hours: z.array(
    z.object({
      hourMs: z.number().int(),
      hourOfDay: z.number().int(),
      offered: z.number().int(),
      answered: z.number().int(),
      lost: z.number().int(),
      /** Callers, the mean of `expectedFrom` in this hour of the day; null: there is nothing to tell it from. */
      expected: z.number().nullable(),
    }),
  ),
  /** The day is a holiday, by the calendar of work time. */
  holiday: z.boolean(),
  /** Days of the same kind, as far as the record has them: the same weekday of the last weeks, or other holidays. */
  expectedFrom: z.array(SiteDay),
  /** Of these the days left out of the mean, on which no caller was in any queue: the record lacks them. */
  emptyDays: z.array(SiteDay),
  /** Of the same weekday, left out for being holidays or having had other hours. */
  otherDays: z.array(SiteDay),
})
export type LoadOfDay = z.infer<typeof LoadOfDay>

/** Whose value is judged: all queues together, each queue that has no threshold of its own of the kind, or one. */
export const AlarmScope = z.discriminatedUnion('of', [
  z.object({ of: z.literal('floor') }),
  z.object({ of: z.literal('eachQueue') }),
  z.object({ of: z.literal('queue'), number: z.string().trim().min(1).max(80) }),
])
export type AlarmScope = z.infer<typeof AlarmScope>

/** What a limit of each kind may be, and whether it is reached from below (`up`) or from above. */
export const alarmKinds = {
  waiting: { unit: 'count', up: true, min: 1, max: 10_000 },
  longestWait: { unit: 'ms', up: true, min: 1_000, max: 86_400_000 },
  freeOperators: { unit: 'count', up: false, min: 0, max: 10_000 },
  serviceLevel: { unit: 'share', up: false, min: 0, max: 1 },
  pause: { unit: 'ms', up: true, min: 1_000, max: 86_400_000 },
  wrapUp: { unit: 'ms', up: true, min: 1_000, max: 86_400_000 },
} as const satisfies Record<AlarmKind, { unit: 'count' | 'ms' | 'share'; up: boolean; min: number; max: number }>

const Limit = z.number().min(0).nullable()

/** When something is an alarm. */
export const AlarmThreshold = z
  .object({
    kind: AlarmKind,
    /** Of `pause` and `wrapUp`: all operators (`floor`), or those of one queue. */
    scope: AlarmScope,
    /** In the unit of the kind; null: there is no such level. */
    warning: Limit,
    critical: Limit,
    /** How long a limit has to be reached before it counts. */
    afterMs: z.number().int().min(0).max(3_600_000),
  })
  .superRefine(({ kind, scope, warning, critical }, context) => {
    const { up, unit, min, max } = alarmKinds[kind]
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    const limits = [warning, critical].filter((limit) => limit !== null)
    if (limits.length === 0) refuse('warning', 'no limit')
    if (limits.some((limit) => limit < min || limit > max || (unit !== 'share' && !Number.isInteger(limit))))
      refuse('warning', 'out of range')
    if (warning !== null && critical !== null && (up ? critical <= warning : critical >= warning))
      refuse('critical', 'critical is no worse than the warning')
    if ((kind === 'pause' || kind === 'wrapUp') && scope.of === 'eachQueue') refuse('scope', 'of operators, not of queues')
  })
export type AlarmThreshold = z.infer<typeof AlarmThreshold>

export const AlarmRecord = Alarm.extend({
  /** Who had a window open to see it, or came while it stood. */
  told: z.array(z.object({ name: z.string(), level: AlarmLevel, atMs: z.number().int() })),
})
export type AlarmRecord = z.infer<typeof AlarmRecord>

/** `version`: another one after each change. */
const Thresholds = z.object({ thresholds: z.array(AlarmThreshold), version: z.number().int() })

export const floorRoutes = {
  loadOfDay: defineRoute({
    method: 'GET',
    path: '/api/floor/load',
    access: overseers,
    summary: 'Today hour by hour, of one queue or all, beside what days of the same kind lead to expect',
    query: z.object({ queue: z.string().max(80).optional() }),
    response: LoadOfDay,
  }),
  alarmLog: defineRoute({
    method: 'GET',
    path: '/api/floor/alarms',
    access: overseers,
    summary: 'Alarms that began on these days of the site, or (`standing`) all that are not over, newest first',
    query: z.object({
      fromDay: z.coerce.number().pipe(SiteDay),
      toDay: z.coerce.number().pipe(SiteDay),
      kind: AlarmKind.optional(),
      level: AlarmLevel.optional(),
      /** Its own, and those of all queues together. */
      queue: z.string().max(80).optional(),
      /** `standing`: not over · `open`: nobody acknowledged it. */
      state: z.enum(['standing', 'open']).optional(),
      offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: z.object({ alarms: z.array(AlarmRecord), total: z.number().int() }),
  }),
  acknowledgeAlarm: defineRoute({
    method: 'PUT',
    path: '/api/floor/alarms/:id/acknowledged',
    access: overseers,
    summary: 'Somebody sees to it. Of one that is acknowledged already nothing changes',
    params: z.object({ id: z.string().max(80) }),
    response: z.object({}),
  }),
  alarmThresholds: defineRoute({
    method: 'GET',
    path: '/api/settings/alarms',
    access: overseers,
    summary: 'When something is an alarm',
    response: Thresholds,
  }),
  saveAlarmThresholds: defineRoute({
    method: 'PUT',
    path: '/api/settings/alarms',
    access: overseers,
    summary:
      'Replace all thresholds. invalidInput: one kind stands twice for the same; conflict: somebody has changed them since `baseVersion`',
    body: z.object({ thresholds: z.array(AlarmThreshold).max(200), baseVersion: z.number().int() }),
    response: Thresholds,
  }),
}
