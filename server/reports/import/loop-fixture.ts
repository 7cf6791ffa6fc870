import type { Batch, QueueLogRow } from '../sources/index.ts'

/** What a source of tests is read as. */
export const batch = (more: Partial<Batch<QueueLogRow>>): Batch<QueueLogRow> => ({
  rows: [],
  problems: [],
  cursor: 'c',
  more: false,
  upToMs: null,
  ...more,
})

export const row: QueueLogRow = { atMs: 5_000, callId: 'a', queue: '701', agent: 'NONE', event: 'ENTERQUEUE', data: [] }
