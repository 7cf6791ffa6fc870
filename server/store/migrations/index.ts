import type { Migration } from '../migration.ts'
import { accounts } from './001-accounts.ts'
import { calls } from './002-calls.ts'
import { indices } from './003-indices.ts'
import { cardSetup } from './004-card-setup.ts'
import { worklists } from './005-worklists.ts'
import { callControl } from './006-call-control.ts'
import { queueRights } from './007-queue-rights.ts'
import { announcements } from './008-announcements.ts'
import { extensionSince } from './009-extension-since.ts'
import { recordSettings } from './010-record-settings.ts'
import { supervision } from './011-supervision.ts'
import { reportMail } from './012-report-mail.ts'
import { alarms } from './013-alarms.ts'
import { wallboards } from './014-wallboards.ts'
import { workTime } from './015-work-time.ts'
import { extensionTimes } from './016-extension-times.ts'
import { cardFigures } from './017-card-figures.ts'
import { cardSums } from './018-card-sums.ts'
import { reopenedWork } from './019-reopened-work.ts'
import { callerSurveys } from './020-caller-surveys.ts'
import { wrapUpStands } from './021-wrap-up-stands.ts'
import { formerNames } from './022-former-names.ts'
import { cancelledRings } from './023-cancelled-rings.ts'
import { daysOfCards } from './024-days-of-cards.ts'

/** In order; a new step is a new line at the end. */
export const migrations: readonly Migration[] = [
  accounts,
  calls,
  indices,
  cardSetup,
  worklists,
  callControl,
  queueRights,
  announcements,
  extensionSince,
  recordSettings,
  supervision,
  reportMail,
  alarms,
  wallboards,
  workTime,
  extensionTimes,
  cardFigures,
  cardSums,
  reopenedWork,
  callerSurveys,
  wrapUpStands,
  formerNames,
  cancelledRings,
  daysOfCards,
]
