import { z } from 'zod'
import { DeskCommand, DeskState, DialRequest } from './desk.ts'
import { DesktopSettings, ServerCheck, ShortcutState, UpdateState } from './desktop-settings.ts'

export * from './desk.ts'
export * from './desktop-settings.ts'

/** Everything a page may ask of the main process, and what it may be told. Both ends are typed and checked from here. */

export const DraftRow = z.object({
  cardId: z.string().min(1).max(200),
  /** Whose draft: two people may share a computer. */
  userId: z.string().min(1).max(200),
  baseVersion: z.number().int().min(0),
  /** The fields typed on this computer since `baseVersion` (CardChanges), kept as JSON. */
  changes: z.record(z.string(), z.unknown()),
  updatedAtMs: z.number().int(),
})
export type DraftRow = z.infer<typeof DraftRow>

export const OutboxRow = z.object({
  /** The idempotency key. */
  id: z.uuid(),
  userId: z.string().min(1).max(200),
  /** Rows of one lane are sent in order; the lane of a card is its id. */
  lane: z.string().min(1).max(200),
  kind: z.literal('card.save'),
  payload: z.object({ cardId: z.string(), baseVersion: z.number().int(), changes: z.record(z.string(), z.unknown()) }),
  createdAtMs: z.number().int(),
  attempts: z.number().int(),
  nextAtMs: z.number().int(),
  lastError: z.string().nullable(),
})
export type OutboxRow = z.infer<typeof OutboxRow>

export const SecretName = z.enum(['sessionToken'])
export type SecretName = z.infer<typeof SecretName>

export const WindowName = z.enum(['workplace', 'monitor', 'settings', 'island'])
export type WindowName = z.infer<typeof WindowName>
/** The page each window opens, in both hosts. */
export const windowPaths = {
  workplace: '/',
  monitor: '/monitor',
  settings: '/settings',
  island: '/island',
} as const satisfies Record<WindowName, string>

/**
 * How secrets are kept: `stored` encrypted by the OS; else in memory until the app ends, because there is no OS store
 * (`unavailable`) or it would encrypt with a key that everybody knows (`weakBackend`, Linux without a keyring).
 */
export const SecretState = z.enum(['stored', 'weakBackend', 'unavailable'])
export type SecretState = z.infer<typeof SecretState>

/** `setAsideAs` is the file the damaged database was moved to; a new, empty one took its place. */
export const StorageNotice = z.object({ kind: z.literal('setAside'), setAsideAs: z.string() })
export type StorageNotice = z.infer<typeof StorageNotice>

/**
 * `notice`: what happened when the store was opened. `rowsSetAside`: drafts and saves in it, of whomever, that this version cannot
 * read; they stay until one that can, or a wipe. `damagedFiles`: stores that were set aside whole, now or earlier; a wipe removes them.
 */
export const StorageState = z.object({
  notice: StorageNotice.nullable(),
  rowsSetAside: z.number().int().min(0),
  damagedFiles: z.number().int().min(0),
})
export type StorageState = z.infer<typeof StorageState>

const nothing = z.undefined()

