import type { Route, RouteName, RouteReply, RouteRequest, Routes, User } from '../contract/index.ts'

export interface RequestContext<R extends Route> {
  /** The signed-in person; null only on public routes. */
  readonly user: R['access'] extends 'public' ? User | null : User
  /** Sets or (null) clears the session cookie. */
  setSessionCookie(token: string | null): void
  /** The session this request came with, null on public routes without one. */
  readonly sessionToken: string | null
  /** For the sign-in limiter and the audit. */
  readonly remoteAddress: string
}

/** Input is validated, the role checked; what it returns is validated again before it leaves. Throws AppError. */
export type Handler<N extends RouteName> = (
  request: RouteRequest<Routes[N]>,
  context: RequestContext<Routes[N]>,
) => RouteReply<Routes[N]> | Promise<RouteReply<Routes[N]>>

/** One handler per route; a folder's handlers are a part of it. */
export type Handlers = { readonly [N in RouteName]: Handler<N> }
