import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import websocket from '@fastify/websocket'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import type { Sessions, UserDirectory } from '../accounts/index.ts'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors.ts'
import type { LiveBoard } from '../live/live-board.ts'
import type { Screens } from '../wallboard/index.ts'
import { serveApiDocs } from './api-docs.ts'
import { sendError, toAppError } from './error-reply.ts'
import type { Handlers } from './handler.ts'
import { peopleChannel, wallboardChannel } from './live-channels.ts'
import { LiveSocket, maxMessageBytes } from './live-socket.ts'
import { mountRoutes } from './mount-routes.ts'
import { Origins } from './origins.ts'
import { logRequests } from './request-log.ts'
import { protectPages } from './security-headers.ts'
import { serveClient } from './serve-client.ts'
import { type ExportTickets, serveExports } from './serve-exports.ts'
import { type RecordingTickets, serveRecordings } from './serve-recordings.ts'
import { serveUpdates } from './serve-updates.ts'

export interface HttpDeps {
  readonly handlers: Handlers
  readonly sessions: Sessions
  readonly users: UserDirectory
  readonly board: LiveBoard
  /** Wallboards that are open. */
  readonly screens: Screens
  readonly clock: Clock
  readonly logger: Logger
  /** Origins besides our own and the desktop's that may call the API. */
  readonly allowedOrigins: readonly string[]
  /** Addresses of proxies whose X-Forwarded headers are believed. */
  readonly trustedProxies: readonly string[]
  readonly recordings: RecordingTickets
  readonly exports: ExportTickets
  /** Folder of the built browser client. */
  readonly staticDir: string
  /** Folder of the desktop app's new versions; it need not exist. */
  readonly updatesDir: string
  readonly serverVersion: string
  /** Where softphones connect now; null while no PBX is set. */
  readonly sipSocketUrls: () => readonly string[]
}

/** The whole HTTP side, ready to listen or to be injected. Throws when a route of the contract has no handler. */
export async function createHttp(deps: HttpDeps): Promise<FastifyInstance> {
  const { sessions, users, logger } = deps
  const origins = new Origins(deps.allowedOrigins)
  const auth = { sessions, users, origins }
  const app = Fastify({
    logger: false,
    trustProxy: deps.trustedProxies.length > 0 ? [...deps.trustedProxies] : false,
    bodyLimit: 256 * 1024,
    // Somebody who sends a request byte by byte does not keep a connection for ever.
    requestTimeout: 30_000,
    // At the end a save that is under way still gets its answer.
    forceCloseConnections: 'idle',
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.decorateRequest('identity', null)
  app.setErrorHandler(async (error, request, reply) => {
    const known = toAppError(error)
    if (!known) logger.error({ err: error, route: request.routeOptions.url ?? null }, 'request failed')
    await sendError(reply, known ?? new AppError('internal', 'the server failed; its log says why'))
  })
  logRequests(app, logger)
  await app.register(cookie)
  await app.register(cors, {
    origin: (origin, decide) => decide(null, origin !== undefined && origins.isAllowed(origin)),
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type'],
    exposedHeaders: ['content-disposition', 'retry-after'],
    maxAge: 600,
  })
  await protectPages(app, { sipSocketUrls: deps.sipSocketUrls })
  await serveApiDocs(app, { serverVersion: deps.serverVersion })
  const sockets = { origins, clock: deps.clock, logger }
  const people = new LiveSocket({ ...sockets, channel: peopleChannel({ ...auth, board: deps.board }) })
  const wallboards = new LiveSocket({ ...sockets, channel: wallboardChannel(deps.screens) })
  // Before the socket plugin's own hook, which closes without a word.
  app.addHook('preClose', async () => {
    people.stop()
    wallboards.stop()
  })
  await app.register(websocket, { options: { maxPayload: maxMessageBytes } })
  // In a plugin of its own: only routes added after the socket plugin is there can be upgraded.
  await app.register(async (scope) => {
    people.mount(scope)
    wallboards.mount(scope)
  })
  // In a plugin of its own, so that it comes after the API documentation has begun to listen for routes.
  await app.register(async (scope) => mountRoutes(scope, { ...auth, handlers: deps.handlers }))
  await serveRecordings(app, { recordings: deps.recordings })
  await serveExports(app, { exports: deps.exports })
  await serveUpdates(app, { updatesDir: deps.updatesDir })
  await serveClient(app, { staticDir: deps.staticDir })
  return app
}
