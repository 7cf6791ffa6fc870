import { dateOfDay, dayOfDate } from '../../contract/index.ts'
import { wallClock } from '../../site-time.ts'

/** How far the site's clock is from UTC. */
export interface ClockOffset {
  /** Exclusive; the last one has no end. */
  readonly untilMs: number
  readonly offsetMs: number
}

const dayMs = 86_400_000

/** A day of the site as the days since 1970, and back. */
export const countOfDay = (day: number): number => dateOfDay(day).getTime() / dayMs
export const dayOfCount = (count: number): number => dayOfDate(new Date(count * dayMs))

/** No clock was ever put on and back again within one. */
const weekMs = 604_800_000
/** Clocks are changed at whole quarters of an hour. */
const quarterMs = 900_000

/** The offsets of a time, one for each change of the clock and one more. */
export function clockOffsets({ fromMs, toMs }: { fromMs: number; toMs: number }, timeZone: string): ClockOffset[] {
  const wallMs = wallClock(timeZone)
  const offsetOf = (quarter: number): number => wallMs(quarter * quarterMs) - quarter * quarterMs
  const changes: ClockOffset[] = []
  const step = weekMs / quarterMs
  let quarter = Math.floor(fromMs / quarterMs)
  let offsetMs = offsetOf(quarter)
  for (; quarter * quarterMs < toMs; quarter += step) {
    const next = offsetOf(quarter + step)
    if (next === offsetMs) continue
    let [before, after] = [quarter, quarter + step]
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2)
      if (offsetOf(middle) === offsetMs) before = middle
      else after = middle
    }
    changes.push({ untilMs: after * quarterMs, offsetMs })
    offsetMs = next
  }
  return [...changes, { untilMs: Number.POSITIVE_INFINITY, offsetMs }]
}

/** SQL of what the site's clock shows at a moment, as if it were UTC. The offsets change too seldom to be parameters. */
export function wallMsOf(atMs: string, offsets: readonly ClockOffset[]): string {
  const last = offsets.at(-1)?.offsetMs ?? 0
  const changes = offsets.slice(0, -1).map(({ untilMs, offsetMs }) => `when ${atMs} < ${untilMs} then ${offsetMs}`)
  return `(${atMs} + ${changes.length === 0 ? last : `case ${changes.join(' ')} else ${last} end`})`
}
