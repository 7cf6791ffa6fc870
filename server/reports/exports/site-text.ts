import type { Language } from '../../contract/index.ts'
import { wallClock } from '../../site-time.ts'

/** Zones change their offset at quarters of an hour. */
const quarterMs = 900_000

/** A moment as the site's clock on the wall shows it, as if that were UTC. Asks the zone once a quarter of an hour. */
export function siteWall(timeZone: string): (ms: number) => number {
  const wall = wallClock(timeZone)
  let quarter = Number.NaN
  let offsetMs = 0
  return (ms) => {
    const own = Math.floor(ms / quarterMs)
    if (own !== quarter) {
      quarter = own
      offsetMs = wall(own * quarterMs) - own * quarterMs
    }
    return ms + offsetMs
  }
}

/** `h:mm:ss`, which spreadsheets read as a duration. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/** `20.11.2026 16:05:09` in Russian; `2026-11-20 16:05:09` in English, where day and month would be read both ways. */
export function momentText(wallMs: number, language: Language): string {
  const iso = new Date(wallMs).toISOString()
  const time = iso.slice(11, 19)
  return `${dayText(Number(iso.slice(0, 10).replaceAll('-', '')), language)} ${time}`
}

export const dayText = (day: number, language: Language): string =>
  String(day).replace(/^(\d{4})(\d\d)(\d\d)$/, language === 'ru' ? '$3.$2.$1' : '$1-$2-$3')

/** Moments as the site's people write them. */
export function siteMoment(language: Language, timeZone: string): (ms: number) => string {
  const wall = siteWall(timeZone)
  return (ms) => momentText(wall(ms), language)
}
