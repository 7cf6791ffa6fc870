import type { FastifyRequest } from 'fastify'

/** The desktop app's own pages. */
const desktopOrigin = 'app://callsync'

/** Which pages may speak to this server: its own, the desktop's, and those the administrator listed. */
export class Origins {
  readonly #allowed: ReadonlySet<string>

  constructor(allowed: readonly string[]) {
    this.#allowed = new Set([desktopOrigin, ...allowed])
  }

  /** Other origins that may read answers (CORS). */
  isAllowed(origin: string): boolean {
    return this.#allowed.has(origin)
  }

  /** The page that sent this is ours or allowed. `Sec-Fetch-Site` is the browser's own word, but only sent over https or to localhost. */
  isKnown(request: FastifyRequest): boolean {
    if (request.headers['sec-fetch-site'] === 'same-origin') return true
    const { origin, host } = request.headers
    if (origin === undefined) return false
    return this.isAllowed(origin) || (URL.canParse(origin) && new URL(origin).host === host)
  }

  /**
   * `withCookie`: a browser speaks for a signed-in person, and browsers always say where a write comes from; silence is refused.
   * Without a session a silent client (a script signing in) is let through.
   */
  mayWrite(request: FastifyRequest, withCookie: boolean): boolean {
    if (this.isKnown(request)) return true
    return !withCookie && request.headers.origin === undefined && request.headers['sec-fetch-site'] === undefined
  }
}
