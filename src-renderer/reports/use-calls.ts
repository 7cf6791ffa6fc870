import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { CallRow, DictionaryEntry } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useLanguage } from '../app/i18n.ts'
import { liveStore, useNow } from '../app/live/live.ts'
import { type Period, todayOf } from './period.ts'

export interface CallsOfPeriod {
  readonly period: Period
  /** undefined until the first answer. */
  readonly calls: readonly CallRow[] | undefined
  readonly error: Error | null
  readonly retry: () => void
}

const limit = 10_000
/** Several calls end together; one question is enough. */
const settleMs = 700

/** Today's calls as the server heard them, asked for again each time a call begins, is answered or ends. */
export function useTodaysCalls(): CallsOfPeriod {
  const api = useApi()
  const queries = useQueryClient()
  const nowMs = useNow()
  const { fromMs, toMs } = todayOf(nowMs)
  const period = useMemo(() => ({ fromMs, toMs }), [fromMs, toMs])
  const query = useQuery({
    queryKey: ['calls', fromMs, toMs],
    queryFn: () => api.calls({ query: { fromMs, toMs, limit } }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  })

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = liveStore.subscribe((now, before) => {
      if (now.view?.calls === before.view?.calls) return
      clearTimeout(timer)
      timer = setTimeout(() => queries.invalidateQueries({ queryKey: ['calls'] }), settleMs)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [queries])

  return {
    period,
    calls: query.data?.calls,
    error: query.error,
    retry: () => {
      query.refetch()
    },
  }
}

/** Names of categories and results in the chosen language, by id. */
export function useDictionaryNames(): {
  category: (id: string | null) => string | null
  result: (id: string | null) => string | null
} {
  const api = useApi()
  const language = useLanguage()
  const { data } = useQuery({ queryKey: ['dictionaries'], queryFn: () => api.dictionaries(), staleTime: 300_000 })
  return useMemo(() => {
    const name = (entries: readonly DictionaryEntry[] | undefined) => (id: string | null) =>
      entries?.find((entry) => entry.id === id)?.[language] ?? null
    return { category: name(data?.categories), result: name(data?.results) }
  }, [data, language])
}
