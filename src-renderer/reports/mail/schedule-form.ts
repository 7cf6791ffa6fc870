import type { Language, ReportRequest, ReportSchedule } from '../../../server/contract/index.ts'

/** 485 → `08:05`. */
export const timeText = (minuteOfDay: number): string =>
  `${String(Math.floor(minuteOfDay / 60)).padStart(2, '0')}:${String(minuteOfDay % 60).padStart(2, '0')}`

/** null for what is no time of day. */
export function minuteOf(time: string): number | null {
  const [, hours = '', minutes = ''] = /^(\d\d?):(\d\d)$/.exec(time.trim()) ?? []
  const minute = Number(hours) * 60 + Number(minutes)
  return hours === '' || Number(hours) > 23 || Number(minutes) > 59 ? null : minute
}

/** Addresses that a person typed; null when one of them is none, or there is none. */
export function addressesOf(text: string): string[] | null {
  const addresses = [...new Set(text.split(/[\s,;]+/).filter((part) => part !== ''))]
  return addresses.length > 0 && addresses.every((one) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(one)) ? addresses : null
}

/** A schedule for the report as it stands on the screen, until the person says otherwise. */
export const newSchedule = (
  { report, groupBy, filter }: ReportRequest,
  { figures, language, email }: { figures: readonly string[]; language: Language; email: string },
): ReportSchedule => ({
  report,
  groupBy,
  filter,
  figures: [...figures],
  every: 'day',
  weekday: 1,
  dayOfMonth: 1,
  minuteOfDay: 480,
  recipients: [email],
  language,
  format: 'xlsx',
  active: true,
})
