import type {} from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sessionLengthMs } from '../accounts/index.ts'
import { ErrorBody, type Route, type RouteName, type RouteRequest, type Routes, routes } from '../contract/index.ts'
import { type AuthDeps, guard, type Identity, identify, requestToken, sessionCookie } from './auth.ts'
import type { Handler, Handlers, RequestContext } from './handler.ts'
import { withoutNuls } from './without-nuls.ts'

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity | null
  }
}

export interface MountDeps extends AuthDeps {
  readonly handlers: Handlers
}

const isRouteName = (name: string): name is RouteName => name in routes
export const routeNames = Object.keys(routes).filter(isRouteName)

/** Serves every route of the contract. Throws when one has no handler: the server must not start with a hole. */
export function mountRoutes(app: FastifyInstance, deps: MountDeps): void {
  const missing = routeNames.filter((name) => typeof deps.handlers[name] !== 'function')
  if (missing.length > 0) throw new Error(`routes without a handler: ${missing.join(', ')}`)
  for (const name of routeNames) mount(app, deps, name, deps.handlers[name])
}

function mount<N extends RouteName>(app: FastifyInstance, deps: MountDeps, name: N, handler: Handler<N>): void {
  const route: Route = routes[name]
  app.route({
    method: route.method,
    url: route.path,
    schema: schemaOf(name, route),
    // Before the body is read, so that strangers cost nothing and learn nothing of what is valid.
    onRequest: async (request, reply) => {
      const identity = await identify(deps, requestToken(request))
      guard(deps, request, identity, route.access)
      request.identity = identity
      if (identity?.byCookie && identity.renewed) setCookie(request, reply, identity.token)
    },
    preValidation: async (request) => {
      request.body = withoutNuls(request.body)
      request.query = withoutNuls(request.query)
      request.params = withoutNuls(request.params)
    },
    handler: async (request, reply) => {
      return handler(checkedInput(request), contextOf(request, reply))
    },
  })
}

/** The contract's schemas have just been applied to these three, and `RouteRequest` is inferred from the same schemas. */
function checkedInput<N extends RouteName>(request: FastifyRequest): RouteRequest<Routes[N]> {
  const input: unknown = { params: request.params, query: request.query, body: request.body }
  return input as RouteRequest<Routes[N]>
}

/** The guard has let the request through, so a person is there on every route that is not public. */
function contextOf<N extends RouteName>(request: FastifyRequest, reply: FastifyReply): RequestContext<Routes[N]> {
  const context = {
    user: request.identity?.user ?? null,
    sessionToken: request.identity?.token ?? null,
    remoteAddress: request.ip,
    setSessionCookie: (token: string | null) => setCookie(request, reply, token),
  }
  return context as RequestContext<Routes[N]>
}

function setCookie(request: FastifyRequest, reply: FastifyReply, token: string | null): void {
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' } as const
  if (token === null) reply.clearCookie(sessionCookie, options)
  else reply.setCookie(sessionCookie, token, { ...options, maxAge: sessionLengthMs / 1_000 })
}

function schemaOf(name: RouteName, route: Route) {
  const access = route.access === 'public' ? 'Open to everybody.' : `Open to: ${route.access.join(', ')}.`
  return {
    operationId: name,
    summary: route.summary,
    description: access,
    tags: [route.path.split('/')[2] ?? 'api'],
    ...(route.access !== 'public' && { security: [{ cookie: [] }, { bearer: [] }] }),
    ...(route.params && { params: route.params }),
    ...(route.query && { querystring: route.query }),
    ...(route.body && { body: route.body }),
    response: {
      200: route.response,
      '4xx': ErrorBody,
      '5xx': ErrorBody,
    },
  }
}
