import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { inLanguage } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useLanguage } from '../app/i18n.ts'

/** Names of pause reasons by code, in the chosen language; the code itself for one nobody knows. */
export function usePauseNames(): (code: string) => string {
  const api = useApi()
  const language = useLanguage()
  const { data } = useQuery({ queryKey: ['pauseReasons'], queryFn: () => api.pauseReasons(), staleTime: 300_000 })
  return useCallback(
    (code) => {
      const reason = data?.reasons.find((one) => one.code === code)
      return reason ? inLanguage(reason, language) : code
    },
    [data, language],
  )
}
