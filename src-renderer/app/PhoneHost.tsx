import { useQuery } from '@tanstack/react-query'
import { ApiError } from '../../server/contract/index.ts'
import { PhoneProvider } from '../softphone/index.ts'
import { useApi } from './api.ts'
import { useUser } from './session.ts'

/** The softphone of the person who signed in; off where there is no extension or the PBX is not set up yet. */
export function PhoneHost({ children }: { children: React.ReactNode }) {
  const api = useApi()
  const user = useUser()
  const { data } = useQuery({
    queryKey: ['phoneAccount', user.id, user.extension],
    queryFn: () => api.phoneAccount(),
    enabled: user.extension !== null,
    // The PBX may be set up, or the server come back, while the page is open.
    refetchInterval: (query) => (query.state.data ? false : 10_000),
    retry: (failures, error) => error instanceof ApiError && error.retryable && failures < 5,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <PhoneProvider owner={user.id} account={data ?? null}>
      {children}
    </PhoneProvider>
  )
}
