import { z } from 'zod'
import { QueueName } from './cards.ts'
import { SiteDay } from './site-days.ts'

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
  /** Of the last 30 minutes; may reach into yesterday. */
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
 * limit down: `freeOperators` · `serviceLevel` of the last 30 minutes, 0–1.
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
  /** When it became critical first; null: it did not. */
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
