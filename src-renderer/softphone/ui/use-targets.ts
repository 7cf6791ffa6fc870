import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useMemo, useState } from 'react'
import type { LiveOperator, LiveQueue } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { useLive } from '../../app/live/live.ts'
import { useUser } from '../../app/session.ts'
import { type DialProblem, readDial } from '../dial-number.ts'
import { useDialRegion } from '../dial-region.ts'
import { dialledNumbers } from '../dialled-numbers.ts'
import { findTargets, type Target } from '../search-targets.ts'

const noOperators: readonly LiveOperator[] = []
const noQueues: readonly LiveQueue[] = []
const typingPauseMs = 200

export interface TargetSearch {
  readonly query: string
  readonly setQuery: (query: string) => void
  readonly targets: readonly Target[]
  /** What Enter takes: the row under the cursor, else the surest answer to what was typed. */
  readonly chosen: Target | null
  readonly choose: (target: Target) => void
  /** Arrow keys move through the list. */
  readonly onKeyDown: (event: KeyboardEvent) => void
  /** Why what was typed leads nowhere; null while it does, or while the server is asked. */
  readonly problem: DialProblem | null
}

/** One field for numbers, colleagues, queues and customers. */
export function useTargets(first: 'recent' | 'people'): TargetSearch {
  const user = useUser()
  const [query, setQuery] = useState('')
  const [cursor, setCursor] = useState<string | null>(null)
  const operators = useLive((state) => state.view?.operators ?? noOperators)
  const queues = useLive((state) => state.view?.queues ?? noQueues)
  const recent = dialledNumbers((state) => state.numbers)
  const region = useDialRegion()
  const found = useFoundCustomers(query)
  const targets = useMemo(
    () => findTargets({ query, region, ownId: user.id, operators, queues, customers: found.customers, recent, first }),
    [query, region, user.id, operators, queues, found.customers, recent, first],
  )
  const at = targets.findIndex(({ key }) => key === cursor)
  const chosen = targets[at] ?? (query.trim() === '' ? null : (targets[0] ?? null))
  const reading = readDial(query, region)
  const problem = targets.length > 0 || found.pending || reading.ok || reading.problem === 'empty' ? null : reading.problem
  return {
    query,
    setQuery: (next) => {
      setQuery(next)
      setCursor(null)
    },
    targets,
    chosen,
    choose: ({ key }) => setCursor(key),
    onKeyDown: (event) => {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      if (step === 0 || targets.length === 0) return
      event.preventDefault()
      const from = at === -1 ? (chosen === null ? (step === 1 ? -1 : 0) : 0) : at
      setCursor(targets[(from + step + targets.length) % targets.length]?.key ?? null)
    },
    problem,
  }
}

/** Asked only for a name, or for enough of a number to mean somebody. */
const isWorthAsking = (query: string): boolean => /\p{L}{2}/u.test(query) || query.replace(/\D/g, '').length >= 4

function useFoundCustomers(query: string) {
  const api = useApi()
  const [settled] = useDebouncedValue(query.trim().slice(0, 100), typingPauseMs)
  const wanted = isWorthAsking(settled)
  const { data, isFetching } = useQuery({
    queryKey: ['customers', 'search', settled],
    queryFn: () => api.searchCustomers({ query: { search: settled, limit: 6 } }),
    enabled: wanted,
    staleTime: 30_000,
  })
  const pending = isWorthAsking(query) && (isFetching || settled !== query.trim().slice(0, 100))
  return { customers: (wanted && isWorthAsking(query) ? data?.customers : undefined) ?? noCustomers, pending }
}
const noCustomers: readonly never[] = []
