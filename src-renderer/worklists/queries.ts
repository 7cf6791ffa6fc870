import {
  type InfiniteData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { type CallBack, type HistoryFilter, type RouteInput, type Routes, remindersAheadMs } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useLanguage } from '../app/i18n.ts'
import { useLive } from '../app/live/live.ts'
import type { CallRef } from './call-drawer.ts'
import { entriesOf, type WorkItem, type WorkListPage, without } from './work-pages.ts'

export type WorkStatus = 'open' | 'done'
const workPageSize = 500

/** The pages of one of the two lists that have been asked for, as one list. */
export function useWorkList(kind: WorkItem['kind'], status: WorkStatus) {
  const api = useApi()
  const list = useInfiniteQuery({
    queryKey: [listKeys[kind], status],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }): Promise<WorkListPage> => {
      const query = { status, limit: workPageSize, ...(pageParam !== null && { after: pageParam }) }
      if (kind === 'callBack') {
        const { callBacks, ...page } = await api.callBacks({ query })
        return { ...page, items: callBacks.map((entry) => ({ kind, entry })) }
      }
      const { missedCalls, ...page } = await api.missedCalls({ query })
      return { ...page, items: missedCalls.map((entry) => ({ kind, entry })) }
    },
    getNextPageParam: (last) => last.next,
  })
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = list
  const items = useMemo(() => data && entriesOf(data.pages), [data])
  return {
    /** Undefined until loaded. */
    items,
    /** Open ones in all, on pages that were not asked for too. */
    total: data?.pages.at(-1)?.total ?? items?.length ?? 0,
    error,
    refetch: () => void refetch(),
    hasMore: hasNextPage,
    loadMore: () => void fetchNextPage(),
    loadingMore: isFetchingNextPage,
  }
}

const listKeys = { callBack: 'callBacks', missed: 'missedCalls' } as const satisfies Record<WorkItem['kind'], string>

/** Call-backs that are to be reminded of about now; undefined until loaded. */
export function useReminders(): readonly CallBack[] | undefined {
  const api = useApi()
  const { data } = useQuery({
    queryKey: [listKeys.callBack, 'reminders'],
    queryFn: () => api.reminders(),
    refetchInterval: remindersAheadMs / 2,
    // That is when the system shows them.
    refetchIntervalInBackground: true,
  })
  return data?.callBacks
}

/** Today's figures; they move with each finished call of anybody, so they are asked for again now and then. */
export function useMyDay() {
  const api = useApi()
  return useQuery({ queryKey: ['myDay'], queryFn: () => api.myDay(), refetchInterval: 60_000 })
}

/** The formula of a figure that reports have too; null: not known yet. */
export function useReportFormula(): (figure: string) => string | null {
  const api = useApi()
  const language = useLanguage()
  const { data } = useQuery({ queryKey: ['reportDefinitions'], queryFn: () => api.reportDefinitions(), staleTime: 300_000 })
  return (figure) => data?.figures.find(({ id }) => id === figure)?.[language].formula ?? null
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

export const callPagesKey = ['history', 'page'] as const

export function useCallPage(of: CallRef) {
  const api = useApi()
  return useQuery({
    queryKey: [...callPagesKey, of],
    queryFn: () =>
      'cardId' in of ? api.callPage({ params: { id: of.cardId } }) : api.pastCall({ params: { callId: of.callKey } }),
  })
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

/** As many as the server marks at once. */
const mostAtOnce = 500

/** Take, give back, mark done. Done ones leave the list at once, and come back when the server refuses. */
export function useWorkActions() {
  const api = useApi()
  const queries = useQueryClient()
  const refresh = ({ kind }: { kind: WorkItem['kind'] }) => queries.invalidateQueries({ queryKey: [listKeys[kind]] })
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
    mutationFn: async ({ kind, ids, done }: Completion) => {
      if (kind === 'callBack') for (const id of ids) await api.completeCallBack({ params: { id }, body: { done } })
      else
        for (let at = 0; at < ids.length; at += mostAtOnce)
          await api.completeMissedCalls({ body: { ids: ids.slice(at, at + mostAtOnce), done } })
    },
    onMutate: async ({ kind, ids, done }) => {
      const key = [listKeys[kind], done ? 'open' : 'done']
      await queries.cancelQueries({ queryKey: [listKeys[kind]] })
      const before = queries.getQueryData<InfiniteData<WorkListPage>>(key)
      const gone = new Set(ids)
      queries.setQueryData<InfiniteData<WorkListPage>>(key, (data) => data && { ...data, pages: without(data.pages, gone) })
      return { key, before }
    },
    onError: (_error, _input, context) => {
      if (context) queries.setQueryData(context.key, context.before)
    },
    onSettled: (_data, _error, completion) => refresh(completion),
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

interface Completion {
  readonly kind: WorkItem['kind']
  readonly ids: readonly string[]
  readonly done: boolean
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
