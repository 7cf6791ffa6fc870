import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { DraftRow, OutboxRow } from '../../src-preload/contract/index.ts'

/** A stored outbox row carries the number of its promotion, which is its place in the order. */
export type StoredOutboxRow = OutboxRow & { seq?: number }

/** A row that the version of then could not read, as it was found. */
interface SetAsideRow {
  readonly origin: 'drafts' | 'outbox'
  readonly userId: string
  readonly row: unknown
}

export interface Schema extends DBSchema {
  drafts: { key: [userId: string, cardId: string]; value: DraftRow; indexes: { byUser: string } }
  outbox: { key: number; value: StoredOutboxRow; indexes: { byUser: string; byId: string } }
  setAside: { key: number; value: SetAsideRow; indexes: { byUser: string } }
}

const currentVersion = 2
/** Strict: the promise of a transaction waits for the disk, not for the operating system's cache. */
export const strict = { durability: 'strict' } as const

export interface DatabaseEvents {
  /** The browser closed it, or a newer version of the program in another tab waits for it. */
  readonly onClosed: () => void
}

/** Opens and migrates the database of drafts, and sorts its rows before anything is written over them. */
export async function openDraftsDatabase(name: string, { onClosed }: DatabaseEvents): Promise<IDBPDatabase<Schema>> {
  const database = await openDB<Schema>(name, currentVersion, {
    upgrade,
    blocking: (_from, _to, event) => {
      onClosed()
      if (event.target instanceof IDBDatabase) event.target.close()
    },
    terminated: onClosed,
  })
  try {
    await sortStoredRows(database)
  } catch (cause) {
    database.close()
    throw cause
  }
  return database
}

function upgrade(database: IDBPDatabase<Schema>, fromVersion: number): void {
  if (fromVersion < 1) {
    const drafts = database.createObjectStore('drafts', { keyPath: ['userId', 'cardId'] })
    drafts.createIndex('byUser', 'userId')
    const outbox = database.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true })
    outbox.createIndex('byUser', 'userId')
    outbox.createIndex('byId', 'id', { unique: true })
  }
  if (fromVersion < 2) database.createObjectStore('setAside', { autoIncrement: true }).createIndex('byUser', 'userId')
}

/**
 * As the desktop's store does: in place, an unreadable draft would be overwritten by the next one of its card, so what this version
 * cannot read waits in a store of its own. What can be read again returns, unless something newer took its place.
 */
async function sortStoredRows(database: IDBPDatabase<Schema>): Promise<void> {
  const transaction = database.transaction(['drafts', 'outbox', 'setAside'], 'readwrite', strict)
  const [drafts, outbox, setAside] = [
    transaction.objectStore('drafts'),
    transaction.objectStore('outbox'),
    transaction.objectStore('setAside'),
  ]
  for (let waiting = await setAside.openCursor(); waiting; waiting = await waiting.continue()) {
    const { origin, row } = waiting.value
    const draft = origin === 'drafts' ? DraftRow.safeParse(row) : null
    const save = origin === 'outbox' ? OutboxRow.safeParse(row) : null
    if (draft?.success && (await drafts.getKey([draft.data.userId, draft.data.cardId])) === undefined) {
      await drafts.add(draft.data)
      await waiting.delete()
    }
    if (save?.success && (await outbox.index('byId').getKey(save.data.id)) === undefined) {
      await outbox.add({ ...save.data, ...placeOf(row) })
      await waiting.delete()
    }
  }
  for (let found = await drafts.openCursor(); found; found = await found.continue()) {
    if (DraftRow.safeParse(found.value).success) continue
    await setAside.add({ origin: 'drafts', userId: found.key[0], row: found.value })
    await found.delete()
  }
  for (let found = await outbox.openCursor(); found; found = await found.continue()) {
    if (OutboxRow.safeParse(found.value).success) continue
    await setAside.add({ origin: 'outbox', userId: ownerOf(found.value), row: found.value })
    await found.delete()
  }
  await transaction.done
}

/** The numbers of promotions are never given twice, so a row's own is free. */
const placeOf = (row: unknown): { seq?: number } =>
  typeof row === 'object' && row !== null && 'seq' in row && typeof row.seq === 'number' ? { seq: row.seq } : {}

const ownerOf = (row: unknown): string =>
  typeof row === 'object' && row !== null && 'userId' in row && typeof row.userId === 'string' ? row.userId : ''
