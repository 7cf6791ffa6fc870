import { ErrorBody, type ErrorCode, errorClasses } from './errors.ts'
import type { Route, RouteInput, RouteResult } from './route.ts'
import { type RouteName, type Routes, routes } from './routes.ts'

/** A call to the server that did not give a 200. `code` `offline`: it never got there or back. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode | 'offline'
  readonly fields: Readonly<Record<string, string>>
  readonly retryAfterMs: number | null

  constructor(
    code: ErrorCode | 'offline',
    message: string,
    more: { fields?: Record<string, string>; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause })
    this.code = code
    this.fields = more.fields ?? {}
    this.retryAfterMs = more.retryAfterMs ?? null
  }

  /** True when the same call may succeed later without anybody changing anything. */
  get retryable(): boolean {
    return this.code === 'offline' || errorClasses[this.code] === 'retry'
  }
}

export interface ApiClientDeps {
  /** Scheme, host and port of the server, without a slash at the end; empty for the page's own origin. */
  readonly baseUrl: () => string
  /** Bearer token where no cookie speaks (desktop, scripts); null in a browser. */
  readonly token: () => string | null
  readonly fetch: typeof fetch
  /** Milliseconds after which a call counts as `offline`; default 10 000. */
  readonly timeoutMs?: number
}

type Args<R extends Route> = keyof RouteInput<R> extends never ? [] : [input: RouteInput<R>]
export type ApiClient = { readonly [N in RouteName]: (...args: Args<Routes[N]>) => Promise<RouteResult<Routes[N]>> }

interface LooseInput {
  readonly params?: Record<string, unknown>
  readonly query?: Record<string, unknown>
  readonly body?: unknown
}

function fillUrl(route: Route, input: LooseInput): string {
  const path = route.path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(input.params?.[key])))
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(input.query ?? {})) if (value !== undefined) query.set(key, String(value))
  return query.size > 0 ? `${path}?${query}` : path
}

/** A client with one method per route, derived from the contract. Answers are parsed, never trusted. */
export function createApiClient(deps: ApiClientDeps): ApiClient {
  const call = async (route: Route, input: LooseInput): Promise<unknown> => {
    const token = deps.token()
    let response: Response
    let text: string
    try {
      response = await deps.fetch(deps.baseUrl() + fillUrl(route, input), {
        method: route.method,
        credentials: 'same-origin',
        signal: AbortSignal.timeout(deps.timeoutMs ?? 10_000),
        headers: {
          ...(route.body ? { 'content-type': 'application/json' } : {}),
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(route.body ? { body: JSON.stringify(input.body) } : {}),
      })
      text = await response.text()
    } catch (cause) {
      throw new ApiError('offline', cause instanceof Error ? cause.message : 'no connection')
    }
    if (!response.ok) throw toApiError(response.status, text)
    try {
      return route.response.parse(JSON.parse(text))
    } catch (cause) {
      // A proxy's own page, or a server of another version.
      throw new ApiError('internal', 'the answer is not what the contract says', { cause })
    }
  }
  const client: object = Object.fromEntries(
    Object.entries(routes).map(([name, route]) => [name, (input: LooseInput = {}) => call(route, input)]),
  )
  if (!hasEveryRoute(client)) throw new Error('a route of the contract has no method')
  return client
}

/** The compiler cannot follow a method's type through the list of routes: what each takes and gives is its route's, by `call`. */
const hasEveryRoute = (client: object): client is ApiClient => Object.keys(routes).every((name) => name in client)

function toApiError(status: number, text: string): ApiError {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = null
  }
  const body = ErrorBody.safeParse(json)
  // A proxy in front of a stopped server answers 502–504 without our envelope.
  if (!body.success) return new ApiError(status >= 500 ? 'offline' : 'internal', `HTTP ${status}`)
  const { code, message, fields, retryAfterMs } = body.data.error
  return new ApiError(code, message, { ...(fields && { fields }), ...(retryAfterMs !== undefined && { retryAfterMs }) })
}
