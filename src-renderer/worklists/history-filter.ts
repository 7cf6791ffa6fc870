import { HistoryFilter, historyPresets, readDaySpan } from '../../server/contract/index.ts'

export const presets = ['today', 'week', 'month', 'all'] as const
export type HistoryPreset = (typeof presets)[number]

/** Whole days, `2026-11-20`, both included. */
export interface DaySpan {
  readonly from: string
  readonly to: string
}
export type HistoryPeriod = HistoryPreset | DaySpan

/** What the history shows, as the address has it: a figure of the day is a link to its calls. */
export interface HistoryView {
  readonly period: HistoryPeriod
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

function readPeriod(text: string): HistoryPeriod {
  return readDaySpan(text) ?? presets.find((one) => one === text) ?? 'all'
}

/** As address and server know it; undefined for all the time. */
export function periodText(period: HistoryPeriod): string | undefined {
  if (period === 'all') return undefined
  return typeof period === 'string' ? period : `${period.from}..${period.to}`
}

/** The days of a preset by this computer's calendar, to choose others from; of the whole time the last month. */
export function presetSpan(preset: HistoryPreset, nowMs: number): DaySpan {
  const days = historyPresets[preset === 'all' ? 'month' : preset]
  return { from: dayOf(nowMs, 1 - days), to: dayOf(nowMs) }
}

const two = (n: number): string => String(n).padStart(2, '0')

function dayOf(ms: number, moved = 0): string {
  const at = new Date(ms)
  const day = new Date(at.getFullYear(), at.getMonth(), at.getDate() + moved)
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}
