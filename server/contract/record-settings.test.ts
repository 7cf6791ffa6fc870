import { describe, expect, it } from 'vitest'
import { foundInstead, type RecordKind, readsFound } from './record-settings.ts'

const found = [
  { kind: 'cdr' as const, store: 'csv' },
  { kind: 'queueLog' as const, store: 'log' },
]
const cdr = (server?: string): { kind: RecordKind; server?: string | undefined } => ({ kind: 'cdr', server })

describe('a file that was found by itself', () => {
  it('is read until its kind is saved for the first server', () => {
    expect(readsFound('cdr', [])).toBe(true)
    expect(readsFound('cdr', [cdr('2'), { kind: 'queueLog' }])).toBe(true)
    expect(readsFound('cdr', [cdr()])).toBe(false)
    expect(readsFound('cdr', [cdr('1')])).toBe(false)
  })

  it('gives its place to a source of the first server only, whatever another one has', () => {
    expect(foundInstead(cdr('1'), [cdr('2')], found)?.store).toBe('csv')
    expect(foundInstead(cdr(), [cdr('2')], found)?.store).toBe('csv')
    expect(foundInstead(cdr('2'), [], found)).toBeUndefined()
    expect(foundInstead(cdr('1'), [cdr('1')], found)).toBeUndefined()
    expect(foundInstead({ kind: 'cel' }, [], found)).toBeUndefined()
  })
})
