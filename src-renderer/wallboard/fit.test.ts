import { describe, expect, it } from 'vitest'
import { fitFigures, fitName, fitTitle } from './fit.ts'

describe('what fits', () => {
  it('short figures are as large as they may be, long ones become smaller', () => {
    expect(fitFigures('7', 78, 24)).toBe(24)
    expect(fitFigures('1:02:33', 78, 24)).toBeLessThan(18)
    expect(fitFigures('', 10, 9)).toBe(9)
  })

  it('never wider than the room there is', () => {
    for (const text of ['1', '12', '999', '12 345', '100:02:33'])
      expect(text.length * 0.63 * fitFigures(text, 36, 15)).toBeLessThan(36.3)
  })

  it('titles become smaller, but stay readable', () => {
    const room = { width: 118, size: 6.2, least: 4.4 }
    expect(fitTitle('Hall', room)).toBe(6.2)
    expect(fitTitle('Контактный центр на Пироговской, второй', room)).toBeCloseTo(5.4)
    expect(fitTitle('о'.repeat(300), room)).toBe(4.4)
  })

  it('long names go to a second line, which leaves the row as high as it was', () => {
    const room = { width: 43, size: 5.4 }
    expect(fitName('Продажи', room)).toBe(5.4)
    expect(fitName('Отдел розничных', room)).toBeCloseTo(5.1)
    expect(fitName('Отдел розничных продаж и возвратов', room)).toBe(3.6)
    expect(fitName('о'.repeat(300), room)).toBe(2.9)
  })
})
