import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { RouteResult, Routes } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { type ServerInUse, serversInUse } from './server-choice.ts'

type Connection = RouteResult<Routes['connection']>

/** Those that are set now, the first first. */
export function useServersInUse(): UseQueryResult<readonly ServerInUse[]> {
  const api = useApi()
  return useQuery<Connection, Error, readonly ServerInUse[]>({
    queryKey: ['connection'],
    queryFn: () => api.connection(),
    select: serversInUse,
  })
}
