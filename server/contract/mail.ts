import { z } from 'zod'
import { Language } from './language.ts'
import { ReportRequest } from './reports.ts'
import { overseers } from './roles.ts'
import { defineRoute } from './route.ts'
import { SiteDay } from './site-days.ts'

/** How the server sends e-mail. The password is never sent back: null on write keeps the stored one, as long as host, port and user stay. */
export const MailSettings = z.object({
  host: z.string().trim().min(1).max(255),
  port: z.number().int().min(1).max(65_535),
  /** `tls`: from the first byte (usually 465) · `starttls`: after the greeting, never without (587) · `none`: in the clear, inside a network. */
  security: z.enum(['tls', 'starttls', 'none']),
  /** Empty: the server takes mail without signing in. */
  user: z.string().trim().max(200),
  /** Whom mail is from. */
  from: z.email().max(254),
  /** PEM certificates of authorities to trust besides the usual ones, a house's own for instance; empty: none. */
  authorities: z.string().trim().max(50_000).default(''),
})
export type MailSettings = z.infer<typeof MailSettings>

export const MailSettingsWrite = MailSettings.extend({ password: z.string().min(1).max(500).nullable() })
export type MailSettingsWrite = z.infer<typeof MailSettingsWrite>

/** What kept an e-mail from being sent. `detail` beside it is the mail server's or the system's own words. */
export const MailProblem = z.enum(['reach', 'tls', 'signIn', 'refused', 'report', 'notConfigured'])
export type MailProblem = z.infer<typeof MailProblem>

/** Why a report was not sent, or not to everybody. */
export const MailTrouble = z.object({
  problem: MailProblem,
  detail: z.string(),
  /** Addresses the mail server did not take while it took others. */
  refused: z.array(z.string()),
})
export type MailTrouble = z.infer<typeof MailTrouble>

/** Which report is sent, when and to whom. Its days are the whole ones before: yesterday, the week before, the month before. */
export const ReportSchedule = ReportRequest.omit({ fromDay: true, toDay: true, sinceMs: true }).extend({
  figures: z.array(z.string().max(60)).min(1).max(100).optional(),
  every: z.enum(['day', 'week', 'month']),
  /** 1 (Monday)–7: of a weekly one. */
  weekday: z.number().int().min(1).max(7),
  /** Of a monthly one: days that each month has. */
  dayOfMonth: z.number().int().min(1).max(28),
  /** By the site's clock, after midnight. */
  minuteOfDay: z.number().int().min(0).max(1_439),
  recipients: z.array(z.email().max(254)).min(1).max(50),
  language: Language,
  format: z.enum(['xlsx', 'pdf']),
  active: z.boolean(),
})
export type ReportSchedule = z.infer<typeof ReportSchedule>

/** What became of one period of a schedule. */
export const ReportMailing = z.object({
  fromDay: SiteDay,
  toDay: SiteDay,
  /** `dropped`: it still waited when its schedule was given other times or switched off. */
  state: z.enum(['waiting', 'sending', 'sent', 'failed', 'dropped']),
  attempts: z.number().int(),
  nextAtMs: z.number().int().nullable(),
  sentAtMs: z.number().int().nullable(),
  trouble: MailTrouble.nullable(),
})
export type ReportMailing = z.infer<typeof ReportMailing>

export const ScheduleState = z.object({
  id: z.string(),
  schedule: ReportSchedule,
  createdByName: z.string(),
  /** When the next period is due; null while it rests. */
  nextAtMs: z.number().int().nullable(),
  /** The latest ones, newest first. */
  mailings: z.array(ReportMailing),
})
export type ScheduleState = z.infer<typeof ScheduleState>

const Id = z.object({ id: z.uuid() })

export const mailRoutes = {
  mailSettings: defineRoute({
    method: 'GET',
    path: '/api/settings/mail',
    access: ['administrator'],
    summary: 'How the server sends e-mail; null before it was set',
    response: z.object({ settings: MailSettings.nullable(), hasPassword: z.boolean() }),
  }),
  saveMailSettings: defineRoute({
    method: 'PUT',
    path: '/api/settings/mail',
    access: ['administrator'],
    summary: 'Save and use at once',
    body: MailSettingsWrite,
    response: z.object({}),
  }),
  testMail: defineRoute({
    method: 'POST',
    path: '/api/settings/mail/test',
    access: ['administrator'],
    summary: 'Send a letter with settings that need not be saved',
    body: z.object({ settings: MailSettingsWrite, to: z.email().max(254), language: Language }),
    response: z.object({ problem: MailProblem.nullable(), detail: z.string() }),
  }),
  reportSchedules: defineRoute({
    method: 'GET',
    path: '/api/reports/schedules',
    access: overseers,
    summary: 'Reports that are sent by e-mail, with what became of the latest, and whether the server can send at all',
    response: z.object({ schedules: z.array(ScheduleState), canSend: z.boolean() }),
  }),
  saveReportSchedule: defineRoute({
    method: 'PUT',
    path: '/api/reports/schedules/:id',
    access: overseers,
    summary: 'Make or change one under an id of the caller. With other times nothing is sent for what was due before',
    params: Id,
    body: ReportSchedule,
    response: z.object({}),
  }),
  deleteReportSchedule: defineRoute({
    method: 'DELETE',
    path: '/api/reports/schedules/:id',
    access: overseers,
    summary: 'Send it no more',
    params: Id,
    response: z.object({}),
  }),
  retryReportMailing: defineRoute({
    method: 'POST',
    path: '/api/reports/schedules/:id/retry',
    access: overseers,
    summary: 'Try at once what waits for its next attempt or was given up',
    params: Id,
    response: z.object({}),
  }),
}
