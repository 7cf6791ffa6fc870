import { expect, it } from 'vitest'
import { categoryChoices, withChosen } from './choices.ts'

const none = { ru: '', en: '' }
const all = [
  { id: 'a', parentId: null, ru: 'Доставка', en: 'Delivery', script: none, archived: false },
  { id: 'b', parentId: 'a', ru: 'Сроки', en: '', script: none, archived: false },
]

it('a category is found by its parents’ words and shown by its own', () => {
  expect(categoryChoices(all, all, 'en')).toEqual([
    { value: 'a', label: 'Delivery', name: 'Delivery', level: 0 },
    { value: 'b', label: 'Delivery › Сроки', name: 'Сроки', level: 1 },
  ])
})

it('what a card carries is there even when it is offered no more', () => {
  const make = (value: string) => ({ value, label: `old ${value}` })
  expect(withChosen([{ value: 'a', label: 'A' }], 'x', make)).toEqual([{ value: 'a', label: 'A' }, make('x')])
  expect(withChosen([{ value: 'a', label: 'A' }], 'a', make)).toHaveLength(1)
  expect(withChosen([], null, make)).toEqual([])
})
