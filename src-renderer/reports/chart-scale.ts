import {
  addDays,
  everyInterval,
  type FigureDefinition,
  type Grouping,
  intervalMinutes,
  isOfDay,
  type Language,
  type ReportRequest,
  type ReportRow,
} from '../../server/contract/index.ts'

type Unit = FigureDefinition['unit']

/** Lengths of time that people count in. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400].map(
  (seconds) => seconds * 1_000,
)

/** Round values from 0 up to `most` or just above it, `wanted` at the most besides the 0. */
export function ticksOf(most: number, unit: Unit, wanted = 4): number[] {
  if (unit === 'share' && most <= 1) return most > 0.5 ? [0, 0.25, 0.5, 0.75, 1] : upTo(most, stepOf(most / wanted))
  if (unit === 'ms') {
    const step = timeSteps.find((one) => one * wanted >= most)
    const day = 86_400_000
    return upTo(most, step ?? stepOf(most / wanted / day) * day)
  }
  return upTo(most, Math.max(unit === 'count' ? 1 : 0, stepOf(most / wanted)))
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function stepOf(least: number): number {
  if (least <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= least * (1 - 1e-9)) ?? power * 10
}

function upTo(most: number, step: number): number[] {
  const count = Math.max(1, Math.ceil(most / step - 1e-9))
  return Array.from({ length: count + 1 }, (_, at) => Number((at * step).toPrecision(12)))
}

/** One place of the chart: the row that is there, or null where nothing is known. */
export interface ChartPlace {
  readonly key: string | null
  readonly row: ReportRow | null
}

/** What the shown figures came to in the period before; null: not compared, or no data then. */
export function beforeOf(place: ChartPlace, shown: readonly { readonly figure: Pick<FigureDefinition, 'id'> }[]): number | null {
  const values = shown.flatMap(({ figure }) => place.row?.before?.[figure.id] ?? [])
  return values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0)
}

/** Times have a place each, also those without data; other groups stand in the order of the table. */
export function placesOf(rows: readonly ReportRow[], { groupBy, fromDay, toDay }: ReportRequest): ChartPlace[] {
  const keys = calendarKeys(groupBy, { fromDay, toDay }) ?? intervalKeys(rows, groupBy)
  if (!keys) return rows.map((row) => ({ key: row.key, row }))
  const known = new Map(rows.map((row) => [row.key, row]))
  return keys.map((key) => ({ key, row: known.get(key) ?? null }))
}

const calendarKeys = (groupBy: Grouping, { fromDay, toDay }: { fromDay: number; toDay: number }): string[] | null => {
  if (groupBy === 'hourOfDay') return Array.from({ length: 24 }, (_, hour) => String(hour))
  const minutes = intervalMinutes[groupBy] ?? 0
  if (isOfDay(groupBy)) return Array.from({ length: 1_440 / minutes }, (_, place) => String(place * minutes))
  if (groupBy === 'weekday') return Array.from({ length: 7 }, (_, day) => String(day + 1))
  if (groupBy !== 'day') return null
  const days: string[] = []
  for (let day = fromDay; day <= toDay; day = addDays(day, 1)) days.push(String(day))
  return days
}

/** Parts of hours one after another, from the first that has anything to the last. */
function intervalKeys(rows: readonly ReportRow[], groupBy: Grouping): string[] | null {
  const minutes = intervalMinutes[groupBy]
  const moments = rows.flatMap(({ key }) => (key === null ? [] : [Number(key)]))
  if (minutes === undefined || moments.length === 0) return null
  return everyInterval(moments, minutes).map(String)
}

/** More bars are too thin to be told apart. */
export const mostPlaces = 400

/** What keeps these from being drawn; null: nothing. One place or none, or noughts alone, say no more than the table. */
export function noPictureOf(places: readonly ChartPlace[], highest: number): 'tooMany' | 'nothing' | null {
  if (places.length < 2 || highest === 0) return 'nothing'
  return places.length > mostPlaces ? 'tooMany' : null
}

/** Figures that add up to a whole, by report: they stand on one another. The first that are there are taken. */
const wholes: Readonly<Partial<Record<ReportRequest['report'], readonly (readonly [figure: string, colour: PartColour])[]>>> = {
  queues: [
    ['answered', 'ok'],
    ['abandoned', 'alarm'],
    ['timedOut', 'wait'],
    ['leftEmpty', 'accent'],
    ['keyExit', 'quiet'],
    ['otherEnd', 'off'],
  ],
  times: [
    ['inboundAnswered', 'ok'],
    ['missed', 'alarm'],
    ['outbound', 'accent'],
  ],
  states: [
    ['talkMs', 'ok'],
    ['freeMs', 'accent'],
    ['pausedMs', 'wait'],
    ['wrapUpStateMs', 'quiet'],
  ],
}
export type PartColour = 'ok' | 'alarm' | 'wait' | 'accent' | 'quiet' | 'off'

/** Of what the report’s figures are made, where the table has at least two of the parts. */
export function partsOf(
  report: ReportRequest['report'],
  figures: readonly FigureDefinition[],
): { figure: FigureDefinition; colour: PartColour }[] {
  const parts = (wholes[report] ?? []).flatMap(([id, colour]) => {
    const figure = figures.find((one) => one.id === id)
    return figure ? [{ figure, colour }] : []
  })
  return parts.length > 1 ? parts : []
}

/** Every so many labels, so that they do not run into one another. */
export const labelEvery = (places: number, widthPx: number, labelPx: number): number =>
  Math.max(1, Math.ceil((places * labelPx) / Math.max(1, widthPx)))

/** Day and month of `20261120`, as short as the language writes them. */
export const shortDay = (key: string, language: Language): string =>
  [key.slice(6), key.slice(4, 6)].join(language === 'ru' ? '.' : '/')
