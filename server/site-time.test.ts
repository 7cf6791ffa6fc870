import { expect, it } from 'vitest'
import { dayOf, isTimeZone, spanOfPeriod } from './site-time.ts'

const hour = 3_600_000
const at = (text: string) => Date.parse(text)

it('is the calendar day of the place, with 23 and 25 hours where clocks are set', () => {
  expect(dayOf(at('2026-11-20T22:30:00Z'), 'Europe/Moscow')).toEqual({
    fromMs: at('2026-11-21T00:00:00+03:00'),
    toMs: at('2026-11-22T00:00:00+03:00'),
  })
  expect(dayOf(at('2026-11-20T22:30:00Z'), 'UTC')).toEqual({ fromMs: at('2026-11-20T00:00Z'), toMs: at('2026-11-21T00:00Z') })
  for (const [day, hours] of [
    ['2026-03-29', 23],
    ['2026-10-25', 25],
  ] as const)
    for (const time of ['00:30Z', '12:00Z', '20:00Z']) {
      const { fromMs, toMs } = dayOf(at(`${day}T${time}`), 'Europe/Berlin')
      expect((toMs - fromMs) / hour).toBe(hours)
      expect(fromMs).toBe(at(`${day}T00:00:00${day === '2026-03-29' ? '+01:00' : '+02:00'}`))
    }
})

it('has whole days of a filter’s period, also over a change of the clocks', () => {
  expect(spanOfPeriod('2026-10-24..2026-10-25', at('2026-11-20T12:00Z'), 'Europe/Berlin')).toEqual({
    fromMs: at('2026-10-24T00:00:00+02:00'),
    toMs: at('2026-10-26T00:00:00+01:00'),
  })
  expect(spanOfPeriod('week', at('2026-11-20T22:30:00Z'), 'Europe/Moscow')).toEqual({
    fromMs: at('2026-11-15T00:00:00+03:00'),
    toMs: at('2026-11-22T00:00:00+03:00'),
  })
  expect(spanOfPeriod('today', at('2026-01-01T03:00:00Z'), 'America/New_York').fromMs).toBe(at('2025-12-31T00:00:00-05:00'))
})

it('knows zones by name', () => {
  expect(isTimeZone('Asia/Yekaterinburg')).toBe(true)
  expect(isTimeZone('Mars/Olympus')).toBe(false)
})
