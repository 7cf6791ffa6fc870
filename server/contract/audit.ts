import { z } from 'zod'
import { defineRoute } from './route.ts'
import { DayPeriod } from './worklists.ts'

/** Everything the action log tells of: nothing is written into it under another name. */
export const AuditAction = z.enum([
  ...(['call.spy', 'call.spyEnd', 'call.takeOver', 'call.end', 'call.move'] as const),
  ...(['operator.pause', 'operator.unpause', 'operator.queueLogIn', 'operator.queueLogOut', 'operator.queues'] as const),
  ...(['person.create', 'person.change', 'connection.add', 'connection.change', 'connection.remove'] as const),
  ...(['pauseReasons.save', 'person.privateListening', 'message.send', 'recording.listen', 'report.export'] as const),
  ...(['customer.create', 'customer.change', 'customer.merge', 'customer.unmerge', 'callBack.assign'] as const),
  ...(['cardSetup.save', 'alarm.acknowledge', 'alarms.saveThresholds'] as const),
  ...(['mail.saveSettings', 'mail.saveSchedule', 'mail.removeSchedule', 'mail.sendNow'] as const),
  ...(['record.addSource', 'record.changeSource', 'record.removeSource', 'record.importAnew'] as const),
  ...(['record.saveRule', 'record.removeRule', 'queue.name', 'queue.recording', 'queue.survey'] as const),
  ...(['template.save', 'template.remove'] as const),
  ...(['workTime.save', 'workTime.remove', 'workTime.saveHoliday', 'workTime.removeHoliday'] as const),
  ...(['wallboard.create', 'wallboard.change', 'wallboard.renew', 'wallboard.revoke'] as const),
])
export type AuditAction = z.infer<typeof AuditAction>

/** One value of what was written with an action; `name` is its path there, e.g. `to.name`. */
export const AuditDetail = z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean(), z.null()]) })
export type AuditDetail = z.infer<typeof AuditDetail>

/** What somebody did. */
export const AuditRecord = z.object({
  id: z.string(),
  atMs: z.number().int(),
  /** As the person was called then. */
  actorName: z.string(),
  /** An `AuditAction`, or what another version of the server has written. */
  action: z.string(),
  /** Whom or what it was done to, by name or number; null: the action says it, or it is not there any more. */
  about: z.string().nullable(),
  /** People and queues by name. */
  details: z.array(AuditDetail),
  /** How many more there are. */
  omitted: z.number().int(),
})
export type AuditRecord = z.infer<typeof AuditRecord>

export const auditRoutes = {
  auditLog: defineRoute({
    method: 'GET',
    path: '/api/settings/audit',
    access: ['administrator'],
    summary: 'What people did, newest first. All filters that are given have to hold',
    query: z.object({
      /** Days of the site's calendar; none: all the time. */
      period: DayPeriod.optional(),
      /** Whose actions. */
      actorId: z.string().max(80).optional(),
      action: AuditAction.optional(),
      offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
      limit: z.coerce.number().int().min(1).max(200).default(100),
    }),
    response: z.object({ records: z.array(AuditRecord), total: z.number().int() }),
  }),
}
