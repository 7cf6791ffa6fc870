import { z } from 'zod'
import { QueueName } from './cards.ts'
import { overseers } from './roles.ts'
import { defineRoute } from './route.ts'

/** How the server reaches Asterisk. Secrets are never sent back: null on write keeps the stored one, as long as host, port and user stay. */
export const PbxConnection = z.object({
  host: z.string().trim().min(1).max(255),
  amiPort: z.number().int().min(1).max(65_535),
  amiUser: z.string().trim().min(1).max(80),
  /** SIP over WebSocket address that the softphones use. */
  socketUrl: z.url({ protocol: /^wss?$/ }),
  /** SIP domain of the extensions; empty: the host. */
  sipDomain: z.string().trim().max(255),
  /** `stun:stun.example:3478` or, with its account, `turn:NAME:PASSWORD@turn.example:3478`; usually none inside an office. */
  iceServers: z.array(z.string().max(255)).max(8),
  /** What a phone dials to hear itself; absent or empty: the PBX has no echo test. */
  echoNumber: z
    .string()
    .trim()
    .regex(/^[\d*#+]{0,20}$/)
    .optional(),
})
export type PbxConnection = z.infer<typeof PbxConnection>

const PbxConnectionWrite = PbxConnection.extend({
  amiSecret: z.string().min(1).max(200).nullable(),
  /** Of several Asterisk servers; absent: the first. */
  server: z.string().max(9).optional(),
  /** What people call the server where there are several; absent: as before. */
  name: z.string().trim().max(60).optional(),
})
export type PbxConnectionWrite = z.infer<typeof PbxConnectionWrite>

/** One step of a connection test, in order; the first failed one is the last, but for `contexts`: without them the phone lacks features, no more. `detail` is Asterisk's or the system's own words. */
export const ConnectionCheck = z.object({
  step: z.enum(['reach', 'signIn', 'rights', 'endpoints', 'queues', 'contexts', 'softphoneSocket']),
  ok: z.boolean(),
  detail: z.string(),
})
export type ConnectionCheck = z.infer<typeof ConnectionCheck>

/** null: all queues, also those made later. */
export const OperatorQueues = z.array(z.string().min(1).max(80)).max(500).nullable()

export const settingsRoutes = {
  connection: defineRoute({
    method: 'GET',
    path: '/api/settings/connection',
    access: ['administrator'],
    summary: 'How the server reaches Asterisk; null before it was set. Further Asterisk servers are beside it',
    response: z.object({
      connection: PbxConnection.nullable(),
      hasSecret: z.boolean(),
      source: z.enum(['none', 'saved', 'demo']),
      /** What people call the first server; empty: nothing. */
      name: z.string(),
      others: z.array(z.object({ id: z.string(), name: z.string(), connection: PbxConnection })),
    }),
  }),
  saveConnection: defineRoute({
    method: 'PUT',
    path: '/api/settings/connection',
    access: ['administrator'],
    summary: 'Save and use at once',
    body: PbxConnectionWrite,
    response: z.object({}),
  }),
  removeConnection: defineRoute({
    method: 'DELETE',
    path: '/api/settings/connection',
    access: ['administrator'],
    summary: 'Forget the saved connection and its secret; a server with the demo PBX goes back to that',
    response: z.object({}),
  }),
  addServer: defineRoute({
    method: 'POST',
    path: '/api/settings/servers',
    access: ['administrator'],
    summary: 'Use one more Asterisk from now on, beside those there are',
    body: PbxConnectionWrite.omit({ server: true }),
    response: z.object({ id: z.string() }),
  }),
  removeServer: defineRoute({
    method: 'DELETE',
    path: '/api/settings/servers/:id',
    access: ['administrator'],
    summary: 'Forget an Asterisk beside the first and its secret; people bound to its endpoints have no phone then',
    params: z.object({ id: z.string().max(9) }),
    response: z.object({}),
  }),
  testConnection: defineRoute({
    method: 'POST',
    path: '/api/settings/connection/test',
    access: ['administrator'],
    summary: 'Try a connection without saving it',
    body: PbxConnectionWrite,
    response: z.object({ checks: z.array(ConnectionCheck), endpoints: z.array(z.string()), queues: z.array(z.string()) }),
  }),
  queueNames: defineRoute({
    method: 'GET',
    path: '/api/settings/queues',
    access: ['administrator'],
    summary: 'Queues that Asterisk has or that were named, and the endpoints it has, to bind people to',
    response: z.object({
      queues: z.array(QueueName.extend({ inPbx: z.boolean(), recordingForced: z.boolean(), callersAsked: z.boolean() })),
      endpoints: z.array(z.string()),
    }),
  }),
  nameQueue: defineRoute({
    method: 'PUT',
    path: '/api/settings/queues/:number',
    access: ['administrator'],
    summary: 'Give a queue a human name',
    params: z.object({ number: z.string().max(80) }),
    body: z.object({ name: z.string().trim().min(1).max(80) }),
    response: QueueName,
  }),
  forceRecording: defineRoute({
    method: 'PUT',
    path: '/api/settings/queues/:number/recording',
    access: ['administrator'],
    summary: 'Whether operators may pause the recording of this queue’s calls',
    params: z.object({ number: z.string().max(80) }),
    body: z.object({ forced: z.boolean() }),
    response: z.object({}),
  }),
  surveyQueue: defineRoute({
    method: 'PUT',
    path: '/api/settings/queues/:number/survey',
    access: ['administrator'],
    summary: 'Whether this queue’s callers are asked how satisfied they are, once the operator has hung up',
    params: z.object({ number: z.string().max(80) }),
    body: z.object({ asked: z.boolean() }),
    response: z.object({}),
  }),
  operatorQueues: defineRoute({
    method: 'GET',
    path: '/api/settings/operator-queues',
    access: overseers,
    summary: 'Which queues each operator may join; null: all. Those that Asterisk’s own configuration puts them in are beside it',
    response: z.object({
      operators: z.array(
        z.object({ id: z.string(), name: z.string(), queues: OperatorQueues, fixedQueues: z.array(z.string()) }),
      ),
      queues: z.array(QueueName),
    }),
  }),
  setOperatorQueues: defineRoute({
    method: 'PUT',
    path: '/api/settings/operator-queues/:id',
    access: overseers,
    summary:
      'Set which queues an operator may join. Who is in another one is taken out of it at once, and its work lists with it',
    params: z.object({ id: z.string() }),
    body: z.object({ queues: OperatorQueues }),
    response: z.object({}),
  }),
}
