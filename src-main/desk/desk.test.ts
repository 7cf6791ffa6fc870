import { expect, test } from 'vitest'
import type { DeskCommand, DeskState } from '../../src-preload/contract/index.ts'
import { createDesk } from './desk.ts'
import { createIsland } from './island.ts'
import { createCallKeepsAwake, tellPower } from './power.ts'
import { createQuitGuard, type QuitQuestion } from './quit-guard.ts'
import { createTrayPresenter, desktopHasTray, type MenuEntry, type TrayIcon, trayMenu } from './tray.ts'

const call = {
  lineId: 'l',
  phase: 'talking',
  title: 'Иван',
  subtitle: 'Отдел продаж',
  sinceMs: 1,
  muted: false,
} as const satisfies DeskState['call']
const idle: DeskState = {
  language: 'ru',
  dark: false,
  person: { name: 'Анна', status: 'available', pauseReason: null },
  pauseReasons: [
    { code: 'lunch', name: 'Обед' },
    { code: 'training', name: 'Обучение' },
  ],
  microphones: [{ id: 'm1', label: 'Гарнитура', chosen: true }],
  call: null,
  unsent: 0,
  unkept: false,
}

test('the desk keeps the latest word of the workplace until that is gone, and passes presses on', () => {
  const sent: DeskCommand[] = []
  let opened = 0
  const desk = createDesk({
    sendToWorkplace: (command) => void sent.push(command),
    openWorkplace: () => {
      opened += 1
    },
  })
  const heard: unknown[] = []
  const stop = desk.onChange((state) => heard.push(state))
  desk.publish(idle)
  expect(desk.state()).toBe(idle)
  desk.command({ kind: 'answer' })
  expect(opened).toBe(0)
  desk.command({ kind: 'transfer' })
  expect(opened).toBe(1)
  desk.clear()
  expect(desk.state()).toBeNull()
  stop()
  desk.publish(idle)
  expect(heard).toEqual([idle, null])
  expect(sent).toEqual([{ kind: 'answer' }, { kind: 'transfer' }])
})

test('the island shows exactly while a call is on, the workplace is out of sight and the person wants it', () => {
  let desk: DeskState | null = null
  let visible = false
  let enabled = true
  const doings: string[] = []
  const update = createIsland({
    windows: {
      showIsland: () => void doings.push('show'),
      hideIsland: () => void doings.push('hide'),
      workplaceVisible: () => visible,
      sendToIsland: () => undefined,
    },
    desk: () => desk,
    enabled: () => enabled,
  })
  const after = (change: () => void) => {
    change()
    update()
    return doings.splice(0)
  }
  expect(after(() => undefined)).toEqual([])
  expect(
    after(() => {
      desk = idle
    }),
  ).toEqual([])
  expect(
    after(() => {
      desk = { ...idle, call }
    }),
  ).toEqual(['show'])
  expect(
    after(() => {
      desk = { ...idle, call: { ...call, muted: true } }
    }),
  ).toEqual([])
  expect(
    after(() => {
      visible = true
    }),
  ).toEqual(['hide'])
  expect(
    after(() => {
      visible = false
    }),
  ).toEqual(['show'])
  expect(
    after(() => {
      enabled = false
    }),
  ).toEqual(['hide'])
  expect(
    after(() => {
      enabled = true
    }),
  ).toEqual(['show'])
  expect(
    after(() => {
      desk = idle
    }),
  ).toEqual(['hide'])
  expect(
    after(() => {
      desk = null
    }),
  ).toEqual([])
})

const labels = (entries: readonly MenuEntry[]): unknown[] =>
  entries.map(({ label, type, submenu }) => (submenu ? [label, ...labels(submenu)] : (label ?? type)))

function find(entries: readonly MenuEntry[], ...path: string[]): MenuEntry | undefined {
  const entry = entries.find(({ label }) => label === path[0])
  return path.length > 1 ? find(entry?.submenu ?? [], ...path.slice(1)) : entry
}

test('the tray’s menu: status, pause with its reasons, microphones, open, quit', () => {
  const sent: DeskCommand[] = []
  const actions = { command: (command: DeskCommand) => void sent.push(command), open: () => undefined, quit: () => undefined }
  const menu = trayMenu({ ...idle, person: { name: 'Анна', status: 'paused', pauseReason: 'lunch' } }, actions)
  expect(labels(menu)).toEqual([
    'Анна: Пауза (Обед)',
    'separator',
    ['Пауза', 'Обед', 'Обучение'],
    'Снять с паузы',
    ['Микрофон', 'Гарнитура'],
    'separator',
    'Открыть CallSync',
    'Выйти из программы',
  ])
  expect(find(menu, 'Пауза', 'Обед')?.checked).toBe(true)
  expect(find(menu, 'Пауза', 'Обучение')?.checked).toBe(false)
  find(menu, 'Пауза', 'Обучение')?.click?.()
  find(menu, 'Снять с паузы')?.click?.()
  find(menu, 'Микрофон', 'Гарнитура')?.click?.()
  expect(sent).toEqual([{ kind: 'setPause', reason: 'training' }, { kind: 'unpause' }, { kind: 'chooseMicrophone', id: 'm1' }])
  expect(find(trayMenu(idle, actions), 'Снять с паузы')?.enabled).toBe(false)
})

