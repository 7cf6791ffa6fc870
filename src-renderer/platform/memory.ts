import type {
  DeskCommand,
  DeskState,
  DesktopSettings,
  DialRequest,
  DraftRow,
  OutboxRow,
  SecretName,
  ServerCheck,
  ShortcutState,
  UpdateState,
  WindowName,
} from '../../src-preload/contract/index.ts'
import { absentCapabilities, absentOnThisHost } from './absent.ts'
import { type DraftStore, type Platform, StorageError } from './platform.ts'

/** The fault a disk can play: once at the next write, or until it is cleared: `diskFull` for writes, `blocked` for reads too. */
export type DiskFault = 'crashBeforeWrite' | 'crashAfterWrite' | 'diskFull' | 'blocked'

/** What stays when the program dies. Give the same disk to a new platform to restart it. */
export class MemoryDisk {
  drafts = new Map<string, DraftRow>()
  outbox: OutboxRow[] = []
  readonly secrets = new Map<SecretName, string>()
  settings: DesktopSettings = { launchAtLogin: false, closeToTray: true, showIsland: true, shortcuts: {} }
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
  readonly saved: readonly { name: string; path: string }[]
  /** The computer wakes. */
  resume(): void
  /** Everything the workplace published, the latest last. */
  readonly published: readonly DeskState[]
  /** A press outside the workplace. */
  command(command: DeskCommand): void
  /** A number arrives from outside. */
  requestDial(request: DialRequest): void
  /** A link proposes a server. */
  offerServer(address: string): void
  setUpdate(state: UpdateState): void
}

export interface MemoryPlatformOptions {
  readonly disk?: MemoryDisk
  readonly host?: Platform['host']
  readonly serverUrl?: string
  /** What trying a server's address gives; all are good without it. */
  readonly checkServer?: (address: string) => ServerCheck
}

/** A platform for tests, with the same promises as the real ones and faults on request. */
export function createMemoryPlatform(options: MemoryPlatformOptions = {}): MemoryPlatform {
  const disk = options.disk ?? new MemoryDisk()
  const host = options.host ?? 'browser'
  const shown = new Map<string, { title: string; body: string; onClick: () => void }>()
  const opened: WindowName[] = []
  const saved: { name: string; path: string }[] = []
  const resumeListeners = new Set<() => void>()
  const desktop = createMemoryDesktop(disk, options)

  return {
    host,
    capabilities: {
      secretStore: host === 'desktop',
      windows: true,
      ...(host === 'desktop' ? presentCapabilities : absentCapabilities),
    },
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
      download: async (file) => {
        saved.push(file)
        return true
      },
    },
    ...(host === 'desktop' ? desktop.platform : absentOnThisHost),
    ...desktop.controls,
    onResume(listener) {
      resumeListeners.add(listener)
      return () => void resumeListeners.delete(listener)
    },
    resume() {
      for (const listener of resumeListeners) listener()
    },
  } satisfies MemoryPlatform
}

const presentCapabilities = {
  desk: true,
  dialRequests: true,
  desktopSettings: true,
  serverChoice: true,
  updates: true,
} as const

/** Listeners of one kind of event. */
function createSignal<T>() {
  const listeners = new Set<(value: T) => void>()
  return {
    tell: (value: T) => {
      for (const listener of listeners) listener(structuredClone(value))
    },
    on: (listener: (value: T) => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function createMemoryDesktop(disk: MemoryDisk, options: MemoryPlatformOptions) {
  const commands = createSignal<DeskCommand>()
  const states = createSignal<DeskState>()
  const requested = createSignal<undefined>()
  const offered = createSignal<undefined>()
  let offer: string | null = null
  const updates = createSignal<UpdateState>()
  const published: DeskState[] = []
  let requests: DialRequest[] = []
  let update: UpdateState = { state: 'none', version: '0.0.0' }
  const shortcutStates = (): ShortcutState[] =>
    Object.entries(disk.settings.shortcuts).map(([action, accelerator]) => ({
      action: action as ShortcutState['action'],
      accelerator,
      state: 'works',
      lastPressedMs: null,
    }))
  const check = async (address: string) =>
    options.checkServer?.(address) ??
    (URL.canParse(address) ? ({ result: 'ok', address, serverVersion: '0.0.0' } as const) : ({ result: 'invalid' } as const))
  return {
    platform: {
      desk: {
        publish: async (state: DeskState) => {
          published.push(structuredClone(state))
          states.tell(state)
        },
        onCommand: commands.on,
        state: async () => published.at(-1) ?? null,
        onState: states.on,
        press: async (command: DeskCommand) => commands.tell(command),
      },
      dialRequests: {
        take: async () => {
          const taken = requests
          requests = []
          return taken
        },
        onRequested: (listener: () => void) => requested.on(listener),
      },
      settings: {
        get: async () => structuredClone(disk.settings),
        set: async (settings: DesktopSettings) => {
          disk.settings = structuredClone(settings)
          return shortcutStates()
        },
        shortcuts: async () => shortcutStates(),
      },
      server: {
        check,
        use: check,
        takeOffer: async () => {
          const taken = offer
          offer = null
          return taken
        },
        onOffered: (listener: () => void) => offered.on(listener),
      },
      updates: { state: async () => update, install: async () => undefined, onChange: updates.on },
    },
    controls: {
      published,
      command: commands.tell,
      requestDial: (request: DialRequest) => {
        requests.push(request)
        requested.tell(undefined)
      },
      offerServer: (address: string) => {
        offer = address
        offered.tell(undefined)
      },
      setUpdate: (state: UpdateState) => {
        update = state
        updates.tell(state)
      },
    },
  }
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
    state: () => read(() => ({ notice: null, rowsSetAside: 0, damagedFiles: 0 })),
    wipe: ({ userId }) =>
      write(() => {
        for (const [key, draft] of disk.drafts) if (draft.userId === userId) disk.drafts.delete(key)
        disk.outbox = disk.outbox.filter((row) => row.userId !== userId)
      }),
  }
}
