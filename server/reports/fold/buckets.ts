/** Where a moment falls in the calendar of the site. */
export interface Buckets {
  readonly day: number
  readonly hour_ms: number
  readonly hour_of_day: number
  readonly weekday: number
  /** What the local clock showed at `hour_ms` past the hour: nothing, but where it was changed in the middle of one. */
  readonly from_minute: number
}

/** All zones' offsets, and the moments they change, are whole quarters of an hour. */
const quarterMs = 900_000
const mostKept = 50_000

/**
 * Finds a moment's local day, weekday and hour. An hour begins where the local clock shows :00 or where the clock is changed, so
 * an autumn night has two hours of one name, and a spring night lacks one.
 */
export function siteBuckets(timeZone: string): (ms: number) => Buckets {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  const wallMs = (ms: number): number => {
    const [month = 1, day = 1, year = 1970, hour = 0, minute = 0] = format
      .formatToParts(ms)
      .flatMap(({ type, value }) => (type === 'literal' ? [] : [Number(value)]))
    return Date.UTC(year, month - 1, day, hour, minute)
  }
  const known = new Map<number, Buckets>()

  const find = (quarter: number): Buckets => {
    const atMs = quarter * quarterMs
    const wall = wallMs(atMs)
    // Back by quarters: a change of offset within the hour starts a new one. Local mean times of old were no whole quarters.
    let hourMs = atMs
    while ((wall - (atMs - hourMs)) % 3_600_000 !== 0 && atMs - hourMs < 3 * quarterMs) {
      const before = hourMs - quarterMs
      if (wallMs(before) !== wall - (atMs - before)) break
      hourMs = before
    }
    const local = new Date(wall)
    return {
      day: local.getUTCFullYear() * 10_000 + (local.getUTCMonth() + 1) * 100 + local.getUTCDate(),
      hour_ms: hourMs,
      hour_of_day: local.getUTCHours(),
      weekday: local.getUTCDay() || 7,
      from_minute: new Date(wall - (atMs - hourMs)).getUTCMinutes(),
    }
  }

  return (ms) => {
    const quarter = Math.floor(ms / quarterMs)
    const seen = known.get(quarter)
    if (seen) return seen
    if (known.size >= mostKept) known.clear()
    const found = find(quarter)
    known.set(quarter, found)
    return found
  }
}

/** The local midnight before a moment. */
export function dayStarts(buckets: (ms: number) => Buckets): (ms: number) => number {
  /** By day. */
  const known = new Map<number, number>()
  return (ms) => {
    const { day, hour_ms, hour_of_day } = buckets(ms)
    const seen = known.get(day)
    if (seen !== undefined) return seen
    // A day has at most one change of the clock, so the guess is off by no more than it.
    let start = hour_ms - hour_of_day * 3_600_000
    while (buckets(start).day < day) start += quarterMs
    while (buckets(start - 1).day === day) start -= quarterMs
    known.set(day, start)
    return start
  }
}
