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
import type { Language } from '../desk/language.ts'
import { wordsIn } from '../desk/words.ts'
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
  readonly language: () => Language
  readonly inbox: Inbox
  readonly settings: { get(): DesktopSettings; set(settings: DesktopSettings): void }
  readonly shortcutStates: () => ShortcutState[]
  readonly updates: Pick<Updates, 'state' | 'install'>
  /** Asks the person where to, and takes the file from the server; false when they chose not to. */
  readonly saveFile: (file: { name: string; path: string }, sender: IpcSender) => Promise<boolean>
}

/** Each request of the bridge and the service that answers it. */
export function createBridgeHandlers(deps: HandlerDeps): BridgeHandlers {
  const { drafts, secrets, server, windows, notifier, desk, inbox } = deps
  return {
    'drafts.put': (draft) => drafts.put(draft),
    'drafts.get': (key) => drafts.get(key),
    'drafts.list': (key) => drafts.list(key),
    'drafts.remove': (key) => drafts.remove(key),
    'drafts.promote': (row) => drafts.promote(row),
    'outbox.list': (key) => drafts.outbox(key),
    'outbox.retryLater': (retry) => drafts.retryLater(retry),
    'outbox.done': (row) => drafts.done(row),
    'drafts.wipe': (key) => drafts.wipe(key),
    'secrets.get': ({ name }) => secrets.get(name),
    'secrets.set': ({ name, value }) => secrets.set(name, value),
    'secrets.state': () => secrets.state(),
    'storage.state': () => ({
      notice: deps.storageNotice,
      rowsSetAside: drafts.rowsSetAside(),
      damagedFiles: drafts.damagedFiles(),
    }),
    'server.address': () => server.current(),
    'server.check': ({ address }) => server.check(address),
    'server.use': ({ address }) => {
      const now = desk.state()
      // The pages begin anew with the server: what is on them now would be cut off.
      if (now !== null && (now.call !== null || now.unkept)) return { result: 'busy' }
      return server.use(address)
    },
    'server.takeOffer': () => inbox.takeServerOffer(),
    'windows.open': ({ name }, sender) => {
      // The island comes and goes with its call, and leads to nothing but its workplace.
      if (name === 'island' || (name !== 'workplace' && windows.nameOf(sender) === 'island')) throw new ForbiddenSender()
      windows.open(name)
    },
    'windows.focus': (_, sender) => windows.focus(sender),
    'notifications.show': ({ answerable, ...notification }, sender) => {
      const t = wordsIn(deps.language())
      notifier.show(sender.id, notification, {
        click: () => {
          windows.focus(sender)
          sendEvent(sender, 'notifications.clicked', { id: notification.id })
        },
        ...(answerable === true && {
          buttons: { labels: [t.answer, t.reject], onPress: (kind) => desk.command({ kind }) },
        }),
      })
    },
    'notifications.close': ({ id }, sender) => notifier.close(sender.id, id),
    'desk.publish': (state) => desk.publish(state),
    'desk.state': () => desk.state(),
    'desk.command': (command) => desk.command(command),
    'dial.take': () => inbox.takeNumbers(),
    'settings.get': () => deps.settings.get(),
    'settings.set': (settings) => {
      deps.settings.set(settings)
      return deps.shortcutStates().filter(({ state }) => state === 'taken' || state === 'invalid')
    },
    'shortcuts.state': () => deps.shortcutStates(),
    'updates.state': () => deps.updates.state(),
    'updates.install': () => deps.updates.install(),
    'files.download': (file, sender) => deps.saveFile(file, sender),
  }
}

/** Main → page, only names and payloads of the contract. */
export function sendEvent<N extends BridgeEventName>(to: IpcSender, name: N, event: BridgeEvent<N>): void {
  to.send(bridgeChannels.event, { name, event })
}
