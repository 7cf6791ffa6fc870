import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ApiError } from '../../server/contract/index.ts'
import type { Platform } from '../platform/platform.ts'
import { cssVariables } from '../ui/theme.ts'
import { useTheme } from '../ui/use-theme.ts'
import { ApiContext } from './api.ts'
import { type Connection, ConnectionContext } from './connection.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { useLanguage } from './i18n.ts'
import { PlatformContext } from './platform.ts'
import { SessionGate } from './SessionGate.tsx'
import { Shell } from './Shell.tsx'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The server may be on this computer: ask whatever the browser thinks of the network.
      networkMode: 'always',
      staleTime: 10_000,
      retry: (failures, error) => error instanceof ApiError && error.retryable && failures < 2,
      retryDelay: (attempt) => 500 * 2 ** attempt,
    },
    mutations: { networkMode: 'always' },
  },
})

export function App({ platform, connection }: { platform: Platform; connection: Connection }) {
  const language = useLanguage()
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const theme = useTheme()
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      {/* Within the right column: wider, it would lie over the card’s own buttons. */}
      <Notifications position="bottom-right" containerWidth={272} autoClose={6_000} />
      <QueryClientProvider client={queries}>
        <PlatformContext value={platform}>
          <ConnectionContext value={connection}>
            <ApiContext value={connection.api}>
              <ErrorBoundary>
                <SessionGate>{(gate) => <Shell {...gate} />}</SessionGate>
              </ErrorBoundary>
            </ApiContext>
          </ConnectionContext>
        </PlatformContext>
      </QueryClientProvider>
    </MantineProvider>
  )
}
