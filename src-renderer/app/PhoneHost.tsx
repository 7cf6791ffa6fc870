import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ApiError } from '../../server/contract/index.ts'
import { PhoneProvider, provideDialogs } from '../softphone/index.ts'
import { useApi } from './api.ts'
import { useLive } from './live/live.ts'
import { useUser } from './session.ts'

/** The softphone of the person who signed in; off where there is no extension or the PBX is not set up yet. */
export function PhoneHost({ children }: { children: React.ReactNode }) {
  const api = useApi()
  const user = useUser()
  const { data, error, refetch } = useQuery({
    queryKey: ['phoneAccount', user.id, user.extension],
    queryFn: () => api.phoneAccount(),
    enabled: user.extension !== null,
    // The PBX may be set up, or the server come back, while the page is open.
    refetchInterval: (query) => (query.state.data ? false : 10_000),
    retry: (failures, error) => error instanceof ApiError && error.retryable && failures < 5,
    staleTime: Number.POSITIVE_INFINITY,
  })
  // An administrator may set another PBX, or remove it; each time the server comes up on one, the account may be another.
  const pbx = useLive((state) => state.view?.pbx ?? null)
  const settled = pbx !== null && (pbx.state === 'up' || pbx.problem === 'notConfigured') ? pbx.sinceMs : null
  useEffect(() => {
    if (settled !== null && user.extension !== null) void refetch({ cancelRefetch: false })
  }, [settled, user.extension, refetch])
  const gone = error instanceof ApiError && error.code === 'notConfigured'
  useEffect(() => {
    provideDialogs(async () => {
      const { dialogs } = await api.ownDialogs()
      return dialogs.map(({ linkedId, callId, localTag, remoteTag }) => ({ linkedId, dialog: { callId, localTag, remoteTag } }))
    })
  }, [api])
  return (
    <PhoneProvider owner={user.id} account={gone ? null : (data ?? null)}>
      {children}
    </PhoneProvider>
  )
}
