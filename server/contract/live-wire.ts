import { z } from 'zod'

/** Grows when a message changes in a way an older client cannot read. */
export const contractVersion = 3

/**
 * Why the server ends a live socket: the session ended, the link was taken away or rights changed · the time of a link is over,
 * which may be given a new end · the server stops · the reader does not keep up · too many readers or attempts for now. After all
 * but the first the same reader may come back.
 */
export const ByeReason = z.enum(['unauthenticated', 'expired', 'serverStopping', 'tooSlow', 'busy'])
export type ByeReason = z.infer<typeof ByeReason>

/** Server to client, for one kind of view. A client that misses a `seq` asks with `resync` and gets a snapshot. */
export const serverMessage = <V extends z.ZodType, C extends z.ZodType>(view: V, change: C) =>
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('hello'), contractVersion: z.number().int(), serverTimeMs: z.number().int() }),
    z.object({ type: z.literal('snapshot'), seq: z.number().int(), view }),
    z.object({ type: z.literal('delta'), seq: z.number().int(), changes: z.array(change) }),
    z.object({ type: z.literal('pong'), id: z.number().int(), serverTimeMs: z.number().int() }),
    /** The socket closes after it. */
    z.object({ type: z.literal('bye'), reason: ByeReason }),
  ])

/** What `serverMessage` reads. */
export type ServerMessageOf<View, Change> =
  | { type: 'hello'; contractVersion: number; serverTimeMs: number }
  | { type: 'snapshot'; seq: number; view: View }
  | { type: 'delta'; seq: number; changes: Change[] }
  | { type: 'pong'; id: number; serverTimeMs: number }
  | { type: 'bye'; reason: ByeReason }

/** Client to server. `auth` first, within 5 s; the token is null where a cookie speaks. */
export const ClientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('auth'), token: z.string().max(500).nullable(), contractVersion: z.number().int() }),
  z.object({ type: z.literal('resync') }),
  z.object({ type: z.literal('ping'), id: z.number().int() }),
])
export type ClientMessage = z.infer<typeof ClientMessage>
