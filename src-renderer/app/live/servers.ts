import { useCallback } from 'react'
import { type LiveServer, plainName, serverOf } from '../../../server/contract/index.ts'
import { useLive } from './live.ts'

const none: readonly LiveServer[] = []

/** The Asterisk servers; empty where there is but one, of which nothing has to be said. */
export const useServers = (): readonly LiveServer[] => useLive((state) => state.view?.servers ?? none)

/** An endpoint's or a queue's name as people read it: with several servers, with its server's name. */
const nameWithServer = (name: string, servers: readonly LiveServer[]): string => {
  if (servers.length === 0) return plainName(name)
  const server = serverOf(name)
  return `${plainName(name)} · ${servers.find(({ id }) => id === server)?.name ?? server}`
}

export function useNameWithServer(): (name: string) => string {
  const servers = useServers()
  return useCallback((name) => nameWithServer(name, servers), [servers])
}
