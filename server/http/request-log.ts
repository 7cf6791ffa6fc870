import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'

/** One line a request: the route's pattern, never the address with its ids and search words. */
export function logRequests(app: FastifyInstance, logger: Logger): void {
  app.addHook('onResponse', async (request, reply) => {
    const level = reply.statusCode >= 500 ? 'error' : reply.statusCode >= 400 ? 'info' : 'debug'
    logger[level](
      {
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime),
        userId: request.identity?.user.id ?? null,
      },
      'request',
    )
  })
}
