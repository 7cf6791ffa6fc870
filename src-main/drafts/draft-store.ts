import type { Database } from 'better-sqlite3'
import { DraftRow, OutboxRow } from '../../src-preload/contract/index.ts'
import type { Log } from '../log.ts'
import type { DamagedFiles } from './damaged-files.ts'
import { parseRow } from './parse-row.ts'
import { StorageFailure, toStorageFailure } from './storage-failure.ts'

export interface DraftStoreDeps {
  readonly database: Database
  readonly damaged: Pick<DamagedFiles, 'count' | 'removeAll'>
  readonly log: Log
}

interface JsonRow {
  row: string
}

/** Drafts and outbox in SQLite. Every method returns with the data on disk (WAL, synchronous FULL) or throws StorageFailure. */
export function createDraftStore({ database, damaged, log }: DraftStoreDeps) {
  const putDraft = database.prepare<[string, string, string]>(
    'INSERT INTO draft (user_id, card_id, row) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET row = excluded.row',
  )
  const getDraft = database.prepare<[string, string], JsonRow>('SELECT row FROM draft WHERE user_id = ? AND card_id = ?')
  const listDrafts = database.prepare<[string], JsonRow>('SELECT row FROM draft WHERE user_id = ? ORDER BY card_id')
  const removeDraft = database.prepare<[string, string]>('DELETE FROM draft WHERE user_id = ? AND card_id = ?')
  const addOutbox = database.prepare<[string, string, string]>(
    'INSERT INTO outbox (id, user_id, row) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING',
  )
  const listOutbox = database.prepare<[string], JsonRow>('SELECT row FROM outbox WHERE user_id = ? ORDER BY seq')
  const getOutbox = database.prepare<[string], JsonRow>('SELECT row FROM outbox WHERE id = ?')
  const updateOutbox = database.prepare<[string, string]>('UPDATE outbox SET row = ? WHERE id = ?')
  const removeOutbox = database.prepare<[string]>('DELETE FROM outbox WHERE id = ?')

  const countSetAside = database.prepare<[], number>('SELECT count(*) FROM set_aside').pluck()
  const wipes = ['draft', 'outbox', 'set_aside'].map((table) =>
    database.prepare<[string]>(`DELETE FROM ${table} WHERE user_id = ?`),
  )

  const wipe = database.transaction((userId: string) => {
    for (const each of wipes) each.run(userId)
  })
  const promote = database.transaction((row: OutboxRow) => {
    addOutbox.run(row.id, row.userId, JSON.stringify(row))
    removeDraft.run(row.userId, row.payload.cardId)
  })
  const retryLater = database.transaction((retry: { id: string; nextAtMs: number; lastError: string }) => {
    const row = readable(OutboxRow, getOutbox.all(retry.id))[0]
    if (!row) return
    const next: OutboxRow = { ...row, attempts: row.attempts + 1, nextAtMs: retry.nextAtMs, lastError: retry.lastError }
    updateOutbox.run(JSON.stringify(next), retry.id)
  })

  /** What cannot be read was set aside at the opening; a row that turned unreadable since is not handed out. */
  function readable<T>(schema: Parameters<typeof parseRow<T>>[0], rows: JsonRow[]): T[] {
    return rows.flatMap(({ row }) => {
      const parsed = parseRow(schema, row)
      if (parsed === null) log.warn('A stored row does not fit this version and is left in place')
      return parsed === null ? [] : [parsed]
    })
  }

  return {
    put: (draft: DraftRow) => guarded(() => void putDraft.run(draft.userId, draft.cardId, JSON.stringify(draft))),
    get: (key: { userId: string; cardId: string }) =>
      guarded(() => readable(DraftRow, getDraft.all(key.userId, key.cardId))[0] ?? null),
    list: (key: { userId: string }) => guarded(() => readable(DraftRow, listDrafts.all(key.userId))),
    remove: (key: { userId: string; cardId: string }) => guarded(() => void removeDraft.run(key.userId, key.cardId)),
    promote: (row: OutboxRow) => guarded(() => void promote.immediate(row)),
    outbox: (key: { userId: string }) => guarded(() => readable(OutboxRow, listOutbox.all(key.userId))),
    retryLater: (retry: { id: string; nextAtMs: number; lastError: string }) => guarded(() => void retryLater.immediate(retry)),
    done: (row: { id: string }) => guarded(() => void removeOutbox.run(row.id)),
    /** Rows of whomever that this version cannot read. */
    rowsSetAside: () => guarded(() => countSetAside.get() ?? 0),
    /** Databases that were set aside whole, now or at an earlier start. */
    damagedFiles: () => guarded(damaged.count),
    /**
     * Everything of one person. When it returns, their text is in neither the database nor its log. Nor in a damaged one: nothing
     * in that can be told apart, so it goes whole.
     */
    wipe: (key: { userId: string }) =>
      guarded(() => {
        wipe.immediate(key.userId)
        // The log still holds the pages as they were.
        const busy = database.pragma('wal_checkpoint(TRUNCATE)', { simple: true })
        if (busy !== 0) throw new StorageFailure('The local store is in use: its log could not be emptied. Restart the program.')
        damaged.removeAll()
      }),
  }
}
export type SqliteDraftStore = ReturnType<typeof createDraftStore>

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw toStorageFailure(cause)
  }
}
