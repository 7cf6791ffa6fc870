import type { BridgeRequestName, WindowName } from '../../src-preload/contract/index.ts'

const workplace = ['workplace'] as const
/** Screens with a signed-in person. The island knows the call and nothing else. */
const screens = ['workplace', 'monitor', 'settings'] as const
/** Where this computer is set up. */
const setUp = ['workplace', 'settings'] as const

/** Which windows may ask what. All of them are ours, but a page that was talked into something gets no further than its own work. */
export const rights: Readonly<Record<BridgeRequestName, readonly WindowName[]>> = {
  'drafts.put': workplace,
  'drafts.get': workplace,
  'drafts.remove': workplace,
  'drafts.promote': workplace,
  'outbox.retryLater': workplace,
  'outbox.done': workplace,
  // Signing out is on every screen, and says what waits here.
  'drafts.list': screens,
  'outbox.list': screens,
  'drafts.wipe': screens,
  'secrets.get': screens,
  'secrets.set': screens,
  'secrets.state': screens,
  'storage.state': screens,
  'server.address': [...screens, 'island'],
  'windows.open': [...screens, 'island'],
  'windows.focus': screens,
  'notifications.show': workplace,
  'notifications.close': workplace,
  'desk.publish': workplace,
  'desk.state': ['workplace', 'island'],
  'desk.command': ['island'],
  'dial.take': workplace,
  'settings.get': setUp,
  'settings.set': setUp,
  'shortcuts.state': setUp,
  'server.check': setUp,
  'server.use': setUp,
  'server.takeOffer': workplace,
  'updates.state': setUp,
  'updates.install': setUp,
  'files.download': screens,
}
