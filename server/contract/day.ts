import { z } from 'zod'
import { everyRole } from './roles.ts'
import { defineRoute } from './route.ts'

/** The figures of a working day, in the order they are shown. server/calls/day-figures.ts defines each. */
export const DayFigureId = z.enum(['taken', 'outgoing', 'missed', 'averageTalkMs', 'averageWrapUpMs', 'satisfaction'])
export type DayFigureId = z.infer<typeof DayFigureId>

/** null: no data. `satisfaction` is a share 0..1; counts of the team are means and may be fractions. */
export const DayFigures = z.record(DayFigureId, z.number().nullable())
export type DayFigures = z.infer<typeof DayFigures>

/** A reason to pause. `code` is what Asterisk and its queue log keep. */
export const PauseReason = z.object({
  code: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/),
  ru: z.string().trim().min(1).max(60),
  en: z.string().trim().min(1).max(60),
  /** Minutes after which the pause is shown as over its limit; null: none. */
  limitMin: z.number().int().min(1).max(600).nullable(),
})
export type PauseReason = z.infer<typeof PauseReason>

export const dayRoutes = {
  myDay: defineRoute({
    method: 'GET',
    path: '/api/my-day',
    access: everyRole,
    summary: 'The own figures of today, in the site’s time zone, beside the average of the operators who worked today',
    response: z.object({
      /** The site's day. */
      fromMs: z.number().int(),
      toMs: z.number().int(),
      own: DayFigures,
      team: DayFigures,
      /** Operators in the average. */
      teamSize: z.number().int(),
      /** Ratings behind the own satisfaction, and calls that could have been rated. */
      rated: z.number().int(),
      rateable: z.number().int(),
    }),
  }),
  pauseReasons: defineRoute({
    method: 'GET',
    path: '/api/pause-reasons',
    access: everyRole,
    summary: 'Reasons to pause, in the order they are offered',
    response: z.object({ reasons: z.array(PauseReason) }),
  }),
  savePauseReasons: defineRoute({
    method: 'PUT',
    path: '/api/settings/pause-reasons',
    access: ['administrator'],
    summary: 'Replace the list of pause reasons. Pauses that are going on keep theirs',
    body: z.object({ reasons: z.array(PauseReason).min(1).max(30) }),
    response: z.object({ reasons: z.array(PauseReason) }),
  }),
}
