import { expect, it } from 'vitest'
import { type CardForm, type CardSetup, emptyCardFields } from '../../server/contract/index.ts'
import { makeCard } from '../card/testing.ts'
import { missingToClose, refusedShown, refuseSave, useRefusedSaves } from './refused-saves.ts'

const form = (queue: string | null, required: boolean): CardForm => ({
  queue,
  fields: [{ name: 'notes', required }],
  categoryIds: [],
  script: { ru: '', en: '' },
  wrapUpMs: 60_000,
  maxExtensions: 0,
})
const setup: CardSetup = { categories: [], results: [], extraFields: [], forms: [form(null, false), form('702', true)] }
const support = { number: '702', name: 'Support' }
const missing = (more: Parameters<typeof makeCard>[0], notes = '') =>
  missingToClose(setup, { card: makeCard({ state: 'wrapUp', queue: support, ...more }), fields: { ...emptyCardFields, notes } })

it('names what the form of the queue requires, of a card whose save would close it', () => {
  expect(missing({})).toEqual(['notes'])
  expect(missing({}, 'Записано')).toEqual([])
  expect(missing({ queue: null })).toEqual([])
  expect(missing({ state: 'talking' })).toEqual([])
  expect(missing({ direction: 'internal' })).toEqual([])
})

it('brings a card that could not be saved to the front once, and goes on naming its fields', () => {
  refuseSave('a')
  refuseSave('b')
  expect(useRefusedSaves.getState()).toEqual({ ids: new Set(['a', 'b']), toShow: 'b' })
  refusedShown()
  expect(useRefusedSaves.getState()).toEqual({ ids: new Set(['a', 'b']), toShow: null })
})
