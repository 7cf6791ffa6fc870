import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { sessionCookie } from './auth.ts'

export const docsPath = '/api/docs'

/** OpenAPI from the contract: a page at `/api/docs`, the document at `/api/docs/json`. Call it before routes are mounted. */
export async function serveApiDocs(app: FastifyInstance, deps: { serverVersion: string }): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'CallSync Central',
        description:
          'Every call of the server. What is going on now comes over the WebSocket at `/api/live`: `auth` first, then a snapshot and numbered deltas.',
        version: deps.serverVersion,
      },
      components: {
        securitySchemes: {
          cookie: { type: 'apiKey', in: 'cookie', name: sessionCookie },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: jsonSchemaTransform,
  })
  await app.register(swaggerUi, {
    routePrefix: docsPath,
    // No top bar, and no badge from an outside validator.
    uiConfig: { docExpansion: 'list', deepLinking: true, layout: 'BaseLayout', validatorUrl: null },
    theme: { title: 'CallSync Central API' },
  })
}
