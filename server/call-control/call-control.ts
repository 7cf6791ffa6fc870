import type {
  Announcement,
  AnnouncementState,
  CallerRating,
  LegQuality,
  OwnDialog,
  QualitySample,
  RecordingPause,
  User,
} from '../contract/index.ts'

/** What a person may do with the own calls beyond the phone's SIP. Each method throws `notFound` for what is not the reader's own. */
export interface CallControl {
  ownDialogs(user: User): Promise<OwnDialog[]>
  startConference(user: User, legIds: readonly [string, string]): Promise<{ conferenceId: string }>
  addToConference(user: User, conferenceId: string, legId: string): Promise<void>
  removeFromConference(user: User, conferenceId: string, participantId: string): Promise<void>
  endConference(user: User, conferenceId: string): Promise<void>
  setRecording(user: User, legId: string, paused: boolean): Promise<void>
  transferWithExtension(user: User, request: { legId: string; number: string; extension: string }): Promise<void>
  giveUpCall(user: User, legId: string): Promise<void>
  announcements(): Promise<Announcement[]>
  saveAnnouncements(announcements: readonly Announcement[]): Promise<Announcement[]>
  playAnnouncement(user: User, request: { legId: string; announcementId: string; leave: boolean }): Promise<void>
  announcementState(user: User, legId: string): Promise<AnnouncementState>
  stopAnnouncement(user: User, legId: string): Promise<void>
  setQueueMembership(user: User, request: { number: string; loggedIn: boolean }): Promise<void>
  reportQuality(user: User, legId: string, samples: readonly QualitySample[]): Promise<void>
  /** For readers who have been found to be allowed to see the call. */
  qualityOf(callId: string): Promise<LegQuality[]>
  /** As `qualityOf`; of a call known under any of these ids. null: nobody was asked. */
  ratingOf(callIds: readonly string[]): Promise<CallerRating | null>
  callMedia(user: User, callId: string): Promise<{ quality: LegQuality[]; pauses: RecordingPause[] }>
}
