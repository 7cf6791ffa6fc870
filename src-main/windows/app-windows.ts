import { app, BrowserWindow, screen, shell } from 'electron'
import { type BridgeEvent, type BridgeEventName, type WindowName, windowPaths } from '../../src-preload/contract/index.ts'
import type { LeaveGuard } from '../desk/leave-guard.ts'
import { sendEvent } from '../ipc/handlers.ts'
import type { IpcSender } from '../ipc/router.ts'
import type { Log } from '../log.ts'
import { guardNavigation } from '../security/navigation.ts'
import type { BoundsMemory } from './bounds.ts'
import { askNow } from './desk-surface.ts'
import { guardPageLife } from './page-life.ts'

export interface AppWindowsDeps {
  /** Where our pages come from, without a slash at the end. */
  readonly baseUrl: string
  readonly preload: string
  readonly bounds: BoundsMemory
  readonly ownOrigins: readonly string[]
  readonly externalOrigins: () => readonly string[]
  readonly log: Log
  readonly guard: Pick<LeaveGuard, 'onClosing' | 'mayUnload'>
  /** The page of this id is gone; also when its process crashed, or another page took its place. */
  readonly onGone: (name: WindowName, senderId: number) => void
  /** The window came into sight or went out of it. */
  readonly onVisibility: (name: WindowName) => void
}

export interface AppWindows {
  /** Opens the window, or brings it forward. */
  open(name: WindowName): void
  /** Into sight without taking the keyboard. */
  showInactive(name: WindowName): void
  hide(name: WindowName): void
  /** As by the person's cross. */
  close(name: WindowName): void
  /** For good, without a question. */
  destroy(name: WindowName): void
  isVisible(name: WindowName): boolean
  /** Brings the window of this page forward. */
  focus(sender: IpcSender): void
  find(sender: IpcSender): BrowserWindow | undefined
  /** Which window a page is in. */
  nameOf(sender: IpcSender): WindowName | null
  send<N extends BridgeEventName>(to: WindowName, name: N, event: BridgeEvent<N>): void
  sendToAll<N extends BridgeEventName>(name: N, event: BridgeEvent<N>): void
  /** Every window from its first page again. */
  reload(): void
}

const shapes = {
  workplace: { width: 1280, height: 800, minWidth: 1024, minHeight: 640 },
  monitor: { width: 1280, height: 800, minWidth: 800, minHeight: 560 },
  settings: { width: 1100, height: 760, minWidth: 800, minHeight: 560 },
  island: {
    width: 320,
    height: 88,
    frame: false,
    alwaysOnTop: true,
    skipTaskbar: true,
    resizable: false,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
  },
} as const satisfies Record<WindowName, Electron.BrowserWindowConstructorOptions>

const islandMargin = 24

