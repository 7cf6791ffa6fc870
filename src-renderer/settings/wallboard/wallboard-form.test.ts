import { describe, expect, it } from 'vitest'
import { WallboardPage, WallboardSettings } from '../../../server/contract/index.ts'
import { formOf, newWallboard, settingsOf, wallboardPages, wrongFields } from './wallboard-form.ts'

const at = { nowMs: 1_000_000, keptMs: null }

describe('the form of a wallboard', () => {
  it('begins with what only lacks a name, and makes settings the server takes', () => {
    const fresh = newWallboard('ru')
    expect([...wrongFields(fresh, at)]).toEqual(['name'])
    const settings = settingsOf({ ...fresh, name: ' Hall ' }, at)
    expect(settings).toMatchObject({ name: 'Hall', queues: null, expiresAtMs: null })
    expect(WallboardSettings.safeParse(settings).success).toBe(true)
  })

  it('knows every page', () => {
    expect(wallboardPages).toEqual(WallboardPage.options)
  })

  it('says what is wrong', () => {
    const broken = { ...newWallboard('en'), name: 'x', pages: [], secondsPerPage: '4' }
    expect([...wrongFields(broken, at)]).toEqual(['pages', 'secondsPerPage'])
    expect([...wrongFields({ ...broken, pages: ['queues'], secondsPerPage: '' }, at)]).toEqual(['secondsPerPage'])
  })

  it('keeps an end until another is chosen, but not one that has passed', () => {
    const settings = { ...settingsOf({ ...newWallboard('ru'), name: 'x', end: 'day' }, at), queues: ['701'] }
    expect(settings.expiresAtMs).toBe(at.nowMs + 86_400_000)
    const form = formOf(settings)
    const kept = { nowMs: at.nowMs + 5, keptMs: settings.expiresAtMs }
    expect(settingsOf(form, kept)).toEqual(settings)
    expect(wrongFields(form, kept).size).toBe(0)
    const later = { nowMs: at.nowMs + 2 * 86_400_000, keptMs: settings.expiresAtMs }
    expect([...wrongFields(form, later)]).toEqual(['end'])
    expect(settingsOf({ ...form, end: 'never' }, later).expiresAtMs).toBeNull()
  })

  it('puts pages in the order of the screen', () => {
    const settings = settingsOf({ ...newWallboard('ru'), name: 'x', pages: ['operators', 'overview'] }, at)
    expect(settings.pages).toEqual(['overview', 'operators'])
  })
})
