import { expect, test } from 'vitest'
import type { BridgeRequestName, DeskState, WindowName } from '../../src-preload/contract/index.ts'
import { createDesk } from '../desk/desk.ts'
import { createInbox } from '../links/inbox.ts'
import { silentLog } from '../log.ts'
import { createNotifier } from '../notifications.ts'
import { noUpdates } from '../updates/updates.ts'
import { createBridgeHandlers, type HandlerDeps } from './handlers.ts'
import { type IpcMainLike, routeIpc } from './router.ts'

const origin = 'app://callsync'
const names: readonly (WindowName | null)[] = ['workplace', 'monitor', 'settings', 'island', null]
const published: DeskState = {
  language: 'en',
  dark: false,
  person: { name: 'Anna', status: 'ringing', pauseReason: null },
  pauseReasons: [],
  microphones: [],
  call: { lineId: 'l', phase: 'ringingIn', title: 'Ivan', subtitle: 'Sales', sinceMs: 1, muted: false },
  unsent: 0,
  unkept: false,
}

function setUp() {
  const done: string[] = []
  const actions: string[][] = []
  const does = (name: string) => (): undefined => {
    done.push(name)
  }
  const drafts: HandlerDeps['drafts'] = {
    put: does('put'),
    get: () => null,
    list: () => [],
    remove: does('remove'),
    promote: does('promote'),
    outbox: () => [],
    retryLater: does('retryLater'),
    done: does('done'),
    rowsSetAside: () => 2,
    damagedFiles: () => 1,
    wipe: does('wipe'),
  }
  const inbox = createInbox({ onNumber: () => undefined, onServerOffer: () => undefined, onUseless: () => undefined })
  inbox.takeLink('tel:112')
  inbox.takeLink('callsync://server?address=https://a.example')
  let listener: Parameters<IpcMainLike['handle']>[1] | undefined
  routeIpc({
    ipcMain: {
      handle: (_, added) => {
        listener = added
      },
      removeHandler: () => undefined,
    },
    trustedOrigins: [origin],
    nameOf: ({ id }) => names[id] ?? null,
    log: silentLog,
    handlers: createBridgeHandlers({
      drafts,
      storageNotice: null,
      secrets: { get: async () => null, set: async () => void done.push('secret'), state: async () => 'stored' },
      server: {
        current: () => 'https://server.example',
        check: async () => ({ result: 'invalid' }),
        use: async ({ length }) => {
          done.push(`use ${length}`)
          return { result: 'invalid' }
        },
      },
      windows: {
        open: (name) => void done.push(`open ${name}`),
        focus: () => undefined,
        nameOf: ({ id }) => names[id] ?? null,
      },
      notifier: createNotifier({
        create: (options) => {
          actions.push((options.actions ?? []).map(({ text }) => text))
          return { on: () => undefined, show: () => undefined, close: () => undefined }
        },
        discreetTitle: String,
      }),
      desk: createDesk({ sendToWorkplace: ({ kind }) => void done.push(kind), openWorkplace: () => undefined }),
      language: () => 'en',
      inbox,
      settings: {
        get: () => ({ launchAtLogin: false, closeToTray: true, showIsland: true, shortcuts: {} }),
        set: () => void done.push('settings'),
      },
      shortcutStates: () => [
        { action: 'answer', accelerator: 'F9', state: 'works', lastPressedMs: null },
        { action: 'hangUp', accelerator: 'F10', state: 'taken', lastPressedMs: null },
        { action: 'toggleMute', accelerator: 'x', state: 'invalid', lastPressedMs: null },
        { action: 'toggleHold', accelerator: 'F12', state: 'unproven', lastPressedMs: null },
      ],
      updates: { ...noUpdates('1.0.0'), install: does('install') },
      saveFile: async () => {
        done.push('save')
        return true
      },
    }),
  })
  const ask = (from: WindowName | null, name: BridgeRequestName, args: unknown = {}) =>
    listener?.({ sender: { id: names.indexOf(from), send: () => undefined }, senderFrame: { origin, parent: null } }, name, args)
  return { ask, done, actions }
}

const settings = { launchAtLogin: false, closeToTray: true, showIsland: true, shortcuts: {} }
const draftKey = { userId: 'u', cardId: 'c' }
const rowId = '7f1c2c9e-6d4a-4b39-9a37-9a0d6b1f2a01'
const payload = { cardId: 'c', baseVersion: 1, changes: {} }
const row = {
  id: rowId,
  userId: 'u',
  lane: 'c',
  kind: 'card.save',
  payload,
  createdAtMs: 1,
  attempts: 0,
  nextAtMs: 1,
  lastError: null,
}
const screens = ['workplace', 'monitor', 'settings'] as const

