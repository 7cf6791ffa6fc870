import { describe, expect, it } from 'vitest'
import {
  type CardForm,
  type CardSetup,
  categoriesFor,
  changeEntries,
  changesOfEntries,
  checkChanges,
  checkSetup,
  checkSetupChange,
  emptyCardFields,
  formOf,
  isCardFieldName,
  missingFields,
  resultsFor,
  scriptFor,
  shownFieldNames,
  withChanges,
} from './index.ts'

const none = { ru: '', en: '' }
const category = (id: string, parentId: string | null = null, more: Partial<CardSetup['categories'][number]> = {}) => ({
  id,
  parentId,
  ru: id,
  en: '',
  script: none,
  archived: false,
  ...more,
})
const form = (queue: string | null, more: Partial<CardForm> = {}): CardForm => ({
  queue,
  fields: [
    { name: 'categoryId', required: true },
    { name: 'extra.serial', required: true },
    { name: 'extra.covered', required: true },
  ],
  categoryIds: [],
  script: { ru: 'начало', en: '' },
  wrapUpMs: 60_000,
  maxExtensions: 5,
  ...more,
})
const setup: CardSetup = {
  categories: [
    category('device', null, { script: { ru: 'прибор', en: 'device' } }),
    category('sound', 'device'),
    category('delivery'),
    category('old', null, { archived: true }),
  ],
  results: [
    { id: 'done', ru: 'Готово', en: '', categoryIds: [], archived: false },
    { id: 'replaced', ru: 'Заменили', en: '', categoryIds: ['device'], archived: false },
    { id: 'gone', ru: 'Нет', en: '', categoryIds: [], archived: true },
  ],
  extraFields: [
    { id: 'serial', kind: 'text', ru: 'Номер', en: '', options: [], archived: false },
    { id: 'covered', kind: 'yesNo', ru: 'Гарантия', en: '', options: [], archived: false },
    {
      id: 'colour',
      kind: 'choice',
      ru: 'Цвет',
      en: '',
      options: [{ id: 'red', ru: 'Красный', en: '', archived: true }],
      archived: true,
    },
    { id: 'bought', kind: 'date', ru: 'Куплено', en: '', options: [], archived: false },
    { id: 'price', kind: 'number', ru: 'Цена', en: '', options: [], archived: false },
  ],
  forms: [form(null), form('702', { fields: [], categoryIds: ['delivery'] })],
}
const ids = (entries: readonly { id: string }[]) => entries.map(({ id }) => id)

describe('the form of a queue', () => {
  it('is its own, else the common one; calls past no queue have the common one', () => {
    expect(formOf(setup, '702')?.queue).toBe('702')
    expect(formOf(setup, '701')?.queue).toBeNull()
    expect(formOf(setup, null)?.queue).toBeNull()
  })

  it('asks for required fields that are empty; a "no" is an answer, a removed field asks for nothing', () => {
    const fields = { ...emptyCardFields, extra: { serial: '  ', covered: false } }
    expect(missingFields(setup, formOf(setup, null), fields)).toEqual(['categoryId', 'extra.serial'])
    const removed = { ...setup, extraFields: setup.extraFields.map((field) => ({ ...field, archived: true })) }
    expect(missingFields(removed, formOf(removed, null), emptyCardFields)).toEqual(['categoryId'])
    expect(shownFieldNames(removed, formOf(removed, null))).toEqual(['categoryId'])
    expect(missingFields(setup, null, emptyCardFields)).toEqual([])
  })

  it('offers categories as a tree without removed ones, some queues only a part', () => {
    expect(ids(categoriesFor(setup, formOf(setup, null)))).toEqual(['device', 'sound', 'delivery'])
    expect(ids(categoriesFor(setup, formOf(setup, '702')))).toEqual(['delivery'])
  })

  it('offers results by category, with what is under it', () => {
    expect(ids(resultsFor(setup, null))).toEqual(['done'])
    expect(ids(resultsFor(setup, 'sound'))).toEqual(['done', 'replaced'])
    expect(ids(resultsFor(setup, 'delivery'))).toEqual(['done'])
  })

  it('guides by the nearest category that has words, in the language or the other one', () => {
    const common = formOf(setup, null)
    expect(scriptFor(setup, common, 'sound', 'en')).toBe('device')
    expect(scriptFor(setup, common, 'delivery', 'en')).toBe('начало')
    expect(scriptFor(setup, null, 'delivery', 'ru')).toBe('')
  })
})

