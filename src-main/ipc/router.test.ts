import { expect, test, vi } from 'vitest'
import { bridgeChannels, bridgeRequests } from '../../src-preload/contract/index.ts'
import { StorageFailure } from '../drafts/storage-failure.ts'
import { silentLog } from '../log.ts'
import { type BridgeHandlers, ForbiddenSender, type IpcInvokeEvent, type IpcMainLike, routeIpc } from './router.ts'

const origin = 'app://callsync'
const sender = { id: 1, send: () => undefined }
const ownFrame: IpcInvokeEvent = { sender, senderFrame: { origin, parent: null } }

function setUp() {
  let listener: Parameters<IpcMainLike['handle']>[1] | undefined
  const ipcMain: IpcMainLike = {
    handle: (channel, added) => {
      if (channel === bridgeChannels.request) listener = added
    },
    removeHandler: (channel) => {
      if (channel === bridgeChannels.request) listener = undefined
    },
  }
  const put = vi.fn()
  const handlers: BridgeHandlers = {
    'drafts.put': put,
    'drafts.get': () => null,
    'drafts.list': () => [],
    'drafts.remove': () => undefined,
    'drafts.promote': () => undefined,
    'outbox.list': () => [],
    'outbox.retryLater': () => undefined,
    'outbox.done': () => undefined,
    'secrets.get': () => null,
    'secrets.set': () => undefined,
    'secrets.state': () => 'stored',
    'drafts.wipe': () => undefined,
    'storage.state': () => ({ notice: null, rowsSetAside: 0, damagedFiles: 0 }),
    'server.address': () => 'http://server',
    'windows.open': () => {
      throw new ForbiddenSender()
    },
    'windows.focus': () => undefined,
    'notifications.show': () => undefined,
    'notifications.close': () => undefined,
    'desk.publish': () => undefined,
    'desk.state': () => null,
    'desk.command': () => undefined,
    'dial.take': () => [],
    'settings.get': () => ({ launchAtLogin: false, closeToTray: true, showIsland: true, shortcuts: {} }),
    'settings.set': () => [],
    'shortcuts.state': () => [],
    'server.check': () => ({ result: 'invalid' }),
    'server.use': () => ({ result: 'invalid' }),
    'server.takeOffer': () => null,
    'updates.state': () => ({ state: 'none', version: '1' }),
    'updates.install': () => undefined,
    'files.download': () => true,
  }
  const dispose = routeIpc({
    ipcMain,
    handlers,
    trustedOrigins: [origin],
    nameOf: ({ id }) => (id === 1 ? 'workplace' : null),
    log: silentLog,
  })
  const ask = async (event: IpcInvokeEvent, ...args: unknown[]) => listener?.(event, ...args)
  return { put, ask, dispose }
}

const draft = { cardId: 'c', userId: 'u', baseVersion: 0, changes: {}, updatedAtMs: 1 }

test('our own main frame is answered in an envelope', async () => {
  const { ask, put } = setUp()
  expect(await ask(ownFrame, 'server.address', {})).toEqual({ ok: true, value: 'http://server' })
  expect(await ask(ownFrame, 'drafts.put', draft)).toEqual({ ok: true, value: undefined })
  expect(put).toHaveBeenCalledWith(draft, sender)
})

test.each<[string, IpcInvokeEvent['senderFrame']]>([
  ['a frame inside the page', { origin, parent: {} }],
  ['a foreign page', { origin: 'https://evil.example', parent: null }],
  ['a page of our host with another scheme', { origin: 'http://callsync', parent: null }],
  ['an origin that only begins like ours', { origin: 'app://callsync.evil', parent: null }],
  ['an opaque origin', { origin: 'null', parent: null }],
  ['a frame that is gone', null],
])('refuses %s before anything runs', async (_, senderFrame) => {
  const { ask, put } = setUp()
  expect(await ask({ sender, senderFrame }, 'drafts.put', draft)).toMatchObject({ ok: false, code: 'forbiddenSender' })
  expect(put).not.toHaveBeenCalled()
})

test.each([['constructor'], ['__proto__'], ['drafts.drop'], [''], [42], [undefined]])('refuses the name %s', async (name) => {
  const { ask } = setUp()
  expect(await ask(ownFrame, name, {})).toMatchObject({ ok: false, code: 'invalidArguments' })
})

test.each([
  ['a missing field', 'drafts.get', { userId: 'u' }],
  ['no arguments', 'drafts.get', undefined],
  ['a wrong type', 'drafts.put', { ...draft, baseVersion: '1' }],
  ['an unknown secret', 'secrets.get', { name: '../../etc/passwd' }],
  ['an unknown window', 'windows.open', { name: 'https://evil.example' }],
  ['an id that is no uuid', 'outbox.done', { id: '1' }],
])('refuses %s', async (_, name, args) => {
  const { ask, put } = setUp()
  expect(await ask(ownFrame, name, args)).toMatchObject({ ok: false, code: 'invalidArguments' })
  expect(put).not.toHaveBeenCalled()
})

test('fields that the contract does not know do not reach the handler', async () => {
  const { ask, put } = setUp()
  await ask(ownFrame, 'drafts.put', { ...draft, more: 1 })
  expect(put).toHaveBeenCalledWith(draft, sender)
})

test('one of our own windows that has no right to it is told so, and so is a page in no window', async () => {
  const { ask, put } = setUp()
  expect(await ask(ownFrame, 'desk.command', { kind: 'answer' })).toMatchObject({ ok: false, code: 'forbiddenSender' })
  expect(await ask(ownFrame, 'windows.open', { name: 'monitor' })).toMatchObject({ ok: false, code: 'forbiddenSender' })
  const lost = { ...ownFrame, sender: { ...sender, id: 2 } }
  expect(await ask(lost, 'drafts.put', draft)).toMatchObject({ ok: false, code: 'forbiddenSender' })
  expect(put).not.toHaveBeenCalled()
})

test('a failing store is told with its advice', async () => {
  const { ask, put } = setUp()
  put.mockImplementation(() => {
    throw new StorageFailure('The disk is full.')
  })
  expect(await ask(ownFrame, 'drafts.put', draft)).toEqual({ ok: false, code: 'storage', message: 'The disk is full.' })
})

test('what else goes wrong is not thrown across and tells the page nothing of the inside', async () => {
  const { ask, put } = setUp()
  put.mockRejectedValue(new Error('/home/anna/secret'))
  const reply = await ask(ownFrame, 'drafts.put', draft)
  expect(reply).toMatchObject({ ok: false, code: 'internal' })
  expect(JSON.stringify(reply)).not.toContain('secret')
})

test('after the disposer nobody is answered', async () => {
  const { ask, dispose } = setUp()
  dispose()
  expect(await ask(ownFrame, 'server.address', {})).toBeUndefined()
})

test('every request of the contract is checked: none takes anything at all', () => {
  for (const [name, { args }] of Object.entries(bridgeRequests)) {
    expect([name, args.safeParse(42).success]).toEqual([name, false])
  }
})
