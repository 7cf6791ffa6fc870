import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { CallRow, CallsRequest } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'

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
/** A call is in the record some seconds after its end. */
const lookEveryMs = 15_000

/** The calls asked for, the newest first, page by page. `today`: the site's. */
export function useCallList(request: CallsRequest, today: number): CallsFound {
  const api = useApi()
  const query = useInfiniteQuery({
    queryKey: ['callList', request],
    initialPageParam: 0,
    queryFn: ({ pageParam }) => api.findCalls({ body: { ...request, offset: pageParam, limit: pageSize } }),
    getNextPageParam: (last, pages) => {
      const shown = pages.reduce((sum, page) => sum + page.calls.length, 0)
      return last.calls.length > 0 && shown < last.total ? shown : null
    },
    placeholderData: keepPreviousData,
    // Of days that are over only late rows of the PBX could still come.
    refetchInterval: request.toDay < today ? false : lookEveryMs,
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
