import { expect, it } from 'vitest'
import type { ImportSource } from '../../../server/contract/index.ts'
import { stateOf } from './import-progress.ts'

const source = (more: Partial<ImportSource>): ImportSource => ({
  id: 'x',
  kind: 'cdr',
  store: 'csv',
  title: '/x',
  rowsRead: 10,
  problems: 0,
  upToMs: 1_500,
  readAtMs: 2_000,
  caughtUp: false,
  error: null,
  trouble: null,
  errorSinceMs: null,
  ...more,
})

it('a source is away, waiting, reading or caught up', () => {
  expect(stateOf(source({ error: 'gone', errorSinceMs: 5, caughtUp: true }), 1_000, 2_000)).toEqual({ is: 'away', sinceMs: 5 })
  expect(stateOf(source({ readAtMs: null }), 1_000, 2_000)).toEqual({ is: 'waiting' })
  expect(stateOf(source({ caughtUp: true }), 1_000, 2_000)).toEqual({ is: 'caughtUp' })
  expect(stateOf(source({}), 1_000, 2_000)).toEqual({ is: 'reading', share: 0.5 })
  expect(stateOf(source({ upToMs: null }), 1_000, 2_000)).toEqual({ is: 'reading', share: null })
  expect(stateOf(source({}), null, 2_000)).toEqual({ is: 'reading', share: null })
  // Clocks differ.
  expect(stateOf(source({ upToMs: 9_000 }), 1_000, 2_000)).toEqual({ is: 'reading', share: 1 })
})
