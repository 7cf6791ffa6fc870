import { expect, it } from 'vitest'
import { colleagueAt, colleagueNumber } from './colleague-number.ts'

const anna = { extension: '1001' }
const boris = { extension: '1002~2' }
const vera = { extension: '1001~2' }
const all = [anna, boris, vera, { extension: null }]

it('dials a colleague of the same Asterisk by the plain number', () => {
  expect(colleagueNumber(anna, '1003', all)).toBe('1001')
  expect(colleagueNumber(vera, '1002~2', all)).toBe('1001')
  expect(colleagueNumber({ extension: null }, '1003', all)).toBeNull()
})

it('dials one of another Asterisk unless somebody here has the number', () => {
  expect(colleagueNumber(boris, '1003', all)).toBe('1002')
  expect(colleagueNumber(vera, '1003', all)).toBeNull()
})

it('knows who a number is, here first', () => {
  expect(colleagueAt('1001', '1003', all)).toBe(anna)
  expect(colleagueAt('1001', '1002~2', all)).toBe(vera)
  expect(colleagueAt('1002', '1003', all)).toBe(boris)
  expect(colleagueAt('1009', '1003', all)).toBeNull()
})
