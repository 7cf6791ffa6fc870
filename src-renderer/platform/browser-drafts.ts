import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { DraftRow, OutboxRow } from '../../src-preload/contract/index.ts'
import { type DraftStore, StorageError } from './platform.ts'

/** A stored outbox row carries the number of its promotion, which is its place in the order. */
type StoredOutboxRow = OutboxRow & { seq?: number }

interface Schema extends DBSchema {
  drafts: { key: [userId: string, cardId: string]; value: DraftRow; indexes: { byUser: string } }
  outbox: { key: number; value: StoredOutboxRow; indexes: { byUser: string; byId: string } }
}

const currentVersion = 1
/** IndexedDB may never answer (a known state of browsers after a bad shutdown); nobody may wait for it for ever. */
const limitMs = 10_000
/** Strict: the promise of a transaction waits for the disk, not for the operating system's cache. */
const strict = { durability: 'strict' } as const

function upgrade(database: IDBPDatabase<Schema>, fromVersion: number): void {
  if (fromVersion < 1) {
    const drafts = database.createObjectStore('drafts', { keyPath: ['userId', 'cardId'] })
    drafts.createIndex('byUser', 'userId')
    const outbox = database.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true })
    outbox.createIndex('byUser', 'userId')
    outbox.createIndex('byId', 'id', { unique: true })
  }
}

/** Drafts and outbox in IndexedDB. Opens at the first use and again after the browser closed it. */
export function createIndexedDbDrafts(name: string): DraftStore {
  let opening: Promise<IDBPDatabase<Schema>> | null = null

  const open = (): Promise<IDBPDatabase<Schema>> => {
    opening ??= openDB<Schema>(name, currentVersion, {
      upgrade,
      // A newer version of the program in another tab waits for us to let go.
      blocking: (_from, _to, event) => {
        opening = null
        if (event.target instanceof IDBDatabase) event.target.close()
      },
      terminated: () => {
        opening = null
      },
    }).catch((cause: unknown) => {
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
    // IndexedDB repairs or refuses by itself; it never hands us a file to set aside.
    notice: async () => null,
    rowsSetAside: () =>
      guarded(async (database) => {
        const [drafts, rows] = await Promise.all([database.getAll('drafts'), database.getAll('outbox')])
        return countUnreadable(DraftRow, drafts) + countUnreadable(OutboxRow, rows)
      }),
    wipe: ({ userId }) =>
      guarded(async (database) => {
        const transaction = database.transaction(['drafts', 'outbox'], 'readwrite', strict)
        const empty = async (name: 'drafts' | 'outbox') => {
          const store = transaction.objectStore(name)
          const keys = await store.index('byUser').getAllKeys(userId)
          await Promise.all(keys.map((key) => store.delete(key)))
        }
        await Promise.all([empty('drafts'), empty('outbox'), transaction.done])
      }),
  }
}

function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new DOMException('No answer', 'TimeoutError')), limitMs)
    work.then(resolve, reject).finally(() => clearTimeout(limit))
  })
}

/** Rows that do not fit the contract (a newer program's) stay where they are and are not shown. */
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

const countUnreadable = (schema: { safeParse(value: unknown): { success: boolean } }, rows: unknown[]): number =>
  rows.filter((row) => !schema.safeParse(row).success).length

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
