import { z } from 'zod'
import { Language } from './language.ts'
import { everyRole } from './roles.ts'
import { defineRoute } from './route.ts'

/** Uniqueid of the reader's own channel: X-CallSync-Leg of a call that came in, `legId` of the card of one that was dialled. */
const LegId = z.string().min(1).max(150)

/** One person in a conference. `id` is good for putting them out, nothing else. */
export const Participant = z.object({
  id: z.string(),
  kind: z.enum(['operator', 'outside']),
  /** Null for `outside`, and for an extension nobody is bound to. */
  operatorId: z.string().nullable(),
  number: z.string(),
  name: z.string(),
  muted: z.boolean(),
})
export type Participant = z.infer<typeof Participant>

/** A sound that can be played into a call. */
export const Announcement = z.object({
  id: z.string().regex(/^[A-Za-z0-9-]{1,40}$/),
  /** Spoken in. */
  language: Language,
  ru: z.string().trim().min(1).max(60),
  en: z.string().trim().min(1).max(60),
  /** A file without its ending, as Asterisk names it under its folder of sounds: `custom/holiday`. */
  sound: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/),
})
export type Announcement = z.infer<typeof Announcement>

/** Of an own call. */
export const AnnouncementState = z.object({
  playing: z.boolean(),
  /** What is played; null for nothing, and for what is not in the list any more. */
  announcementId: z.string().nullable(),
})
export type AnnouncementState = z.infer<typeof AnnouncementState>

/** One reading of a phone's media, of the time since the reading before it. */
export const QualitySample = z.object({
  atMs: z.number().int(),
  /** 0 to 1 of what should have arrived. */
  loss: z.number().min(0).max(1),
  jitterMs: z.number().min(0).max(60_000),
  /** Null while RTCP has not told. */
  roundTripMs: z.number().min(0).max(60_000).nullable(),
  /** Mean opinion score, 1 to 4.5, estimated by the E-model. */
  mos: z.number().min(1).max(5),
})
export type QualitySample = z.infer<typeof QualitySample>

/** All readings of one operator's leg together. */
export const LegQuality = z.object({
  legId: z.string(),
  operatorId: z.string(),
  operatorName: z.string(),
  samples: z.number().int(),
  avgMos: z.number(),
  minMos: z.number(),
  /** 0 to 1. */
  avgLoss: z.number(),
  maxLoss: z.number(),
  avgJitterMs: z.number(),
  maxJitterMs: z.number(),
  /** Null when no reading had one. */
  avgRoundTripMs: z.number().nullable(),
  maxRoundTripMs: z.number().nullable(),
})
export type LegQuality = z.infer<typeof LegQuality>

/** A span in which the recording is silent, for card data. */
export const RecordingPause = z.object({
  fromMs: z.number().int(),
  /** Null while it lasts. */
  toMs: z.number().int().nullable(),
  operatorId: z.string(),
  operatorName: z.string(),
})
export type RecordingPause = z.infer<typeof RecordingPause>

/** One own call as the PBX and the phone know it: with these three strings any device of the account may take it over. */
export const OwnDialog = z.object({
  legId: z.string(),
  /** Asterisk's Linkedid. */
  linkedId: z.string(),
  /** SIP's Call-ID, and the tags as the phone sees them. */
  callId: z.string(),
  localTag: z.string(),
  remoteTag: z.string(),
})
export type OwnDialog = z.infer<typeof OwnDialog>

