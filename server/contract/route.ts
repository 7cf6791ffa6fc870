import type { z } from 'zod'
import type { Role } from './roles.ts'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Who may call a route: everybody (`public`), or signed-in people of the listed roles. Enforced by the server from here. */
export type RouteAccess = 'public' | readonly Role[]

/**
 * One HTTP route. The server validates with it, the client is typed by it, OpenAPI is printed from it.
 * `params`, `query` and `body` are the three places input can come from; `response` is the body of a 200.
 */
export interface Route {
  readonly method: HttpMethod
  /** Fastify path, e.g. `/api/cards/:id`. */
  readonly path: string
  readonly access: RouteAccess
  readonly summary: string
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly response: z.ZodType
}

export const defineRoute = <const R extends Route>(route: R): R => route

type SchemaIn<R, K extends string> = R extends { readonly [P in K]: infer S extends z.ZodType }
  ? { [P in K]: z.input<S> }
  : object
type SchemaOut<R, K extends string> = R extends { readonly [P in K]: infer S extends z.ZodType }
  ? { [P in K]: z.output<S> }
  : object

/** What a caller passes: `{ params, query, body }`, only those the route has. */
export type RouteInput<R extends Route> = SchemaIn<R, 'params'> & SchemaIn<R, 'query'> & SchemaIn<R, 'body'>
/** What a handler receives after validation. */
export type RouteRequest<R extends Route> = SchemaOut<R, 'params'> & SchemaOut<R, 'query'> & SchemaOut<R, 'body'>
/** What a handler returns. */
export type RouteReply<R extends Route> = z.input<R['response']>
/** What a caller gets. */
export type RouteResult<R extends Route> = z.output<R['response']>
