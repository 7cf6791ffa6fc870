import type { IDBPDatabase } from 'idb'
import { DraftRow, OutboxRow } from '../../src-preload/contract/index.ts'
import { openDraftsDatabase, type Schema, strict } from './browser-database.ts'
import { type DraftStore, StorageError } from './platform.ts'

/** IndexedDB may never answer (a known state of browsers after a bad shutdown); nobody may wait for it for ever. */
const limitMs = 10_000
/** Drafts and outbox in IndexedDB. Opens at the first use and again after the browser closed it. */
export function createIndexedDbDrafts(name: string): DraftStore {
  let opening: Promise<IDBPDatabase<Schema>> | null = null

  const open = (): Promise<IDBPDatabase<Schema>> => {
    const onClosed = () => {
      opening = null
    }
    opening ??= openDraftsDatabase(name, { onClosed }).catch((cause: unknown) => {
      opening = null
      throw cause
    })
    return opening
  }

  const guarded = async <T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> => {
    try {
      return await within(limitMs, open().then(work))
    } catch (cause) {
      throw toStorageError(cause)
    }
  }

  return {
    put: (draft) =>
      guarded(async (database) => {
        const transaction = database.transaction('drafts', 'readwrite', strict)
        await Promise.all([transaction.store.put(draft), transaction.done])
      }),
    get: ({ userId, cardId }) =>
      guarded(async (database) => readable(DraftRow, [await database.get('drafts', [userId, cardId])])[0] ?? null),
    list: ({ userId }) =>
      guarded(async (database) => readable(DraftRow, await database.getAllFromIndex('drafts', 'byUser', userId))),
    remove: ({ userId, cardId }) =>
      guarded(async (database) => {
        const transaction = database.transaction('drafts', 'readwrite', strict)
        await Promise.all([transaction.store.delete([userId, cardId]), transaction.done])
      }),
    promote: (row) =>
      guarded(async (database) => {
        const transaction = database.transaction(['drafts', 'outbox'], 'readwrite', strict)
        const outbox = transaction.objectStore('outbox')
        const known = await outbox.index('byId').getKey(row.id)
        await Promise.all([
          known === undefined ? outbox.add(row) : undefined,
          transaction.objectStore('drafts').delete([row.userId, row.payload.cardId]),
          transaction.done,
        ])
      }),
    outbox: ({ userId }) =>
      // An index hands out rows of one key by primary key, which is the order of promotion.
      guarded(async (database) => readable(OutboxRow, await database.getAllFromIndex('outbox', 'byUser', userId))),
    retryLater: ({ id, nextAtMs, lastError }) =>
      guarded(async (database) => {
        const transaction = database.transaction('outbox', 'readwrite', strict)
        const row = await transaction.store.index('byId').get(id)
        await Promise.all([
          row && transaction.store.put({ ...row, attempts: row.attempts + 1, nextAtMs, lastError }),
          transaction.done,
        ])
      }),
    done: ({ id }) =>
      guarded(async (database) => {
        const transaction = database.transaction('outbox', 'readwrite', strict)
        const seq = await transaction.store.index('byId').getKey(id)
        await Promise.all([seq === undefined ? undefined : transaction.store.delete(seq), transaction.done])
      }),
    state: () =>
      guarded(async (database) => ({
        // IndexedDB repairs or refuses by itself; it never hands us a file to set aside.
        notice: null,
        damagedFiles: 0,
        rowsSetAside: await database.count('setAside'),
      })),
    wipe: ({ userId }) =>
      guarded(async (database) => {
        const transaction = database.transaction(['drafts', 'outbox', 'setAside'], 'readwrite', strict)
        const empty = async (name: 'drafts' | 'outbox' | 'setAside') => {
          const store = transaction.objectStore(name)
          const keys = await store.index('byUser').getAllKeys(userId)
          await Promise.all(keys.map((key) => store.delete(key)))
        }
        await Promise.all([empty('drafts'), empty('outbox'), empty('setAside'), transaction.done])
      }),
  }
}

function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new DOMException('No answer', 'TimeoutError')), limitMs)
    work.then(resolve, reject).finally(() => clearTimeout(limit))
  })
}

/** What cannot be read was set aside at the opening; a row that turned unreadable since is not handed out. */
function readable<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  rows: unknown[],
): T[] {
  return rows.flatMap((row) => {
    if (row === undefined) return []
    const parsed = schema.safeParse(row)
    if (!parsed.success) console.warn('A stored row does not fit this version and is left in place')
    return parsed.success ? [parsed.data] : []
  })
}

function toStorageError(cause: unknown): StorageError {
  const name = cause instanceof DOMException ? cause.name : ''
  const message =
    name === 'QuotaExceededError'
      ? 'The browser has no space left for this page. Free disk space, then go on typing.'
      : name === 'VersionError'
        ? 'A newer version of the program is open. Reload this page.'
        : 'The browser could not keep the typed text. Leave the page open until the server has it.'
  return new StorageError(message, { cause })
}
