import { EventEmitter } from 'node:events'
import { basename } from 'node:path'
import type { AppSide, ChromiumSide, ShownMenuEntry } from './wire.ts'

interface Image {
  readonly file: string
  addRepresentation(representation: object): void
}

interface Entry {
  readonly label?: string
  readonly type?: string
  readonly enabled?: boolean
  readonly checked?: boolean
  readonly click?: () => void
  readonly submenu?: readonly Entry[]
}

/** The double's tray, menus, shortcuts, clipboard and power saving, with the hand of the person at the computer. */
export function createDesktopParts(chromium: () => ChromiumSide) {
  const ignore = () => undefined
  let tray: Tray | null = null
  const shortcuts = new Map<string, () => void>()
  const texts = { clipboard: '', selection: '' }
  const blockers = new Set<number>()
  let lastBlocker = 0

  class Tray extends EventEmitter {
    menu: readonly Entry[] = []
    private icon: string
    private toolTip = ''

    constructor(image: Image) {
      super()
      this.icon = image.file
      tray = this
      this.show()
    }
    setImage(image: Image): void {
      this.icon = image.file
      this.show()
    }
    setToolTip(text: string): void {
      this.toolTip = text
      this.show()
    }
    setContextMenu(menu: { entries: readonly Entry[] }): void {
      this.menu = menu.entries
      this.show()
    }
    private show(): void {
      chromium()
        .showTray({ icon: this.icon, toolTip: this.toolTip, menu: this.menu.map(shown) })
        .catch(ignore)
    }
  }

  const tellBlockers = () => void chromium().keepAwake({ count: blockers.size }).catch(ignore)

  const person: Pick<AppSide, 'clickTray' | 'chooseInTray' | 'pressShortcut' | 'setClipboard'> = {
    async clickTray() {
      tray?.emit('click')
    },
    async chooseInTray({ path }) {
      let entries = tray?.menu ?? []
      let found: Entry | undefined
      for (const label of path) {
        found = entries.find((entry) => entry.label === label)
        if (!found || found.enabled === false) throw new Error(`nothing to choose: ${label}`)
        entries = found.submenu ?? []
      }
      found?.click?.()
    },
    async pressShortcut({ accelerator }) {
      const pressed = shortcuts.get(accelerator)
      pressed?.()
      return pressed !== undefined
    },
    async setClipboard(next) {
      Object.assign(texts, next)
    },
  }

  return {
    person,
    Tray,
    Menu: {
      buildFromTemplate: (entries: readonly Entry[]) => ({ entries }),
      setApplicationMenu(menu: { entries: readonly Entry[] } | null): void {
        chromium()
          .showMenu((menu?.entries ?? []).map(shown))
          .catch(ignore)
      },
    },
    nativeImage: {
      createFromPath: (path: string): Image => ({ file: basename(path), addRepresentation: ignore }),
    },
    globalShortcut: {
      register(accelerator: string, pressed: () => void): boolean {
        // As a desktop where another program holds this one.
        if (accelerator === 'Control+Alt+Delete') return false
        shortcuts.set(accelerator, pressed)
        return true
      },
      unregisterAll: () => shortcuts.clear(),
    },
    powerSaveBlocker: {
      start(_type: string): number {
        lastBlocker += 1
        blockers.add(lastBlocker)
        tellBlockers()
        return lastBlocker
      },
      stop(id: number): void {
        blockers.delete(id)
        tellBlockers()
      },
    },
    clipboard: {
      readText: async (): Promise<string> => texts.clipboard,
      selection: { readText: async (): Promise<string> => texts.selection },
    },
  }
}

const shown = ({ label = '', enabled = true, checked = false, submenu = [] }: Entry): ShownMenuEntry => ({
  label,
  enabled,
  checked,
  submenu: submenu.map(shown),
})
