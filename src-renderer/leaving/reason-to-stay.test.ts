import { expect, it } from 'vitest'
import { isInCall, reasonsToStay } from './reason-to-stay.ts'

const noCustomers = { byCard: {}, unkept: [] }
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
  expect(reasonsToStay([{ phase: 'active' }], desk('notKept', 'here'), noCustomers)).toEqual(['call', 'unkept'])
  expect(reasonsToStay([{ phase: 'active' }], desk('kept', 'here'), noCustomers)).toEqual(['call', 'unsent'])
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
  expect(reasonsToStay([], desk(keep, sync), noCustomers)).toEqual(reasons)
})

it('saves, rests and refused saves of cards that are closed by now wait here too', () => {
  expect(reasonsToStay([], { ...quiet, waitingSaves: 1 }, noCustomers)).toEqual(['unsent'])
  expect(reasonsToStay([], { ...quiet, offered: [{ cardId: 'a', card: null, fields: {}, clashes: [] }] }, noCustomers)).toEqual([
    'unsent',
  ])
  const refused = { id: 'i', cardId: 'a', card: null, fields: {}, reason: 'forbidden' }
  expect(reasonsToStay([], { ...quiet, setAside: [refused] }, noCustomers)).toEqual(['unsent'])
})

it('nothing stands against leaving an empty desk', () => expect(reasonsToStay([], quiet, noCustomers)).toEqual([]))

it('a customer being typed waits here, or is only in the page when the disk refuses it', () => {
  const draft = { id: 'n', customer: null, fields: { name: 'A', phones: [], address: '', notes: '', tag: null }, clashes: [] }
  expect(reasonsToStay([], quiet, { byCard: { a: draft }, unkept: [] })).toEqual(['unsent'])
  expect(reasonsToStay([], quiet, { byCard: { a: draft }, unkept: ['customer:a'] })).toEqual(['unkept'])
})
