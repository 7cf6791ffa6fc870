import { describe, expect, it } from 'vitest'
import { changeOf, figureText } from './figure-text.ts'

describe('figureText', () => {
  it.each([
    [null, 'share', '—'],
    [null, 'count', '—'],
    [0, 'count', '0'],
    [12_345, 'count', '12\u00a0345'],
    [1.25, 'count', '1,3'],
    [0.8304, 'share', '83,0\u00a0%'],
    [65_400, 'ms', '1:05'],
    [3_753_000, 'ms', '1:02:33'],
    [4.5, 'mark', '4,5'],
  ] as const)('writes %s %s as %s', (value, unit, text) => {
    expect(figureText(value, unit, 'ru')).toBe(text)
  })

  it('writes English numbers in English', () => {
    expect([figureText(12_345, 'count', 'en'), figureText(0.83, 'share', 'en')]).toEqual(['12,345', '83.0%'])
  })
})

describe('changeOf', () => {
  const lost = { unit: 'share', better: 'less' } as const
  const answered = { unit: 'count', better: 'more' } as const

  it('tells good from bad by what the figure is', () => {
    expect(changeOf(0.1, 0.12, lost, 'ru')).toEqual({ text: '−2\u00a0п.п.', good: true })
    expect(changeOf(110, 100, answered, 'ru')).toEqual({ text: '+10\u00a0%', good: true })
    expect(changeOf(90, 100, answered, 'en')).toEqual({ text: '−10%', good: false })
    expect(changeOf(90, 100, { unit: 'count', better: null }, 'en')?.good).toBeNull()
    expect(changeOf(100, 100, answered, 'en')).toEqual({ text: '0%', good: null })
  })

  it('says nothing where there is nothing to compare with', () => {
    expect([changeOf(null, 1, lost, 'ru'), changeOf(1, null, lost, 'ru'), changeOf(5, 0, answered, 'ru')]).toEqual([
      null,
      null,
      null,
    ])
  })
})
