import { type QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { CallBack } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { serverNow } from '../app/live/live.ts'
import { startOfDay } from './my-day.ts'

type CallBackList = { callBacks: CallBack[] }
const callBacksKey = (status: 'open' | 'done') => ['callBacks', status] as const

export function useCallBacks(status: 'open' | 'done') {
  const api = useApi()
  return useQuery({ queryKey: callBacksKey(status), queryFn: () => api.callBacks({ query: { status, limit: 500 } }) })
}

/** The own finished cards of today; enough for the figures of one person's day. */
export function useToday() {
  const api = useApi()
  const day = startOfDay(serverNow())
  return useQuery({ queryKey: ['history', 'today', day], queryFn: () => api.history({ query: { limit: 200 } }) })
}

const pageSize = 50

export function useHistoryPages(search: string) {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['history', 'pages', search],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      api.history({
        query: { limit: pageSize, ...(search !== '' && { search }), ...(pageParam !== null && { after: pageParam }) },
      }),
    getNextPageParam: (last) => last.next,
  })
}

/** What a closed card changes: the day's figures, the history, the tasks. */
export function refreshAfterCard(queries: QueryClient): void {
  void queries.invalidateQueries({ queryKey: ['history'] })
  void queries.invalidateQueries({ queryKey: ['callBacks'] })
}

/** Done or open again: the list changes at once, and back if the server refuses. */
export function useCompleteCallBack() {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ id, done }: { id: string; done: boolean }) => api.completeCallBack({ params: { id }, body: { done } }),
    onMutate: async ({ id, done }) => {
      const from = callBacksKey(done ? 'open' : 'done')
      await queries.cancelQueries({ queryKey: ['callBacks'] })
      const before = queries.getQueryData<CallBackList>(from)
      queries.setQueryData<CallBackList>(from, (list) => list && { callBacks: list.callBacks.filter((one) => one.id !== id) })
      return { from, before }
    },
    onError: (_error, _input, context) => {
      if (context) queries.setQueryData(context.from, context.before)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['callBacks'] }),
  })
}
