import { HistoryFilter } from '../../server/contract/index.ts'

export type HistoryPeriod = 'today' | 'week' | 'month' | 'all'
export const periods = ['today', 'week', 'month', 'all'] as const satisfies readonly HistoryPeriod[]

/** What the history shows, as the address has it: a figure of the day is a link to its calls. */
export interface HistoryView {
  readonly period: HistoryPeriod
  readonly filter: Omit<HistoryFilter, 'fromMs' | 'toMs'>
  /** The call that is open beside the list. */
  readonly cardId: string | null
}

const names = ['direction', 'outcome', 'queue', 'categoryId', 'operatorId', 'search'] as const

/** What cannot be read is left out. */
export function readView(search: string): HistoryView {
  const query = new URLSearchParams(search)
  const given = Object.fromEntries(
    names.flatMap((name) => {
      const value = query.get(name)
      const known = value !== null && value !== '' && HistoryFilter.shape[name].safeParse(value).success
      return known ? [[name, value]] : []
    }),
  )
  const filter = HistoryFilter.omit({ fromMs: true, toMs: true }).parse(given)
  return { period: periods.find((one) => one === query.get('period')) ?? 'all', filter, cardId: query.get('call') }
}

export function viewPath(view: HistoryView): string {
  const query = new URLSearchParams()
  if (view.period !== 'all') query.set('period', view.period)
  for (const name of names) {
    const value = view.filter[name]
    if (value !== undefined && value !== '') query.set(name, value)
  }
  if (view.cardId !== null) query.set('call', view.cardId)
  return query.size > 0 ? `/history?${query}` : '/history'
}

/** Local midnights, so that today's list matches today's clock on the wall. null: from the beginning. */
export function periodStart(period: HistoryPeriod, nowMs: number): number | null {
  if (period === 'all') return null
  const day = new Date(nowMs)
  const back = { today: 0, week: 6, month: 29 }[period]
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - back).getTime()
}
