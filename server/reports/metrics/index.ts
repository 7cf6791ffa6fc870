import { callMetrics } from './call-metrics.ts'
import type { Metric } from './metric.ts'
import { operatorMetrics } from './operator-metrics.ts'
import { queueMetrics } from './queue-metrics.ts'
import { serviceLevels } from './service-level.ts'
import { type SumId, type Sums, sumIds, sumOf } from './sums.ts'
import { surveyMetrics } from './survey-metrics.ts'

export type { Metric } from './metric.ts'
export {
  isLost,
  isMissedOutOfHours,
  lostOutcomes,
  moments,
  pickedLater,
  type SourceId,
  type SumId,
  type Sums,
  sumIds,
  sumOf,
} from './sums.ts'

/** Every figure of every report, defined once: table, footer, comparison, list of calls, and the words beside it. */
const all = { ...queueMetrics, ...serviceLevels, ...operatorMetrics, ...callMetrics, ...surveyMetrics } as const satisfies Record<
  string,
  Metric
>

export type MetricId = keyof typeof all
export const metricIds = Object.keys(all) as readonly MetricId[]
export const isMetricId = (id: string): id is MetricId => Object.hasOwn(all, id)
export const metricOf = (id: MetricId): Metric => all[id]

/** The sums that figures need, each once. */
export const sumsFor = (metrics: readonly MetricId[]): SumId[] => [...new Set(metrics.flatMap((id) => metricOf(id).needs))]

export const noSums: Sums = Object.fromEntries(sumIds.map((id) => [id, 0])) as Record<SumId, number>

/** What rows amount to together: greatest of greatest, sum of the others. Figures of a footer are computed from this. */
export function addUp(rows: readonly Sums[], wanted: readonly SumId[] = sumIds): Sums {
  const together: Record<SumId, number> = { ...noSums }
  for (const row of rows)
    for (const id of wanted) together[id] = sumOf(id).greatest ? Math.max(together[id], row[id]) : together[id] + row[id]
  return together
}
