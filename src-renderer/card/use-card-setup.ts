import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { CardSetup } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'

const key = ['cardSetup'] as const
const nothing: CardSetup = { categories: [], results: [], extraFields: [], forms: [] }

/**
 * Categories, results, fields and forms as the server has them; empty until loaded. `atLeast` is the version that a card
 * carries: an older copy is asked for anew.
 */
export function useCardSetup(atLeast = 0): { setup: CardSetup; version: number; loaded: boolean } {
  const api = useApi()
  const queries = useQueryClient()
  const { data } = useQuery({ queryKey: key, queryFn: () => api.cardSetup(), staleTime: 5 * 60_000 })
  const stale = data !== undefined && data.version < atLeast
  useEffect(() => {
    if (stale) void queries.invalidateQueries({ queryKey: key })
  }, [stale, queries])
  return { setup: data?.setup ?? nothing, version: data?.version ?? 0, loaded: data !== undefined }
}
