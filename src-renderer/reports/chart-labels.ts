import { type Grouping, intervalMinutes, isOfDay, type Language } from '../../server/contract/index.ts'
import { nothing } from '../app/format.ts'
import { labelEvery, shortDay } from './chart-scale.ts'

const localeOf = { ru: 'ru-RU', en: 'en-GB' } as const satisfies Record<Language, string>
/** Of a letter of the scale. */
const letterPx = 6.6
/** Of a short label. */
const labelPx: Readonly<Partial<Record<Grouping, number>>> = {
  hour: 90,
  hourOfDay: 24,
  halfHourOfDay: 44,
  quarterHourOfDay: 44,
  weekday: 84,
  day: 44,
}
const otherLabelPx = 110
/** 16.11 or 09:30, with air. */
const timePx = 48
/** Clocks are read by these. */
const clockSteps = [15, 30, 60, 120, 180, 240, 360, 720]

interface ChartLabelsOptions {
  readonly groupBy: Grouping
  readonly language: Language
  /** Of the site. */
  readonly timeZone: string
  /** From one place to the next. */
  readonly stepPx: number
  readonly nameOf: (key: string | null) => string
}

/** What stands under each place of the chart; null: nothing, for there is no room. None runs over the right edge. */
export function chartLabels(keys: readonly (string | null)[], options: ChartLabelsOptions): (string | null)[] {
  const { groupBy, stepPx } = options
  if (!isOfDay(groupBy) && intervalMinutes[groupBy] !== undefined) return intervalLabels(keys, options)
  const every = labelEvery(keys.length, keys.length * stepPx, labelPx[groupBy] ?? otherLabelPx)
  const fits = Math.floor((stepPx * every) / letterPx)
  return keys.map((key, index) => {
    if (index % every !== 0) return null
    const text = shortName(key, options, fits)
    const isOver = index > 0 && (text.length * letterPx) / 2 > (keys.length - index - 0.5) * stepPx
    return isOver ? null : text
  })
}

function shortName(key: string | null, { groupBy, language, timeZone, nameOf }: ChartLabelsOptions, fits: number): string {
  if (groupBy === 'hourOfDay' && key !== null) return key
  if (groupBy === 'day' && key !== null) return shortDay(key, language)
  if (groupBy === 'hour' && key !== null) {
    const { dayOf, clockOf } = timesIn(timeZone, language)
    return `${dayOf(key)} ${clockOf(key)}`
  }
  const name = nameOf(key)
  if (isOfDay(groupBy)) return name.slice(0, 5)
  return name === '' ? nothing : name.length > fits ? `${name.slice(0, Math.max(1, fits - 1))}…` : name
}

/** Where the clock is round, and the day where it begins: cut dates and odd minutes tell nobody when it was. */
function intervalLabels(
  keys: readonly (string | null)[],
  { groupBy, language, timeZone, stepPx }: ChartLabelsOptions,
): (string | null)[] {
  const minutes = intervalMinutes[groupBy] ?? 60
  const { dayOf, clockOf } = timesIn(timeZone, language)
  const times = keys.map((key) => (key === null ? null : { day: dayOf(key), clock: clockOf(key) }))
  const isOneDay = times.every((time) => time?.day === times[0]?.day)
  const step = clockSteps.find((one) => one >= minutes && (one / minutes) * stepPx >= timePx)
  const everyDays = Math.ceil((timePx * minutes) / (1_440 * stepPx))
  let days = 0
  const labels = times.map((time, index) => {
    const isOver = timePx / 2 > (keys.length - index - 0.5) * stepPx
    if (time === null || isOver) return null
    if (time.clock === '00:00' && !isOneDay) return days++ % everyDays === 0 ? time.day : null
    return step !== undefined && minuteOf(time.clock) % step === 0 ? time.clock : null
  })
  const begins = times[0]
  if (isOneDay || !begins) return labels
  // The first has its date, unless the next day's is too near; times give way to it.
  const near = Math.ceil(timePx / stepPx)
  if (labels.slice(1, near).some((label, at) => label !== null && label === times[at + 1]?.day)) return labels
  return labels.map((label, index) => (index === 0 ? begins.day : index < near ? null : label))
}

function timesIn(timeZone: string, language: Language) {
  const day = new Intl.DateTimeFormat(localeOf[language], { day: '2-digit', month: '2-digit', timeZone })
  const clock = new Intl.DateTimeFormat(localeOf[language], { hour: '2-digit', minute: '2-digit', timeZone })
  return { dayOf: (key: string) => day.format(Number(key)), clockOf: (key: string) => clock.format(Number(key)) }
}

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
