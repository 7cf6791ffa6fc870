import type { DraftRow, OutboxRow, SecretName, WindowName } from '../../src-preload/contract/index.ts'
import { type DraftStore, type Platform, StorageError } from './platform.ts'

/** The fault a disk can play: once at the next write, or until it is cleared: `diskFull` for writes, `blocked` for reads too. */
export type DiskFault = 'crashBeforeWrite' | 'crashAfterWrite' | 'diskFull' | 'blocked'

/** What stays when the program dies. Give the same disk to a new platform to restart it. */
export class MemoryDisk {
  drafts = new Map<string, DraftRow>()
  outbox: OutboxRow[] = []
  readonly secrets = new Map<SecretName, string>()
  fault: DiskFault | null = null
  /** Writes that reached the disk. */
  writes = 0
}

/** The program is dead: after an injected crash every call of that platform ends so. */
export class CrashedError extends Error {
  override readonly name = 'CrashedError'
}

export interface MemoryPlatform extends Platform {
  readonly disk: MemoryDisk
  /** Notifications now showing. */
  readonly shown: ReadonlyMap<string, { title: string; body: string; onClick: () => void }>
  readonly opened: readonly WindowName[]
  readonly saved: readonly { name: string; content: string }[]
  /** The computer wakes. */
  resume(): void
}

export interface MemoryPlatformOptions {
  readonly disk?: MemoryDisk
  readonly host?: Platform['host']
  readonly serverUrl?: string
}

/** A platform for tests, with the same promises as the real ones and faults on request. */
export function createMemoryPlatform(options: MemoryPlatformOptions = {}): MemoryPlatform {
  const disk = options.disk ?? new MemoryDisk()
  const host = options.host ?? 'browser'
  const shown = new Map<string, { title: string; body: string; onClick: () => void }>()
  const opened: WindowName[] = []
  const saved: { name: string; content: string }[] = []
  const resumeListeners = new Set<() => void>()

  return {
    host,
    capabilities: { secretStore: host === 'desktop', windows: true },
    serverUrl: options.serverUrl ?? '',
    disk,
    shown,
    opened,
    saved,
    drafts: createMemoryDrafts(disk),
    secrets: {
      get: async (name) => (host === 'desktop' ? (disk.secrets.get(name) ?? null) : null),
      set: async (name, value) => {
        if (host !== 'desktop') return
        if (value === null) disk.secrets.delete(name)
        else disk.secrets.set(name, value)
      },
      state: async () => (host === 'desktop' ? 'stored' : 'unavailable'),
    },
    windows: {
      open: async (name) => void opened.push(name),
      focus: async () => undefined,
    },
    notifications: {
      show({ id, title, body, onClick }) {
        shown.set(id, { title, body, onClick })
        return () => void shown.delete(id)
      },
    },
    files: {
      save: async (file) => {
        saved.push(file)
        return true
      },
    },
    onResume(listener) {
      resumeListeners.add(listener)
      return () => void resumeListeners.delete(listener)
    },
    resume() {
      for (const listener of resumeListeners) listener()
    },
  } satisfies MemoryPlatform
}

const draftKey = (key: { userId: string; cardId: string }) => JSON.stringify([key.userId, key.cardId])

function createMemoryDrafts(disk: MemoryDisk): DraftStore {
  let dead = false

  const read = async <T>(work: () => T): Promise<T> => {
    if (dead) throw new CrashedError('crashed')
    if (disk.fault === 'blocked') throw new StorageError('blocked')
    return structuredClone(work())
  }
  const write = async (work: () => void): Promise<void> => {
    if (dead) throw new CrashedError('crashed')
    const fault = disk.fault
    if (fault === 'diskFull' || fault === 'blocked') throw new StorageError(fault)
    dead = fault !== null
    disk.fault = null
    if (fault === 'crashBeforeWrite') throw new CrashedError(fault)
    work()
    disk.writes += 1
    if (fault === 'crashAfterWrite') throw new CrashedError(fault)
  }

  return {
    put: (draft) => write(() => void disk.drafts.set(draftKey(draft), structuredClone(draft))),
    get: (key) => read(() => disk.drafts.get(draftKey(key)) ?? null),
    list: ({ userId }) => read(() => [...disk.drafts.values()].filter((draft) => draft.userId === userId)),
    remove: (key) => write(() => void disk.drafts.delete(draftKey(key))),
    promote: (row) =>
      write(() => {
        if (!disk.outbox.some(({ id }) => id === row.id)) disk.outbox.push(structuredClone(row))
        disk.drafts.delete(draftKey({ userId: row.userId, cardId: row.payload.cardId }))
      }),
    outbox: ({ userId }) => read(() => disk.outbox.filter((row) => row.userId === userId)),
    retryLater: ({ id, nextAtMs, lastError }) =>
      write(() => {
        disk.outbox = disk.outbox.map((row) =>
          row.id === id ? { ...row, attempts: row.attempts + 1, nextAtMs, lastError } : row,
        )
      }),
    done: ({ id }) =>
      write(() => {
        disk.outbox = disk.outbox.filter((row) => row.id !== id)
      }),
    notice: async () => null,
  }
}
