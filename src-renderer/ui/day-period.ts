import { historyPresets, readDaySpan } from '../../server/contract/index.ts'

export const dayPresets = ['today', 'week', 'month', 'all'] as const
export type DayPreset = (typeof dayPresets)[number]

/** Whole days, `2026-11-20`, both included. */
export interface DaySpan {
  readonly from: string
  readonly to: string
}
export type DayPeriod = DayPreset | DaySpan

/** All the time for what cannot be read. */
export function readPeriod(text: string): DayPeriod {
  return readDaySpan(text) ?? dayPresets.find((one) => one === text) ?? 'all'
}

/** As address and server know it; undefined for all the time. */
export function periodText(period: DayPeriod): string | undefined {
  if (period === 'all') return undefined
  return typeof period === 'string' ? period : `${period.from}..${period.to}`
}

/** The days of a preset by this computer's calendar, to choose others from; of the whole time the last month. */
export function presetSpan(preset: DayPreset, nowMs: number): DaySpan {
  const days = historyPresets[preset === 'all' ? 'month' : preset]
  return { from: dayOf(nowMs, 1 - days), to: dayOf(nowMs) }
}

const two = (n: number): string => String(n).padStart(2, '0')

function dayOf(ms: number, moved = 0): string {
  const at = new Date(ms)
  const day = new Date(at.getFullYear(), at.getMonth(), at.getDate() + moved)
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}
