import type { Database } from 'better-sqlite3'
import { DraftRow, OutboxRow } from '../../src-preload/contract/index.ts'
import { parseRow } from './parse-row.ts'
import { toStorageFailure } from './storage-failure.ts'

interface Stored {
  readonly userId: string
  readonly key: string
  readonly row: string
}

/** Where the rows of each kind live; `key` is what tells two rows of one person apart. */
const kinds = [
  {
    origin: 'draft',
    fits: (row: string) => parseRow(DraftRow, row) !== null,
    list: 'SELECT user_id AS userId, card_id AS key, row FROM draft',
    add: 'INSERT INTO draft (user_id, card_id, row) VALUES (@userId, @key, @row) ON CONFLICT DO NOTHING',
    remove: 'DELETE FROM draft WHERE user_id = @userId AND card_id = @key',
  },
  {
    origin: 'outbox',
    fits: (row: string) => parseRow(OutboxRow, row) !== null,
    list: 'SELECT user_id AS userId, id AS key, row FROM outbox ORDER BY seq',
    add: 'INSERT INTO outbox (user_id, id, row) VALUES (@userId, @key, @row) ON CONFLICT DO NOTHING',
    remove: 'DELETE FROM outbox WHERE user_id = @userId AND id = @key',
  },
] as const

/**
 * Sorts the stored rows by whether this version can read them, before the store is used: in place, an unreadable draft would be
 * overwritten by the next one of its card. What cannot be read waits in a table of its own. What can be read again (an update came)
 * returns, unless something newer took its place: then it goes on waiting.
 */
export function sortStoredRows(database: Database): void {
  const sort = database.transaction(() => {
    for (const { origin, fits, list, add, remove } of kinds) {
      const putBack = database.prepare<[Stored]>(add)
      const drop = database.prepare<[Stored]>(remove)
      const aside = database.prepare<[Stored]>(
        `INSERT INTO set_aside (origin, user_id, key, row) VALUES ('${origin}', @userId, @key, @row)`,
      )
      const dropAside = database.prepare<[number]>('DELETE FROM set_aside WHERE seq = ?')
      const waiting = database.prepare<[string], Stored & { seq: number }>(
        'SELECT seq, user_id AS userId, key, row FROM set_aside WHERE origin = ? ORDER BY seq',
      )
      for (const { seq, ...stored } of waiting.all(origin)) {
        if (fits(stored.row) && putBack.run(stored).changes > 0) dropAside.run(seq)
      }
      for (const stored of database.prepare<[], Stored>(list).all()) {
        if (fits(stored.row)) continue
        aside.run(stored)
        drop.run(stored)
      }
    }
  })
  try {
    sort.immediate()
  } catch (cause) {
    throw toStorageFailure(cause)
  }
}
