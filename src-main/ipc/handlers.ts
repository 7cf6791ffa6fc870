import type { BridgeEvent, BridgeEventName, StorageNotice, WindowName } from '../../src-preload/contract/index.ts'
import { bridgeChannels } from '../../src-preload/contract/index.ts'
import type { SqliteDraftStore } from '../drafts/draft-store.ts'
import type { Notifier } from '../notifications.ts'
import type { SecretStore } from '../secrets/secret-store.ts'
import type { BridgeHandlers, IpcSender } from './router.ts'

export interface HandlerDeps {
  readonly drafts: SqliteDraftStore
  readonly storageNotice: StorageNotice | null
  readonly secrets: SecretStore
  readonly serverUrl: string
  readonly windows: { open(name: WindowName): void; focus(sender: IpcSender): void }
  readonly notifier: Notifier
  /** Asks the person where to, and writes; false when they chose not to. */
  readonly saveFile: (file: { name: string; content: string }, sender: IpcSender) => Promise<boolean>
}

/** Each request of the bridge and the service that answers it. */
export function createBridgeHandlers(deps: HandlerDeps): BridgeHandlers {
  const { drafts, secrets, windows, notifier } = deps
  return {
    'drafts.put': (draft) => drafts.put(draft),
    'drafts.get': (key) => drafts.get(key),
    'drafts.list': (key) => drafts.list(key),
    'drafts.remove': (key) => drafts.remove(key),
    'drafts.promote': (row) => drafts.promote(row),
    'outbox.list': (key) => drafts.outbox(key),
    'outbox.retryLater': (retry) => drafts.retryLater(retry),
    'outbox.done': (row) => drafts.done(row),
    'secrets.get': ({ name }) => secrets.get(name),
    'secrets.set': ({ name, value }) => secrets.set(name, value),
    'secrets.state': () => secrets.state(),
    'storage.state': () => deps.storageNotice,
    'server.address': () => deps.serverUrl,
    'windows.open': ({ name }) => windows.open(name),
    'windows.focus': (_, sender) => windows.focus(sender),
    'notifications.show': (notification, sender) =>
      notifier.show(sender.id, notification, () => {
        windows.focus(sender)
        sendEvent(sender, 'notifications.clicked', { id: notification.id })
      }),
    'notifications.close': ({ id }, sender) => notifier.close(sender.id, id),
    'files.save': (file, sender) => deps.saveFile(file, sender),
  }
}

/** Main → page, only names and payloads of the contract. */
export function sendEvent<N extends BridgeEventName>(to: IpcSender, name: N, event: BridgeEvent<N>): void {
  to.send(bridgeChannels.event, { name, event })
}
