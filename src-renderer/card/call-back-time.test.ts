import { describe, expect, it } from 'vitest'
import { fromPickerValue, presetTime, toPickerValue } from './call-back-time.ts'

const at = (text: string) => new Date(text).getTime()

describe('presetTime', () => {
  it('rounds an hour from now up to five minutes', () => {
    expect(presetTime('hour', at('2026-11-20T14:02:10'))).toBe(at('2026-11-20T15:05:00'))
  })
  it('means the next calendar day, over the end of a month too', () => {
    expect(presetTime('tomorrow', at('2026-11-30T23:59:00'))).toBe(at('2026-12-01T10:00:00'))
  })
  it('has no time for «as soon as possible»', () => {
    expect(presetTime('soon', 0)).toBeNull()
  })
})

describe('picker values', () => {
  it('go there and back', () => {
    const ms = at('2026-02-03T09:05:00')
    expect(toPickerValue(ms)).toBe('2026-02-03 09:05:00')
    expect(fromPickerValue(toPickerValue(ms))).toBe(ms)
  })
  it('are null for what is no date', () => {
    expect(fromPickerValue('завтра')).toBeNull()
  })
})
