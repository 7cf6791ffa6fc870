import { useCallback } from 'react'
import { firstServer, type LiveServer, plainName, serverOf } from '../../../server/contract/index.ts'
import { useWords } from '../i18n.ts'
import { words } from '../words.ts'
import { useLive } from './live.ts'

const none: readonly LiveServer[] = []

/** The Asterisk servers; empty where there is but the first, of which nothing has to be said. */
export const useServers = (): readonly LiveServer[] => useLive((state) => state.view?.servers ?? none)

/** An endpoint's or a queue's name as people read it: where there is not just the first server, with its server's name. */
export const nameWithServer = (name: string, servers: readonly LiveServer[], removed: (server: string) => string): string => {
  const server = serverOf(name)
  if (servers.length === 0 && server === firstServer) return plainName(name)
  return `${plainName(name)} · ${servers.find(({ id }) => id === server)?.name ?? removed(server)}`
}

export function useNameWithServer(): (name: string) => string {
  const servers = useLive((state) => state.view?.servers)
  const { serverRemoved } = useWords(words)
  // Before anything is known of now, no server is known to be removed.
  return useCallback(
    (name) => (servers ? nameWithServer(name, servers, serverRemoved) : plainName(name)),
    [servers, serverRemoved],
  )
}
