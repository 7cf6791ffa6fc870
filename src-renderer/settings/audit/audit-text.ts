import { type AuditDetail, type AuditRecord, dateOfDay, isDay } from '../../../server/contract/index.ts'
import { type Format, formatDuration, nothing } from '../../app/format.ts'

interface Texts {
  readonly fields: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, string>>
  readonly yes: string
  readonly no: string
}

const named = (texts: Readonly<Record<string, string>>, key: string): string =>
  Object.hasOwn(texts, key) ? (texts[key] ?? key) : key

/** `to.queues` as people read it: of a path each part by its word. */
export const detailName = ({ name }: AuditDetail, t: Texts): string =>
  name
    .split('.')
    .map((part) => named(t.fields, part))
    .join(' · ')

/** Besides whom or what it is about: that stands beside them. */
export const moreDetails = ({ about, details }: Pick<AuditRecord, 'about' | 'details'>): AuditDetail[] =>
  details.filter(({ name, value }) => name !== 'name' || value !== about)

interface Words {
  readonly t: Texts
  readonly format: Pick<Format, 'dateTime' | 'date'>
  readonly pauseReason: (id: string) => string | null
}

/** Times, lengths and days are told by the ends of their names, as everywhere in what is stored. */
export function detailValue({ name, value }: AuditDetail, { t, format, pauseReason }: Words): string {
  if (value === null || value === '') return nothing
  if (typeof value === 'boolean') return value ? t.yes : t.no
  if (typeof value === 'string') return (name === 'reason' ? pauseReason(value) : null) ?? named(t.values, value)
  const last = name.split('.').at(-1) ?? ''
  if (last.endsWith('AtMs')) return format.dateTime(value)
  if (last.endsWith('Ms')) return formatDuration(value)
  // Midday, so that it is the same day in every zone.
  if (/(^d|D)ay$/.test(last) && isDay(value)) return format.date(dateOfDay(value).getTime() + 12 * 3_600_000)
  return String(value)
}