describe('values', () => {
  it('must fit their fields; removed entries are still fine', () => {
    const good = { serial: 'x', covered: false, colour: 'red', bought: '2026-02-28', price: -1.5 }
    expect(checkChanges(setup, { categoryId: 'old', resultId: 'gone', extra: good })).toEqual({})
    const bad = { serial: 1, covered: 'yes', colour: 'blue', bought: '2026-02-30', price: '5', other: 'x' }
    expect(checkChanges(setup, { categoryId: 'nope', resultId: 'nope', extra: bad })).toEqual({
      categoryId: 'unknown',
      resultId: 'unknown',
      'extra.serial': 'invalid',
      'extra.covered': 'invalid',
      'extra.colour': 'invalid',
      'extra.bought': 'invalid',
      'extra.price': 'invalid',
      'extra.other': 'unknown',
    })
    expect(checkChanges(setup, { categoryId: null, extra: { serial: null } })).toEqual({})
  })

  it('go to single fields and back', () => {
    const changes = { notes: 'a', extra: { serial: 'x', price: null } }
    expect(changesOfEntries(changeEntries(changes))).toEqual(changes)
    expect(changeEntries({ callBack: false })).toEqual([['callBack', false]])
    expect(withChanges({ ...emptyCardFields, extra: { serial: 'a', price: 1 } }, { extra: { serial: 'b' } }).extra).toEqual({
      serial: 'b',
      price: 1,
    })
    expect(['notes', 'extra.x', 'extra', 'other'].map(isCardFieldName)).toEqual([true, true, false, false])
  })
})

describe('a setup', () => {
  it('fits together', () => expect(checkSetup(setup)).toEqual({}))

  it.each<[string, Partial<CardSetup>, Record<string, string>]>([
    ['two of one id', { results: [...setup.results, ...setup.results.slice(0, 1)] }, { 'results.3.id': 'duplicate' }],
    [
      'no name',
      { categories: [category('a', null, { ru: ' ' })], results: [], forms: [form(null)] },
      { 'categories.0.ru': 'required' },
    ],
    ['an unknown parent', { categories: [...setup.categories, category('x', 'nope')] }, { 'categories.4.parentId': 'unknown' }],
    [
      'a circle',
      { categories: [category('device', 'sound'), category('sound', 'device'), category('delivery')] },
      { 'categories.0.parentId': 'cycle', 'categories.1.parentId': 'cycle' },
    ],
    [
      'five levels',
      { categories: [...setup.categories, category('c3', 'sound'), category('c4', 'c3'), category('c5', 'c4')] },
      { 'categories.6.parentId': 'tooDeep' },
    ],
    ['no common form', { forms: [form('701')] }, { forms: 'noDefault' }],
    ['two forms of a queue', { forms: [form(null), form('1'), form('1')] }, { 'forms.2.queue': 'duplicate' }],
    [
      'an unknown field',
      { forms: [form(null, { fields: [{ name: 'extra.nope', required: false }] })] },
      { 'forms.0.fields': 'unknown' },
    ],
    [
      'a field twice',
      {
        forms: [
          form(null, {
            fields: [
              { name: 'notes', required: false },
              { name: 'notes', required: true },
            ],
          }),
        ],
      },
      { 'forms.0.fields': 'duplicate' },
    ],
    [
      'a choice of nothing',
      { extraFields: setup.extraFields.map((field) => ({ ...field, archived: false })) },
      { 'extraFields.2.options': 'noOptions' },
    ],
  ])('is refused with %s', (_, change, problems) => {
    expect(checkSetup({ ...setup, ...change })).toEqual(problems)
  })

  it('keeps what cards may carry: ids, options and kinds', () => {
    expect(checkSetupChange(setup, { ...setup, categories: [...setup.categories, category('new')] })).toEqual({})
    const after: CardSetup = {
      ...setup,
      categories: setup.categories.slice(1),
      results: [],
      extraFields: setup.extraFields.map((field) => ({
        ...field,
        options: [],
        ...(field.id === 'serial' && { kind: 'number' }),
      })),
    }
    expect(checkSetupChange(setup, after)).toEqual({
      'categories.device': 'vanished',
      'results.done': 'vanished',
      'results.replaced': 'vanished',
      'results.gone': 'vanished',
      'extraFields.serial.kind': 'kindChanged',
      'extraFields.colour.options': 'vanished',
    })
  })
})
