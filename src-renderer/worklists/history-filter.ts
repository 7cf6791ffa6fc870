import { HistoryFilter } from '../../server/contract/index.ts'

export const presets = ['today', 'week', 'month', 'all'] as const
export type HistoryPreset = (typeof presets)[number]

/** Whole days of this computer's calendar, `2026-11-20`, both included. */
export interface DaySpan {
  readonly from: string
  readonly to: string
}
export type HistoryPeriod = HistoryPreset | DaySpan

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
  return { period: readPeriod(query.get('period') ?? ''), filter, cardId: query.get('call') }
}

export function viewPath({ period, filter, cardId }: HistoryView): string {
  const query = new URLSearchParams()
  if (period !== 'all') query.set('period', typeof period === 'string' ? period : `${period.from}..${period.to}`)
  for (const name of names) {
    const value = filter[name]
    if (value !== undefined && value !== '') query.set(name, value)
  }
  if (cardId !== null) query.set('call', cardId)
  return query.size > 0 ? `/history?${query}` : '/history'
}

function readPeriod(text: string): HistoryPeriod {
  const [, from, to] = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(text) ?? []
  if (from !== undefined && to !== undefined && isDay(from) && isDay(to) && from <= to) return { from, to }
  return presets.find((one) => one === text) ?? 'all'
}

/** Local midnights, so that a day of the list matches the clock on the wall; `toMs` is excluded. */
export function periodBounds(period: HistoryPeriod, nowMs: number): Pick<HistoryFilter, 'fromMs' | 'toMs'> {
  if (period === 'all') return {}
  if (typeof period === 'string') return { fromMs: startOf(presetSpan(period, nowMs).from) }
  return { fromMs: startOf(period.from), toMs: startOf(period.to, 1) }
}

/** The days of a preset, to choose others from; of the whole time the last month. */
export function presetSpan(preset: HistoryPreset, nowMs: number): DaySpan {
  const back = { today: 0, week: 6, month: 29, all: 29 }[preset]
  return { from: dayOf(nowMs, -back), to: dayOf(nowMs) }
}

const two = (n: number): string => String(n).padStart(2, '0')

function dayOf(ms: number, moved = 0): string {
  const at = new Date(ms)
  const day = new Date(at.getFullYear(), at.getMonth(), at.getDate() + moved)
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}

function startOf(day: string, moved = 0): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + moved).getTime()
}

const isDay = (text: string): boolean => dayOf(startOf(text)) === text
