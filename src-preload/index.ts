import { contextBridge, ipcRenderer } from 'electron'
import type { Bridge, BridgeEventName, BridgeReply, BridgeRequestName, bridgeChannels } from './contract/index.ts'

// Names and channels are repeated here instead of imported, so that this file needs no schema library: what runs with
// access to IPC stays small enough to read. The compiler holds all of them to the contract.
const requestNames: Readonly<Record<BridgeRequestName, true>> = {
  'drafts.put': true,
  'drafts.get': true,
  'drafts.list': true,
  'drafts.remove': true,
  'drafts.promote': true,
  'outbox.list': true,
  'outbox.retryLater': true,
  'outbox.done': true,
  'drafts.wipe': true,
  'secrets.get': true,
  'secrets.set': true,
  'secrets.state': true,
  'storage.state': true,
  'server.address': true,
  'windows.open': true,
  'windows.focus': true,
  'notifications.show': true,
  'notifications.close': true,
  'desk.publish': true,
  'desk.state': true,
  'desk.command': true,
  'dial.take': true,
  'settings.get': true,
  'settings.set': true,
  'shortcuts.state': true,
  'server.check': true,
  'server.use': true,
  'server.takeOffer': true,
  'updates.state': true,
  'updates.install': true,
  'files.download': true,
}
const eventNames: Readonly<Record<BridgeEventName, true>> = {
  'notifications.clicked': true,
  'power.resumed': true,
  'desk.command': true,
  'desk.changed': true,
  'dial.requested': true,
  'server.offered': true,
  'updates.changed': true,
}
const requestChannel: typeof bridgeChannels.request = 'callsync:request'
const eventChannel: typeof bridgeChannels.event = 'callsync:event'

interface EventMessage {
  readonly name: string
  readonly event: unknown
}

const listeners = new Map<string, Set<(event: never) => void>>()

ipcRenderer.on(eventChannel, (_event, message: EventMessage) => {
  for (const listener of listeners.get(message.name) ?? []) listener(message.event as never)
})

const bridge: Bridge = {
  async request(name, args) {
    if (!Object.hasOwn(requestNames, name)) {
      return { ok: false, code: 'invalidArguments', message: 'There is no such request.' }
    }
    try {
      // The answer comes from our own main process, through the wrapper that gives nothing else.
      return (await ipcRenderer.invoke(requestChannel, name, args)) as BridgeReply
    } catch {
      return { ok: false, code: 'internal', message: 'The desktop app did not answer.' }
    }
  },
  on(name, listener) {
    if (!Object.hasOwn(eventNames, name)) return () => undefined
    const ofName = listeners.get(name) ?? new Set()
    listeners.set(name, ofName)
    ofName.add(listener)
    return () => void ofName.delete(listener)
  },
}

contextBridge.exposeInMainWorld('callsync', bridge)
