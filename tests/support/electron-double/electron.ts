/**
 * A double of the Electron API that the app uses, and nothing more. It runs in the app's process; windows are pages of a
 * Chromium that the test's process holds (start-desktop.ts), reached over the wire.
 *
 * It is stricter or looser than Electron in these points: pages and preload share one world (no context isolation);
 * `app://callsync` is served at http://callsync.localhost, and mapped back before the app sees an origin; window sizes are fixed; a page
 * that died comes back as another page of Chromium.
 */
import { EventEmitter } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBoxes } from './boxes.ts'
import { createDesktopParts } from './desktop-parts.ts'
import { fetchJudged, type VerifyProc } from './judged-fetch.ts'
import { createSafeStorage } from './safe-storage.ts'
import { type AppSide, type ChromiumSide, connectWire } from './wire.ts'

const userData =
  process.argv.find((argument) => argument.startsWith('--user-data-dir='))?.slice('--user-data-dir='.length) ??
  join(tmpdir(), 'callsync-electron-double')
mkdirSync(userData, { recursive: true })

// --- app: paths, one instance per data folder, quit ---------------------------------------------------------------------

const lockFile = join(userData, 'double.lock')
/** What a second process was started with. */
const argvFile = join(userData, 'double.argv')

/** Whether a listener called preventDefault. */
function prevented(emit: (event: { preventDefault(): void }) => void): boolean {
  let stopped = false
  emit({
    preventDefault: () => {
      stopped = true
    },
  })
  return stopped
}

class App extends EventEmitter {
  readonly isPackaged = false
  getPath(_name: 'userData'): string {
    return userData
  }
  readonly commandLine = { appendSwitch(_name: string, _value: string): void {} }
  getLocale(): string {
    return process.env['ELECTRON_DOUBLE_LOCALE'] ?? 'ru'
  }
  getVersion(): string {
    return '0.1.0'
  }
  enableSandbox(): void {}
  setAppUserModelId(_id: string): void {}
  async whenReady(): Promise<void> {}
  /** A file with the process id; a second process tells the first by a signal. Left-overs of a killed one do not count. */
  requestSingleInstanceLock(): boolean {
    const holder = readHolder()
    if (holder !== null) {
      writeFileSync(argvFile, JSON.stringify(process.argv))
      process.kill(holder, 'SIGUSR2')
      return false
    }
    writeFileSync(lockFile, String(process.pid))
    process.on('SIGUSR2', () => this.emit('second-instance', {}, JSON.parse(readFileSync(argvFile, 'utf8'))))
    return true
  }
  private quitting = false
  /** Each on the way may prevent it: first a listener of `before-quit`, then one of each window's `close`, then its page. */
  quit(): void {
    if (this.quitting || prevented((event) => this.emit('before-quit', event))) return
    this.quitting = true
    for (const window of [...windows.values()]) window.close()
    if (windows.size === 0) this.windowsClosed()
  }
  /** A window stays: the app does not end. */
  closeCancelled(): void {
    this.quitting = false
  }
  windowsClosed(): void {
    if (!this.quitting) {
      this.emit('window-all-closed')
      return
    }
    this.emit('will-quit')
    rmSync(lockFile, { force: true })
    this.exit(0)
  }
  exit(code = 0): void {
    process.exit(code)
  }
}

function readHolder(): number | null {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'))
    process.kill(pid, 0)
    // Process ids are used again: only one that runs this double holds the lock.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('electron-double') ? pid : null
  } catch {
    return null
  }
}

export const app = new App()

// --- ipcMain ------------------------------------------------------------------------------------------------------------

type Listener = (event: object, ...args: unknown[]) => unknown
const ipcHandlers = new Map<string, Listener>()

