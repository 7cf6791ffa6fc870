import { describe, expect, it } from 'vitest'
import { byDue, isOverdue } from './due.ts'

describe('call-backs by due time', () => {
  it('puts the most due first; «soon» counts from when it was made', () => {
    const later = { dueAtMs: 300, createdAtMs: 1 }
    const soon = { dueAtMs: null, createdAtMs: 200 }
    const past = { dueAtMs: 100, createdAtMs: 50 }
    expect([later, soon, past].sort(byDue)).toEqual([past, soon, later])
  })
  it('marks overdue only what had a time that has passed', () => {
    expect(isOverdue({ dueAtMs: 100, createdAtMs: 0 }, 101)).toBe(true)
    expect(isOverdue({ dueAtMs: 100, createdAtMs: 0 }, 100)).toBe(false)
    expect(isOverdue({ dueAtMs: null, createdAtMs: 0 }, 999)).toBe(false)
  })
})
