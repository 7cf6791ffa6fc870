import type { DraftRow, OutboxRow, SecretName, SecretState, StorageNotice, WindowName } from '../../src-preload/contract/index.ts'

/** What the host of the page can do, by capability. Two implementations: `desktop` (over the preload bridge) and `browser`. */
export interface Platform {
  readonly host: 'desktop' | 'browser'
  /** Absences are named here, so that screens ask once instead of testing the host. */
  readonly capabilities: {
    /** The session token lies in the OS secret store (else the server's httpOnly cookie speaks). */
    readonly secretStore: boolean
    /** A second window can be opened beside this one. */
    readonly windows: boolean
  }
  /** Server's base URL without a slash at the end; empty for the page's own origin. */
  readonly serverUrl: string
  readonly drafts: DraftStore
  readonly secrets: SecretStore
  readonly windows: { open(name: WindowName): Promise<void>; focus(): Promise<void> }
  readonly notifications: {
    /** Shows once per id; the disposer closes it. `onClick` focuses nothing by itself. */
    show(notification: { id: string; title: string; body: string; onClick: () => void }): () => void
  }
  /** Lets the person keep a file; false when they chose not to. */
  readonly files: { save(file: { name: string; content: string }): Promise<boolean> }
  /** The computer woke from sleep. */
  onResume(listener: () => void): () => void
}

/**
 * Drafts and outbox of this computer. Every promise resolves only when the data is on disk;
 * they reject with a StorageError when it could not be written, and what was stored before stays.
 */
export interface DraftStore {
  put(draft: DraftRow): Promise<void>
  get(key: { userId: string; cardId: string }): Promise<DraftRow | null>
  list(key: { userId: string }): Promise<DraftRow[]>
  remove(key: { userId: string; cardId: string }): Promise<void>
  /** One transaction: the outbox row appears, the draft of its card goes. A repeated id adds no second row. */
  promote(row: OutboxRow): Promise<void>
  /** In the order of promotion. */
  outbox(key: { userId: string }): Promise<OutboxRow[]>
  /** Counts one attempt more. An unknown id changes nothing. */
  retryLater(row: { id: string; nextAtMs: number; lastError: string }): Promise<void>
  done(row: { id: string }): Promise<void>
  /** What went wrong when the store was opened, to tell the person; null when nothing did. */
  notice(): Promise<StorageNotice | null>
}

export interface SecretStore {
  get(name: SecretName): Promise<string | null>
  set(name: SecretName, value: string | null): Promise<void>
  /** How safely this computer keeps them; `unavailable` in a browser. */
  state(): Promise<SecretState>
}

export class StorageError extends Error {
  override readonly name = 'StorageError'
}
