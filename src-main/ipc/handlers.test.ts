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
  const unused = (name: string) => (): never => {
    throw new Error(`${name} is not part of this test`)
  }
  const drafts: HandlerDeps['drafts'] = {
    put: unused('put'),
    get: unused('get'),
    list: unused('list'),
    remove: unused('remove'),
    promote: unused('promote'),
    outbox: unused('outbox'),
    retryLater: unused('retryLater'),
    done: unused('done'),
  }
  const inbox = createInbox({ onNumber: () => undefined, onServerOffer: () => undefined })
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
      }),
      desk: createDesk({ sendToWorkplace: ({ kind }) => void done.push(kind), openWorkplace: () => undefined }),
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
      updates: noUpdates('1.0.0'),
      saveFile: async () => true,
    }),
  })
  const ask = (from: WindowName | null, name: BridgeRequestName, args: unknown = {}) =>
    listener?.({ sender: { id: names.indexOf(from), send: () => undefined }, senderFrame: { origin, parent: null } }, name, args)
  return { ask, done, actions }
}

/** Who may ask what beside the rest: every other window is refused. */
const rights: [BridgeRequestName, unknown, readonly WindowName[]][] = [
  ['desk.publish', published, ['workplace']],
  ['desk.command', { kind: 'answer' }, ['island']],
  ['dial.take', {}, ['workplace']],
  ['server.takeOffer', {}, ['workplace']],
  ['secrets.get', { name: 'sessionToken' }, ['workplace', 'monitor', 'settings']],
  ['secrets.set', { name: 'sessionToken', value: null }, ['workplace', 'monitor', 'settings']],
  ['server.check', { address: 'a' }, ['workplace', 'settings']],
  ['server.use', { address: 'a' }, ['workplace', 'settings']],
]

test.each(rights)('%s is for its own windows alone', async (name, args, allowed) => {
  for (const from of names) {
    const { ask, done } = setUp()
    const reply = await ask(from, name, args)
    if (from !== null && allowed.includes(from)) expect([from, reply]).toMatchObject([from, { ok: true }])
    else expect([from, reply, done]).toMatchObject([from, { ok: false, code: 'forbiddenSender' }, []])
  }
})

test('the island comes by itself: no page opens it', async () => {
  const { ask, done } = setUp()
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

test('only the workplace gives a notification buttons, in the person’s language', async () => {
  const { ask, actions } = setUp()
  await ask('workplace', 'desk.publish', published)
  const ring = { id: 'r', title: 't', body: 'b', answerable: true }
  await ask('workplace', 'notifications.show', ring)
  await ask('monitor', 'notifications.show', ring)
  await ask('workplace', 'notifications.show', { id: 'other', title: 't', body: 'b' })
  expect(actions).toEqual([['Answer', 'Reject'], [], []])
})
