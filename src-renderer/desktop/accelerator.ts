import type { DesktopSettings, ShortcutAction } from '../../src-preload/contract/index.ts'

export interface KeyStroke {
  readonly key: string
  /** The key's place: letters mean the same shortcut on a Russian layout. */
  readonly code: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly metaKey: boolean
}

/** `pending`: only modifiers are down so far. `bare`: it would be taken from every text field. `unfit`: no name in Electron, or a media key. */
export type Recorded = { readonly accelerator: string } | { readonly refused: 'pending' | 'bare' | 'unfit' }

const named: Readonly<Record<string, string>> = {
  Space: 'Space',
  Enter: 'Return',
  Tab: 'Tab',
  Backspace: 'Backspace',
  Delete: 'Delete',
  Insert: 'Insert',
  Home: 'Home',
  End: 'End',
  PageUp: 'PageUp',
  PageDown: 'PageDown',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  NumpadAdd: 'numadd',
  NumpadSubtract: 'numsub',
  NumpadMultiply: 'nummult',
  NumpadDivide: 'numdiv',
  NumpadDecimal: 'numdec',
  Minus: '-',
  Equal: '=',
  Comma: ',',
  Period: '.',
  Slash: '/',
  Backslash: '\\',
  Semicolon: ';',
  Quote: "'",
  BracketLeft: '[',
  BracketRight: ']',
  Backquote: '`',
}

function keyName(code: string): string | null {
  const letter = /^Key([A-Z])$/.exec(code)?.[1] ?? /^Digit(\d)$/.exec(code)?.[1]
  if (letter !== undefined) return letter
  if (/^F([1-9]|1\d|2[0-4])$/.test(code)) return code
  const numpad = /^Numpad(\d)$/.exec(code)?.[1]
  return numpad === undefined ? (named[code] ?? null) : `num${numpad}`
}

/** What was pressed as an Electron accelerator, e.g. `Control+Alt+A`. */
export function acceleratorOf(stroke: KeyStroke, mac: boolean): Recorded {
  if (/^(Control|Alt|AltGraph|Shift|Meta|OS|CapsLock|NumLock|Dead|Process)$/.test(stroke.key)) return { refused: 'pending' }
  const key = keyName(stroke.code)
  if (key === null) return { refused: 'unfit' }
  const parts = [
    stroke.ctrlKey && 'Control',
    stroke.altKey && 'Alt',
    stroke.shiftKey && 'Shift',
    stroke.metaKey && (mac ? 'Command' : 'Super'),
  ].filter((part) => part !== false)
  const holds = stroke.ctrlKey || stroke.altKey || stroke.metaKey
  if (!holds && !/^F\d+$/.test(key)) return { refused: 'bare' }
  return { accelerator: [...parts, key].join('+') }
}

/** As people write it: `Ctrl+Alt+A`. */
export const shownAccelerator = (accelerator: string): string =>
  accelerator.replace('Control', 'Ctrl').replace('Super', 'Win').replace('Return', 'Enter')

/** The other action that has these keys already. */
export function actionWith(
  shortcuts: DesktopSettings['shortcuts'],
  accelerator: string,
  except: ShortcutAction,
): ShortcutAction | null {
  const found = Object.entries(shortcuts).find(([action, keys]) => keys === accelerator && action !== except)
  return (found?.[0] as ShortcutAction | undefined) ?? null
}

export function withShortcut(settings: DesktopSettings, action: ShortcutAction, accelerator: string | null): DesktopSettings {
  const { [action]: _, ...rest } = settings.shortcuts
  return { ...settings, shortcuts: accelerator === null ? rest : { ...rest, [action]: accelerator } }
}
