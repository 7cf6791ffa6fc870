import type { FastifyInstance } from 'fastify'
import { StartError } from '../errors.ts'
import { hasCode } from '../store/index.ts'

/** Opens the port and returns the address a browser on this machine can use. Throws StartError. */
export async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    if (hasCode(cause, 'EADDRINUSE')) {
      throw new StartError(
        `Port ${port} of ${host} is taken by another program. End it, or choose another port with CALLSYNC_PORT.`,
        { cause },
      )
    }
    if (hasCode(cause, 'EACCES')) {
      throw new StartError(`Port ${port} may not be opened by this user. Choose a port above 1023 with CALLSYNC_PORT.`, { cause })
    }
    if (hasCode(cause, 'EADDRNOTAVAIL') || hasCode(cause, 'ENOTFOUND')) {
      throw new StartError(`${host} is no address of this machine. Correct CALLSYNC_HOST.`, { cause })
    }
    throw cause
  }
  const address = app.server.address()
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return `http://${shown}:${address !== null && typeof address === 'object' ? address.port : port}`
}
