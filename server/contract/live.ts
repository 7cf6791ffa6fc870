import { z } from 'zod'
import { Participant } from './call-control.ts'
import { Card, Direction, QueueName } from './cards.ts'
import { Alarm, FloorState, FloorToday } from './floor.ts'
import { serverMessage } from './live-wire.ts'
import { serverOf } from './server-mark.ts'
import { Listener, Message } from './supervision.ts'

/** Where the live socket is served. */
export const livePath = '/api/live'

/** A person's state as Asterisk and our wrap-up clock have it. Order of precedence when several hold: offline last. */
export const OperatorStatus = z.enum(['available', 'ringing', 'onCall', 'wrapUp', 'paused', 'offline'])
export type OperatorStatus = z.infer<typeof OperatorStatus>

export const LiveOperator = z.object({
  id: z.string(),
  name: z.string(),
  extension: z.string().nullable(),
  status: OperatorStatus,
  /** When this status began, server's clock. */
  sinceMs: z.number().int(),
  pauseReason: z.string().nullable(),
  /** The call the person is in; null for others' calls when the reader is an operator. */
  callId: z.string().nullable(),
  /** Queues the extension is a member of. */
  queues: z.array(z.string()),
  /** Those of `queues` that Asterisk's own configuration puts the extension in: they cannot be left. */
  fixedQueues: z.array(z.string()),
  /** Queues the person may log in to besides; null: all. */
  allowedQueues: z.array(z.string()).nullable(),
  /** Calls from outside that rang here in vain since the last one taken, of the last day. 0 to other operators. */
  missedInRow: z.number().int().default(0),
  /** Counted and listed with the operators: an operator, or whoever takes calls like one now. Only the reader's own entry is ever without. */
  listed: z.boolean().default(true),
})
export type LiveOperator = z.infer<typeof LiveOperator>

/** Whether the person may log in to a queue, as far as who asks knows: of all there are or of those chosen, at the phone's own Asterisk. */
export const mayJoin = (
  { extension, allowedQueues }: Pick<LiveOperator, 'extension' | 'allowedQueues'>,
  queue: string,
): boolean => serverOf(queue) === serverOf(extension ?? '') && (allowedQueues?.includes(queue) ?? true)

export const LiveCallState = z.enum(['connecting', 'waiting', 'ringing', 'talking', 'held'])
export type LiveCallState = z.infer<typeof LiveCallState>

/** A call that is going on. Ended calls leave the view. */
export const LiveCall = z.object({
  id: z.string(),
  direction: Direction,
  number: z.string(),
  customerName: z.string().nullable(),
  queue: QueueName.nullable(),
  state: LiveCallState,
  /** Operators who talk, or whose phones ring. */
  operatorIds: z.array(z.string()),
  startedAtMs: z.number().int(),
  answeredAtMs: z.number().int().nullable(),
  /** How long it was on hold before, as far as was seen. */
  heldMs: z.number().int().default(0),
  /** Since when it is on hold now; null: it is not. */
  heldSinceMs: z.number().int().nullable().default(null),
  /** Null outside a conference. */
  conferenceId: z.string().nullable(),
  /** Everybody in the conference, in the order they came; empty outside one. */
  participants: z.array(Participant),
  recording: z.enum(['none', 'on', 'paused']),
  /** The queue's setting: the operator may not pause it. */
  recordingForced: z.boolean(),
  /** Supervisors who hear the call. An operator is not told of those who do so privately. */
  listeners: z.array(Listener),
})
export type LiveCall = z.infer<typeof LiveCall>

export const LiveQueue = z.object({
  number: z.string(),
  name: z.string(),
  /** Callers without an operator yet, first in line first. */
  waiting: z.array(z.object({ callId: z.string(), number: z.string(), sinceMs: z.number().int() })),
  /** Members who could take a call now. */
  free: z.number().int(),
  /** Members logged in and registered. */
  online: z.number().int(),
})
export type LiveQueue = z.infer<typeof LiveQueue>

/**
 * The link to Asterisk. `problem` names what the administrator can mend:
 * `unreachable` host or port · `refused` AMI user or secret · `lost` it was up and is being tried again · `notConfigured`.
 */
export const PbxStatus = z.object({
  state: z.enum(['up', 'connecting', 'down']),
  problem: z.enum(['unreachable', 'refused', 'lost', 'notConfigured']).nullable(),
  sinceMs: z.number().int(),
})
export type PbxStatus = z.infer<typeof PbxStatus>

/** One of several Asterisk servers, and the link to it. */
export const LiveServer = z.object({ id: z.string(), name: z.string(), pbx: PbxStatus })
export type LiveServer = z.infer<typeof LiveServer>

/** What a signed-in person may see of now. The server filters by role before it sends. */
export const LiveView = z.object({
  /** Of the Asterisk the reader's own phone is at; for an overseer with none in use, of the one that is worst off. */
  pbx: PbxStatus,
  /** Empty where there is but the first. */
  servers: z.array(LiveServer).default([]),
  operators: z.array(LiveOperator),
  calls: z.array(LiveCall),
  queues: z.array(LiveQueue),
  /** The reader's own cards that are not saved yet. */
  cards: z.array(Card),
  /** null for operators. */
  floor: FloorState.nullable(),
})
export type LiveView = z.infer<typeof LiveView>

export const LiveChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pbx'), pbx: PbxStatus, servers: z.array(LiveServer).default([]) }),
  z.object({ kind: z.literal('operator'), operator: LiveOperator }),
  z.object({ kind: z.literal('operatorGone'), id: z.string() }),
  z.object({ kind: z.literal('call'), call: LiveCall }),
  z.object({ kind: z.literal('callGone'), id: z.string() }),
  z.object({ kind: z.literal('queue'), queue: LiveQueue }),
  z.object({ kind: z.literal('queueGone'), number: z.string() }),
  /** A card of the reader opened or changed; a saved or missed one leaves the view after this. */
  z.object({ kind: z.literal('card'), card: Card }),
  /** Call-backs or missed calls the reader may see have changed: ask for the lists again. */
  z.object({ kind: z.literal('worklists') }),
  /** The figures of today, at most once a second; for supervisors and administrators, like `alarms`. */
  z.object({ kind: z.literal('today'), today: FloorToday }),
  /** All that stand now. */
  z.object({ kind: z.literal('alarms'), alarms: z.array(Alarm) }),
  /** Somebody wrote to the reader; `messages` of HTTP has it too. */
  z.object({ kind: z.literal('message'), message: Message }),
])
export type LiveChange = z.infer<typeof LiveChange>

/** Server to client. */
export const ServerMessage = serverMessage(LiveView, LiveChange)
export type ServerMessage = z.infer<typeof ServerMessage>
