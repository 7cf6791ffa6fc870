import { describe, expect, it } from 'vitest'
import { createFormat, formatDuration, formatPhone } from './format.ts'

describe('formatDuration', () => {
  it.each([
    [0, '0:00'],
    [999, '0:00'],
    [65_000, '1:05'],
    [3_599_999, '59:59'],
    [3_600_000, '1:00:00'],
    [3_753_000, '1:02:33'],
    [-5_000, '0:00'],
  ])('%d → %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

describe('formatPhone', () => {
  it.each([
    ['+74950000701', '+7 495 000-07-01'],
    ['84950000701', '+7 495 000-07-01'],
    ['+7 (495) 000-07-01', '+7 495 000-07-01'],
    ['+442071838750', '+44 20 7183 8750'],
    ['+74950000701;ext=12', '+7 495 000-07-01 #12'],
    ['1001', '1001'],
    ['anonymous', 'anonymous'],
    ['', ''],
  ])('%s → %s', (number, text) => {
    expect(formatPhone(number)).toBe(text)
  })
})

describe('createFormat', () => {
  const now = Date.UTC(2026, 10, 20, 11, 0)
  const at = Date.UTC(2026, 10, 20, 11, 5, 9)

  it('writes Russian dates', () => {
    const format = createFormat('ru', 'Europe/Moscow')
    expect(format.time(at)).toBe('14:05')
    expect(format.timeWithSeconds(at)).toBe('14:05:09')
    expect(format.date(at)).toBe('20.11.2026')
    expect(format.dateTime(at)).toBe('20.11.2026, 14:05')
    expect(format.number(1234.5)).toBe('1\u00a0234,5')
    expect(format.tenths(4)).toBe('4,0')
  })

  it('writes English dates', () => {
    const format = createFormat('en', 'UTC')
    expect(format.dateTime(at)).toBe('20 Nov 2026, 11:05')
    expect(format.percent(0.845)).toBe('85%')
  })

  it('shortens a moment by how far it is', () => {
    const format = createFormat('ru', 'Europe/Moscow')
    expect(format.moment(at, now)).toBe('14:05')
    expect(format.moment(at - 86_400_000, now)).toBe('вчера, 14:05')
    expect(format.moment(at + 86_400_000, now)).toBe('завтра, 14:05')
    expect(format.moment(Date.UTC(2026, 10, 3, 9, 0), now)).toBe('3 нояб., 12:00')
    expect(format.moment(Date.UTC(2025, 10, 3, 9, 0), now)).toBe('03.11.2025, 12:00')
  })

  it('shows midnight as 00, not 24', () => {
    expect(createFormat('en', 'UTC').time(Date.UTC(2026, 0, 1))).toBe('00:00')
  })
})
