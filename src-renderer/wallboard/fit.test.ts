import { describe, expect, it } from 'vitest'
import { fitFigures, fitName } from './fit.ts'

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

  it('long names become smaller, but stay readable', () => {
    const room = { width: 52, lines: 2, size: 5.4, least: 3.3 }
    expect(fitName('Продажи', room)).toBe(5.4)
    const long = fitName('Техническая поддержка корпоративных клиентов', room)
    expect(long).toBeLessThan(5.4)
    expect(long).toBeGreaterThan(3.3)
    expect(fitName('о'.repeat(300), room)).toBe(3.3)
  })
})
