import { z } from 'zod'
import { overseers } from './roles.ts'
import { defineRoute } from './route.ts'
import { SiteDay } from './site-days.ts'

const minute = z.number().int().min(0).max(1_439)

/** Minutes after the day's midnight by the local clock, `to` exclusive; one not after `from` is on the next day: 0–0 is all day. */
const WorkHours = z.object({ from: minute, to: minute })

/** What begins on one day, in order and apart; none: closed. */
export const DayHours = z
  .array(WorkHours)
  .max(6)
  .refine(
    (hours) =>
      hours.every(({ from, to }, n) => {
        const next = hours[n + 1]
        return next === undefined || (to > from && next.from > to)
      }),
    { error: 'hours follow one another, and only the last may end on the next day' },
  )
export type DayHours = z.infer<typeof DayHours>

/** `*`: every queue without work time of its own. */
const queue = z.string().trim().min(1).max(80)

/** When a queue is open, from a day of the site on. */
export const WorkTime = z.object({
  queue,
  /** null: since ever. */
  fromDay: SiteDay.nullable(),
  /** Monday first. */
  week: z.array(DayHours).length(7),
  /** Everybody's holidays are this queue's too. */
  keepsHolidays: z.boolean(),
})
export type WorkTime = z.infer<typeof WorkTime>

/** One day that is not as its weekday is. `*`: of every queue that keeps holidays and has no other of its own. */
export const Holiday = z.object({ queue, day: SiteDay, name: z.string().trim().max(80), hours: DayHours })
export type Holiday = z.infer<typeof Holiday>

/** Reports of the past change with what was in the past: only when asked for. */
const recount = z.boolean()

export const workTimeRoutes = {
  workTimes: defineRoute({
    method: 'GET',
    path: '/api/settings/work-time',
    access: overseers,
    summary: 'When queues are open, with the day it is valid from, and holidays. A queue without any is always open',
    response: z.object({ times: z.array(WorkTime), holidays: z.array(Holiday), today: SiteDay, timeZone: z.string() }),
  }),
  saveWorkTime: defineRoute({
    method: 'PUT',
    path: '/api/settings/work-time',
    access: ['administrator'],
    summary: 'Set work time. From a day that is over only with `recount`: the reports since that day change',
    body: WorkTime.extend({ recount }),
    response: z.object({}),
  }),
  removeWorkTime: defineRoute({
    method: 'POST',
    path: '/api/settings/work-time/remove',
    access: ['administrator'],
    summary: 'Take work time back: what was before it goes on. Of a day that is over only with `recount`',
    body: z.object({ queue, fromDay: SiteDay.nullable(), recount }),
    response: z.object({}),
  }),
  saveHoliday: defineRoute({
    method: 'PUT',
    path: '/api/settings/holidays',
    access: ['administrator'],
    summary: 'Set a holiday. On a day that is over only with `recount`: the reports of that day change',
    body: Holiday.extend({ recount }),
    response: z.object({}),
  }),
  removeHoliday: defineRoute({
    method: 'POST',
    path: '/api/settings/holidays/remove',
    access: ['administrator'],
    summary: 'Take a holiday back. On a day that is over only with `recount`',
    body: z.object({ queue, day: SiteDay, recount }),
    response: z.object({}),
  }),
}
