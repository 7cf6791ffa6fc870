import { expect, it, vi } from 'vitest'
import { takerOf } from '../../app/keys.ts'
import { conferenceKeys } from './conference-keys.ts'

const words = { participants: 'participants', endForAll: 'end for all' }
const press = { key: 'й', code: 'KeyQ', ctrlKey: false, metaKey: false, altKey: true, shiftKey: false, target: null }

function endedBy({ opened = true, busy = false, modals = 0 }): boolean {
  const end = vi.fn()
  const bindings = () => conferenceKeys({ opened, busy, words, toggle: () => undefined, end })
  takerOf([{ layer: 0, bindings }], press, { modals, inPopUp: opened })?.()
  return end.mock.calls.length > 0
}

it('ends the conference for all from the open menu', () => expect(endedBy({})).toBe(true))

it('does not while the menu is closed, under a dialog, or while it is being done', () => {
  expect(endedBy({ opened: false })).toBe(false)
  expect(endedBy({ modals: 1 })).toBe(false)
  expect(endedBy({ busy: true })).toBe(false)
})

it('opens and closes the menu above a dialog', () => {
  const toggle = vi.fn()
  const bindings = () => conferenceKeys({ opened: false, busy: true, words, toggle, end: () => undefined })
  takerOf([{ layer: 0, bindings }], { ...press, code: 'KeyU' }, { modals: 1, inPopUp: false })?.()
  expect(toggle).toHaveBeenCalledOnce()
})
