import { createContext, useContext } from 'react'
import { type ApiClient, createApiClient, livePath } from '../../server/contract/index.ts'
import type { Platform } from '../platform/platform.ts'
import { liveStore } from './live/live.ts'

const isSession = (input: RequestInfo | URL): boolean => String(input).endsWith('/api/session')

/** A server of another version may understand a change differently: reading, and signing in and out, is all that goes there. */
const mayGoToOtherVersion = (input: RequestInfo | URL, init: RequestInit | undefined): boolean =>
  (init?.method ?? 'GET') === 'GET' || isSession(input)

const refusedWrite = (): Response =>
  Response.json({ error: { code: 'clientTooOld', message: 'The server speaks another version' } }, { status: 426 })

/** The way to the server, with the session's token where no cookie speaks. */
export interface Connection {
  readonly api: ApiClient
  /** Address of the live socket. */
  readonly liveUrl: string
  token(): string | null
  /** Learns the token again that another window of the app may have changed; does nothing in a browser. */
  readToken(): Promise<void>
  /** Remembers the token (null: forgets it) on hosts with a secret store; does nothing in a browser. */
  keepToken(token: string | null): Promise<void>
  /** The server no longer knows the session. Returns its disposer. */
  onUnauthenticated(listener: () => void): () => void
}

export async function openConnection(platform: Platform): Promise<Connection> {
  let token: string | null = null
  const readToken = async () => {
    if (platform.capabilities.secretStore) token = await platform.secrets.get('sessionToken')
  }
  await readToken()
  const listeners = new Set<() => void>()
  const base = platform.serverUrl
  return {
    api: createApiClient({
      baseUrl: () => base,
      token: () => token,
      fetch: async (input, init) => {
        if (liveStore.getState().outdated && !mayGoToOtherVersion(input, init)) return refusedWrite()
        const asked = token
        const response = await fetch(input, init)
        // A refused sign-in is 401 too, but no session ended by it. Nor did the one that another window has begun since.
        if (response.status === 401 && asked === token && !(init?.method === 'POST' && isSession(input)))
          for (const listener of listeners) listener()
        return response
      },
    }),
    liveUrl: (base === '' ? location.origin : base).replace(/^http/, 'ws') + livePath,
    token: () => token,
    readToken,
    keepToken: async (next) => {
      if (!platform.capabilities.secretStore) return
      token = next
      await platform.secrets.set('sessionToken', next)
    },
    onUnauthenticated: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

export const ConnectionContext = createContext<Connection | null>(null)

export function useConnection(): Connection {
  const connection = useContext(ConnectionContext)
  if (connection === null) throw new Error('useConnection outside of <App>')
  return connection
}
