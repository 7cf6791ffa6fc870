import { describe, expect, it } from 'vitest'
import { civilTimes, uniqueIdMs } from './civil-time.ts'

const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString())

describe('times of call records', () => {
  it('reads the notations Asterisk and databases use', () => {
    const times = civilTimes('Europe/Moscow')
    const at = (text: string) => iso(times.read(text, null)?.ms)
    expect(at('2026-11-20 13:04:05')).toBe('2026-11-20T10:04:05.000Z')
    expect(at('2026-11-20 13:04:05.123456')).toBe('2026-11-20T10:04:05.123Z')
    expect(at('2026-11-20T13:04:05Z')).toBe('2026-11-20T13:04:05.000Z')
    expect(at('2026-11-20 13:04:05+00')).toBe('2026-11-20T13:04:05.000Z')
    expect(at('2026-11-20 13:04:05.5+05:30')).toBe('2026-11-20T07:34:05.500Z')
    expect(at('1795183726')).toBe('2026-11-20T14:08:46.000Z')
    expect(at('1795183726.5')).toBe('2026-11-20T14:08:46.500Z')
  })

  it.each([
    '',
    'yesterday',
    '2026-02-31 10:00:00',
    '2026-13-01 10:00:00',
    '2026-01-01 24:00:00',
    '0000-00-00 00:00:00',
    '1970-01-01 00:00:00',
  ])('says that %j is no time', (text) => {
    expect(civilTimes('Europe/Moscow').read(text, null)).toBeNull()
  })

  it('takes the nearer of the two hours of an autumn night', () => {
    const times = civilTimes('Europe/Berlin')
    const first = Date.UTC(2026, 9, 25, 0, 30)
    const second = first + 3_600_000
    expect(times.read('2026-10-25 02:30:00', first)).toEqual({ ms: first, impossible: false, doubtful: true })
    expect(times.read('2026-10-25 02:30:00', second + 60_000)).toEqual({ ms: second, impossible: false, doubtful: true })
    // nothing to go by: the first
    expect(times.read('2026-10-25 02:30:00', null)?.ms).toBe(first)
    expect(iso(times.read('2026-10-25 01:59:59', null)?.ms)).toBe('2026-10-24T23:59:59.000Z')
    expect(iso(times.read('2026-10-25 03:00:00', null)?.ms)).toBe('2026-10-25T02:00:00.000Z')
  })

  it('marks the hour that a spring night does not have', () => {
    const times = civilTimes('Europe/Berlin')
    expect(times.read('2026-03-29 02:30:00', null)?.impossible).toBe(true)
    expect(times.read('2026-03-29 03:00:00', null)).toEqual({ ms: Date.UTC(2026, 2, 29, 1), impossible: false, doubtful: false })
  })

  it('knows no such zone as Mars/Phobos', () => {
    expect(() => civilTimes('Mars/Phobos')).toThrow(RangeError)
  })

  it("finds the second in Asterisk's unique ids only", () => {
    expect(uniqueIdMs('1795183726.40')).toBe(1_795_183_726_000)
    expect(uniqueIdMs('pbx-a-1795183726.40')).toBe(1_795_183_726_000)
    expect(uniqueIdMs('a0ffe2c8-6f3c-4c2a-9b7e')).toBeNull()
    expect(uniqueIdMs('')).toBeNull()
  })
})