export const ipcMain = {
  handle(channel: string, listener: Listener): void {
    if (ipcHandlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    ipcHandlers.set(channel, listener)
  },
  removeHandler(channel: string): void {
    ipcHandlers.delete(channel)
  },
}

// --- windows ------------------------------------------------------------------------------------------------------------

interface WindowOptions {
  readonly width: number
  readonly height: number
  readonly webPreferences: { readonly preload: string; readonly sandbox: boolean; readonly contextIsolation: boolean }
}

const windows = new Map<number, BrowserWindow>()
let lastWindowId = 0

class WebContents extends EventEmitter {
  readonly id: number
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' })

  constructor(id: number) {
    super()
    this.id = id
  }
  send(channel: string, message: unknown): void {
    chromium.send({ id: this.id, channel, message }).catch(ignore)
  }
  crashed = false
  isCrashed(): boolean {
    return this.crashed
  }
  reload(): void {
    this.crashed = false
    chromium.reload({ id: this.id }).catch(ignore)
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }
}

export class BrowserWindow extends EventEmitter {
  readonly id: number
  readonly webContents: WebContents
  private readonly created: Promise<void>
  private visible = false
  private minimized = false
  private readonly size: { width: number; height: number }

  constructor(options: WindowOptions) {
    super()
    const { preload, sandbox, contextIsolation } = options.webPreferences
    if (!sandbox || !contextIsolation) throw new Error('the double has no windows without sandbox and context isolation')
    lastWindowId += 1
    this.id = lastWindowId
    this.webContents = new WebContents(this.id)
    this.size = { width: options.width, height: options.height }
    windows.set(this.id, this)
    this.created = chromium.createWindow({ id: this.id, preload, ...this.size })
    this.created.then(() => this.emit('ready-to-show'), ignore)
  }
  async loadURL(url: string): Promise<void> {
    await this.created
    await chromium.load({ id: this.id, url })
  }
  show(): void {
    this.setVisible(true)
  }
  showInactive(): void {
    this.setVisible(true)
  }
  hide(): void {
    this.setVisible(false)
  }
  isVisible(): boolean {
    return this.visible
  }
  private setVisible(visible: boolean): void {
    if (visible === this.visible) return
    this.visible = visible
    chromium.setVisible({ id: this.id, visible: visible && !this.minimized }).catch(ignore)
    this.emit(visible ? 'show' : 'hide')
  }
  focus(): void {
    chromium.bringToFront({ id: this.id }).catch(ignore)
  }
  isMinimized(): boolean {
    return this.minimized
  }
  minimize(): void {
    this.minimized = true
    chromium.setVisible({ id: this.id, visible: false }).catch(ignore)
    this.emit('minimize')
  }
  restore(): void {
    this.minimized = false
    chromium.setVisible({ id: this.id, visible: this.visible }).catch(ignore)
    this.emit('restore')
  }
  maximize(): void {}
  isMaximized(): boolean {
    return false
  }
  setAlwaysOnTop(_on: boolean, _level: string): void {}
  setVisibleOnAllWorkspaces(_on: boolean, _options: object): void {}
  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 0, y: 0, ...this.size }
  }
  /** As by the person's cross: the app may prevent it, then the page. */
  close(): void {
    if (prevented((event) => this.emit('close', event))) app.closeCancelled()
    else chromium.closeWindow({ id: this.id, asking: true }).catch(ignore)
  }
  destroy(): void {
    this.gone()
    chromium.closeWindow({ id: this.id, asking: false }).catch(ignore)
  }
  /** The page is closed, by whomever. */
  gone(): void {
    if (!windows.delete(this.id)) return
    this.emit('closed')
    if (windows.size === 0) app.windowsClosed()
  }
}

/** One screen, larger than any window. */
export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
  getPrimaryDisplay: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }),
}

// --- what asks or tells the person ----------------------------------------------------------------------------------------

export const shell = {
  openExternal: (url: string): Promise<void> => chromium.openExternal({ url }),
}

const boxes = createBoxes(() => chromium, userData)
export const { dialog, Notification } = boxes

// --- protocol, session, power, secrets --------------------------------------------------------------------------------------

const protocolHandlers = new Map<string, (request: Request) => Promise<Response>>()

