import type { Language } from './language.ts'
import { type MenuRole, wordsIn } from './words.ts'

type Role = MenuRole | 'reload' | 'toggleDevTools'

/** What is used of Electron's menu template. */
export interface AppMenuEntry {
  readonly label?: string
  readonly role?: Role
  readonly type?: 'separator'
  readonly accelerator?: string
  readonly visible?: boolean
  readonly submenu?: AppMenuEntry[]
}

const separator: AppMenuEntry = { type: 'separator' }

/**
 * The app's menu, mostly for its keys: on Windows and Linux its bar is hidden until Alt. Nothing in it loads a page anew, which
 * would cut a call; developers have that in an unpacked app.
 */
export function appMenu(app: { platform: NodeJS.Platform; isPackaged: boolean; language: Language }): AppMenuEntry[] {
  const t = wordsIn(app.language).menu
  const entry = (role: MenuRole): AppMenuEntry => ({ role, label: t.roles[role] })
  const mac = app.platform === 'darwin'
  const program: AppMenuEntry = {
    label: mac ? 'CallSync' : t.program,
    submenu: mac
      ? [
          entry('about'),
          separator,
          entry('services'),
          separator,
          entry('hide'),
          entry('hideOthers'),
          entry('unhide'),
          separator,
          entry('quit'),
        ]
      : [entry('quit')],
  }
  const edit: AppMenuEntry = {
    label: t.edit,
    submenu: [
      entry('undo'),
      entry('redo'),
      separator,
      entry('cut'),
      entry('copy'),
      entry('paste'),
      separator,
      entry('selectAll'),
    ],
  }
  const view: AppMenuEntry = {
    label: t.view,
    submenu: [
      entry('resetZoom'),
      entry('zoomIn'),
      // The key that most keyboards have without Shift.
      { role: 'zoomIn', label: t.roles.zoomIn, accelerator: 'CommandOrControl+=', visible: false },
      entry('zoomOut'),
      separator,
      entry('togglefullscreen'),
      ...(app.isPackaged ? [] : [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const]),
    ],
  }
  const window: AppMenuEntry = {
    label: t.window,
    submenu: [entry('minimize'), entry('zoom'), entry('close'), separator, entry('front')],
  }
  return mac ? [program, edit, view, window] : [program, edit, view]
}
