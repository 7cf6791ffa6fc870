import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type {
  FigureDefinition,
  FilterName,
  ReportDefinition,
  ReportRequest,
  RouteResult,
  Routes,
} from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useUser } from '../app/session.ts'
import { daysOf, type ReportView } from './report-view.ts'

export type Definitions = RouteResult<Routes['reportDefinitions']>

/** Reports, figures and the site's today; asked for again so that today moves on. */
export function useDefinitions() {
  const api = useApi()
  return useQuery({ queryKey: ['reportDefinitions'], queryFn: () => api.reportDefinitions(), refetchInterval: 300_000 })
}

/** What the view asks for, once it is known what there is: the first report and grouping where none was chosen. */
export function requestOf(
  view: ReportView,
  { reports, today }: Definitions,
): { report: ReportDefinition; request: ReportRequest } | null {
  const report = reports.find(({ id }) => id === view.report) ?? reports[0]
  const groupBy = report?.groupings.find((one) => one === view.groupBy) ?? report?.groupings[0]
  if (!report || !groupBy) return null
  const has = (filter: FilterName) => report.filters.includes(filter)
  const filter = {
    ...(has('queues') && view.queues.length > 0 && { queues: [...view.queues] }),
    ...(has('operators') && view.operators.length > 0 && { operators: [...view.operators] }),
    ...(has('direction') && view.direction !== null && { direction: view.direction }),
    ...(has('category') && view.categoryId !== null && { categoryId: view.categoryId }),
    ...(has('customer') && view.customerId !== null && { customerId: view.customerId }),
  }
  return { report, request: { report: report.id, groupBy, ...daysOf(view.period, today), filter } }
}

export function useReport(
  request: ReportRequest,
  { today, enabled, ...more }: { compare: boolean; figures: readonly string[]; today: number; enabled: boolean },
) {
  const api = useApi()
  return useQuery({
    queryKey: ['report', request.report, request.groupBy, request, more],
    enabled,
    queryFn: () => api.runReport({ body: { ...request, compare: more.compare, figures: [...more.figures] } }),
    placeholderData: (before, query) => {
      // Other rows under these heads would be wrong for a moment.
      const [, report, groupBy] = query?.queryKey ?? []
      return report === request.report && groupBy === request.groupBy ? before : undefined
    },
    // Of days that are over only late rows of the PBX could still come.
    refetchInterval: request.toDay < today ? false : 120_000,
  })
}

/** A figure of a report that was opened: of a row, or of the footer. */
export interface OpenedFigure {
  readonly request: ReportRequest
  readonly figure: FigureDefinition
  /** undefined: the footer. */
  readonly row: string | null | undefined
  readonly rowName: string
  readonly value: number | null
}

const pageSize = 100
export function useBehind({ request, figure, row }: OpenedFigure) {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['behind', request, figure.id, row],
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      api.behindFigure({
        body: { ...request, figure: figure.id, ...(row !== undefined && { row }), offset: pageParam, limit: pageSize },
      }),
    getNextPageParam: (last, pages) => {
      const shown = pages.reduce((sum, page) => sum + page.rows.length, 0)
      return last.rows.length > 0 && shown < last.total ? shown : null
    },
  })
}

/** Which figures a person wants to see in a report, remembered on this computer for each of its people. */
export function useShownFigures(report: ReportDefinition): {
  shown: readonly string[]
  show: (figures: readonly string[] | null) => void
} {
  const { id } = useUser()
  const key = `callsync.report.${id}.${report.id}`
  const [kept, setKept] = useState<Readonly<Record<string, readonly string[] | null>>>({})
  const stored = useMemo(() => readStored(key), [key])
  const chosen = key in kept ? kept[key] : stored
  return {
    shown: report.figures.filter((id) => (chosen ?? report.shown).includes(id)),
    show: (figures) => {
      setKept({ ...kept, [key]: figures })
      try {
        if (figures === null) localStorage.removeItem(key)
        else localStorage.setItem(key, JSON.stringify(figures))
      } catch {
        // Storage is closed to us: the choice lasts as long as the page.
      }
    },
  }
}

function readStored(key: string): string[] | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : null
  } catch {
    return null
  }
}
