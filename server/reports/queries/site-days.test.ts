import { describe, expect, it } from 'vitest'
import { addDays, dayCount, daysBefore, isDay } from '../../contract/index.ts'
import { siteDay } from '../../site-time.ts'
import { momentsOf } from './site-days.ts'

describe('days of the site', () => {
  it('follow one another over months, years and leap days', () => {
    expect([addDays(20_261_231, 1), addDays(20_280_228, 1), addDays(20_270_301, -1)]).toEqual([
      20_270_101, 20_280_229, 20_270_228,
    ])
    expect(dayCount({ fromDay: 20_280_201, toDay: 20_280_301 })).toBe(30)
    expect([isDay(20_260_230), isDay(20_260_228), isDay(20_261_300)]).toEqual([false, true, false])
  })

  it.each([
    ['Europe/Berlin', 20_261_025, 25],
    ['Europe/Berlin', 20_260_329, 23],
    ['Europe/Moscow', 20_261_025, 24],
    ['America/Santiago', 20_260_905, 24],
    ['America/Santiago', 20_260_906, 23],
    ['Asia/Beirut', 20_260_328, 24],
    ['Asia/Beirut', 20_260_329, 23],
    ['America/Santiago', 20_260_404, 25],
    ['Pacific/Kiritimati', 20_261_025, 24],
    ['Pacific/Pago_Pago', 20_261_025, 24],
  ])('in %s %d has %d hours', (timeZone, day, hours) => {
    const { fromMs, toMs } = momentsOf({ fromDay: day, toDay: day }, timeZone)
    expect((toMs - fromMs) / 3_600_000).toBe(hours)
    expect([siteDay(fromMs, timeZone), siteDay(fromMs - 1, timeZone), siteDay(toMs - 1, timeZone)]).toEqual([
      day,
      addDays(day, -1),
      day,
    ])
  })

  it('are compared with as many before, whole months with whole months', () => {
    expect(daysBefore({ fromDay: 20_261_116, toDay: 20_261_122 })).toEqual({ fromDay: 20_261_109, toDay: 20_261_115 })
    expect(daysBefore({ fromDay: 20_260_301, toDay: 20_260_331 })).toEqual({ fromDay: 20_260_201, toDay: 20_260_228 })
    expect(daysBefore({ fromDay: 20_260_101, toDay: 20_261_231 })).toEqual({ fromDay: 20_250_101, toDay: 20_251_231 })
  })
})
