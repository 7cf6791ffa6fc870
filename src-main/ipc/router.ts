import type { z } from 'zod'
import {
  type BridgeReply,
  type BridgeRequestName,
  type BridgeRequests,
  bridgeChannels,
  bridgeRequests,
  type WindowName,
} from '../../src-preload/contract/index.ts'
import { StorageFailure } from '../drafts/storage-failure.ts'
import type { Log } from '../log.ts'
import { rights } from './rights.ts'

/** The page is ours, and may ask this of others than it did. */
export class ForbiddenSender extends Error {
  override readonly name = 'ForbiddenSender'
}

/** What is needed of Electron's WebContents. */
export interface IpcSender {
  readonly id: number
  send(channel: string, message: unknown): void
}

/** What is needed of Electron's IpcMainInvokeEvent. `senderFrame` is null when the frame is gone. */
export interface IpcInvokeEvent {
  readonly sender: IpcSender
  readonly senderFrame: { readonly origin: string; readonly parent: object | null } | null
}

/** What is needed of Electron's ipcMain. */
export interface IpcMainLike {
  handle(channel: string, listener: (event: IpcInvokeEvent, ...args: unknown[]) => Promise<BridgeReply>): void
  removeHandler(channel: string): void
}

type Args<N extends BridgeRequestName> = z.output<BridgeRequests[N]['args']>
type Result<N extends BridgeRequestName> = z.input<BridgeRequests[N]['result']>

export type BridgeHandlers = {
  readonly [N in BridgeRequestName]: Result<N> extends undefined
    ? (args: Args<N>, sender: IpcSender) => void
    : (args: Args<N>, sender: IpcSender) => Result<N> | Promise<Result<N>>
}

export interface RouterDeps {
  readonly ipcMain: IpcMainLike
  readonly handlers: BridgeHandlers
  /** Origins of our own pages. */
  readonly trustedOrigins: readonly string[]
  /** Which window a page is in; null when it is in none. */
  readonly nameOf: (sender: IpcSender) => WindowName | null
  readonly log: Log
}

/** The one door from pages into the main process. Returns the disposer. */
export function routeIpc(deps: RouterDeps): () => void {
  deps.ipcMain.handle(bridgeChannels.request, (event, name, args) => answer(deps, event, name, args))
  return () => deps.ipcMain.removeHandler(bridgeChannels.request)
}

/** Sender, then name, then the window's right to it, then arguments, then the work. Whatever happens comes back as an envelope; nothing is thrown across. */
async function answer(deps: RouterDeps, event: IpcInvokeEvent, name: unknown, args: unknown): Promise<BridgeReply> {
  const frame = event.senderFrame
  if (!frame || frame.parent !== null || !deps.trustedOrigins.includes(frame.origin)) {
    deps.log.warn('A request from a page that is not ours was refused')
    return { ok: false, code: 'forbiddenSender', message: 'This page may not use the desktop app.' }
  }
  if (!isRequestName(name)) return { ok: false, code: 'invalidArguments', message: 'There is no such request.' }
  const window = deps.nameOf(event.sender)
  if (window === null || !rights[name].includes(window)) return refuse(deps, name)
  const parsed = bridgeRequests[name].args.safeParse(args)
  if (!parsed.success) {
    deps.log.warn('A request with wrong arguments was refused', { name })
    return { ok: false, code: 'invalidArguments', message: `The arguments of ${name} are wrong.` }
  }
  try {
    const handler: Handle = handlerOf(deps.handlers, name)
    return { ok: true, value: await handler(parsed.data, event.sender) }
  } catch (cause) {
    if (cause instanceof StorageFailure) {
      deps.log.warn('The local store failed', { name, reason: cause.cause instanceof Error ? cause.cause.message : null })
      return { ok: false, code: 'storage', message: cause.message }
    }
    if (cause instanceof ForbiddenSender) return refuse(deps, name)
    deps.log.warn('A request failed', { name, error: cause instanceof Error ? cause.stack : String(cause) })
    return { ok: false, code: 'internal', message: 'The desktop app failed. Its log has the details.' }
  }
}

function refuse(deps: RouterDeps, name: BridgeRequestName): BridgeReply {
  deps.log.warn('A request from another window than its own was refused', { name })
  return { ok: false, code: 'forbiddenSender', message: 'This window may not ask that.' }
}

type Handle = (args: unknown, sender: IpcSender) => unknown

/** The handler of a name takes what the schema of the same name gives; the compiler cannot follow that through the index. */
const handlerOf = (handlers: BridgeHandlers, name: BridgeRequestName): Handle => handlers[name] as Handle

/** `Object.hasOwn`: names such as `constructor` come from the prototype. */
const isRequestName = (name: unknown): name is BridgeRequestName =>
  typeof name === 'string' && Object.hasOwn(bridgeRequests, name)
