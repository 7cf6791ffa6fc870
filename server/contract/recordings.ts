import { z } from 'zod'
import { LegQuality } from './call-control.ts'
import { Card } from './cards.ts'
import { everyRole } from './roles.ts'
import { defineRoute } from './route.ts'

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

export const TimelineEvent = z.object({
  atMs: z.number().int(),
  kind: z.enum(['started', 'queued', 'rang', 'answered', 'notTaken', 'left', 'ended', 'saved']),
  /** Whose phone or card; null for the call as a whole. */
  operatorName: z.string().nullable(),
  queueName: z.string().nullable(),
})
export type TimelineEvent = z.infer<typeof TimelineEvent>

/** Why the reader gets no recordings; `none`: there are some. */
export const RecordingBar = z.enum(['none', 'notRecorded', 'notYours', 'notConfigured'])
export type RecordingBar = z.infer<typeof RecordingBar>

export const CallPage = z.object({
  card: Card.extend({ operatorName: z.string() }),
  /** The reader's own card: it takes late changes. */
  mayEdit: z.boolean(),
  timeline: z.array(TimelineEvent),
  recordings: z.array(Recording),
  recordingBar: RecordingBar,
  /** How it sounded to each operator who was in it; empty where no phone has told. */
  quality: z.array(LegQuality),
})
export type CallPage = z.infer<typeof CallPage>

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
  listen: defineRoute({
    method: 'POST',
    path: '/api/cards/:id/recordings/:recordingId/listen',
    access: everyRole,
    summary:
      'A ticket to hear one recording for an hour, an operator the own part of it, and its loudness by channel. Who listened is written down',
    params: z.object({ id: z.string(), recordingId: z.string() }),
    response: z.object({
      ticket: z.string(),
      /** Loudest sample of each of equally long slices, 0..100, by channel; empty where the file cannot be read as PCM. */
      peaks: z.object({ customer: z.array(z.number().int()), operator: z.array(z.number().int()) }),
    }),
  }),
}
