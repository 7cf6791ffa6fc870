/** The calendar day of a moment, in a place. Midnight is asked of the zone, so days of 23 and 25 hours are right. */
export function dayOf(nowMs: number, timeZone: string): { fromMs: number; toMs: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const wallMs = (ms: number): number => {
    const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
    const [year = 0, month = 1, day = 1, hour, minute, second] = ['year', 'month', 'day', 'hour', 'minute', 'second'].map(
      (name) => part[name],
    )
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
  const secondMs = Math.floor(nowMs / 1_000) * 1_000
  const wall = new Date(wallMs(secondMs))
  const midnight = (daysOn: number): number => {
    const wanted = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate() + daysOn)
    // The offset at midnight may be another than now: the second step corrects by it.
    const guess = wanted - (wallMs(secondMs) - secondMs)
    return guess - (wallMs(guess) - wanted)
  }
  return { fromMs: midnight(0), toMs: midnight(1) }
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}
