import { expect, it } from 'vitest'
import { isInCall, reasonToStay } from './reason-to-stay.ts'

const desk = (keep: 'kept' | 'notKept', sync: 'onServer' | 'here' | 'sending' | 'refused') => ({ entries: { a: { keep, sync } } })
const quiet = { entries: {} }

it.each(['dialing', 'ringingOut', 'connecting', 'active', 'held'] as const)('a line that is %s is a call', (phase) => {
  expect(isInCall([{ phase: 'ended' }, { phase }])).toBe(true)
})

it.each(['ringingIn', 'ended'] as const)('a line that is %s is none', (phase) => expect(isInCall([{ phase }])).toBe(false))

it('a call comes before any text', () => {
  expect(reasonToStay([{ phase: 'active' }], desk('notKept', 'here'))).toBe('call')
})

it.each([
  ['notKept', 'here', 'unkept'],
  ['notKept', 'sending', 'unkept'],
  ['kept', 'here', 'unsent'],
  ['kept', 'refused', 'unsent'],
  // What is on its way is sent before the session ends.
  ['kept', 'sending', null],
  ['kept', 'onServer', null],
  ['notKept', 'onServer', null],
] as const)('text that is %s and %s: %s', (keep, sync, reason) => {
  expect(reasonToStay([], desk(keep, sync))).toBe(reason)
})

it('nothing stands against leaving an empty desk', () => expect(reasonToStay([], quiet)).toBeNull())
