import type {
  BridgeEvent,
  BridgeEventName,
  DesktopSettings,
  ShortcutState,
  StorageNotice,
  WindowName,
} from '../../src-preload/contract/index.ts'
import { bridgeChannels } from '../../src-preload/contract/index.ts'
import type { Desk } from '../desk/desk.ts'
import { wordsOf } from '../desk/words.ts'
import type { SqliteDraftStore } from '../drafts/draft-store.ts'
import type { Inbox } from '../links/inbox.ts'
import type { Notifier } from '../notifications.ts'
import type { SecretStore } from '../secrets/secret-store.ts'
import type { ServerAddress } from '../server/server-address.ts'
import type { Updates } from '../updates/updates.ts'
import { type BridgeHandlers, ForbiddenSender, type IpcSender } from './router.ts'

export interface HandlerDeps {
  readonly drafts: SqliteDraftStore
  readonly storageNotice: StorageNotice | null
  readonly secrets: SecretStore
  readonly server: ServerAddress
  readonly windows: { open(name: WindowName): void; focus(sender: IpcSender): void; nameOf(sender: IpcSender): WindowName | null }
  readonly notifier: Notifier
  readonly desk: Desk
  readonly inbox: Inbox
  readonly settings: { get(): DesktopSettings; set(settings: DesktopSettings): void }
  readonly shortcutStates: () => ShortcutState[]
  readonly updates: Pick<Updates, 'state' | 'install'>
  /** Asks the person where to, and writes; false when they chose not to. */
  readonly saveFile: (file: { name: string; content: string }, sender: IpcSender) => Promise<boolean>
}

/** Each request of the bridge and the service that answers it. */
export function createBridgeHandlers(deps: HandlerDeps): BridgeHandlers {
  const { drafts, secrets, server, windows, notifier, desk, inbox } = deps
  /** All windows are ours, but what passes between the desk and the person goes through the windows meant for it. */
  const only = (sender: IpcSender, ...names: WindowName[]) => {
    const name = windows.nameOf(sender)
    if (name === null || !names.includes(name)) throw new ForbiddenSender()
  }
  return {
    'drafts.put': (draft) => drafts.put(draft),
    'drafts.get': (key) => drafts.get(key),
    'drafts.list': (key) => drafts.list(key),
    'drafts.remove': (key) => drafts.remove(key),
    'drafts.promote': (row) => drafts.promote(row),
    'outbox.list': (key) => drafts.outbox(key),
    'outbox.retryLater': (retry) => drafts.retryLater(retry),
    'outbox.done': (row) => drafts.done(row),
    // The island knows the call and nothing else.
    'secrets.get': ({ name }, sender) => {
      only(sender, 'workplace', 'monitor', 'settings')
      return secrets.get(name)
    },
    'secrets.set': ({ name, value }, sender) => {
      only(sender, 'workplace', 'monitor', 'settings')
      return secrets.set(name, value)
    },
    'secrets.state': () => secrets.state(),
    'storage.state': () => deps.storageNotice,
    'server.address': () => server.current(),
    'server.check': ({ address }, sender) => {
      only(sender, 'workplace', 'settings')
      return server.check(address)
    },
    'server.use': ({ address }, sender) => {
      only(sender, 'workplace', 'settings')
      const now = desk.state()
      // The pages begin anew with the server: what is on them now would be cut off.
      if (now !== null && (now.call !== null || now.unkept)) return { result: 'busy' }
      return server.use(address)
    },
    'server.takeOffer': (_, sender) => {
      only(sender, 'workplace')
      return inbox.takeServerOffer()
    },
    'windows.open': ({ name }) => {
      // The island comes and goes with its call.
      if (name === 'island') throw new ForbiddenSender()
      windows.open(name)
    },
    'windows.focus': (_, sender) => windows.focus(sender),
    'notifications.show': ({ answerable, ...notification }, sender) => {
      const t = wordsOf(desk.state())
      const mayAnswer = answerable === true && windows.nameOf(sender) === 'workplace'
      notifier.show(sender.id, notification, {
        click: () => {
          windows.focus(sender)
          sendEvent(sender, 'notifications.clicked', { id: notification.id })
        },
        ...(mayAnswer && {
          buttons: { labels: [t.answer, t.reject], onPress: (kind) => desk.command({ kind }) },
        }),
      })
    },
    'notifications.close': ({ id }, sender) => notifier.close(sender.id, id),
    'desk.publish': (state, sender) => {
      only(sender, 'workplace')
      desk.publish(state)
    },
    'desk.state': () => desk.state(),
    'desk.command': (command, sender) => {
      only(sender, 'island')
      desk.command(command)
    },
    'dial.take': (_, sender) => {
      only(sender, 'workplace')
      return inbox.takeNumbers()
    },
    'settings.get': () => deps.settings.get(),
    'settings.set': (settings) => {
      deps.settings.set(settings)
      return deps.shortcutStates().filter(({ state }) => state === 'taken' || state === 'invalid')
    },
    'shortcuts.state': () => deps.shortcutStates(),
    'updates.state': () => deps.updates.state(),
    'updates.install': () => deps.updates.install(),
    'files.save': (file, sender) => deps.saveFile(file, sender),
  }
}

/** Main → page, only names and payloads of the contract. */
export function sendEvent<N extends BridgeEventName>(to: IpcSender, name: N, event: BridgeEvent<N>): void {
  to.send(bridgeChannels.event, { name, event })
}
