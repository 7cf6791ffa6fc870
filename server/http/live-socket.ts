import type { WebSocket } from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors.ts'
import type { Disposer } from '../telephony/telephony.ts'
import { sessionCookie } from './auth.ts'
import type { LiveChannel } from './live-channel.ts'
import { LiveConnection } from './live-connection.ts'
import type { Origins } from './origins.ts'

const beatMs = 30_000
/** Of what clients may send; the socket plugin is registered with it. */
export const maxMessageBytes = 16 * 1024

export interface LiveSocketDeps<Who extends object, View, Change extends object> {
  readonly channel: LiveChannel<Who, View, Change>
  readonly origins: Origins
  readonly clock: Clock
  readonly logger: Logger
}

/** Serves one live view and ends connections whose reader may not have it any more. */
export class LiveSocket<Who extends object, View, Change extends object> {
  readonly #deps: LiveSocketDeps<Who, View, Change>
  readonly #connections = new Set<LiveConnection<Who, View, Change>>()
  #stopChannel: Disposer = () => {}
  #cancelBeat: Disposer = () => {}

  constructor(deps: LiveSocketDeps<Who, View, Change>) {
    this.#deps = deps
  }

  /** After the socket plugin: only routes added then can be upgraded. */
  mount(app: FastifyInstance): void {
    const { channel, origins } = this.#deps
    this.#stopChannel = channel.onLost((lost) => this.#endWhere(lost))
    this.#beatLater()
    app.get(
      channel.path,
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
      (socket, request) => this.#accept(socket, request),
    )
  }

  #accept(socket: WebSocket, request: FastifyRequest): void {
    const { channel, clock, logger } = this.#deps
    const cookie = (request.headers.origin === undefined ? null : request.cookies[sessionCookie]) ?? null
    const connection = new LiveConnection({
      wire: socket,
      channel,
      clock,
      identify: async (token) => channel.identify({ token, cookie, address: request.ip }),
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

  #endWhere(matches: (who: Who) => boolean): void {
    for (const connection of this.#connections) {
      if (connection.who && matches(connection.who)) connection.end('unauthenticated')
    }
  }

  /** Ends every connection. */
  stop(): void {
    this.#cancelBeat()
    this.#stopChannel()
    for (const connection of this.#connections) connection.end('serverStopping')
  }
}