/** Who may ask what: every other window is refused, and so is a page in none. */
const rights: Readonly<Record<BridgeRequestName, readonly [args: unknown, allowed: readonly WindowName[]]>> = {
  'drafts.put': [{ ...draftKey, baseVersion: 1, changes: {}, updatedAtMs: 1 }, ['workplace']],
  'drafts.get': [draftKey, ['workplace']],
  'drafts.list': [{ userId: 'u' }, screens],
  'drafts.remove': [draftKey, ['workplace']],
  'drafts.promote': [row, ['workplace']],
  'drafts.wipe': [{ userId: 'u' }, screens],
  'outbox.list': [{ userId: 'u' }, screens],
  'outbox.retryLater': [{ id: rowId, nextAtMs: 1, lastError: '' }, ['workplace']],
  'outbox.done': [{ id: rowId }, ['workplace']],
  'secrets.get': [{ name: 'sessionToken' }, screens],
  'secrets.set': [{ name: 'sessionToken', value: null }, screens],
  'secrets.state': [{}, screens],
  'storage.state': [{}, screens],
  'server.address': [{}, [...screens, 'island']],
  'server.check': [{ address: 'a' }, ['workplace', 'settings']],
  'server.use': [{ address: 'a' }, ['workplace', 'settings']],
  'server.takeOffer': [{}, ['workplace']],
  'windows.open': [{ name: 'workplace' }, [...screens, 'island']],
  'windows.focus': [{}, screens],
  'notifications.show': [{ id: 'r', title: 't', body: 'b' }, ['workplace']],
  'notifications.close': [{ id: 'r' }, ['workplace']],
  'desk.publish': [published, ['workplace']],
  'desk.state': [{}, ['workplace', 'island']],
  'desk.command': [{ kind: 'answer' }, ['island']],
  'dial.take': [{}, ['workplace']],
  'settings.get': [{}, ['workplace', 'settings']],
  'settings.set': [settings, ['workplace', 'settings']],
  'shortcuts.state': [{}, ['workplace', 'settings']],
  'updates.state': [{}, ['workplace', 'settings']],
  'updates.install': [{}, ['workplace', 'settings']],
  'files.download': [{ name: 'a', path: '/api/b' }, screens],
}
const requests = (Object.keys(rights) as BridgeRequestName[]).map((name) => [name, ...rights[name]] as const)

test.each(requests)('%s is for its own windows alone', async (name, args, allowed) => {
  for (const from of names) {
    const { ask, done } = setUp()
    const reply = await ask(from, name, args)
    if (from !== null && allowed.includes(from)) expect([from, reply]).toMatchObject([from, { ok: true }])
    else expect([from, reply, done]).toMatchObject([from, { ok: false, code: 'forbiddenSender' }, []])
  }
})

test('the island comes by itself: no page opens it, and it leads to the workplace alone', async () => {
  const { ask, done } = setUp()
  expect(await ask('island', 'windows.open', { name: 'settings' })).toMatchObject({ ok: false, code: 'forbiddenSender' })
  expect(await ask('workplace', 'windows.open', { name: 'island' })).toMatchObject({ ok: false, code: 'forbiddenSender' })
  await ask('workplace', 'windows.open', { name: 'settings' })
  expect(done).toEqual(['open settings'])
})

test.each([
  ['an unknown press', 'desk.command', 'island', { kind: 'dial', number: '112' }],
  ['a desk that is not one', 'desk.publish', 'workplace', { ...published, call: { phase: 'talking' } }],
  [
    'an endless list',
    'desk.publish',
    'workplace',
    { ...published, microphones: Array.from({ length: 31 }, () => ({ id: 'a', label: 'a', chosen: false })) },
  ],
  [
    'a shortcut for nothing',
    'settings.set',
    'settings',
    { launchAtLogin: true, closeToTray: true, showIsland: true, shortcuts: { format: 'F1' } },
  ],
] as const)('%s does not get in', async (_, name, from, args) => {
  const { ask, done } = setUp()
  expect(await ask(from, name, args)).toMatchObject({ ok: false, code: 'invalidArguments' })
  expect(done).toEqual([])
})

test('what the workplace published is what the others read', async () => {
  const { ask } = setUp()
  expect(await ask('island', 'desk.state')).toEqual({ ok: true, value: null })
  await ask('workplace', 'desk.publish', published)
  expect(await ask('island', 'desk.state')).toEqual({ ok: true, value: published })
})

test('another server is not taken during a call, nor over text that only the page has', async () => {
  const { ask, done } = setUp()
  await ask('workplace', 'desk.publish', published)
  expect(await ask('settings', 'server.use', { address: 'a' })).toEqual({ ok: true, value: { result: 'busy' } })
  await ask('workplace', 'desk.publish', { ...published, call: null, unkept: true })
  expect(await ask('settings', 'server.use', { address: 'a' })).toEqual({ ok: true, value: { result: 'busy' } })
  expect(done).toEqual([])
  await ask('workplace', 'desk.publish', { ...published, call: null })
  await ask('settings', 'server.use', { address: 'a' })
  expect(done).toEqual(['use 1'])
})

test('what waits is given once', async () => {
  const { ask } = setUp()
  expect(await ask('workplace', 'dial.take')).toEqual({ ok: true, value: [{ number: '112', source: 'link' }] })
  expect(await ask('workplace', 'dial.take')).toEqual({ ok: true, value: [] })
  expect(await ask('workplace', 'server.takeOffer')).toEqual({ ok: true, value: 'https://a.example' })
  expect(await ask('workplace', 'server.takeOffer')).toEqual({ ok: true, value: null })
})

test('storing the settings tells what could not be had', async () => {
  const { ask } = setUp()
  const reply = await ask('settings', 'settings.set', {
    launchAtLogin: false,
    closeToTray: true,
    showIsland: true,
    shortcuts: {},
  })
  expect(reply).toMatchObject({ ok: true, value: [{ action: 'hangUp' }, { action: 'toggleMute' }] })
})

test('a ringing call’s notification has its buttons, in the person’s language', async () => {
  const { ask, actions } = setUp()
  await ask('workplace', 'desk.publish', published)
  const ring = { id: 'r', title: 't', body: 'b', answerable: true }
  await ask('workplace', 'notifications.show', ring)
  await ask('workplace', 'notifications.show', { id: 'other', title: 't', body: 'b' })
  expect(actions).toEqual([['Answer', 'Reject'], []])
})
