import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useConnection } from '../connection.ts'
import { usePlatform } from '../platform.ts'
import { openBrowserSocket } from './browser-socket.ts'
import { initialLiveState, liveStore, steadyNow, tellCard } from './live.ts'
import { LiveClient } from './live-client.ts'

/** The next person must not see a moment of what this one saw. */
export function useLiveReset(): void {
  useEffect(() => () => liveStore.setState(initialLiveState, true), [])
}

/** Keeps the live view fresh while a person is signed in. `onUnauthenticated` must be stable. */
export function useLiveConnection(onUnauthenticated: () => void): void {
  const connection = useConnection()
  const platform = usePlatform()
  const queries = useQueryClient()

  useEffect(() => {
    const client = new LiveClient({
      openSocket: (events) => openBrowserSocket(connection.liveUrl, events),
      token: connection.token,
      now: steadyNow,
      random: () => Math.random(),
      read: liveStore.getState,
      update: (change) => liveStore.setState(change),
      onCard: tellCard,
      onUnauthenticated,
    })
    const wake = () => client.wake()
    const stopResume = platform.onResume(wake)
    window.addEventListener('online', wake)
    // What was missed while the connection was away is asked for again.
    const stopWatch = liveStore.subscribe((now, before) => {
      if (now.connection === 'open' && before.connection === 'lost') queries.invalidateQueries()
    })
    client.start()
    return () => {
      client.stop()
      stopResume()
      stopWatch()
      window.removeEventListener('online', wake)
      // What was last known stays in sight until somebody else signs in.
      liveStore.setState({ connection: 'lost' })
    }
  }, [connection, platform, queries, onUnauthenticated])
}
