import { describe, expect, it } from 'vitest'
import { isChord, type KeyPress } from './keys.ts'

const press = (change: Partial<KeyPress>): KeyPress => ({
  key: '',
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...change,
})

describe('isChord', () => {
  it('reads letters by place: the same key on a Russian layout', () => {
    expect(isChord('Ctrl+K', press({ key: 'л', code: 'KeyK', ctrlKey: true }))).toBe(true)
    expect(isChord('Ctrl+K', press({ key: 'k', code: 'KeyK', metaKey: true }))).toBe(true)
  })

  it('reads brackets by place too, for a Russian layout has none', () => {
    expect(isChord('[', press({ key: 'х', code: 'BracketLeft' }))).toBe(true)
    expect(isChord(']', press({ key: 'ъ', code: 'BracketRight' }))).toBe(true)
    expect(isChord('[', press({ key: 'Х', code: 'BracketLeft', shiftKey: true }))).toBe(false)
    expect(isChord('[', press({ key: 'ъ', code: 'BracketRight' }))).toBe(false)
  })

  it('wants exactly its modifiers', () => {
    expect(isChord('Ctrl+K', press({ key: 'k', code: 'KeyK' }))).toBe(false)
    expect(isChord('Ctrl+K', press({ key: 'k', code: 'KeyK', ctrlKey: true, shiftKey: true }))).toBe(false)
    expect(isChord('Ctrl+K', press({ key: 'k', code: 'KeyK', ctrlKey: true, altKey: true }))).toBe(false)
    expect(isChord('Alt+1', press({ key: '1', code: 'Digit1', altKey: true }))).toBe(true)
    expect(isChord('Ctrl+Enter', press({ key: 'Enter', code: 'Enter', ctrlKey: true }))).toBe(true)
    expect(isChord('Ctrl+Enter', press({ key: 'Enter', code: 'Enter', ctrlKey: true, shiftKey: true }))).toBe(false)
  })

  it('finds a sign wherever the layout has it', () => {
    expect(isChord('?', press({ key: '?', code: 'Slash', shiftKey: true }))).toBe(true)
    expect(isChord('?', press({ key: '?', code: 'Digit7', shiftKey: true }))).toBe(true)
    expect(isChord('?', press({ key: '.', code: 'Slash' }))).toBe(false)
  })
})
