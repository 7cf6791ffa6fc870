import { expect, test } from 'vitest'
import type { DeskCommand, DeskState } from '../../src-preload/contract/index.ts'
import { createDesk } from './desk.ts'
import { createIsland } from './island.ts'
import { createCallKeepsAwake, watchAddresses, watchPower } from './power.ts'
import { createRingEnd } from './ring-end.ts'
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
  const actions = {
    command: (command: DeskCommand) => void sent.push(command),
    open: () => undefined,
    quit: () => undefined,
    language: () => 'ru' as const,
  }
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
  const actions = { command: () => undefined, open: () => undefined, quit: () => undefined, language: () => 'ru' as const }
  expect(labels(trayMenu(null, actions))).toEqual(['Вход не выполнен', 'separator', 'Открыть CallSync', 'Выйти из программы'])
  expect(labels(trayMenu(null, { ...actions, language: () => 'en' }))).toEqual([
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
    language: () => 'ru',
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

function power() {
  const listeners = new Map<string, () => void>()
  const told: string[] = []
  watchPower({
    monitor: { on: (event, listener) => listeners.set(event, listener) },
    onWake: () => void told.push('wake'),
    onLock: (locked) => void told.push(locked ? 'locked' : 'unlocked'),
  })
  const happen = (...events: string[]) => {
    for (const event of events) listeners.get(event)?.()
    return told.splice(0)
  }
  return { happen }
}

test('waking is told, and the lock of the screen alone is no sleep', () => {
  const { happen } = power()
  expect(happen('suspend')).toEqual([])
  expect(happen('resume')).toEqual(['wake'])
  expect(happen('lock-screen', 'unlock-screen')).toEqual(['locked', 'unlocked'])
})

test('where the system does not tell its waking, the first unlock does, once', () => {
  const { happen } = power()
  expect(happen('lock-screen', 'suspend', 'unlock-screen')).toEqual(['locked', 'unlocked', 'wake'])
  expect(happen('lock-screen', 'unlock-screen')).toEqual(['locked', 'unlocked'])
})

test('an address that went is told; one that came is not', () => {
  let addresses = ['10.0.0.5', 'fd00::5']
  let look = (): void => undefined
  let lost = 0
  const stop = watchAddresses({
    read: () => addresses,
    repeat: (work) => {
      look = work
      return () => {
        look = () => undefined
      }
    },
    onLost: () => {
      lost += 1
    },
  })
  const becomes = (next: string[]) => {
    addresses = next
    look()
    return lost
  }
  expect(becomes(['fd00::5', '10.0.0.5'])).toBe(0)
  expect(becomes(['10.0.0.5', 'fd00::5', '172.17.0.1'])).toBe(0)
  expect(becomes(['10.0.0.5', '172.17.0.1'])).toBe(1)
  expect(becomes(['10.0.0.5', '172.17.0.1'])).toBe(1)
  expect(becomes(['192.168.1.7'])).toBe(2)
  stop()
  expect(becomes([])).toBe(2)
})

test('what rang is over at the end of the ringing, not before it and not twice', () => {
  let ends = 0
  const follow = createRingEnd(() => {
    ends += 1
  })
  const ringing = { ...idle, call: { ...call, phase: 'ringingIn' as const } }
  // The card rings, its line not yet.
  follow(idle)
  follow(null)
  expect(ends).toBe(0)
  follow(ringing)
  follow({ ...ringing, unsent: 1 })
  expect(ends).toBe(0)
  follow({ ...idle, call })
  expect(ends).toBe(1)
  follow(idle)
  expect(ends).toBe(1)
  follow(ringing)
  follow(null)
  expect(ends).toBe(2)
})
