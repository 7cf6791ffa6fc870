import { describe, expect, it } from 'vitest'
import { fitting, inserted, matchingTemplates, roomOf, templateQuery } from './limited-text.ts'

describe('a text of limited length', () => {
  it('tells its limit at four fifths, and counts the selection as room', () => {
    expect(roomOf('a'.repeat(79), 100)).toEqual({ left: 21, near: false, full: false })
    expect(roomOf('a'.repeat(80), 100)).toMatchObject({ near: true, full: false })
    expect(roomOf('a'.repeat(100), 100, 30)).toEqual({ left: 30, near: true, full: true })
  })

  it('takes the beginning that fits without cutting an emoji', () => {
    expect(fitting('abc', 2)).toBe('ab')
    expect(fitting('a🙂b', 2)).toBe('a')
    expect(fitting('a🙂b', 3)).toBe('a🙂')
    expect(fitting('abc', -1)).toBe('')
    expect(fitting('abc', 9)).toBe('abc')
  })

  it('inserts in place of the selection', () => {
    expect(inserted('a-b', { from: 1, to: 2, insert: '+' })).toBe('a+b')
  })
})

describe('templates', () => {
  it('are asked for by a slash at the beginning of a word, and not by other slashes', () => {
    expect(templateQuery('/', 1)).toEqual({ from: 0, query: '' })
    expect(templateQuery('Да: /дос дальше', 8)).toEqual({ from: 4, query: 'дос' })
    for (const text of ['24/7', 'https://x', 'дом /a b', '//']) expect(templateQuery(text, text.length), text).toBeNull()
  })

  it('are found by part of the title in any case, those that begin with it first', () => {
    const titles = ['Срок доставки', 'Доставка', 'Оплата'].map((title) => ({ title, body: '' }))
    expect(matchingTemplates(titles, 'дос').map(({ title }) => title)).toEqual(['Доставка', 'Срок доставки'])
    expect(matchingTemplates(titles, '')).toHaveLength(3)
    expect(matchingTemplates(titles, 'нет')).toEqual([])
  })
})
