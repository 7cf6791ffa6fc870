import { contractVersion } from '../../contract/index.ts'
import type { ConnectionSettings } from '../../settings/index.ts'
import type { Handlers } from '../handler.ts'

export function healthHandlers(deps: { serverVersion: string; connection: ConnectionSettings }): Pick<Handlers, 'health'> {
  const { serverVersion, connection } = deps
  return {
    health: () => ({ ok: true, product: 'callsync', contractVersion, serverVersion, demo: connection.demo() !== null }),
  }
}
