import {
  type Bridge,
  type BridgeArgs,
  type BridgeReply,
  type BridgeRequestName,
  type BridgeResult,
  bridgeRequests,
} from '../../src-preload/contract/index.ts'
import { type Platform, StorageError } from './platform.ts'

type BridgeErrorCode = Extract<BridgeReply, { ok: false }>['code']

/** The main process refused or failed. `storage` comes as StorageError instead. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError'
  readonly code: BridgeErrorCode

  constructor(code: BridgeErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** The desktop host: everything is asked of the main process over the preload's bridge. */
export async function createDesktopPlatform(bridge: Bridge): Promise<Platform> {
  const ask = async <N extends BridgeRequestName>(name: N, args: BridgeArgs<N>): Promise<BridgeResult<N>> => {
    const reply = await bridge.request(name, args)
    if (!reply.ok) {
      throw reply.code === 'storage' ? new StorageError(reply.message) : new BridgeError(reply.code, reply.message)
    }
    return parseResult(name, reply.value)
  }
  const serverUrl = await ask('server.address', {})
  const clicks = new Map<string, () => void>()
  bridge.on('notifications.clicked', ({ id }) => clicks.get(id)?.())

  return {
    host: 'desktop',
    capabilities: {
      secretStore: true,
      windows: true,
      desk: true,
      dialRequests: true,
      desktopSettings: true,
      serverChoice: true,
      updates: true,
    },
    serverUrl,
    drafts: {
      put: (draft) => ask('drafts.put', draft),
      get: (key) => ask('drafts.get', key),
      list: (key) => ask('drafts.list', key),
      remove: (key) => ask('drafts.remove', key),
      promote: (row) => ask('drafts.promote', row),
      outbox: (key) => ask('outbox.list', key),
      retryLater: (row) => ask('outbox.retryLater', row),
      done: (row) => ask('outbox.done', row),
      wipe: (key) => ask('drafts.wipe', key),
      state: () => ask('storage.state', {}),
    },
    secrets: {
      get: (name) => ask('secrets.get', { name }),
      set: (name, value) => ask('secrets.set', { name, value }),
      state: () => ask('secrets.state', {}),
    },
    windows: {
      open: (name) => ask('windows.open', { name }),
      focus: () => ask('windows.focus', {}),
    },
    notifications: {
      show({ id, title, body, onClick, answerable = false }) {
        // A refused notification is no reason to disturb the call it announces.
        if (!clicks.has(id)) ask('notifications.show', { id, title, body, answerable }).catch(() => clicks.delete(id))
        clicks.set(id, onClick)
        return () => {
          if (clicks.delete(id)) ask('notifications.close', { id }).catch(() => undefined)
        }
      },
    },
    files: { download: (file) => ask('files.download', file) },
    desk: {
      publish: (state) => ask('desk.publish', state),
      onCommand: (listener) => bridge.on('desk.command', listener),
      state: () => ask('desk.state', {}),
      onState: (listener) => bridge.on('desk.changed', listener),
      press: (command) => ask('desk.command', command),
    },
    dialRequests: {
      take: () => ask('dial.take', {}),
      onRequested: (listener) => bridge.on('dial.requested', () => listener()),
    },
    settings: {
      get: () => ask('settings.get', {}),
      set: (settings) => ask('settings.set', settings),
      shortcuts: () => ask('shortcuts.state', {}),
    },
    server: {
      check: (address) => ask('server.check', { address }),
      use: (address) => ask('server.use', { address }),
      takeOffer: () => ask('server.takeOffer', {}),
      onOffered: (listener) => bridge.on('server.offered', () => listener()),
    },
    updates: {
      state: () => ask('updates.state', {}),
      install: () => ask('updates.install', {}),
      onChange: (listener) => bridge.on('updates.changed', listener),
    },
    onResume: (listener) => bridge.on('power.resumed', () => listener()),
  } satisfies Platform
}

function parseResult<N extends BridgeRequestName>(name: N, value: unknown): BridgeResult<N> {
  // The schema is looked up by the same name, which the compiler cannot follow through the indexed type.
  return bridgeRequests[name].result.parse(value) as BridgeResult<N>
}
