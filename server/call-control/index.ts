import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import { overseers, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { RecordingRules, SurveyedQueues } from '../settings/index.ts'
import type { Db } from '../store/index.ts'
import type { Telephony } from '../telephony/telephony.ts'
import { AnnouncementList } from './announcement-list.ts'
import { Announcements } from './announcements.ts'
import type { CallControl } from './call-control.ts'
import { CallerSurveys } from './caller-surveys.ts'
import { Conferences } from './conferences.ts'
import { giveUpCall } from './give-up.ts'
import { ownDialogs } from './own-dialogs.ts'
import { QualityStore } from './quality-store.ts'
import { QueueMembership, type QueueMembershipDeps } from './queue-membership.ts'
import { RecordingPauses } from './recording-pauses.ts'
import { SecondNet } from './second-net.ts'
import { transferWithExtension } from './transfers.ts'

export type { CallControl } from './call-control.ts'
export { needContext } from './contexts.ts'
export { conversation, sameBridge } from './own-legs.ts'

export interface CallControlDeps {
  readonly db: Db
  /** `Store.eventDb`. */
  readonly eventDb: Db
  readonly clock: Clock
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly recordingRules: RecordingRules
  readonly surveyed: SurveyedQueues
  readonly queueRights: QueueMembershipDeps['queueRights']
  readonly random: () => number
  readonly logger: Logger
}

interface Running {
  start(): void
  /** Finishes what is being written. */
  stop(): Promise<void>
}

export function createCallControl(deps: CallControlDeps): CallControl & Running {
  const { db, clock, telephony, users, recordingRules, queueRights, random, logger } = deps
  const surveys = new CallerSurveys({ ...deps, db: deps.eventDb })
  const conferences = new Conferences({ telephony, logger, random })
  const recording = new RecordingPauses({ db, clock, telephony, rules: recordingRules, logger })
  const quality = new QualityStore({ db, clock, telephony, users })
  const membership = new QueueMembership({ db, telephony, users, queueRights, logger })
  const list = new AnnouncementList({ db })
  const played = new Announcements({ telephony, clock, list })
  const parts = [conferences, recording, quality, membership, new SecondNet({ telephony, users, clock, logger }), surveys]

  /** C3.6: an operator sees the calls of the own cards. */
  const assertMaySee = async (user: User, callId: string): Promise<void> => {
    if (overseers.some((role) => role === user.role)) return
    const own = await db
      .selectFrom('cards')
      .select('id')
      .where('call_id', '=', callId)
      .where('operator_id', '=', user.id)
      .executeTakeFirst()
    if (!own) throw new AppError('notFound', 'you have no card of such a call')
  }

  return {
    ownDialogs: (user) => ownDialogs(telephony, user),
    startConference: (user, legIds) => conferences.begin(user, legIds),
    addToConference: (user, conferenceId, legId) => conferences.add(user, conferenceId, legId),
    removeFromConference: (user, conferenceId, participantId) => conferences.remove(user, conferenceId, participantId),
    endConference: (user, conferenceId) => conferences.end(user, conferenceId),
    setRecording: (user, legId, paused) => recording.set(user, legId, paused),
    transferWithExtension: (user, request) => transferWithExtension(telephony, user, request),
    giveUpCall: (user, legId) => giveUpCall(telephony, user, legId),
    announcements: () => list.all(),
    saveAnnouncements: (announcements) => list.save(announcements),
    playAnnouncement: (user, request) => played.play(user, request),
    announcementState: (user, legId) => played.state(user, legId),
    stopAnnouncement: (user, legId) => played.stop(user, legId),
    setQueueMembership: (user, request) => membership.set(user, request),
    reportQuality: (user, legId, samples) => quality.add(user, legId, samples),
    qualityOf: (callId) => quality.of(callId),
    ratingOf: (callIds) => surveys.of(callIds),
    callMedia: async (user, callId) => {
      await assertMaySee(user, callId)
      return { quality: await quality.of(callId), pauses: await recording.of(callId) }
    },
    start() {
      for (const part of parts) part.start()
    },
    async stop() {
      await Promise.all(parts.map((part) => part.stop()))
    },
  }
}