/** The app's windows: one of each name, each where the person left it on these displays. */
export function createAppWindows(deps: AppWindowsDeps): AppWindows {
  const open = new Map<WindowName, BrowserWindow>()
  const workAreas = () => screen.getAllDisplays().map(({ workArea }) => workArea)

  const placeOf = (name: WindowName) => {
    const place = deps.bounds.get(name, workAreas())
    if (name !== 'island') return place && { x: place.x, y: place.y, width: place.width, height: place.height }
    if (place) return { x: place.x, y: place.y }
    const { x, y, width } = screen.getPrimaryDisplay().workArea
    return { x: x + width - shapes.island.width - islandMargin, y: y + islandMargin }
  }

  const create = (name: WindowName): BrowserWindow => {
    const window = new BrowserWindow({
      ...shapes[name],
      ...placeOf(name),
      show: false,
      autoHideMenuBar: true,
      webPreferences: {
        preload: deps.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
        devTools: !app.isPackaged,
        // A ringing phone in a hidden window has to keep its timers.
        backgroundThrottling: false,
        spellcheck: true,
      },
    })
    if (deps.bounds.get(name, workAreas())?.maximized) window.maximize()
    // Above programs that fill the screen, on every desktop of the person.
    if (name === 'island') {
      window.setAlwaysOnTop(true, 'floating')
      window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true, skipTransformProcessType: true })
    }
    guardNavigation(window.webContents, {
      ...deps,
      openExternal: (url) => {
        shell.openExternal(url).catch(() => deps.log.warn('A link could not be opened'))
      },
    })
    follow(name, window)
    load(name, window)
    return window
  }

  const load = (name: WindowName, window: BrowserWindow) => {
    window.loadURL(deps.baseUrl + windowPaths[name]).catch((cause: unknown) => {
      deps.log.warn('A window could not load its page', { name, error: cause instanceof Error ? cause.message : null })
    })
  }

  const follow = (name: WindowName, window: BrowserWindow) => {
    const { id } = window.webContents
    let closing = false
    const remember = () => deps.bounds.set(name, { ...window.getNormalBounds(), maximized: window.isMaximized() }, workAreas())
    // The end of a move, not its every step; Linux does not tell it, so also when the window goes out of sight.
    window.on('resized', remember)
    window.on('moved', remember)
    window.on('hide', remember)
    window.on('close', (event) => {
      remember()
      const answer = deps.guard.onClosing(name)
      closing = answer === 'close'
      if (closing) return
      event.preventDefault()
      if (answer === 'hide') window.hide()
    })
    window.on('closed', () => {
      open.delete(name)
      deps.onGone(name, id)
    })
    guardPageLife(window.webContents, {
      confirmUnload: () => {
        const why = closing ? 'close' : 'reload'
        closing = false
        return deps.guard.mayUnload(name, why, (question) => askNow(window, question))
      },
      onGone: () => deps.onGone(name, id),
      now: Date.now,
      log: deps.log,
    })
    const tell = () => deps.onVisibility(name)
    window.on('show', tell)
    window.on('hide', tell)
    window.on('minimize', tell)
    window.on('restore', tell)
  }

  const bringForward = (window: BrowserWindow) => {
    if (window.isMinimized()) window.restore()
    // It died too often to be loaded again by itself; now the person wants it.
    if (window.webContents.isCrashed()) window.webContents.reload()
    window.show()
    window.focus()
  }

  const entryOf = (sender: IpcSender) => [...open].find(([, { webContents }]) => webContents.id === sender.id)
  const find = (sender: IpcSender) => entryOf(sender)?.[1]
  const ensure = (name: WindowName, whenReady: (window: BrowserWindow) => void): BrowserWindow | null => {
    const existing = open.get(name)
    if (existing) return existing
    const window = create(name)
    open.set(name, window)
    window.once('ready-to-show', () => whenReady(window))
    return null
  }
  // The island waits for its page, and by then the call may be over.
  let islandWanted = false

  return {
    open(name) {
      const existing = ensure(name, (window) => window.show())
      if (existing) bringForward(existing)
    },
    showInactive(name) {
      islandWanted = true
      const existing = ensure(name, (window) => {
        if (islandWanted) window.showInactive()
      })
      if (existing && !existing.isVisible()) existing.showInactive()
    },
    hide(name) {
      islandWanted = false
      open.get(name)?.hide()
    },
    close: (name) => open.get(name)?.close(),
    destroy: (name) => open.get(name)?.destroy(),
    isVisible(name) {
      const window = open.get(name)
      return window?.isVisible() === true && !window.isMinimized()
    },
    focus(sender) {
      const window = find(sender)
      if (window) bringForward(window)
    },
    find,
    nameOf: (sender) => entryOf(sender)?.[0] ?? null,
    send(to, name, event) {
      const window = open.get(to)
      if (window) sendEvent(window.webContents, name, event)
    },
    sendToAll(name, event) {
      for (const { webContents } of open.values()) sendEvent(webContents, name, event)
    },
    reload() {
      for (const [name, window] of open) load(name, window)
    },
  }
}
