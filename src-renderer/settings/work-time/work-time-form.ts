import { DayHours, type Holiday, type WorkTime } from '../../../server/contract/index.ts'

const stretch = /^(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?$/
const dayMinutes = 1_440

/** `9–13, 14:00-18:00` as people type it, nothing: closed; null: it cannot be read, or the hours are in no order. */
export function hoursOfText(text: string): DayHours | null {
  const parts = text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const hours: DayHours = []
  for (const part of parts) {
    const [, fromHour, fromMinute = '0', toHour, toMinute = '0'] = stretch.exec(part) ?? []
    if (fromHour === undefined || toHour === undefined) return null
    const from = minuteOf(fromHour, fromMinute)
    const to = minuteOf(toHour, toMinute)
    if (from === null || to === null || from === dayMinutes) return null
    // Midnight at the end of the day is that at the beginning of the next.
    hours.push({ from, to: to % dayMinutes })
  }
  return DayHours.safeParse(hours).success ? hours : null
}

function minuteOf(hour: string, minute: string): number | null {
  const minutes = Number(hour) * 60 + Number(minute)
  return Number(minute) < 60 && minutes <= dayMinutes ? minutes : null
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** `09:00–13:00, 14:00–18:00`; of a closed day nothing. */
export const textOfHours = (hours: DayHours): string =>
  hours.map(({ from, to }) => `${clock(from)}–${clock(to === 0 ? dayMinutes : to)}`).join(', ')

/** Days of one kind beside each other: `пн–пт 09:00–18:00 · сб, вс выходной`. */
export function textOfWeek(week: WorkTime['week'], words: { readonly days: readonly string[]; readonly closed: string }): string {
  const groups: { from: number; to: number; text: string }[] = []
  for (const [day, hours] of week.entries()) {
    const text = hours.length === 0 ? words.closed : textOfHours(hours)
    const last = groups.at(-1)
    if (last?.text === text) last.to = day
    else groups.push({ from: day, to: day, text })
  }
  const name = (day: number) => words.days[day] ?? ''
  return groups.map(({ from, to, text }) => `${from === to ? name(from) : `${name(from)}–${name(to)}`} ${text}`).join(' · ')
}

/** Those to come, the next one first; then those that are over. */
export const inTurn = (holidays: readonly Holiday[], today: number): Holiday[] => [
  ...holidays.filter(({ day }) => day >= today).toSorted((a, b) => a.day - b.day),
  ...holidays.filter(({ day }) => day < today).toSorted((a, b) => b.day - a.day),
]