/** Page → main. `args` is validated in main before the handler runs, together with the sender. */
export const bridgeRequests = {
  'drafts.put': { args: DraftRow, result: nothing },
  'drafts.get': { args: z.object({ userId: z.string(), cardId: z.string() }), result: DraftRow.nullable() },
  'drafts.list': { args: z.object({ userId: z.string() }), result: z.array(DraftRow) },
  'drafts.remove': { args: z.object({ userId: z.string(), cardId: z.string() }), result: nothing },
  /** One transaction: the outbox row appears, the draft of its card goes. */
  'drafts.promote': { args: OutboxRow, result: nothing },
  'outbox.list': { args: z.object({ userId: z.string() }), result: z.array(OutboxRow) },
  'outbox.retryLater': {
    args: z.object({ id: z.uuid(), nextAtMs: z.number().int(), lastError: z.string().max(500) }),
    result: nothing,
  },
  'outbox.done': { args: z.object({ id: z.uuid() }), result: nothing },
  /** Everything one person left in the store, also what was set aside, and all damaged stores: gone from the files when it answers. */
  'drafts.wipe': { args: z.object({ userId: z.string() }), result: nothing },
  'secrets.get': { args: z.object({ name: SecretName }), result: z.string().nullable() },
  'secrets.set': { args: z.object({ name: SecretName, value: z.string().max(4000).nullable() }), result: nothing },
  'secrets.state': { args: z.object({}), result: SecretState },
  /** What is wrong with the local store: when it was opened, and now. */
  'storage.state': { args: z.object({}), result: StorageState },
  /** Base URL without a slash at the end; empty on the first start, when nobody has said where the server is: the page asks. */
  'server.address': { args: z.object({}), result: z.string() },
  'windows.open': { args: z.object({ name: WindowName }), result: nothing },
  'windows.focus': { args: z.object({}), result: nothing },
  'notifications.show': {
    args: z.object({
      id: z.string().max(200),
      title: z.string().max(200),
      body: z.string().max(500),
      /** A ringing call: with buttons to answer and reject where the OS has them (they come as `desk.command`), and gone when the ringing ends. */
      answerable: z.boolean().optional(),
    }),
    result: nothing,
  },
  'notifications.close': { args: z.object({ id: z.string().max(200) }), result: nothing },
  /** The workplace tells what the tray, the island and the notifications show. The latest one counts. */
  'desk.publish': { args: DeskState, result: nothing },
  /** What the workplace last published; null before it did. */
  'desk.state': { args: z.object({}), result: DeskState.nullable() },
  /** From the island: passed on to the workplace as an event. */
  'desk.command': { args: DeskCommand, result: nothing },
  /** Numbers from links and the clipboard that came before the page listened; taking empties the list. */
  'dial.take': { args: z.object({}), result: z.array(DialRequest) },
  'settings.get': { args: z.object({}), result: DesktopSettings },
  /** Stores and applies; answers with what could not be had (a shortcut another program holds). */
  'settings.set': { args: DesktopSettings, result: z.array(ShortcutState) },
  /** The state of each shortcut; on some desktops only `lastPressedMs` proves that it works. */
  'shortcuts.state': { args: z.object({}), result: z.array(ShortcutState) },
  /** Tries an address without keeping it. */
  'server.check': { args: z.object({ address: z.string().max(300) }), result: ServerCheck },
  /** Keeps an address that `server.check` finds good and opens the workplace on it. */
  'server.use': { args: z.object({ address: z.string().max(300) }), result: ServerCheck },
  /** An address that a `callsync://server?address=…` link proposed, for the person to accept with `server.use`; null when none did. Taking forgets it. */
  'server.takeOffer': { args: z.object({}), result: z.string().nullable() },
  'updates.state': { args: z.object({}), result: UpdateState },
  'updates.install': { args: z.object({}), result: nothing },
  /** Takes a file from the server to where the person says; false when they chose not to. */
  'files.download': {
    args: z.object({ name: z.string().max(200), path: z.string().startsWith('/api/').max(300) }),
    result: z.boolean(),
  },
} as const satisfies Record<string, { args: z.ZodType; result: z.ZodType }>

export type BridgeRequests = typeof bridgeRequests
export type BridgeRequestName = keyof BridgeRequests
export type BridgeArgs<N extends BridgeRequestName> = z.input<BridgeRequests[N]['args']>
export type BridgeResult<N extends BridgeRequestName> = z.output<BridgeRequests[N]['result']>

/** Main → page. */
export const bridgeEvents = {
  'notifications.clicked': z.object({ id: z.string() }),
  /** The computer woke, or lost an address: connections from before are not to be trusted. */
  'power.resumed': z.object({}),
  /** For the workplace: a press in the tray, the island, a notification or a global shortcut. */
  'desk.command': DeskCommand,
  /** For the island. */
  'desk.changed': DeskState,
  /** A number to dial arrived: ask the person, then `dial.take` it. */
  'dial.requested': z.object({}),
  /** A link proposed a server's address: ask the person about what `server.takeOffer` gives. */
  'server.offered': z.object({}),
  'updates.changed': UpdateState,
} as const satisfies Record<string, z.ZodType>
export type BridgeEvents = typeof bridgeEvents
export type BridgeEventName = keyof BridgeEvents
export type BridgeEvent<N extends BridgeEventName> = z.output<BridgeEvents[N]>

/** Electron keeps only an error's message, so answers travel in an envelope. */
export const BridgeReply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({
    ok: z.literal(false),
    code: z.enum(['invalidArguments', 'forbiddenSender', 'storage', 'internal']),
    message: z.string(),
  }),
])
export type BridgeReply = z.infer<typeof BridgeReply>

/** What the preload puts on `window.callsync`. */
export interface Bridge {
  /** The envelope travels to the page as it is: an error thrown across the context bridge loses its code. Never rejects. */
  request<N extends BridgeRequestName>(name: N, args: BridgeArgs<N>): Promise<BridgeReply>
  /** Returns its disposer. */
  on<N extends BridgeEventName>(name: N, listener: (event: BridgeEvent<N>) => void): () => void
}

/** IPC channel names, one for requests and one for events. */
export const bridgeChannels = { request: 'callsync:request', event: 'callsync:event' } as const
