import { describe, expect, it } from 'vitest'
import { daysOf, firstView, hoursInstead, type ReportView, readReportView, reportPath } from './report-view.ts'

describe('the address of a report', () => {
  const view: ReportView = {
    report: 'operators',
    groupBy: 'weekday',
    period: { fromDay: 20_261_001, toDay: 20_261_015 },
    compare: true,
    queues: ['701', '702'],
    operators: ['1001'],
    direction: 'inbound',
    customerId: 'c-7',
    categoryId: 'delivery',
  }

  it('keeps all that was chosen', () => {
    expect(readReportView(reportPath(view).replace('/reports?', ''))).toEqual(view)
    expect(readReportView('')).toEqual(firstView)
    expect(reportPath(firstView)).toBe('/reports')
  })

  it.each(['report=x', 'by=x', 'period=20260230-20260301', 'period=20260302-20260301', 'period=x', 'direction=x'])(
    'leaves out %s',
    (search) => {
      expect(readReportView(search)).toEqual(firstView)
    },
  )
})

describe('a period', () => {
  it('of more than a month has hours, and no parts of them', () => {
    const month = { fromDay: 20_261_001, toDay: 20_261_031 }
    const longer = { ...month, toDay: 20_261_101 }
    expect(hoursInstead({ ...month, groupBy: 'quarterHour' })).toBeNull()
    expect((['halfHour', 'quarterHourOfDay', 'day'] as const).map((groupBy) => hoursInstead({ ...longer, groupBy }))).toEqual([
      'hour',
      'hourOfDay',
      null,
    ])
  })

  it.each([
    ['today', 20_260_315, 20_260_315, 20_260_315],
    ['yesterday', 20_260_301, 20_260_228, 20_260_228],
    ['last7', 20_260_303, 20_260_225, 20_260_303],
    ['thisMonth', 20_260_215, 20_260_201, 20_260_228],
    ['thisMonth', 20_261_231, 20_261_201, 20_261_231],
    ['lastMonth', 20_260_115, 20_251_201, 20_251_231],
    ['thisYear', 20_260_115, 20_260_101, 20_261_231],
  ] as const)('%s of %d is from %d to %d', (preset, today, fromDay, toDay) => {
    expect(daysOf(preset, today)).toEqual({ fromDay, toDay })
  })
})