test('who is not signed in can open and quit, no more; the language is the person’s', () => {
  const actions = { command: () => undefined, open: () => undefined, quit: () => undefined }
  expect(labels(trayMenu(null, actions))).toEqual(['Вход не выполнен', 'separator', 'Открыть CallSync', 'Выйти из программы'])
  expect(labels(trayMenu({ ...idle, language: 'en', person: null }, actions))).toEqual([
    'Not signed in',
    'separator',
    'Open CallSync',
    'Quit',
  ])
})

test('the tray’s picture follows the status, and a talk’s every second does not close its menu', () => {
  const icons: TrayIcon[] = []
  let menus = 0
  const present = createTrayPresenter({
    tray: {
      setIcon: (icon) => void icons.push(icon),
      setToolTip: () => undefined,
      setMenu: () => {
        menus += 1
      },
    },
    command: () => undefined,
    open: () => undefined,
    quit: () => undefined,
  })
  const status = (name: 'available' | 'onCall' | 'wrapUp' | 'paused' | 'offline', more: Partial<DeskState> = {}) =>
    present({ ...idle, person: { name: 'Анна', status: name, pauseReason: null }, ...more })
  present(null)
  status('available')
  status('onCall', { call })
  status('onCall', { call: { ...call, muted: true }, unsent: 1 })
  status('wrapUp')
  status('offline')
  expect(icons).toEqual(['offline', 'available', 'busy', 'waiting', 'offline'])
  expect(menus).toBe(5)
})

test.each<[NodeJS.Platform, string | undefined, boolean]>([
  ['win32', undefined, true],
  ['darwin', undefined, true],
  ['linux', 'KDE', true],
  ['linux', 'ubuntu:GNOME', true],
  ['linux', 'GNOME', false],
  ['linux', undefined, true],
])('%s with %s has a tray: %s', (platform, desktop, has) => {
  expect(desktopHasTray(platform, desktop)).toBe(has)
})

function guarded(first: DeskState | null) {
  const desk = { state: first }
  const asked: QuitQuestion[] = []
  const answers: ((yes: boolean) => void)[] = []
  let quits = 0
  const guard = createQuitGuard({
    desk: () => desk.state,
    ask: (question) => {
      asked.push(question)
      return new Promise((resolve) => answers.push(resolve))
    },
    quit: () => {
      quits += 1
    },
  })
  const answer = async (yes: boolean) => {
    answers.shift()?.(yes)
    await new Promise(setImmediate)
  }
  return { desk, guard, asked, answer, quits: () => quits }
}

test('nothing is asked when nothing would be cut off, and that is no leave for later', () => {
  const { guard, asked, desk } = guarded(null)
  expect(guard.mayQuit()).toBe(true)
  desk.state = idle
  expect(guard.mayQuit()).toBe(true)
  desk.state = { ...idle, call }
  expect(guard.mayQuit()).toBe(false)
  expect(asked).toHaveLength(1)
})

test('a call holds the app until the person says so, asked once at a time', async () => {
  const { guard, asked, answer, quits } = guarded({ ...idle, call })
  expect(guard.mayQuit()).toBe(false)
  expect(guard.mayQuit()).toBe(false)
  expect(asked).toEqual([{ message: 'Выйти из CallSync?', detail: 'Идёт звонок: он прервётся.', buttons: ['Остаться', 'Выйти'] }])
  await answer(false)
  expect(quits()).toBe(0)
  expect(guard.mayQuit()).toBe(false)
  await answer(true)
  expect(quits()).toBe(1)
  expect(guard.mayQuit()).toBe(true)
})

test('unsent work is told in the person’s language', () => {
  const { guard, asked } = guarded({ ...idle, language: 'en', unsent: 2 })
  expect(guard.mayQuit()).toBe(false)
  expect(asked[0]?.detail).toMatch(/^Not sent yet: 2\./)
})

test('text that only the page has is not promised to stay', () => {
  const { guard, asked } = guarded({ ...idle, language: 'en', unsent: 2, unkept: true })
  expect(guard.mayQuit()).toBe(false)
  expect(asked[0]?.detail).toMatch(/only in the window.*Quitting loses it\.$/)
  expect(asked[0]?.detail).not.toMatch('stays')
})

test('the computer is held awake by a call, once, and let go with it', () => {
  const held = new Set<number>()
  let last = 0
  const update = createCallKeepsAwake({
    start: () => {
      last += 1
      held.add(last)
      return last
    },
    stop: (id) => held.delete(id),
  })
  update(idle)
  expect(held.size).toBe(0)
  update({ ...idle, call })
  update({ ...idle, call: { ...call, muted: true } })
  expect(held.size).toBe(1)
  update(idle)
  expect(held.size).toBe(0)
  update({ ...idle, call })
  update(null)
  expect(held.size).toBe(0)
})

test('sleep, waking and the lock of the screen are told', () => {
  const listeners = new Map<string, () => void>()
  const told: unknown[] = []
  tellPower({ on: (event, listener) => listeners.set(event, listener) }, (name, event) => told.push([name, event]))
  for (const event of ['suspend', 'resume', 'lock-screen', 'unlock-screen']) listeners.get(event)?.()
  expect(told).toEqual([
    ['power.suspended', {}],
    ['power.resumed', {}],
    ['power.locked', { locked: true }],
    ['power.locked', { locked: false }],
  ])
})
