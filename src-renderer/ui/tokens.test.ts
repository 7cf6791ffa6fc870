import { describe, expect, it } from 'vitest'
import { dark, light, marksOnGround, type Tokens, textOnGround } from './tokens.ts'

/** WCAG 2.2 relative luminance of a #rrggbb colour. */
function luminance(hex: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

function contrast(a: string, b: string): number {
  const [dim, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return ((bright ?? 0) + 0.05) / ((dim ?? 0) + 0.05)
}

const failing = (tokens: Tokens, pairs: typeof textOnGround, goal: number): string[] =>
  pairs.flatMap(([front, grounds]) =>
    grounds
      .map((ground) => ({ pair: `${front} on ${ground}`, ratio: contrast(tokens[front], tokens[ground]) }))
      .filter(({ ratio }) => ratio < goal)
      .map(({ pair, ratio }) => `${pair}: ${ratio.toFixed(2)}`),
  )

describe('the measure itself', () => {
  it('knows black on white and a known pair', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  })

  it('finds a pair that is too weak', () => {
    expect(failing({ ...light, textFaint: '#9aa1b5' }, textOnGround, 4.5)).not.toEqual([])
  })
})

describe.each([
  ['light', light],
  ['dark', dark],
])('%s', (_, tokens) => {
  it('every text has 4.5 : 1 on every ground it may stand on', () => {
    expect(failing(tokens, textOnGround, 4.5)).toEqual([])
  })

  it('every mark has 3 : 1', () => {
    expect(failing(tokens, marksOnGround, 3)).toEqual([])
  })
})
