import websocket, { type WebSocket } from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { livePath, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { LiveBoard } from '../live/live-board.ts'
import type { Disposer } from '../telephony/telephony.ts'
import { type AuthDeps, type Identity, identify, sessionCookie } from './auth.ts'
import { LiveConnection } from './live-connection.ts'

const beatMs = 30_000
const maxMessageBytes = 16 * 1024

export interface LiveSocketDeps extends AuthDeps {
  readonly board: LiveBoard
  readonly clock: Clock
  readonly logger: Logger
}

/** Serves the live view and ends connections whose reader may not have it any more. */
export class LiveSocket {
  readonly #deps: LiveSocketDeps
  readonly #connections = new Set<LiveConnection>()
  #disposers: Disposer[] = []
  #cancelBeat: Disposer = () => {}

  constructor(deps: LiveSocketDeps) {
    this.#deps = deps
  }

  async mount(app: FastifyInstance): Promise<void> {
    const { sessions, users, origins } = this.#deps
    this.#disposers = [
      sessions.onEnd((sessionId) => this.#endWhere((identity) => identity.sessionId === sessionId)),
      users.onChange(() => this.#endWhere((identity) => lostRights(identity.user, users.byId(identity.user.id)))),
    ]
    this.#beatLater()
    app.addHook('preClose', async () => this.#stop())
    await app.register(websocket, { options: { maxPayload: maxMessageBytes } })
    // In a plugin of its own: only routes added after the socket plugin is there can be upgraded.
    await app.register(async (scope) => {
      scope.get(
        livePath,
        {
          websocket: true,
          schema: { hide: true },
          // Any page can open a socket to any server, and the cookie goes with it.
          onRequest: async (request) => {
            if (!request.ws) throw new AppError('notFound', 'this address is a WebSocket')
            const fromPage = request.headers.origin !== undefined
            if (fromPage && !origins.isKnown(request)) throw new AppError('forbidden', 'opened by a page of another site')
          },
        },
        (socket, request) => this.#accept(socket, request.headers.origin === undefined ? null : request.cookies[sessionCookie]),
      )
    })
  }

  #accept(socket: WebSocket, cookie: string | null | undefined): void {
    const { board, clock, logger } = this.#deps
    const connection = new LiveConnection({
      wire: socket,
      board,
      clock,
      identify: async (token) => {
        const shown = token ?? cookie ?? null
        return await identify(this.#deps, shown === null ? null : { token: shown, byCookie: token === null })
      },
    })
    this.#connections.add(connection)
    const failed = (err: unknown) => {
      logger.error({ err }, 'live socket failed')
      socket.terminate()
    }
    socket.on('message', (data) => connection.receive(String(data)).catch(failed))
    socket.on('pong', () => connection.ponged())
    // A message too long, a broken frame: the close that follows is all there is to do.
    socket.on('error', (err) => logger.info({ err }, 'live socket broke'))
    socket.on('close', () => {
      connection.closed()
      this.#connections.delete(connection)
    })
    connection.start()
  }

  #beatLater(): void {
    this.#cancelBeat = this.#deps.clock.after(beatMs, () => {
      for (const connection of this.#connections) {
        connection.beat().catch((err: unknown) => this.#deps.logger.error({ err }, 'live socket check failed'))
      }
      this.#beatLater()
    })
  }

  #endWhere(matches: (identity: Identity) => boolean): void {
    for (const connection of this.#connections) {
      if (connection.identity && matches(connection.identity)) connection.end('unauthenticated')
    }
  }

  #stop(): void {
    this.#cancelBeat()
    for (const dispose of this.#disposers) dispose()
    for (const connection of this.#connections) connection.end('serverStopping')
  }
}

const lostRights = (before: User, now: User | null): boolean => !now?.active || now.role !== before.role
