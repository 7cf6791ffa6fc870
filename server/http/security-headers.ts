import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/** Headers that keep a page of ours from loading, sending or being framed where it should not. */
export async function protectPages(app: FastifyInstance, deps: { sipSocketUrls: () => readonly string[] }): Promise<void> {
  // The PBX can be changed while the server runs, so this is asked on each answer.
  const sipSocketOrigins = (): string => {
    const origins = deps.sipSocketUrls().map((url) => (URL.canParse(url) ? new URL(url).origin : ''))
    // Nothing but plain origins may get into the header.
    const plain = origins.filter((origin) => /^wss?:\/\/[\w.:[\]-]+$/.test(origin))
    return plain.length > 0 ? [...new Set(plain)].join(' ') : "'self'"
  }
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // Mantine writes style elements and attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", sipSocketOrigins],
        mediaSrc: ["'self'", 'blob:', 'data:'],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Only where the page came over https; an office server on plain http must stay reachable.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'same-origin' },
  })
  app.addHook('onSend', async (request, reply) => {
    reply.header('permissions-policy', 'microphone=(self), speaker-selection=(self), camera=(), geolocation=()')
    if (request.protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000')
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
}
