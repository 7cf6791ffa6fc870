import {
  addDays,
  type Days,
  Direction,
  dateOfDay,
  dayCount,
  dayOfDate,
  Grouping,
  intervalMinutes,
  isDay,
  longestIntervalDays,
  ReportId,
} from '../../server/contract/index.ts'

export const presets = ['today', 'yesterday', 'last7', 'thisMonth', 'lastMonth', 'thisYear'] as const
export type Preset = (typeof presets)[number]
/** A preset moves with the calendar; days that a person chose stay. */
export type ReportPeriod = Preset | Days

/** What the reports show, as the address has it: a report can be kept and sent as a link. */
export interface ReportView {
  readonly report: ReportId | null
  readonly groupBy: Grouping | null
  readonly period: ReportPeriod
  readonly compare: boolean
  readonly queues: readonly string[]
  readonly operators: readonly string[]
  readonly direction: Direction | null
  readonly categoryId: string | null
  readonly customerId: string | null
}

export const firstView: ReportView = {
  report: null,
  groupBy: null,
  period: 'last7',
  compare: false,
  queues: [],
  operators: [],
  direction: null,
  categoryId: null,
  customerId: null,
}

/** What such rows can be replaced by where the period is too long for them; null: it is not. */
export function hoursInstead({ groupBy, ...days }: Days & { readonly groupBy: Grouping }): Grouping | null {
  if (intervalMinutes[groupBy] === undefined || dayCount(days) <= longestIntervalDays) return null
  return groupBy === 'halfHour' || groupBy === 'quarterHour' ? 'hour' : 'hourOfDay'
}

/** The days of a period, the site's today being `today`. */
export function daysOf(period: ReportPeriod, today: number): Days {
  if (typeof period !== 'string') return period
  const month = today - (today % 100) + 1
  switch (period) {
    case 'today':
      return { fromDay: today, toDay: today }
    case 'yesterday':
      return { fromDay: addDays(today, -1), toDay: addDays(today, -1) }
    case 'last7':
      return { fromDay: addDays(today, -6), toDay: today }
    case 'thisMonth':
      return { fromDay: month, toDay: addDays(dayOfDate(nextMonth(today)), -1) }
    case 'lastMonth': {
      const last = addDays(month, -1)
      return { fromDay: last - (last % 100) + 1, toDay: last }
    }
    case 'thisYear':
      return { fromDay: Math.floor(today / 10_000) * 10_000 + 101, toDay: Math.floor(today / 10_000) * 10_000 + 1_231 }
  }
}

function nextMonth(day: number): Date {
  const date = dateOfDay(day)
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1))
}

const list = (text: string | null): string[] => (text === null || text === '' ? [] : text.split(','))

/** What cannot be read is left out. */
export function readReportView(search: string): ReportView {
  const query = new URLSearchParams(search)
  const report = ReportId.safeParse(query.get('report'))
  const groupBy = Grouping.safeParse(query.get('by'))
  const direction = Direction.safeParse(query.get('direction'))
  return {
    report: report.success ? report.data : null,
    groupBy: groupBy.success ? groupBy.data : null,
    period: readPeriod(query.get('period')),
    compare: query.get('compare') === '1',
    queues: list(query.get('queues')),
    operators: list(query.get('operators')),
    direction: direction.success ? direction.data : null,
    categoryId: query.get('category'),
    customerId: query.get('customer'),
  }
}

export function readPeriod(text: string | null, otherwise: Preset = 'last7'): ReportPeriod {
  const preset = presets.find((one) => one === text)
  if (preset) return preset
  const [fromDay = 0, toDay = 0] = (text ?? '').split('-').map(Number)
  return isDay(fromDay) && isDay(toDay) && fromDay <= toDay ? { fromDay, toDay } : otherwise
}

export const periodText = (period: ReportPeriod): string =>
  typeof period === 'string' ? period : `${period.fromDay}-${period.toDay}`

export function reportPath(view: ReportView): string {
  const { report, groupBy, period, compare, queues, operators, direction, categoryId, customerId } = view
  const query = new URLSearchParams()
  if (report !== null) query.set('report', report)
  if (groupBy !== null) query.set('by', groupBy)
  if (period !== firstView.period) query.set('period', periodText(period))
  if (compare) query.set('compare', '1')
  if (queues.length > 0) query.set('queues', queues.join(','))
  if (operators.length > 0) query.set('operators', operators.join(','))
  if (direction !== null) query.set('direction', direction)
  if (categoryId !== null) query.set('category', categoryId)
  if (customerId !== null) query.set('customer', customerId)
  return query.size > 0 ? `/reports?${query}` : '/reports'
}
