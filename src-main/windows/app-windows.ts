import { app, BrowserWindow, dialog, screen, shell } from 'electron'
import { type BridgeEvent, type BridgeEventName, type WindowName, windowPaths } from '../../src-preload/contract/index.ts'
import { sendEvent } from '../ipc/handlers.ts'
import type { IpcSender } from '../ipc/router.ts'
import type { Log } from '../log.ts'
import { guardNavigation } from '../security/navigation.ts'
import { type BoundsMemory, onAScreen } from './bounds.ts'
import { closeAnswer, closeQuestion } from './close-question.ts'
import { guardPageLife } from './page-life.ts'

export interface AppWindowsDeps {
  /** Where our pages come from, without a slash at the end. */
  readonly baseUrl: string
  readonly preload: string
  readonly bounds: BoundsMemory
  readonly ownOrigins: readonly string[]
  readonly externalOrigins: readonly string[]
  readonly log: Log
  /** The page of this id is gone. */
  readonly onClosed: (senderId: number) => void
}

export interface AppWindows {
  /** Opens the window, or brings it forward. */
  open(name: WindowName): void
  /** Brings the window of this page forward. */
  focus(sender: IpcSender): void
  find(sender: IpcSender): BrowserWindow | undefined
  sendToAll<N extends BridgeEventName>(name: N, event: BridgeEvent<N>): void
}

const sizes = {
  workplace: { width: 1280, height: 800, minWidth: 1024, minHeight: 640 },
  monitor: { width: 1280, height: 800, minWidth: 800, minHeight: 560 },
} as const satisfies Record<WindowName, { width: number; height: number; minWidth: number; minHeight: number }>

/** The app's windows: one of each name, each where the person left it. */
export function createAppWindows(deps: AppWindowsDeps): AppWindows {
  const open = new Map<WindowName, BrowserWindow>()

  const create = (name: WindowName): BrowserWindow => {
    const workAreas = screen.getAllDisplays().map(({ workArea }) => workArea)
    const place = onAScreen(deps.bounds.get(name), workAreas)
    const window = new BrowserWindow({
      ...sizes[name],
      ...(place && { x: place.x, y: place.y, width: place.width, height: place.height }),
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
        // A ringing phone in a hidden window has to keep its timers.
        backgroundThrottling: false,
        spellcheck: true,
      },
    })
    if (place?.maximized) window.maximize()
    guardNavigation(window.webContents, {
      ...deps,
      openExternal: (url) => {
        shell.openExternal(url).catch(() => deps.log.warn('A link could not be opened'))
      },
    })
    guardPageLife(window.webContents, {
      confirmClose: () => dialog.showMessageBoxSync(window, closeQuestion(app.getLocale())) === closeAnswer,
      now: Date.now,
      log: deps.log,
    })

    const { id } = window.webContents
    const remember = () => deps.bounds.set(name, { ...window.getNormalBounds(), maximized: window.isMaximized() })
    // The end of a move, not its every step, and the close.
    window.on('resized', remember)
    window.on('moved', remember)
    window.on('close', remember)
    window.on('closed', () => {
      open.delete(name)
      deps.onClosed(id)
    })
    window.once('ready-to-show', () => window.show())
    window.loadURL(deps.baseUrl + windowPaths[name]).catch((cause: unknown) => {
      deps.log.warn('A window could not load its page', { name, error: cause instanceof Error ? cause.message : null })
    })
    return window
  }

  const bringForward = (window: BrowserWindow) => {
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  const find = (sender: IpcSender) => [...open.values()].find(({ webContents }) => webContents.id === sender.id)

  return {
    open(name) {
      const existing = open.get(name)
      if (existing) bringForward(existing)
      else open.set(name, create(name))
    },
    focus(sender) {
      const window = find(sender)
      if (window) bringForward(window)
    },
    find,
    sendToAll(name, event) {
      for (const { webContents } of open.values()) sendEvent(webContents, name, event)
    },
  }
}
