import type {
  DeskCommand,
  DeskState,
  DesktopSettings,
  DialRequest,
  DraftRow,
  OutboxRow,
  SecretName,
  SecretState,
  ServerCheck,
  ShortcutState,
  StorageState,
  UpdateState,
  WindowName,
} from '../../src-preload/contract/index.ts'

/** What the host of the page can do, by capability. Two implementations: `desktop` (over the preload bridge) and `browser`. */
export interface Platform {
  readonly host: 'desktop' | 'browser'
  /** Absences are named here, so that screens ask once instead of testing the host. */
  readonly capabilities: {
    /** The session token lies in the OS secret store (else the server's httpOnly cookie speaks). */
    readonly secretStore: boolean
    /** A second window can be opened beside this one. */
    readonly windows: boolean
    /** Tray, island and notifications show what is published and send presses back. */
    readonly desk: boolean
    /** Numbers arrive from links and the clipboard. */
    readonly dialRequests: boolean
    /** Launch at log-in, tray, island, global shortcuts. */
    readonly desktopSettings: boolean
    /** The server's address is this computer's choice, not the page's origin. */
    readonly serverChoice: boolean
    readonly updates: boolean
  }
  /** Server's base URL without a slash at the end; empty for the page's own origin, and on a desktop that was given none yet. */
  readonly serverUrl: string
  readonly drafts: DraftStore
  readonly secrets: SecretStore
  readonly windows: { open(name: WindowName): Promise<void>; focus(): Promise<void> }
  readonly notifications: {
    /** Shows once per id; the disposer closes it. `onClick` focuses nothing by itself. */
    show(notification: {
      id: string
      title: string
      body: string
      onClick: () => void
      /** A ringing call: with buttons where the OS has them; their presses come as desk commands. */
      answerable?: boolean
    }): () => void
  }
  /** Takes a file of the server, by its path, to where the person keeps files; false when they chose not to. */
  readonly files: { download(file: { name: string; path: string }): Promise<boolean> }
  readonly desk: DeskPort
  readonly dialRequests: {
    /** What arrived since the last taking. */
    take(): Promise<DialRequest[]>
    onRequested(listener: () => void): () => void
  }
  readonly settings: {
    get(): Promise<DesktopSettings>
    /** Stores and applies; answers with what became of each shortcut. */
    set(settings: DesktopSettings): Promise<ShortcutState[]>
    shortcuts(): Promise<ShortcutState[]>
  }
  readonly server: {
    /** Tries an address without keeping it. */
    check(address: string): Promise<ServerCheck>
    /** Keeps an address found good and opens the workplace on it. */
    use(address: string): Promise<ServerCheck>
    /** An address that a link proposed, for the person to accept or not; taking forgets it. */
    takeOffer(): Promise<string | null>
    onOffered(listener: () => void): () => void
  }
  readonly updates: {
    state(): Promise<UpdateState>
    install(): Promise<void>
    onChange(listener: (state: UpdateState) => void): () => void
  }
  /** The computer woke from sleep, or lost the network it was in: connections from before are not to be trusted. */
  onResume(listener: () => void): () => void
}

/** The small surfaces outside the workplace: both ends of it. Where the host has none, nothing is shown and nothing arrives. */
export interface DeskPort {
  /** By the workplace. The latest one counts. */
  publish(state: DeskState): Promise<void>
  /** A press in the tray, the island, a notification or of a global shortcut. */
  onCommand(listener: (command: DeskCommand) => void): () => void
  /** By the island: what the workplace last published. */
  state(): Promise<DeskState | null>
  onState(listener: (state: DeskState) => void): () => void
  press(command: DeskCommand): Promise<void>
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
  /** What is wrong with the store, to tell the person. */
  state(): Promise<StorageState>
  /**
   * Everything one person left on this computer, also what cannot be read; with it all damaged stores, whoever's text is in them. Stop
   * their desk before, or it writes again what it holds.
   */
  wipe(key: { userId: string }): Promise<void>
}

export interface SecretStore {
  get(name: SecretName): Promise<string | null>
  set(name: SecretName, value: string | null): Promise<void>
  /** How safely this computer keeps them; `unavailable` in a browser. */
  state(): Promise<SecretState>
}

/** Asked of a host that cannot do it; its `capabilities` say so beforehand. */
export class NotOnThisHostError extends Error {
  override readonly name = 'NotOnThisHostError'
}

export class StorageError extends Error {
  override readonly name = 'StorageError'
}
