import { wallClock } from '../../site-time.ts'

/**
 * From the times Asterisk writes to UTC milliseconds. Most of its stores keep a wall clock's reading without a zone: the
 * zone is a setting of the source ("usegmtime" means UTC).
 *
 * The hour that comes twice in autumn cannot be told from the reading alone. The nearest of the two to `nearMs` is taken:
 * a channel's unique id holds the second it was made, a file's rows are in order, an end is its start plus its duration.
 */
export interface CivilTimes {
  read(text: string, nearMs: number | null): CivilTime | null
}

export interface CivilTime {
  readonly ms: number
  /** The wall clock never showed this: the source's zone is not the one its rows were written in. */
  readonly impossible: boolean
  /** Instants, and zones without a second hour like it, are not in doubt. */
  readonly doubtful: boolean
}

const civil = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/
const epoch = /^\d{9,11}(?:\.\d+)?$/
const hourMs = 3_600_000
/** Nothing of Asterisk is older; databases keep 0 or 1970 for "never". */
const oldestMs = Date.UTC(1995, 0, 1)

/** @throws RangeError when `timeZone` is not an IANA name. */
export function civilTimes(timeZone: string): CivilTimes {
  const offsetAt = zoneOffsets(timeZone)
  const plainWall = plainWalls()
  return {
    read(given, nearMs) {
      // char(26) is filled with blanks
      const text = given.length === 19 ? given : given.trim()
      // nearly all of them, millions in a first import
      const plain = text.length === 19 ? plainWall(text) : null
      if (plain !== null) return plain < oldestMs ? null : fromWall(plain, nearMs)
      if (epoch.test(text)) return known(Math.round(Number(text) * 1000))
      const match = civil.exec(text)
      if (!match) return null
      const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
      if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59) return null
      const wall = Date.UTC(year, month - 1, day, hour, minute, second) + Math.floor(Number(`0.${match[7] ?? 0}`) * 1000)
      const zone = match[8]
      // 31 February and second 60
      if ((day > 28 && new Date(wall).getUTCDate() !== day) || second > 59) return null
      if (zone !== undefined) return known(wall - zoneMs(zone))
      if (wall < oldestMs) return null
      return fromWall(wall, nearMs)
    },
  }

  function fromWall(wall: number, nearMs: number | null): CivilTime {
    const before = wall - offsetAt(wall - 24 * hourMs)
    const after = wall - offsetAt(wall + 24 * hourMs)
    const candidates = before === after ? [before] : [before, after].filter((ms) => ms + offsetAt(ms) === wall)
    const [first, second] = candidates
    if (first === undefined) return { ms: before, impossible: true, doubtful: false }
    if (second === undefined) return { ms: first, impossible: false, doubtful: false }
    const nearest = nearMs !== null && Math.abs(second - nearMs) < Math.abs(first - nearMs) ? second : first
    return { ms: nearest, impossible: false, doubtful: true }
  }
}

/** The reading of `YYYY-MM-DD HH:MM:SS` by its digits; null for anything else. A row's times are mostly of the last one's day. */
function plainWalls(): (text: string) => number | null {
  let lastDay = '-'
  let lastDayMs = 0
  return (text) => {
    const between = text.charCodeAt(10)
    if ((between !== 32 && between !== 84) || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return null
    if (!text.startsWith(lastDay)) {
      const day = text.slice(0, 10)
      const ms = plainDay(day)
      if (ms === null) return null
      lastDay = day
      lastDayMs = ms
    }
    const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)]
    return hour <= 23 && minute <= 59 && second <= 59 ? lastDayMs + ((hour * 60 + minute) * 60 + second) * 1_000 : null
  }
}

function plainDay(text: string): number | null {
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return null
  const ms = Date.UTC(digits(text, 0, 4), digits(text, 5, 7) - 1, digits(text, 8, 10))
  // 31 February is another day
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text) ? ms : null
}

function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

const known = (ms: number): CivilTime | null => (ms < oldestMs ? null : { ms, impossible: false, doubtful: false })

function zoneMs(zone: string): number {
  if (zone === 'Z' || zone === 'UTC') return 0
  const sign = zone.startsWith('-') ? -1 : 1
  const digits = zone.slice(1).replace(':', '')
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0)) * 60_000
}

/** Offsets change on the quarter of an hour at the earliest: one look-up a quarter is enough. */
function zoneOffsets(timeZone: string): (utcMs: number) => number {
  if (timeZone === 'UTC') return () => 0
  const wallMs = wallClock(timeZone)
  const known = new Map<number, number>()
  return (utcMs) => {
    const quarter = Math.floor(utcMs / 900_000) * 900_000
    const found = known.get(quarter)
    if (found !== undefined) return found
    const offsetMs = wallMs(quarter) - quarter
    // a years' long import passes many quarters once
    if (known.size > 5_000) known.clear()
    known.set(quarter, offsetMs)
    return offsetMs
  }
}

/** The second a channel was made, from a unique id of Asterisk's own (`[system-]1700000000.42`); null for any other. */
export function uniqueIdMs(uniqueId: string): number | null {
  // Without a pattern, for it is asked of every row.
  const dot = uniqueId.lastIndexOf('.')
  const from = uniqueId.lastIndexOf('-', dot) + 1
  const length = dot - from
  if ((length !== 9 && length !== 10) || dot + 1 === uniqueId.length) return null
  const seconds = digits(uniqueId, from, dot)
  return Number.isNaN(seconds + digits(uniqueId, dot + 1, uniqueId.length)) ? null : seconds * 1000
}
