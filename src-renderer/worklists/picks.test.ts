import { expect, it } from 'vitest'
import { allOrNone, nothingPicked, type Picks, stillPicked, stretched, toggled } from './picks.ts'

const rows = ['a', 'b', 'c', 'd', 'e']
const ids = (picks: Picks) => stillPicked(picks, rows).join('')

it('picks one, and lets go of it', () => {
  const one = toggled(nothingPicked, 'b')
  expect(ids(one)).toBe('b')
  expect(ids(toggled(one, 'd'))).toBe('bd')
  expect(ids(toggled(one, 'b'))).toBe('')
})

it('stretches from where it began, up and down, and keeps what was picked before', () => {
  const down = stretched(toggled(nothingPicked, 'b'), { rows, from: 'b', to: 'c' })
  expect(ids(stretched(down, { rows, from: 'c', to: 'd' }))).toBe('bcd')
  expect(ids(stretched(toggled(nothingPicked, 'd'), { rows, from: 'd', to: 'b' }))).toBe('bcd')
  expect(ids(stretched(toggled(toggled(nothingPicked, 'a'), 'd'), { rows, from: 'd', to: 'e' }))).toBe('ade')
})

it('stretches from the row with the cursor when nothing is picked, or the beginning is gone', () => {
  expect(ids(stretched(nothingPicked, { rows, from: 'c', to: 'd' }))).toBe('cd')
  expect(ids(stretched(toggled(nothingPicked, 'gone'), { rows, from: 'c', to: 'd' }))).toBe('cd')
})

it('picks all, or none when all are', () => {
  const all = allOrNone(toggled(nothingPicked, 'a'), rows)
  expect(ids(all)).toBe('abcde')
  expect(ids(allOrNone(all, rows))).toBe('')
})

it('forgets what has left the list', () => {
  expect(stillPicked(allOrNone(nothingPicked, rows), ['b', 'x', 'd'])).toEqual(['b', 'd'])
})
