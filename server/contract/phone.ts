import { z } from 'zod'
import { everyRole } from './roles.ts'
import { defineRoute } from './route.ts'
import { firstServer } from './server-mark.ts'

/** What a softphone needs to register. The password is the signed-in person's own SIP secret and nobody else's. */
export const PhoneAccount = z.object({
  /** SIP over WebSocket address, e.g. `wss://pbx.example/ws`. */
  socketUrl: z.string(),
  /** `sip:1001@pbx.example` */
  uri: z.string(),
  username: z.string(),
  password: z.string(),
  displayName: z.string(),
  /** The Asterisk it is an account of: what that one says in a call is named there. */
  server: z.string().default(firstServer),
  /** The PBX's echo test; null: nobody has said. */
  echoNumber: z.string().nullable().default(null),
  iceServers: z.array(z.object({ urls: z.string(), username: z.string().optional(), credential: z.string().optional() })),
})
export type PhoneAccount = z.infer<typeof PhoneAccount>

export const phoneRoutes = {
  phoneAccount: defineRoute({
    method: 'GET',
    path: '/api/phone/account',
    access: everyRole,
    summary: 'The own SIP account. notConfigured when no extension, SIP password or PBX is set',
    response: PhoneAccount,
  }),
  setOwnStatus: defineRoute({
    method: 'PUT',
    path: '/api/phone/status',
    access: everyRole,
    summary: 'Pause or unpause the own extension in every queue, in Asterisk. The live socket tells when it is so',
    body: z.object({ paused: z.boolean(), reason: z.string().max(40).nullable() }),
    response: z.object({}),
  }),
  demoCall: defineRoute({
    method: 'POST',
    path: '/api/demo/call',
    access: everyRole,
    summary: 'Demo PBX only: a demo customer calls a queue of the caller, or the given one',
    body: z.object({ queue: z.string().nullable().default(null) }),
    response: z.object({ number: z.string() }),
  }),
}