export const callControlRoutes = {
  ownDialogs: defineRoute({
    method: 'GET',
    path: '/api/phone/dialogs',
    access: everyRole,
    summary: 'The SIP dialogs of the own answered calls, for a phone whose page lost them. A secret: never logged',
    response: z.object({ dialogs: z.array(OwnDialog) }),
  }),
  startConference: defineRoute({
    method: 'POST',
    path: '/api/phone/conferences',
    access: everyRole,
    summary:
      'The two own calls and the reader become one conference. The first leg stays the reader’s way into it, the second one ends. notFound: not the reader’s legs; pbxLacksContext: the dialplan has no conferences',
    body: z.object({ legIds: z.tuple([LegId, LegId]) }),
    response: z.object({ conferenceId: z.string() }),
  }),
  addToConference: defineRoute({
    method: 'POST',
    path: '/api/phone/conferences/:id/legs',
    access: everyRole,
    summary: 'The other side of one more own call joins; the own leg of that call ends',
    params: z.object({ id: z.string() }),
    body: z.object({ legId: LegId }),
    response: z.object({}),
  }),
  removeFromConference: defineRoute({
    method: 'DELETE',
    path: '/api/phone/conferences/:id/participants/:participantId',
    access: everyRole,
    summary: 'Put one participant out: that side is hung up',
    params: z.object({ id: z.string(), participantId: z.string() }),
    response: z.object({}),
  }),
  endConference: defineRoute({
    method: 'DELETE',
    path: '/api/phone/conferences/:id',
    access: everyRole,
    summary: 'End the conference for everybody in it. Leaving it alone is hanging up',
    params: z.object({ id: z.string() }),
    response: z.object({}),
  }),
  setRecording: defineRoute({
    method: 'PUT',
    path: '/api/phone/recording',
    access: everyRole,
    summary:
      'Pause or resume the recording, e.g. while card data is said. Both channels are silent in the file for that time. recordingForced where the queue forbids it, conflict where nothing is recorded',
    body: z.object({ legId: LegId, paused: z.boolean() }),
    response: z.object({}),
  }),
  transferCall: defineRoute({
    method: 'POST',
    path: '/api/phone/transfers',
    access: everyRole,
    summary:
      'Hand the other side of an own call over to a number at once; the digits of the extension follow as tones when it has answered. Without digits a phone’s REFER does it. No codes of the PBX: the other side may not do what they do. pbxRefused: no such number; pbxLacksContext: the dialplan cannot do it',
    body: z.object({
      legId: LegId,
      number: z.string().regex(/^\+?\d{1,20}$/),
      extension: z.string().regex(/^\d{1,10}$/),
    }),
    response: z.object({}),
  }),
  giveUpCall: defineRoute({
    method: 'POST',
    path: '/api/phone/give-up',
    access: everyRole,
    summary: 'End an own call that is not answered yet, e.g. one whose page crashed. conflict: it has been answered',
    body: z.object({ legId: LegId }),
    response: z.object({}),
  }),
  announcements: defineRoute({
    method: 'GET',
    path: '/api/phone/announcements',
    access: everyRole,
    summary: 'What can be played into a call, in the order it is offered',
    response: z.object({ announcements: z.array(Announcement) }),
  }),
  saveAnnouncements: defineRoute({
    method: 'PUT',
    path: '/api/settings/announcements',
    access: ['administrator'],
    summary: 'Replace the list of announcements',
    body: z.object({ announcements: z.array(Announcement).max(50) }),
    response: z.object({ announcements: z.array(Announcement) }),
  }),
  playAnnouncement: defineRoute({
    method: 'POST',
    path: '/api/phone/announcements/play',
    access: everyRole,
    summary:
      'Play into the call for both sides and its recording (conflict while another one is played), or (leave) to the other side alone, which is hung up at its end while the reader is free at once. pbxLacksSound: Asterisk could not play it',
    body: z.object({ legId: LegId, announcementId: z.string().max(80), leave: z.boolean() }),
    response: z.object({}),
  }),
  announcementState: defineRoute({
    method: 'GET',
    path: '/api/phone/announcements/state',
    access: everyRole,
    summary: 'What is being played into the own call',
    query: z.object({ legId: LegId }),
    response: AnnouncementState,
  }),
  stopAnnouncement: defineRoute({
    method: 'POST',
    path: '/api/phone/announcements/stop',
    access: everyRole,
    summary: 'End what is being played into the own call; the call goes on',
    body: z.object({ legId: LegId }),
    response: z.object({}),
  }),
  setQueueMembership: defineRoute({
    method: 'PUT',
    path: '/api/phone/queues/:number',
    access: everyRole,
    summary:
      'Log the own extension in to a queue or out of it. LiveOperator.queues tells when it is so. conflict where Asterisk’s own configuration makes the extension a member for good',
    params: z.object({ number: z.string().max(80) }),
    body: z.object({ loggedIn: z.boolean() }),
    response: z.object({}),
  }),
  reportQuality: defineRoute({
    method: 'POST',
    path: '/api/phone/quality',
    access: everyRole,
    summary: 'How the own leg sounded; kept with the call’s card. Also for a leg that has just ended',
    body: z.object({ legId: LegId, samples: z.array(QualitySample).min(1).max(200) }),
    response: z.object({}),
  }),
  callMedia: defineRoute({
    method: 'GET',
    path: '/api/calls/:callId/media',
    access: everyRole,
    summary: 'Audio quality and recording pauses of a call. An operator gets only calls with an own card (C3.6)',
    params: z.object({ callId: z.string().max(150) }),
    response: z.object({ quality: z.array(LegQuality), pauses: z.array(RecordingPause) }),
  }),
}
