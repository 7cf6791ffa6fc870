import { describe, expect, it } from 'vitest'
import type { User } from '../../server/contract/index.ts'
import { mayOversee, sectionsOf } from './sections.ts'

const user = (change: Partial<User>): User => ({
  id: 'u',
  email: 'u@demo.callsync',
  name: 'У',
  role: 'operator',
  extension: '1001',
  active: true,
  ...change,
})
const ids = (change: Partial<User>) => sectionsOf(user(change)).map((section) => section.id)

describe('sectionsOf', () => {
  it('lands each role on its own screen', () => {
    expect(ids({ role: 'operator' })[0]).toBe('workplace')
    expect(ids({ role: 'supervisor' })[0]).toBe('floor')
    expect(ids({ role: 'administrator' })[0]).toBe('settings')
  })

  it("does not give an operator the supervisor's screens", () => {
    expect(ids({ role: 'operator' })).not.toContain('floor')
    expect(ids({ role: 'operator' })).not.toContain('calls')
    expect(mayOversee(user({ role: 'operator' }))).toBe(false)
    expect(mayOversee(user({ role: 'supervisor' }))).toBe(true)
  })

  it('has no workplace where there is no phone, except for an operator, who is told so there', () => {
    expect(ids({ role: 'supervisor', extension: null })).toEqual(['floor', 'calls', 'reports', 'history', 'settings'])
    expect(ids({ role: 'operator', extension: null })[0]).toBe('workplace')
  })
})
