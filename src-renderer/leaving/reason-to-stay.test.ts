import { expect, it } from 'vitest'
import { isInCall, reasonsToStay } from './reason-to-stay.ts'

const quiet = { entries: {}, offered: [], setAside: [], waitingSaves: 0 }
const desk = (keep: 'kept' | 'notKept', sync: 'onServer' | 'here' | 'sending' | 'refused') => ({
  ...quiet,
  entries: { a: { keep, sync } },
})

it.each(['dialing', 'ringingOut', 'connecting', 'active', 'held'] as const)('a line that is %s is a call', (phase) => {
  expect(isInCall([{ phase: 'ended' }, { phase }])).toBe(true)
})

it.each(['ringingIn', 'ended'] as const)('a line that is %s is none', (phase) => expect(isInCall([{ phase }])).toBe(false))

it('a call hides neither text that would be lost nor text that stays behind', () => {
  expect(reasonsToStay([{ phase: 'active' }], desk('notKept', 'here'))).toEqual(['call', 'unkept'])
  expect(reasonsToStay([{ phase: 'active' }], desk('kept', 'here'))).toEqual(['call', 'unsent'])
})

it.each([
  ['notKept', 'here', ['unkept']],
  ['notKept', 'sending', ['unkept']],
  ['kept', 'here', ['unsent']],
  ['kept', 'refused', ['unsent']],
  // What is on its way is sent before the session ends.
  ['kept', 'sending', []],
  ['kept', 'onServer', []],
  ['notKept', 'onServer', []],
] as const)('text that is %s and %s: %s', (keep, sync, reasons) => {
  expect(reasonsToStay([], desk(keep, sync))).toEqual(reasons)
})

it('saves, rests and refused saves of cards that are closed by now wait here too', () => {
  expect(reasonsToStay([], { ...quiet, waitingSaves: 1 })).toEqual(['unsent'])
  expect(reasonsToStay([], { ...quiet, offered: [{ cardId: 'a', card: null, fields: {}, clashes: [] }] })).toEqual(['unsent'])
  const refused = { id: 'i', cardId: 'a', card: null, fields: {}, reason: 'forbidden' }
  expect(reasonsToStay([], { ...quiet, setAside: [refused] })).toEqual(['unsent'])
})

it('nothing stands against leaving an empty desk', () => expect(reasonsToStay([], quiet)).toEqual([]))
