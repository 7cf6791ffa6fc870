import { z } from 'zod'
import { everyRole, Role } from './roles.ts'
import { defineRoute } from './route.ts'

/** A person who can sign in. `extension` is the Asterisk endpoint's name (e.g. `1001`), null for people without a phone. */
export const User = z.object({
  id: z.string(),
  email: z.email(),
  name: z.string(),
  role: Role,
  extension: z.string().nullable(),
  active: z.boolean(),
})
export type User = z.infer<typeof User>

/** The session as its owner sees it. */
export const Session = z.object({
  user: User,
  /** True on a server that runs the demo PBX: shows «Позвонить мне». */
  demo: z.boolean(),
  serverVersion: z.string(),
  /** ISO 3166 country of the server: a number without a country code is one of there. */
  phoneRegion: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('RU'),
})
export type Session = z.infer<typeof Session>

const Password = z.string().min(8).max(200)
/** An Asterisk endpoint's name, as in pjsip.conf; of a second or further server with its number (`1001~2`), the first has none. */
export const Extension = z.string().regex(/^[A-Za-z0-9_.-]{1,40}(~([2-9]|[1-9]\d{1,7}))?$/)

export const accountRoutes = {
  signIn: defineRoute({
    method: 'POST',
    path: '/api/session',
    access: 'public',
    summary: 'Sign in. A browser gets an httpOnly cookie; the desktop asks for a token and keeps it in the OS secret store',
    body: z.object({
      email: z.email(),
      password: z.string().min(1).max(200),
      host: z.enum(['browser', 'desktop']).default('browser'),
    }),
    response: Session.extend({ token: z.string().nullable() }),
  }),
  session: defineRoute({
    method: 'GET',
    path: '/api/session',
    access: everyRole,
    summary: 'Who is signed in',
    response: Session,
  }),
  signOut: defineRoute({
    method: 'DELETE',
    path: '/api/session',
    access: everyRole,
    summary: 'Sign out and forget the session',
    response: z.object({}),
  }),
  listUsers: defineRoute({
    method: 'GET',
    path: '/api/users',
    access: ['administrator'],
    summary: 'Everyone who can sign in',
    response: z.object({ users: z.array(User) }),
  }),
  createUser: defineRoute({
    method: 'POST',
    path: '/api/users',
    access: ['administrator'],
    summary: 'Add a person',
    body: z.object({
      email: z.email(),
      name: z.string().trim().min(1).max(120),
      role: Role,
      password: Password,
      extension: Extension.nullable(),
      sipPassword: z.string().max(200).nullable(),
    }),
    response: User,
  }),
  updateUser: defineRoute({
    method: 'PATCH',
    path: '/api/users/:id',
    access: ['administrator'],
    summary: 'Change a person; a field that is absent stays as it is',
    params: z.object({ id: z.string() }),
    body: z.object({
      email: z.email().optional(),
      name: z.string().trim().min(1).max(120).optional(),
      role: Role.optional(),
      active: z.boolean().optional(),
      password: Password.optional(),
      extension: Extension.nullable().optional(),
      sipPassword: z.string().max(200).nullable().optional(),
    }),
    response: User,
  }),
}
