import type { CallControl } from '../../call-control/index.ts'
import type { Calls } from '../../calls/index.ts'
import type { JourneyStep, LinkGap } from '../../contract/index.ts'
import type { Supervision } from '../../supervision/index.ts'
import type { Handlers } from '../handler.ts'
import { type AuditHandlerDeps, auditHandlers } from './audit.ts'
import { callControlHandlers } from './call-control.ts'
import { cardHandlers } from './cards.ts'
import { customerHandlers } from './customers.ts'
import { type FloorHandlerDeps, floorHandlers } from './floor.ts'
import { formHandlers } from './forms.ts'
import { healthHandlers } from './health.ts'
import { type MailHandlerDeps, mailHandlers } from './mail.ts'
import { type PhoneHandlerDeps, phoneHandlers } from './phone.ts'
import { queueRightsHandlers } from './queue-rights.ts'
import { type RecordSettingsHandlerDeps, recordSettingsHandlers } from './record-settings.ts'
import { type ReportHandlerDeps, reportHandlers } from './reports.ts'
import { type SessionHandlerDeps, sessionHandlers } from './session.ts'
import { type SettingsHandlerDeps, settingsHandlers } from './settings.ts'
import { supervisionHandlers } from './supervision.ts'
import { userHandlers } from './users.ts'
import { type WallboardHandlerDeps, wallboardHandlers } from './wallboard.ts'
import { type WorkTimeHandlerDeps, workTimeHandlers } from './work-time.ts'
import { type WorklistHandlerDeps, worklistHandlers } from './worklists.ts'

export interface HandlerDeps
  extends SessionHandlerDeps,
    SettingsHandlerDeps,
    PhoneHandlerDeps,
    ReportHandlerDeps,
    MailHandlerDeps,
    RecordSettingsHandlerDeps,
    WallboardHandlerDeps,
    WorkTimeHandlerDeps,
    FloorHandlerDeps,
    AuditHandlerDeps,
    WorklistHandlerDeps {
  readonly calls: Calls
  readonly callControl: CallControl
  readonly supervision: Supervision
  readonly journeys: { of(callId: string): JourneyStep[] }
  readonly linkGaps: { recent(): Promise<LinkGap[]> }
}

/** One handler for each route of the contract; the compiler finds a hole here. */
export const createHandlers = (deps: HandlerDeps): Handlers => ({
  ...healthHandlers(deps),
  ...sessionHandlers(deps),
  ...userHandlers(deps),
  ...settingsHandlers(deps),
  ...phoneHandlers(deps),
  ...callControlHandlers(deps),
  ...cardHandlers(deps),
  ...customerHandlers(deps),
  ...formHandlers(deps),
  ...reportHandlers(deps),
  ...mailHandlers(deps),
  ...recordSettingsHandlers(deps),
  ...workTimeHandlers(deps),
  ...worklistHandlers(deps),
  ...queueRightsHandlers(deps),
  ...supervisionHandlers(deps),
  ...wallboardHandlers(deps),
  ...floorHandlers(deps),
  ...auditHandlers(deps),
})
