import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StorageFailure } from '../drafts/storage-failure.ts'
import { silentLog } from '../log.ts'
import { createSettingsStore } from './desktop-settings.ts'
import { setLaunchAtLogin } from './login-item.ts'
import { createShortcuts } from './shortcuts.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-settings-'))
  file = join(folder, 'settings.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = () => createSettingsStore({ file, log: silentLog, now: () => 7 })

test('what a person chose is there again, in a file for the person only', () => {
  const first = open()
  expect(first.isFirstStart).toBe(true)
  expect(first.get()).toEqual({ launchAtLogin: false, closeToTray: true, showIsland: true, shortcuts: {} })
  const chosen = { launchAtLogin: true, closeToTray: false, showIsland: true, shortcuts: { answer: 'Control+Alt+A' } }
  first.set(chosen)
  expect(first.get()).toEqual(chosen)
  expect(open().get()).toEqual(chosen)
  expect(open().isFirstStart).toBe(false)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test.each(['{ "version"', '{"version":2,"settings":{}}', '{"version":1,"settings":{"launchAtLogin":"yes"}}', ''])(
  'a file that cannot be understood (%s) is set aside, not overwritten',
  (content) => {
    writeFileSync(file, content)
    const store = open()
    expect(store.get().closeToTray).toBe(true)
    store.set(store.get())
    expect(readFileSync(`${file}.damaged-7`, 'utf8')).toBe(content)
  },
)

test('settings that cannot be written stay as they were', () => {
  const store = createSettingsStore({ file: join(folder, 'missing', 'settings.json'), log: silentLog, now: () => 7 })
  expect(() => store.set({ ...store.get(), closeToTray: false })).toThrow(StorageFailure)
  expect(store.get().closeToTray).toBe(true)
})

test('on Linux an autostart file comes and goes, its program quoted', () => {
  const deps = {
    app: { setLoginItemSettings: () => expect.unreachable() },
    platform: 'linux' as const,
    configFolder: folder,
    program: '/opt/Call "Sync" 100%/$app\\x',
  }
  setLaunchAtLogin(deps, false)
  setLaunchAtLogin(deps, true)
  const desktop = join(folder, 'autostart', 'callsync-central.desktop')
  expect(readFileSync(desktop, 'utf8')).toContain('Exec="/opt/Call \\\\"Sync\\\\" 100%%/\\\\$app\\\\\\\\x"\n')
  setLaunchAtLogin(deps, false)
  expect(existsSync(desktop)).toBe(false)
})

test('elsewhere the system is asked, and no file is written', () => {
  const asked: boolean[] = []
  const app = { setLoginItemSettings: ({ openAtLogin }: { openAtLogin: boolean }) => void asked.push(openAtLogin) }
  for (const on of [true, false]) setLaunchAtLogin({ app, platform: 'darwin', configFolder: folder, program: '/a' }, on)
  expect(asked).toEqual([true, false])
  expect(readdirSync(folder)).toEqual([])
})

function shortcutDesk(options: { taken?: string; unproven?: boolean } = {}) {
  const registered = new Map<string, () => void>()
  const pressed: string[] = []
  const shortcuts = createShortcuts({
    globalShortcut: {
      register(accelerator, press) {
        if (accelerator === 'Control+Nonsense') throw new TypeError('no accelerator')
        if (accelerator === options.taken) return false
        registered.set(accelerator, press)
        return true
      },
      unregisterAll: () => registered.clear(),
    },
    registrationProvesNothing: options.unproven ?? false,
    now: () => 42,
    onPressed: (action) => void pressed.push(action),
  })
  return { shortcuts, registered, pressed, stateOf: () => Object.fromEntries(shortcuts.states().map((s) => [s.action, s.state])) }
}

test('none at first; those that are set work until others take their place', () => {
  const { shortcuts, registered, pressed } = shortcutDesk()
  shortcuts.apply({})
  expect(shortcuts.states()).toEqual([])
  shortcuts.apply({ answer: 'Control+Alt+A', hangUp: 'F9' })
  registered.get('Control+Alt+A')?.()
  expect(pressed).toEqual(['answer'])
  expect(shortcuts.states()[0]).toEqual({ action: 'answer', accelerator: 'Control+Alt+A', state: 'works', lastPressedMs: 42 })
  shortcuts.apply({ hangUp: 'F10' })
  expect([...registered.keys()]).toEqual(['F10'])
})

test('each state is told as it is', () => {
  const { shortcuts, stateOf, registered } = shortcutDesk({ taken: 'Control+T' })
  shortcuts.apply({ answer: 'Control+T', hangUp: 'Control+Nonsense', toggleHold: 'Alt+H', toggleMute: 'alt+h' })
  expect(stateOf()).toEqual({ answer: 'taken', hangUp: 'invalid', toggleHold: 'works', toggleMute: 'taken' })
  expect([...registered.keys()]).toEqual(['Alt+H'])
})

test.each(['A', 'Shift+A', '5', 'Space', 'MediaPlayPause', 'Control+MediaStop', 'VolumeUp', 'F25', 'Control+', '+'])(
  '%s is not taken from every other program',
  (accelerator) => {
    const { shortcuts, stateOf, registered } = shortcutDesk()
    shortcuts.apply({ answer: accelerator })
    expect(stateOf()).toEqual({ answer: 'invalid' })
    expect(registered.size).toBe(0)
  },
)

test('where a registration proves nothing, a press does', () => {
  const { shortcuts, registered, stateOf } = shortcutDesk({ unproven: true })
  shortcuts.apply({ answer: 'Control+Alt+A' })
  expect(stateOf()).toEqual({ answer: 'unproven' })
  registered.get('Control+Alt+A')?.()
  expect(stateOf()).toEqual({ answer: 'works' })
})
