import { describe, expect, it, vi } from 'vitest'
import { type BoundKeys, byTitle, isChord, type KeyPress, takerOf } from './keys.ts'

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

describe('takerOf', () => {
  const keys = (layer: number, ...names: string[]) => {
    const run = vi.fn()
    const bound: BoundKeys = { layer, bindings: () => names.map((keys) => ({ keys, title: '', run })) }
    return { bound, run }
  }
  const esc = { ...press({ key: 'Escape', code: 'Escape' }), target: null }
  const save = { ...press({ key: 'Enter', code: 'Enter', ctrlKey: true }), target: null }
  const drawer = keys(1, 'Escape', 'Ctrl+Enter')
  const early = keys(0, 'Escape', 'Ctrl+Enter')
  const late = keys(0, 'Ctrl+Enter')
  const all = [early.bound, drawer.bound, late.bound]

  const under = (modals: number, inPopUp = false) => ({ modals, inPopUp })

  it('gives a key to what lies above, though what is under it came later', () => {
    expect(takerOf(all, save, under(1))).toBe(drawer.run)
    expect(takerOf(all, esc, under(1))).toBe(drawer.run)
  })

  it('gives a key of one layer to the last that came', () => {
    expect(takerOf([early.bound, late.bound], save, under(0))).toBe(late.run)
    expect(takerOf([early.bound, late.bound], esc, under(0))).toBe(early.run)
  })

  it('keeps every key from what lies under a dialog', () => {
    const arrows = keys(0, 'ArrowDown')
    const down = { ...press({ key: 'ArrowDown', code: 'ArrowDown' }), target: null }
    expect(takerOf([arrows.bound], down, under(0))).toBe(arrows.run)
    expect(takerOf([arrows.bound], down, under(1))).toBeUndefined()
    expect(takerOf([early.bound], esc, under(1))).toBeUndefined()
    // A card saved from under the drawer would end its wrap-up and go away.
    expect(takerOf([early.bound], save, under(1))).toBeUndefined()
    expect(takerOf(all, esc, under(2))).toBeUndefined()
    expect(takerOf(all, save, under(2))).toBeUndefined()
  })

  it("lets the phone's keys through to a call under a dialog", () => {
    const run = vi.fn()
    const phone: BoundKeys = { layer: 0, bindings: () => [{ keys: 'F4', title: '', run, over: true }] }
    expect(takerOf([phone], { ...press({ key: 'F4', code: 'F4' }), target: null }, under(2))).toBe(run)
  })

  it('leaves a menu its Esc, and the page its other keys', () => {
    expect(takerOf([early.bound], esc, under(0, true))).toBeUndefined()
    expect(takerOf([early.bound], save, under(0, true))).toBe(early.run)
    expect(takerOf(all, esc, under(1, true))).toBeUndefined()
  })

  it('passes over what is only shown on the sheet', () => {
    const shown: BoundKeys = { layer: 1, bindings: () => [{ keys: 'Escape', title: '' }] }
    expect(takerOf([shown, early.bound], esc, under(0))).toBe(early.run)
    expect(takerOf([shown], esc, under(0))).toBeUndefined()
  })
})

it('puts keys of one title together on the sheet, and leaves out a title without any', () => {
  const group = (id: string, title: string, keys: string[]) => ({
    id,
    title,
    bindings: keys.map((one) => ({ keys: one, title: one })),
  })
  const sheet = byTitle([
    group('recording', 'Phone', ['Alt+R']),
    group('card', 'Card', []),
    group('calls', 'Phone', ['F2', 'F4']),
    // A second one of the same kind.
    group('calls-2', 'Phone', ['F2']),
  ])
  expect(sheet.map(({ title, bindings }) => [title, bindings.map(({ keys }) => keys)])).toEqual([
    ['Phone', ['Alt+R', 'F2', 'F4']],
  ])
})
