import { describe, expect, it } from 'vitest'
import type { CardSetup } from '../../../server/contract/index.ts'
import {
  addForm,
  changeForm,
  fieldState,
  move,
  newCategory,
  newExtraField,
  newResult,
  removeEntry,
  setField,
  treeOf,
  withChildren,
} from './setup-edit.ts'

const form = {
  queue: null,
  fields: [{ name: 'notes' as const, required: false }],
  categoryIds: [],
  script: { ru: '', en: '' },
  wrapUpMs: 60_000,
  maxExtensions: 5,
}
const setup: CardSetup = {
  categories: [newCategory('a', null), newCategory('b', null), newCategory('a1', 'a'), newCategory('a2', 'a')],
  results: [newResult('r')],
  extraFields: [newExtraField('order', 'text')],
  forms: [form],
}
const ids = (entries: readonly { id: string }[]) => entries.map(({ id }) => id)

describe('editing the card setup', () => {
  it('moves an entry past its own kind only', () => {
    expect(ids(move(setup.categories, 'a2', -1, (one) => one.parentId))).toEqual(['a', 'b', 'a2', 'a1'])
    expect(ids(move(setup.categories, 'b', 1, (one) => one.parentId))).toEqual(['a', 'b', 'a1', 'a2'])
    expect(ids(move(setup.categories, 'b', -1, (one) => one.parentId))).toEqual(['b', 'a', 'a1', 'a2'])
  })

  it('shows the tree with its levels, and knows what is under a category', () => {
    expect(treeOf(setup.categories).map(({ category, level }) => [category.id, level])).toEqual([
      ['a', 0],
      ['a1', 1],
      ['a2', 1],
      ['b', 0],
    ])
    expect([...withChildren(setup.categories, 'a')].sort()).toEqual(['a', 'a1', 'a2'])
  })

  it('lets vanish what was never saved, with every mention of it, and only puts away the rest', () => {
    const edited = changeForm({ ...setup, results: [{ ...newResult('r'), categoryIds: ['b'] }] }, null, {
      fields: setField(form, 'extra.order', 'shown'),
      categoryIds: ['b'],
    })
    const saved = { ...setup, categories: setup.categories.filter(({ id }) => id !== 'b'), extraFields: [] }
    const without = removeEntry(removeEntry(edited, saved, 'categories', 'b'), saved, 'extraFields', 'order')
    expect(ids(without.categories)).toEqual(['a', 'a1', 'a2'])
    expect(without.results[0]?.categoryIds).toEqual([])
    expect(without.forms[0]).toMatchObject({ categoryIds: [], fields: [{ name: 'notes' }] })
    expect(removeEntry(setup, setup, 'results', 'r').results).toMatchObject([{ id: 'r', archived: true }])
    expect(removeEntry(setup, { ...setup, categories: [] }, 'categories', 'a').categories[0]).toMatchObject({ archived: true })
  })

  it('begins a queue’s form as the common one, and never requires a tick', () => {
    const own = addForm(setup, '701').forms[1]
    expect(own).toMatchObject({ queue: '701', wrapUpMs: 60_000 })
    const fields = setField(form, 'callBack', 'required')
    expect(fieldState({ ...form, fields }, 'callBack')).toBe('shown')
    expect(fieldState({ ...form, fields: setField(form, 'notes', 'required') }, 'notes')).toBe('required')
    expect(setField(form, 'notes', 'hidden')).toEqual([])
  })
})
