import { describe, expect, it } from 'vitest'
import { defineWords, plural } from './i18n.ts'

const calls = ['звонок', 'звонка', 'звонков'] as const

describe('plural', () => {
  it.each([
    [0, 'звонков'],
    [1, 'звонок'],
    [2, 'звонка'],
    [4, 'звонка'],
    [5, 'звонков'],
    [11, 'звонков'],
    [14, 'звонков'],
    [21, 'звонок'],
    [22, 'звонка'],
    [111, 'звонков'],
    [1.5, 'звонка'],
  ])('Russian %d %s', (n, form) => {
    expect(plural('ru', n, calls)).toBe(form)
  })

  it.each([
    [0, 'calls'],
    [1, 'call'],
    [2, 'calls'],
    [21, 'calls'],
  ])('English %d %s', (n, form) => {
    expect(plural('en', n, ['call', 'calls'])).toBe(form)
  })
})

describe('defineWords', () => {
  it('does not compile when a language lacks a key or has one more', () => {
    // @ts-expect-error the English half lacks `b`
    defineWords({ ru: { a: 'а', b: 'б' }, en: { a: 'a' } })
    // @ts-expect-error the English half has `c`, which Russian does not
    defineWords({ ru: { a: 'а' }, en: { a: 'a', c: 'c' } })
    expect(defineWords({ ru: { a: 'а' }, en: { a: 'a' } }).en.a).toBe('a')
  })
})
