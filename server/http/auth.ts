import type {} from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import type { Sessions, UserDirectory } from '../accounts/index.ts'
import type { RouteAccess, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Origins } from './origins.ts'

export const sessionCookie = 'callsync_session'

/** Who sent a request, and by what it was shown. */
export interface Identity {
  readonly user: User
  readonly token: string
  readonly sessionId: string
  readonly byCookie: boolean
  /** The session's end was moved: the cookie needs its new age. */
  readonly renewed: boolean
}

export interface AuthDeps {
  readonly sessions: Sessions
  readonly users: UserDirectory
  readonly origins: Origins
}

/** The token of a `Authorization: Bearer` header, else of the cookie. */
export function requestToken(request: FastifyRequest): { token: string; byCookie: boolean } | null {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) return { token: bearer, byCookie: false }
  const cookie = request.cookies[sessionCookie]
  return cookie ? { token: cookie, byCookie: true } : null
}

export async function identify(deps: AuthDeps, shown: { token: string; byCookie: boolean } | null): Promise<Identity | null> {
  if (!shown) return null
  const session = await deps.sessions.find(shown.token)
  const user = session ? deps.users.byId(session.userId) : null
  if (!session || !user?.active) return null
  return { user, token: shown.token, byCookie: shown.byCookie, sessionId: session.id, renewed: session.renewed }
}

/** Throws unless this request may call a route of this access. */
export function guard(deps: AuthDeps, request: FastifyRequest, identity: Identity | null, access: RouteAccess): void {
  if (!identity && access !== 'public') throw new AppError('unauthenticated', 'sign in first')
  const writes = request.method !== 'GET' && request.method !== 'HEAD'
  // A page of another site can make a browser send our cookie, or sign it in as somebody else; a bearer token it does not have.
  if (writes && (identity === null || identity.byCookie) && !deps.origins.mayWrite(request, identity !== null)) {
    throw new AppError('forbidden', 'this request came from a page of another site')
  }
  if (identity && access !== 'public' && !access.includes(identity.user.role)) {
    throw new AppError('forbidden', `open to: ${access.join(', ')}`)
  }
}
