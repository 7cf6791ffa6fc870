import { contractVersion } from '../../contract/index.ts'
import type { Handlers } from '../handler.ts'

export const healthHandlers = (deps: { serverVersion: string }): Pick<Handlers, 'health'> => ({
  health: () => ({ ok: true, product: 'callsync', contractVersion, serverVersion: deps.serverVersion }),
})
