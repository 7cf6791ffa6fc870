import { z } from 'zod'
import { OperatorStatus } from '../../server/contract/live.ts'

/** One call as the small surfaces outside the workplace show it. Texts are ready to show, in the person's language. */
export const DeskCall = z.object({
  lineId: z.string().max(200),
  phase: z.enum(['ringingIn', 'ringingOut', 'talking', 'held']),
  /** Customer's name, else the number. */
  title: z.string().max(200),
  /** Queue and number. */
  subtitle: z.string().max(200),
  /** When ringing or talking began, this computer's clock. */
  sinceMs: z.number().int(),
  muted: z.boolean(),
})
export type DeskCall = z.infer<typeof DeskCall>

/** What the workplace page knows and the tray, the island and the notifications show. */
export const DeskState = z.object({
  language: z.enum(['ru', 'en']),
  dark: z.boolean(),
  /** null: nobody is signed in. */
  person: z.object({ name: z.string().max(200), status: OperatorStatus, pauseReason: z.string().max(40).nullable() }).nullable(),
  /** To choose from in the tray, names in the person's language. */
  pauseReasons: z.array(z.object({ code: z.string().max(40), name: z.string().max(80) })).max(20),
  microphones: z.array(z.object({ id: z.string().max(200), label: z.string().max(200), chosen: z.boolean() })).max(30),
  /** The call that is heard or rings; null when there is none. */
  call: DeskCall.nullable(),
  /** Unsaved cards and unsent saves on this computer, for the question at quitting. */
  unsent: z.number().int(),
  /** Some of it is on the page alone, because the disk refused it: it dies with the page. */
  unkept: z.boolean(),
})
export type DeskState = z.infer<typeof DeskState>

/** What a person can press outside the workplace. */
export const DeskCommand = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answer') }),
  z.object({ kind: z.literal('reject') }),
  z.object({ kind: z.literal('hangUp') }),
  z.object({ kind: z.literal('toggleHold') }),
  z.object({ kind: z.literal('toggleMute') }),
  /** Bring the workplace to the front with its transfer field open. */
  z.object({ kind: z.literal('transfer') }),
  z.object({ kind: z.literal('setPause'), reason: z.string().max(40).nullable() }),
  z.object({ kind: z.literal('unpause') }),
  z.object({ kind: z.literal('chooseMicrophone'), id: z.string().max(200) }),
])
export type DeskCommand = z.infer<typeof DeskCommand>

/** A number that came from outside the workplace; dialled only after the person has confirmed it. */
export const DialRequest = z.object({
  number: z.string().max(64),
  source: z.enum(['link', 'clipboard']),
})
export type DialRequest = z.infer<typeof DialRequest>
