import { type QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { CallBack, HistoryFilter, MissedCall, RouteInput, Routes } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useLive } from '../app/live/live.ts'

export type WorkStatus = 'open' | 'done'
const listLimit = 500

export function useCallBacks(status: WorkStatus) {
  const api = useApi()
  return useQuery({ queryKey: ['callBacks', status], queryFn: () => api.callBacks({ query: { status, limit: listLimit } }) })
}

export function useMissedCalls(status: WorkStatus) {
  const api = useApi()
  return useQuery({ queryKey: ['missedCalls', status], queryFn: () => api.missedCalls({ query: { status, limit: listLimit } }) })
}

/** Today's figures; they move with each finished call of anybody, so they are asked for again now and then. */
export function useMyDay() {
  const api = useApi()
  return useQuery({ queryKey: ['myDay'], queryFn: () => api.myDay(), refetchInterval: 60_000 })
}

const pageSize = 50
export function useHistoryPages(filter: HistoryFilter) {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['history', 'pages', filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      api.history({ query: { ...filter, limit: pageSize, ...(pageParam !== null && { after: pageParam }) } }),
    getNextPageParam: (last) => last.next,
  })
}

/** The own last calls. */
export function useRecentCalls(limit: number) {
  const api = useApi()
  return useQuery({ queryKey: ['history', 'recent', limit], queryFn: () => api.history({ query: { limit } }) })
}

export function useCallPage(cardId: string) {
  const api = useApi()
  return useQuery({ queryKey: ['history', 'page', cardId], queryFn: () => api.callPage({ params: { id: cardId } }) })
}

export function usePauseReasons() {
  const api = useApi()
  return useQuery({ queryKey: ['pauseReasons'], queryFn: () => api.pauseReasons(), staleTime: 300_000 })
}

export const incompleteKey = ['incompleteCards'] as const

/** What a closed card changes: the day's figures, the history, the tasks. */
export function refreshAfterCard(queries: QueryClient): void {
  void queries.invalidateQueries({ queryKey: incompleteKey })
  for (const queryKey of [['history'], ['callBacks'], ['missedCalls'], ['myDay']]) void queries.invalidateQueries({ queryKey })
}

/** All operators of a queue hear of a change at once: they ask within this time, not together. */
const spreadMs = 400

/** Asks for the lists again when the server says that they have changed. */
export function useWorklistNews(): void {
  const queries = useQueryClient()
  const changes = useLive((state) => state.worklistChanges)
  useEffect(() => {
    if (changes === 0) return
    const timer = setTimeout(() => {
      void queries.invalidateQueries({ queryKey: ['callBacks'] })
      void queries.invalidateQueries({ queryKey: ['missedCalls'] })
    }, Math.random() * spreadMs)
    return () => clearTimeout(timer)
  }, [changes, queries])
}

/** One of the two lists; what is done to its entries is the same. */
export type WorkItem =
  | { readonly kind: 'callBack'; readonly entry: CallBack }
  | { readonly kind: 'missed'; readonly entry: MissedCall }

type Lists = { callBacks?: CallBack[]; missedCalls?: MissedCall[] }
const without = <T extends { id: string }>(list: T[] | undefined, id: string) => list?.filter((one) => one.id !== id)

/** Take, give back, mark done. A done one leaves the list at once, and comes back when the server refuses. */
export function useWorkActions() {
  const api = useApi()
  const queries = useQueryClient()
  const keyOf = (item: WorkItem) => (item.kind === 'callBack' ? 'callBacks' : 'missedCalls')
  const refresh = (item: WorkItem) => queries.invalidateQueries({ queryKey: [keyOf(item)] })
  const take = useMutation({
    mutationFn: async (item: WorkItem) => {
      const input = { params: { id: item.entry.id } }
      await (item.kind === 'callBack' ? api.takeCallBack(input) : api.takeMissedCall(input))
    },
    onSettled: (_data, _error, item) => refresh(item),
  })
  const giveBack = useMutation({
    mutationFn: async (item: WorkItem) => {
      const input = { params: { id: item.entry.id } }
      await (item.kind === 'callBack' ? api.returnCallBack(input) : api.returnMissedCall(input))
    },
    onSettled: (_data, _error, item) => refresh(item),
  })
  const complete = useMutation({
    mutationFn: async ({ item, done }: { item: WorkItem; done: boolean }) => {
      const { id } = item.entry
      if (item.kind === 'callBack') await api.completeCallBack({ params: { id }, body: { done } })
      else await api.completeMissedCalls({ body: { ids: [id], done } })
    },
    onMutate: async ({ item, done }) => {
      const key = [keyOf(item), done ? 'open' : 'done']
      await queries.cancelQueries({ queryKey: [keyOf(item)] })
      const before = queries.getQueryData<Lists>(key)
      queries.setQueryData<Lists>(
        key,
        (list) =>
          list && {
            ...list,
            ...(list.callBacks && { callBacks: without(list.callBacks, item.entry.id) ?? [] }),
            ...(list.missedCalls && { missedCalls: without(list.missedCalls, item.entry.id) ?? [] }),
          },
      )
      return { key, before }
    },
    onError: (_error, _input, context) => {
      if (context) queries.setQueryData(context.key, context.before)
    },
    onSettled: (_data, _error, { item }) => refresh(item),
  })
  const assign = useMutation({
    mutationFn: ({ entry, operatorId }: { entry: CallBack; operatorId: string }) =>
      api.assignCallBack({ params: { id: entry.id }, body: { version: entry.version, operatorId } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['callBacks'] }),
  })
  return {
    take: take.mutateAsync,
    giveBack: giveBack.mutateAsync,
    complete: complete.mutateAsync,
    assign: assign.mutateAsync,
  }
}

export function useSaveCallBack() {
  const api = useApi()
  const queries = useQueryClient()
  const onSettled = () => queries.invalidateQueries({ queryKey: ['callBacks'] })
  const create = useMutation({
    mutationFn: (body: RouteInput<Routes['createCallBack']>['body']) => api.createCallBack({ body }),
    onSettled,
  })
  const update = useMutation({
    mutationFn: ({ id, ...body }: { id: string } & RouteInput<Routes['updateCallBack']>['body']) =>
      api.updateCallBack({ params: { id }, body }),
    onSettled,
  })
  return { create, update }
}
