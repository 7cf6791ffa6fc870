import { z } from 'zod'
import { Language } from './language.ts'
import { serverMessage } from './live-wire.ts'

/** The page that a link opens; its token stands behind `#`, so that no server or proxy writes it down. */
export const wallboardPagePath = '/wallboard/'
/** Where wallboards have their live socket. The token of `auth` is the link's; a session opens nothing here, a link nothing elsewhere. */
export const wallboardLivePath = '/api/wallboard/live'

/** `overview`: all queues of the link · `queues`: one page for each · `operators`: who does what, by name. */
export const WallboardPage = z.enum(['overview', 'queues', 'operators'])
export type WallboardPage = z.infer<typeof WallboardPage>

export const WallboardTheme = z.enum(['dark', 'light'])
export type WallboardTheme = z.infer<typeof WallboardTheme>

/** What of the link's settings the screen needs. */
export const WallboardScreen = z.object({
  name: z.string(),
  pages: z.array(WallboardPage),
  secondsPerPage: z.number().int(),
  language: Language,
  theme: WallboardTheme,
  /** The site's: a television's own is seldom set. */
  timeZone: z.string(),
})
export type WallboardScreen = z.infer<typeof WallboardScreen>

/** Figures that alarms stand on. */
export const WallboardFigure = z.enum(['waiting', 'longestWait', 'free', 'wrapUp', 'paused', 'serviceLevelRecent'])
export type WallboardFigure = z.infer<typeof WallboardFigure>

export const WallboardLevel = z.enum(['warning', 'critical'])
export type WallboardLevel = z.infer<typeof WallboardLevel>

/** Figures of one queue or of several together. Nothing here is about one call or one person. */
export const WallboardFigures = z.object({
  waiting: z.number().int(),
  /** Since when the first in line waits, server's clock; null while nobody does. */
  longestWaitSinceMs: z.number().int().nullable(),
  /** Operators by what they do; each once, also in several queues. Of one queue as Asterisk counts its members. */
  free: z.number().int(),
  /** Not those who ring. */
  talking: z.number().int(),
  wrapUp: z.number().int(),
  paused: z.number().int(),
  online: z.number().int(),
  /** Of today; null while the day's figures are not known. */
  answered: z.number().int().nullable(),
  lost: z.number().int().nullable(),
  /** 0–1, today; null without calls to judge, and of some queues together, whose formulas may differ. */
  serviceLevel: z.number().nullable(),
  /** The same of the last 30 minutes. */
  serviceLevelRecent: z.number().nullable(),
  /** Figures past their threshold. */
  alarms: z.partialRecord(WallboardFigure, WallboardLevel),
})
export type WallboardFigures = z.infer<typeof WallboardFigures>

export const WallboardQueue = WallboardFigures.extend({ number: z.string(), name: z.string() })
export type WallboardQueue = z.infer<typeof WallboardQueue>

/** A time of today that the day's figures lack yet; `fromMs` null: nothing is known of it. */
export const WallboardGap = z.object({ fromMs: z.number().int().nullable(), toMs: z.number().int() })
export type WallboardGap = z.infer<typeof WallboardGap>

/** Only of links that have the page for it. */
export const WallboardOperator = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(['available', 'ringing', 'onCall', 'wrapUp', 'paused', 'offline']),
  sinceMs: z.number().int(),
})
export type WallboardOperator = z.infer<typeof WallboardOperator>

export const WallboardPbx = z.object({ state: z.enum(['up', 'connecting', 'down']), sinceMs: z.number().int() })

export const WallboardView = z.object({
  screen: WallboardScreen,
  /** The server's link to Asterisk: while it is not up, the figures are of before. */
  pbx: WallboardPbx,
  /** null: the day's figures hold all of today, or there are none. */
  missing: WallboardGap.nullable(),
  total: WallboardFigures,
  /** By number. */
  queues: z.array(WallboardQueue),
  /** By name; those who are away stand last. */
  operators: z.array(WallboardOperator),
})
export type WallboardView = z.infer<typeof WallboardView>

export const WallboardChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('screen'), screen: WallboardScreen }),
  z.object({ kind: z.literal('pbx'), pbx: WallboardPbx }),
  z.object({ kind: z.literal('missing'), missing: WallboardGap.nullable() }),
  z.object({ kind: z.literal('total'), total: WallboardFigures }),
  z.object({ kind: z.literal('queue'), queue: WallboardQueue }),
  /** Which there are now, in their order; those gone are forgotten. */
  z.object({ kind: z.literal('queueOrder'), numbers: z.array(z.string()) }),
  z.object({ kind: z.literal('operators'), operators: z.array(WallboardOperator) }),
])
export type WallboardChange = z.infer<typeof WallboardChange>

export const WallboardMessage = serverMessage(WallboardView, WallboardChange)
export type WallboardMessage = z.infer<typeof WallboardMessage>
