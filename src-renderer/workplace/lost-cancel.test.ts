import { expect, it } from 'vitest'
import { makeCard } from '../card/testing.ts'
import { overOnServer } from './lost-cancel.ts'

const line = { id: 'in-1', phase: 'ringingIn', unsure: true, legId: '1.1' } as const
const up = { state: 'up', problem: null, sinceMs: 0 } as const
const ringing = makeCard({ state: 'ringing', legId: '1.1' })
const another = makeCard({ id: 'main:2.1', state: 'ringing', legId: '2.1' })

it('finds the call that rings on after it ended on the server', () => {
  expect(overOnServer([line], { pbx: up, cards: [another] })).toEqual(['in-1'])
})

it('lets a call ring that the server sees ringing', () => {
  expect(overOnServer([line], { pbx: up, cards: [another, ringing] })).toEqual([])
})

it.each([
  ['came by the present socket', [{ ...line, unsure: false }], up],
  ['has been answered', [{ ...line, phase: 'active' } as const], up],
  ['has no leg to know it by', [{ ...line, legId: null }], up],
  ['the server could not have seen', [line], { state: 'down', problem: 'lost', sinceMs: 0 } as const],
] as const)('leaves alone a call that %s', (_, lines, pbx) => {
  expect(overOnServer(lines, { pbx, cards: [] })).toEqual([])
})
