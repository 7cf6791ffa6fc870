import { HistoryFilter } from '../../server/contract/index.ts'
import { type DayPeriod, periodText, readPeriod } from '../ui/day-period.ts'

/** What the history shows, as the address has it: a figure of the day is a link to its calls. */
export interface HistoryView {
  readonly period: DayPeriod
  readonly filter: Omit<HistoryFilter, 'period'>
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
  const filter = HistoryFilter.omit({ period: true }).parse(given)
  return { period: readPeriod(query.get('period') ?? ''), filter, cardId: query.get('call') }
}

export function viewPath({ period, filter, cardId }: HistoryView): string {
  const query = new URLSearchParams()
  const span = periodText(period)
  if (span !== undefined) query.set('period', span)
  for (const name of names) {
    const value = filter[name]
    if (value !== undefined && value !== '') query.set(name, value)
  }
  if (cardId !== null) query.set('call', cardId)
  return query.size > 0 ? `/history?${query}` : '/history'
}
