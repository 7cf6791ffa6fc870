import { z } from 'zod'
import { accountRoutes } from './accounts.ts'
import { auditRoutes } from './audit.ts'
import { callControlRoutes } from './call-control.ts'
import { callListRoutes } from './call-list.ts'
import { callReportRoutes, cardRoutes } from './cards.ts'
import { customerRoutes } from './customers.ts'
import { dayRoutes } from './day.ts'
import { exportRoutes } from './exports.ts'
import { floorRoutes } from './floor.ts'
import { formRoutes } from './forms.ts'
import { mailRoutes } from './mail.ts'
import { phoneRoutes } from './phone.ts'
import { recordSettingsRoutes } from './record-settings.ts'
import { recordingRoutes } from './recordings.ts'
import { ledgerReportRoutes } from './reports.ts'
import { defineRoute } from './route.ts'
import { settingsRoutes } from './settings.ts'
import { supervisionRoutes } from './supervision.ts'
import { wallboardRoutes } from './wallboard.ts'
import { workTimeRoutes } from './work-time.ts'
import { worklistRoutes } from './worklists.ts'

const serviceRoutes = {
  health: defineRoute({
    method: 'GET',
    path: '/api/health',
    access: 'public',
    summary: 'Is the server up, and which contract does it speak',
    response: z.object({
      ok: z.boolean(),
      product: z.literal('callsync'),
      contractVersion: z.number().int(),
      serverVersion: z.string(),
      /** The server runs with the demo PBX and the demo people: the sign-in screen offers them. */
      demo: z.boolean().default(false),
    }),
  }),
}

/** Every HTTP route the server has, by the name its client calls it. */
export const routes = {
  ...serviceRoutes,
  ...accountRoutes,
  ...phoneRoutes,
  ...callControlRoutes,
  ...cardRoutes,
  ...customerRoutes,
  ...formRoutes,
  ...callReportRoutes,
  ...callListRoutes,
  ...ledgerReportRoutes,
  ...exportRoutes,
  ...mailRoutes,
  ...worklistRoutes,
  ...recordingRoutes,
  ...dayRoutes,
  ...settingsRoutes,
  ...recordSettingsRoutes,
  ...workTimeRoutes,
  ...supervisionRoutes,
  ...wallboardRoutes,
  ...floorRoutes,
  ...auditRoutes,
}
export type Routes = typeof routes
export type RouteName = keyof Routes
