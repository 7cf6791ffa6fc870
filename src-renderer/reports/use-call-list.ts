import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { CallRow, CallsRequest, RouteRequest, Routes } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { looksAgainMs } from './calls-view.ts'

export interface CallsFound {
  /** undefined until the first answer. */
  readonly calls: readonly CallRow[] | undefined
  readonly total: number
  /** What the record is read up to; undefined until the first answer. */
  readonly upToMs: number | null | undefined
  readonly error: Error | null
  readonly retry: () => void
  /** null: all are shown. */
  readonly more: { readonly loading: boolean; readonly load: () => void } | null
}

const pageSize = 200
type Page = Pick<RouteRequest<Routes['findCalls']>['body'], 'offset' | 'counted'>
const firstPage: Page = { offset: 0 }

/** The calls asked for, the newest first, page by page. `today`: the site's. */
export function useCallList(request: CallsRequest, today: number): CallsFound {
  const api = useApi()
  const query = useInfiniteQuery({
    queryKey: ['callList', request],
    initialPageParam: firstPage,
    queryFn: ({ pageParam }) => api.findCalls({ body: { ...request, ...pageParam, limit: pageSize } }),
    getNextPageParam: (last, pages) => {
      const shown = pages.reduce((sum, page) => sum + page.calls.length, 0)
      return last.calls.length > 0 && shown < last.total ? { offset: shown, counted: last.counted } : null
    },
    placeholderData: keepPreviousData,
    refetchInterval: looksAgainMs(request, today) ?? false,
  })
  const pages = query.data?.pages
  // A call that came in between two pages moves the last of the one into the other.
  const calls = useMemo(
    () => pages && [...new Map(pages.flatMap((page) => page.calls).map((call) => [call.callId, call])).values()],
    [pages],
  )
  return {
    calls,
    total: pages?.at(-1)?.total ?? 0,
    upToMs: pages?.at(-1)?.upToMs,
    error: query.error,
    retry: () => void query.refetch(),
    more: query.hasNextPage ? { loading: query.isFetchingNextPage, load: () => void query.fetchNextPage() } : null,
  }
}
