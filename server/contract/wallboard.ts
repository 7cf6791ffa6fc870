import { z } from 'zod'
import { QueueName } from './cards.ts'
import { Language } from './language.ts'
import { overseers } from './roles.ts'
import { defineRoute } from './route.ts'
import { WallboardPage, WallboardTheme } from './wallboard-view.ts'

/** What a wallboard's link shows, and until when. */
export const WallboardSettings = z.object({
  name: z.string().trim().min(1).max(80),
  /** Queue numbers; null: all, also those made later. */
  queues: z.array(z.string().min(1).max(80)).min(1).max(500).nullable(),
  /** Names of operators leave the server only with the page `operators`. */
  pages: z
    .array(WallboardPage)
    .min(1)
    .refine((pages) => new Set(pages).size === pages.length, { error: 'a page stands twice' }),
  secondsPerPage: z.number().int().min(5).max(600),
  language: Language,
  theme: WallboardTheme,
  /** null: until it is revoked. */
  expiresAtMs: z.number().int().nullable(),
})
export type WallboardSettings = z.infer<typeof WallboardSettings>

export const WallboardLink = z.object({
  id: z.string(),
  settings: WallboardSettings,
  createdByName: z.string(),
  createdAtMs: z.number().int(),
  /** null: never opened. */
  lastSeenMs: z.number().int().nullable(),
  /** Screens that show it now. */
  screens: z.number().int(),
})
export type WallboardLink = z.infer<typeof WallboardLink>

/** The link's secret: it is in this answer and nowhere else. */
const Opened = z.object({ id: z.string(), token: z.string() })
const Id = z.object({ id: z.string().max(40) })

export const wallboardRoutes = {
  wallboards: defineRoute({
    method: 'GET',
    path: '/api/settings/wallboards',
    access: overseers,
    summary: 'Links that open a wallboard without a session, and the queues there are to choose from',
    response: z.object({ wallboards: z.array(WallboardLink), queues: z.array(QueueName) }),
  }),
  createWallboard: defineRoute({
    method: 'POST',
    path: '/api/settings/wallboards',
    access: overseers,
    summary: 'Make a link. Its token is told this once; only a hash of it is kept. conflict: there are too many',
    body: WallboardSettings,
    response: Opened,
  }),
  changeWallboard: defineRoute({
    method: 'PUT',
    path: '/api/settings/wallboards/:id',
    access: overseers,
    summary: 'Change what a link shows; open screens follow at once',
    params: Id,
    body: WallboardSettings,
    response: z.object({}),
  }),
  renewWallboard: defineRoute({
    method: 'POST',
    path: '/api/settings/wallboards/:id/token',
    access: overseers,
    summary: 'A new token in the place of the old one, which opens nothing from now on',
    params: Id,
    response: Opened,
  }),
  revokeWallboard: defineRoute({
    method: 'DELETE',
    path: '/api/settings/wallboards/:id',
    access: overseers,
    summary: 'The link opens nothing any more, and open screens lose their figures at once',
    params: Id,
    response: z.object({}),
  }),
}
