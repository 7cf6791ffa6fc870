import { z } from 'zod'
import { LegQuality } from './call-control.ts'
import { CallOutcome, Card, Direction, QueueName } from './cards.ts'
import { everyRole } from './roles.ts'
import { defineRoute } from './route.ts'
import { MissedCause } from './worklists.ts'

/** Where the audio of a ticket is served: `GET <path><ticket>/<channel>`, with range requests. */
export const recordingAudioPath = '/api/recordings/audio/'

/** `both` is the mixed file. */
export const RecordingChannel = z.enum(['both', 'customer', 'operator'])
export type RecordingChannel = z.infer<typeof RecordingChannel>

/** Times within a recording, from its start. */
export const RecordingSpan = z.object({ fromMs: z.number().int(), toMs: z.number().int() })
export type RecordingSpan = z.infer<typeof RecordingSpan>

/**
 * One recording of a call, or what the reader may hear of it: an operator hears the own part. A call that went through
 * several channels can have several.
 */
export const Recording = z.object({
  /** The Uniqueid of the recorded channel. */
  id: z.string(),
  startedAtMs: z.number().int(),
  durationMs: z.number().int(),
  channels: z.array(RecordingChannel),
  /** Silent for card data. */
  pauses: z.array(RecordingSpan),
  /** Cut to the reader's own part of the call. */
  partOnly: z.boolean(),
})
export type Recording = z.infer<typeof Recording>

const Known = z.number().int().nullable().default(null)

/** One step of a call's course. */
export const TimelineEvent = z.object({
  atMs: z.number().int(),
  /**
   * `reached`: the one an operator called has answered · `tookTransfer`, `pickedUp`: how the talk came to an operator otherwise
   * than from a queue · `transferred`: the talk's end, for the operator gave it on.
   */
  kind: z.enum([
    'started',
    'queued',
    'leftQueue',
    'rang',
    'answered',
    'tookTransfer',
    'pickedUp',
    'reached',
    'notTaken',
    'left',
    'transferred',
    'ended',
    'saved',
  ]),
  /** Whose phone or card; null for the call as a whole. */
  operatorName: z.string().nullable(),
  queueName: z.string().nullable(),
  /** Place in the queue, coming into it or leaving it. */
  position: Known,
  /** How a visit to a queue, a ring or the whole call ended that nobody answered. */
  outcome: z.string().nullable().default(null),
  cause: MissedCause.nullable().default(null),
  /** What was pressed to leave the queue. */
  exitKey: z.string().nullable().default(null),
  /** Until then: the wait, the ringing or the talk, by what ends. */
  lengthMs: Known,
  /** Of the talk; null: nobody told of holds. */
  holdMs: Known,
})
export type TimelineEvent = z.infer<typeof TimelineEvent>

/** Why the reader gets no recordings; `none`: there are some. */
export const RecordingBar = z.enum(['none', 'notRecorded', 'notYours', 'notConfigured'])
export type RecordingBar = z.infer<typeof RecordingBar>

/** A call as a whole, whether it has a card or not. */
export const PastCall = z.object({
  /** Opens it. */
  callKey: z.string(),
  startedAtMs: z.number().int(),
  direction: Direction,
  number: z.string(),
  customerName: z.string().nullable(),
  /** The first one. */
  queue: QueueName.nullable(),
  operatorName: z.string().nullable(),
  outcome: CallOutcome,
  /** Of a call nobody answered. */
  cause: MissedCause.nullable(),
  waitMs: z.number().int().nullable(),
  /** All operators' talks, holds inside. */
  talkMs: z.number().int().nullable(),
})
export type PastCall = z.infer<typeof PastCall>

/** What a caller answered who was asked after the call. */
export const CallerRating = z.object({
  /** 1–5; null: none was pressed. */
  score: z.number().int().nullable(),
})
export type CallerRating = z.infer<typeof CallerRating>

export const CallPage = z.object({
  /** null: the server knows the card alone. */
  call: PastCall.nullable().default(null),
  /** The one asked for, else the reader's own, else whose talk was first; null: nobody had a card, or none the reader may see. */
  card: Card.extend({ operatorName: z.string() }).nullable(),
  /** The reader's own card: it takes late changes. */
  mayEdit: z.boolean(),
  timeline: z.array(TimelineEvent),
  recordings: z.array(Recording),
  recordingBar: RecordingBar,
  /** null: the caller was not asked. */
  rating: CallerRating.nullable().default(null),
  /** How it sounded to each operator who was in it; empty where no phone has told. */
  quality: z.array(LegQuality),
})
export type CallPage = z.infer<typeof CallPage>

const Listening = z.object({
  ticket: z.string(),
  /** Loudest sample of each of equally long slices, 0..100, by channel; empty where the file cannot be read as PCM. */
  peaks: z.object({ customer: z.array(z.number().int()), operator: z.array(z.number().int()) }),
})

export const recordingRoutes = {
  callPage: defineRoute({
    method: 'GET',
    path: '/api/cards/:id/page',
    access: everyRole,
    summary:
      'A call with its card, customer, timeline, audio quality and recordings. An operator reads the own calls, and without recordings those of customers the operator has had on the line',
    params: z.object({ id: z.string() }),
    response: CallPage,
  }),
  pastCall: defineRoute({
    method: 'GET',
    path: '/api/calls/:callId/page',
    access: everyRole,
    summary:
      'The same of a call by any unique id of it, with or without a card. An operator reads those whose card they may read, and those the PBX’s record has them in',
    params: z.object({ callId: z.string().max(150) }),
    response: CallPage,
  }),
  listen: defineRoute({
    method: 'POST',
    path: '/api/cards/:id/recordings/:recordingId/listen',
    access: everyRole,
    summary:
      'A ticket to hear one recording for an hour, an operator the own part of it, and its loudness by channel. Who listened is written down',
    params: z.object({ id: z.string(), recordingId: z.string() }),
    response: Listening,
  }),
  listenToCall: defineRoute({
    method: 'POST',
    path: '/api/calls/:callId/recordings/:recordingId/listen',
    access: everyRole,
    summary: 'The same of a call without a card',
    params: z.object({ callId: z.string().max(150), recordingId: z.string() }),
    response: Listening,
  }),
}
