/** Ready answers to «when». `soon` has no time. */
export type CallBackPreset = 'soon' | 'hour' | 'tomorrow' | 'date'

const hourMs = 3_600_000

/** The moment of a preset, in this computer's time zone; null for «as soon as possible». */
export function presetTime(preset: Exclude<CallBackPreset, 'date'>, nowMs: number): number | null {
  if (preset === 'soon') return null
  if (preset === 'hour') return Math.ceil((nowMs + hourMs) / 300_000) * 300_000
  return tomorrowAt(nowMs, 10)
}

export function tomorrowAt(nowMs: number, hour: number): number {
  const day = new Date(nowMs)
  // By the calendar, not by 24 hours: clocks change twice a year in places.
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, hour).getTime()
}

/** Local `YYYY-MM-DD HH:mm:ss`, the form the date picker speaks. */
export function toPickerValue(ms: number): string {
  const at = new Date(ms)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:00`
}

/** Null when the text is no date. */
export function fromPickerValue(value: string | null): number | null {
  if (value === null) return null
  const ms = new Date(value.replace(' ', 'T')).getTime()
  return Number.isNaN(ms) ? null : ms
}
