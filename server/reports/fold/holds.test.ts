import { describe, expect, it } from 'vitest'
import type { CelRow } from '../sources/index.ts'
import { holdsOf } from './holds.ts'

const row = (eventType: string, atMs: number, channel = 'PJSIP/1001-1'): CelRow => ({
  eventType,
  atMs,
  channel,
  uniqueId: 'u',
  linkedId: 'l',
  peer: '',
  extra: '',
})

describe('holds of a talk', () => {
  it('are added up, within the talk', () => {
    const holds = holdsOf([row('HOLD', 1_000), row('UNHOLD', 3_000), row('HOLD', 8_000), row('UNHOLD', 9_500)])
    expect(holds('PJSIP/1001-1', 0, 20_000)).toBe(3_500)
    expect(holds('PJSIP/1001-1', 2_000, 9_000)).toBe(2_000)
  })

  it('last until the talk ends when nobody took the caller back', () => {
    expect(holdsOf([row('HOLD', 1_000)])('PJSIP/1001-1', 0, 5_000)).toBe(4_000)
  })

  it('are begun once, whatever comes twice or in any order', () => {
    const rows = [row('UNHOLD', 4_000), row('HOLD', 2_000), row('HOLD', 1_000), row('UNHOLD', 1_500), row('UNHOLD', 5_000)]
    expect(holdsOf(rows)('PJSIP/1001-1', 0, 9_000)).toBe(2_500)
  })

  it('are none of a talk that was followed to its end, and unknown of any other', () => {
    const holds = holdsOf([row('WATCHED', 9_000), row('HOLD', 1_000, 'PJSIP/1002-1')])
    expect(holds('PJSIP/1001-1', 0, 5_000)).toBe(0)
    expect(holds('PJSIP/1003-1', 0, 5_000)).toBeNull()
    expect(holdsOf([])('PJSIP/1001-1', 0, 5_000)).toBeNull()
  })
})
