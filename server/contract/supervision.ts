import { z } from 'zod'
import { everyRole, overseers } from './roles.ts'
import { defineRoute } from './route.ts'

/** `listen`: nobody hears the supervisor · `whisper`: the operator alone does · `barge`: both do. */
export const SpyMode = z.enum(['listen', 'whisper', 'barge'])
export type SpyMode = z.infer<typeof SpyMode>

/** Somebody on an operator's call who is no part of it. */
export const Listener = z.object({
  id: z.string(),
  /** Null for a phone nobody is bound to. */
  userId: z.string().nullable(),
  name: z.string(),
  /** Whose call it is. */
  operatorId: z.string().nullable(),
  mode: SpyMode,
  /** Not told to the operator; only while listening. */
  private: z.boolean(),
  sinceMs: z.number().int(),
})
export type Listener = z.infer<typeof Listener>

/** What a supervisor wrote to operators. */
export const Message = z.object({
  id: z.string(),
  atMs: z.number().int(),
  fromName: z.string(),
  text: z.string(),
  /** By the reader; null: not yet. */
  readAtMs: z.number().int().nullable(),
})
export type Message = z.infer<typeof Message>

/** One step of a live call, as the customer goes through it. */
export const JourneyStep = z.object({
  /** `began`: in the menu, until the next step · `left`: somebody hung up or was replaced while the call went on · `kept`: music, for a phone that vanished · `transferred`: that operator gave the caller to `toName`. */
  kind: z.enum([
    ...(['began', 'queued', 'rang', 'notAnswered', 'answered', 'held', 'resumed'] as const),
    ...(['conference', 'kept', 'transferred', 'left'] as const),
  ]),
  atMs: z.number().int(),
  /** Null where it is nobody of the centre. */
  operatorName: z.string().nullable(),
  queueName: z.string().nullable(),
  /** Of a transfer: a person, a queue or a number. */
  toName: z.string().nullable().default(null),
})
export type JourneyStep = z.infer<typeof JourneyStep>

/** A time in which nothing was heard of an Asterisk server. */
export const LinkGap = z.object({
  /** Its number. */
  server: z.string(),
  fromMs: z.number().int(),
  toMs: z.number().int(),
  /** The PBX's own record has been read past it, and what nobody saw is in today's calls. */
  filled: z.boolean(),
  /** That server's calls from outside or to there that ended in it, by that record. */
  calls: z.number().int(),
})
export type LinkGap = z.infer<typeof LinkGap>

const Spying = z.object({
  mode: SpyMode,
  /** Only to listen, and only with the right to; otherwise forbidden. */
  private: z.boolean().default(false),
})

export const supervisionRoutes = {
  spy: defineRoute({
    method: 'POST',
    path: '/api/supervision/spy',
    access: overseers,
    summary:
      'The own phone is called and hears the operator’s call; who hears already goes over to this one. The live socket tells when it is so. conflict: the operator is in no call; phoneNotReady: the own phone is away or busy; forbidden: privately without the right; pbxLacksContext',
    body: Spying.extend({ operatorId: z.string().max(80) }),
    response: z.object({}),
  }),
  setSpyMode: defineRoute({
    method: 'PUT',
    path: '/api/supervision/spy',
    access: overseers,
    summary: 'Hear on in another way, by the same call of the own phone. notFound: the own phone is on nobody’s call',
    body: Spying,
    response: z.object({}),
  }),
  takeOver: defineRoute({
    method: 'POST',
    path: '/api/supervision/spy/take-over',
    access: overseers,
    summary:
      'The other side of the call goes on with the reader, and the operator is free. conflict: a conference, or nobody is there',
    response: z.object({}),
  }),
  endSpying: defineRoute({
    method: 'DELETE',
    path: '/api/supervision/spy',
    access: overseers,
    summary: 'Hang up the own phone; the call goes on',
    response: z.object({}),
  }),
  pauseOperator: defineRoute({
    method: 'PUT',
    path: '/api/supervision/operators/:id/status',
    access: overseers,
    summary: 'Pause an operator in every queue, or end the pause. Wrap-up stays wrap-up until its card is saved',
    params: z.object({ id: z.string() }),
    body: z.object({ paused: z.boolean(), reason: z.string().max(40).nullable() }),
    response: z.object({}),
  }),
  setOperatorMembership: defineRoute({
    method: 'PUT',
    path: '/api/supervision/operators/:id/queues/:number',
    access: overseers,
    summary: 'Log an operator in to a queue or out of it; the same rules as for the operator’s own wish',
    params: z.object({ id: z.string(), number: z.string().max(80) }),
    body: z.object({ loggedIn: z.boolean() }),
    response: z.object({}),
  }),
  linkGaps: defineRoute({
    method: 'GET',
    path: '/api/supervision/link-gaps',
    access: overseers,
    summary:
      'When nothing was heard of an Asterisk server in the last 24 hours, newest first; one that lasts is in the live view',
    response: z.object({ gaps: z.array(LinkGap) }),
  }),
  journey: defineRoute({
    method: 'GET',
    path: '/api/supervision/calls/:callId/journey',
    access: overseers,
    summary: 'The steps of a call that goes on, oldest first',
    params: z.object({ callId: z.string().max(150) }),
    response: z.object({ steps: z.array(JourneyStep) }),
  }),
  endCall: defineRoute({
    method: 'DELETE',
    path: '/api/supervision/calls/:callId',
    access: overseers,
    summary: 'Hang up everybody in a call; of a conference made here, everybody in that',
    params: z.object({ callId: z.string().max(150) }),
    response: z.object({}),
  }),
  moveCaller: defineRoute({
    method: 'PUT',
    path: '/api/supervision/calls/:callId/queue',
    access: overseers,
    summary: 'A waiting caller goes to another queue, where it is first in line. conflict: it waits no more',
    params: z.object({ callId: z.string().max(150) }),
    body: z.object({ number: z.string().max(80) }),
    response: z.object({}),
  }),
  sendMessage: defineRoute({
    method: 'POST',
    path: '/api/supervision/messages',
    access: overseers,
    summary: 'Write to these people, or (null) to every operator',
    body: z.object({
      to: z.array(z.string().max(80)).min(1).max(500).nullable(),
      text: z.string().trim().min(1).max(500),
    }),
    response: z.object({}),
  }),
  messages: defineRoute({
    method: 'GET',
    path: '/api/messages',
    access: everyRole,
    summary: 'The newest hundred messages to the reader, the newest first',
    response: z.object({ messages: z.array(Message) }),
  }),
  readMessages: defineRoute({
    method: 'PUT',
    path: '/api/messages/read',
    access: everyRole,
    summary: 'The reader has seen all of them',
    response: z.object({}),
  }),
  supervisionRights: defineRoute({
    method: 'GET',
    path: '/api/supervision/rights',
    access: overseers,
    summary: 'What the reader may besides what every supervisor may',
    response: z.object({ listenPrivately: z.boolean() }),
  }),
  privateListeners: defineRoute({
    method: 'GET',
    path: '/api/settings/private-listeners',
    access: ['administrator'],
    summary: 'Who may listen without the operator being told',
    response: z.object({ userIds: z.array(z.string()) }),
  }),
  setPrivateListener: defineRoute({
    method: 'PUT',
    path: '/api/settings/private-listeners/:id',
    access: ['administrator'],
    summary: 'Give or take that right',
    params: z.object({ id: z.string() }),
    body: z.object({ allowed: z.boolean() }),
    response: z.object({}),
  }),
}
