import { expect, it } from 'vitest'
import type { Customer } from '../../server/contract/index.ts'
import { operator, queue } from '../app/live/fixtures.ts'
import { findTargets, type TargetSources } from './search-targets.ts'

const ivanova: Customer = {
  id: 'c1',
  name: 'Иванова Мария',
  phones: ['+79161234567'],
  address: '',
  notes: '',
  tag: null,
  version: 1,
}
const sources = (change: Partial<TargetSources>): TargetSources => ({
  query: '',
  region: 'RU',
  ownId: 'anna',
  operators: [
    operator({ id: 'anna', name: 'Анна Ковалёва', extension: '1001', status: 'available' }),
    operator({ id: 'boris', name: 'Борис Семёнов', extension: '1002', status: 'onCall' }),
    operator({ id: 'vera', name: 'Вера Орлова', extension: '1003', status: 'available' }),
    operator({ id: 'gleb', name: 'Глеб', extension: '1004', status: 'offline' }),
    operator({ id: 'dina', name: 'Дина', extension: null, status: 'available' }),
  ],
  queues: [queue({ number: '701', name: 'Отдел продаж' })],
  customers: [],
  recent: ['+79160000001', '1002'],
  first: 'people',
  ...change,
})
const keys = (change: Partial<TargetSources>) => findTargets(sources(change)).map(({ key }) => key)

it('offers colleagues who can be reached, free ones first, and queues', () => {
  expect(keys({})).toEqual(['colleague vera', 'colleague boris', 'queue 701'])
})

it('offers the last numbers before anything is typed into the dial field', () => {
  expect(keys({ first: 'recent' })).toEqual(['recent +79160000001', 'recent 1002'])
  const [behind] = findTargets(sources({ first: 'recent', recent: ['+74950000000;ext=12'] }))
  expect(behind).toMatchObject({ number: '+74950000000', extension: '12' })
})

it('finds by the beginning of any word, in any case, ё or е', () => {
  expect(keys({ query: 'семе' })).toEqual(['colleague boris'])
  expect(keys({ query: 'БОРИС СЕМЁ' })).toEqual(['colleague boris'])
  expect(keys({ query: 'продаж' })).toEqual(['queue 701'])
  expect(keys({ query: 'ерис' })).toEqual([])
})

it('knows a colleague or a queue by its number', () => {
  expect(keys({ query: '1002' })).toEqual(['colleague boris'])
  expect(keys({ query: '701' })).toEqual(['queue 701'])
})

it('puts the number that was typed first, as it will be dialled', () => {
  expect(findTargets(sources({ query: '8 916 123-45-67 доб. 3' }))[0]).toMatchObject({
    kind: 'number',
    number: '+79161234567',
    extension: '3',
  })
})

it('shows the customers the server found, each number', () => {
  expect(keys({ query: 'Иван', customers: [ivanova] })).toEqual(['customer c1 +79161234567'])
})

it('dials a customer’s own extension behind the company’s number', () => {
  const clerk = { ...ivanova, phones: ['+74950000000;ext=12', 'sip:ivanova@example.org'] }
  const found = findTargets(sources({ query: 'Иван', customers: [clerk] }))
  expect(found).toMatchObject([{ kind: 'customer', number: '+74950000000', extension: '12' }])
})

it('keeps an extension that was typed for the customer of that number only', () => {
  const other = { ...ivanova, id: 'c2', phones: ['+79161234568'] }
  const found = findTargets(sources({ query: '8 916 123-45-67 доб. 3', customers: [ivanova, other] }))
  expect(found.filter(({ kind }) => kind === 'customer').map(({ extension }) => extension)).toEqual(['3', null])
})
