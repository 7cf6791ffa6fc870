import type { DesktopSettings, ShortcutAction, ShortcutState } from '../../src-preload/contract/index.ts'

/** What is needed of Electron's globalShortcut. */
export interface GlobalShortcutLike {
  /** False when another program holds it; throws when it is no accelerator. */
  register(accelerator: string, pressed: () => void): boolean
  unregisterAll(): void
}

export interface Shortcuts {
  /** Replaces what was set before. */
  apply(shortcuts: DesktopSettings['shortcuts']): void
  states(): ShortcutState[]
}

export interface ShortcutsDeps {
  readonly globalShortcut: GlobalShortcutLike
  /** On Wayland a registration may be accepted and never fire: only a press proves it. */
  readonly registrationProvesNothing: boolean
  readonly now: () => number
  readonly onPressed: (action: ShortcutAction) => void
}

/** Shortcuts that work while another program has the keyboard. */
export function createShortcuts(deps: ShortcutsDeps): Shortcuts {
  let states: ShortcutState[] = []

  const press = (action: ShortcutAction) => {
    states = states.map((each) => (each.action === action ? { ...each, state: 'works', lastPressedMs: deps.now() } : each))
    deps.onPressed(action)
  }
  const register = (action: ShortcutAction, accelerator: string): ShortcutState['state'] => {
    if (!isSafeAccelerator(accelerator)) return 'invalid'
    try {
      if (!deps.globalShortcut.register(accelerator, () => press(action))) return 'taken'
    } catch {
      return 'invalid'
    }
    return deps.registrationProvesNothing ? 'unproven' : 'works'
  }

  return {
    apply(shortcuts) {
      deps.globalShortcut.unregisterAll()
      const held = new Set<string>()
      states = []
      for (const [action, accelerator] of entriesOf(shortcuts)) {
        const name = accelerator.toLowerCase()
        const state = held.has(name) ? 'taken' : register(action, accelerator)
        held.add(name)
        states.push({ action, accelerator, state, lastPressedMs: null })
      }
    },
    states: () => [...states],
  }
}

function entriesOf(shortcuts: DesktopSettings['shortcuts']): [ShortcutAction, string][] {
  const actions: ShortcutAction[] = ['answer', 'hangUp', 'toggleHold', 'toggleMute', 'dialSelection']
  return actions.flatMap((action) => {
    const accelerator = shortcuts[action]
    return accelerator === undefined || accelerator === '' ? [] : [[action, accelerator]]
  })
}

/** Without Control, Alt, Command or Super only a function key: a bare letter would be lost to every program. */
function isSafeAccelerator(accelerator: string): boolean {
  const parts = accelerator.split('+').map((part) => part.trim().toLowerCase())
  const key = parts.at(-1) ?? ''
  if (key === '' || key.startsWith('media') || key.startsWith('volume')) return false
  const modified = parts
    .slice(0, -1)
    .some((part) => /^(control|ctrl|alt|option|altgr|command|cmd|commandorcontrol|cmdorctrl|super|meta)$/.test(part))
  return modified || /^f([1-9]|1[0-9]|2[0-4])$/.test(key)
}