export const protocol = {
  registerSchemesAsPrivileged(_schemes: readonly object[]): void {},
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
    protocolHandlers.set(scheme, handler)
  },
}

type PermissionCheck = (contents: null, permission: string, origin: string, details: object) => boolean
let permissionCheck: PermissionCheck | null = null

export const session = {
  defaultSession: {
    /** Chromium's pages are granted ahead what the check allows; nothing is left to request. */
    setPermissionRequestHandler(_handler: unknown): void {},
    setPermissionCheckHandler(handler: PermissionCheck | null): void {
      permissionCheck = handler
    },
    /** Headsets do not exist here: what the guard does with them has unit tests. */
    on(_event: string, _listener: unknown): void {},
    setDevicePermissionHandler(_handler: unknown): void {},
    setCertificateVerifyProc(proc: VerifyProc | null): void {
      verifyProc = proc
    },
  },
}

let verifyProc: VerifyProc | null = null

export const net = {
  fetch: (url: string, options: RequestInit): Promise<Response> => fetchJudged(url, options, verifyProc),
}

export const powerMonitor = new EventEmitter()

export const safeStorage = createSafeStorage(join(userData, 'double-keyring'))

// --- the wire -----------------------------------------------------------------------------------------------------------------

const ignore = () => undefined

const parts = createDesktopParts(() => chromium)
export const { Tray, Menu, nativeImage, globalShortcut, powerSaveBlocker, clipboard } = parts

const chromium: ChromiumSide = connectWire<AppSide, ChromiumSide>(process, {
  async invoke({ windowId, origin, isMainFrame, channel, args }) {
    const handler = ipcHandlers.get(channel)
    const sender = windows.get(windowId)?.webContents
    if (!handler || !sender) throw new Error(`No handler registered for '${channel}'`)
    return handler({ sender, senderFrame: { origin, parent: isMainFrame ? null : {} } }, ...args)
  },
  async fetch({ url, method, headers }) {
    const handler = protocolHandlers.get(new URL(url).protocol.slice(0, -1))
    if (!handler) throw new Error(`no protocol handler for ${url}`)
    const response = await handler(new Request(url, { method, headers }))
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: new Uint8Array(await response.arrayBuffer()),
    }
  },
  async checkPermission({ permission, mediaType, url }) {
    if (!permissionCheck) return true
    const details = { isMainFrame: true, requestingUrl: url, ...(mediaType && { mediaType }) }
    return permissionCheck(null, permission, new URL(url).origin, details)
  },
  async willNavigate({ windowId, url, isMainFrame }) {
    let prevented = false
    const preventDefault = () => {
      prevented = true
    }
    const event = { url, isMainFrame, preventDefault }
    const contents = windows.get(windowId)?.webContents
    if (isMainFrame) contents?.emit('will-navigate', event)
    contents?.emit('will-frame-navigate', event)
    return prevented
  },
  async windowOpen({ windowId, url }) {
    const answer = windows.get(windowId)?.webContents.openHandler({ url })
    if (answer?.action !== 'deny') throw new Error('the double opens no windows for pages')
  },
  async willPreventUnload({ id }) {
    const goes = prevented((event) => windows.get(id)?.webContents.emit('will-prevent-unload', event))
    if (!goes) app.closeCancelled()
    return goes
  },
  async didNavigate({ id, url }) {
    windows.get(id)?.webContents.emit('did-navigate', {}, url)
  },
  async pageCrashed({ id }) {
    const contents = windows.get(id)?.webContents
    if (!contents) return
    contents.crashed = true
    contents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 })
  },
  async windowClosed({ id }) {
    windows.get(id)?.gone()
  },
  async requestClose({ id }) {
    windows.get(id)?.close()
  },
  async minimize({ id }) {
    windows.get(id)?.minimize()
  },
  async power({ event }) {
    powerMonitor.emit(event)
  },
  ...parts.person,
  ...boxes.person,
  async quit() {
    setImmediate(() => app.quit())
  },
})

// Nobody holds the windows any more: the test's process is gone.
process.on('disconnect', () => process.exit(0))
