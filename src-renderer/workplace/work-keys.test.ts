import { expect, it } from 'vitest'
import { callKeys } from '../softphone/ui/call-keys.ts'
import { spyKeys } from '../supervision/spy-keys.ts'
import { workKeys } from './work-keys.ts'

it('no key means two things on one screen', () => {
  const all = [callKeys, workKeys, spyKeys].flatMap((keys): string[] => Object.values(keys))
  expect(new Set(all).size).toBe(all.length)
  // The rail has Alt with digits; without Ctrl or Alt a letter belongs to what is typed.
  for (const keys of all) expect(keys).toMatch(/^((Shift\+)?F\d+|Alt\+[A-Z])$/)
})

it('no key is one of the browser’s own', () => {
  const browser = ['F1', 'F3', 'F5', 'F6', 'F7', 'F10', 'F11', 'F12', 'Alt+D', 'Alt+E', 'Alt+F', 'Alt+F4']
  for (const keys of Object.values({ ...callKeys, ...workKeys, ...spyKeys })) expect(browser).not.toContain(keys)
})
