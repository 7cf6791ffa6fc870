import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findChromium } from './chromium.ts'
import { say } from './launch-words.ts'
import type { Launcher } from './launcher.ts'
import { projectRoot } from './run.ts'

export interface OpenRequest {
  readonly url: string
  /** For the browser window's own profile. */
  readonly dataFolder: string
}

interface AppWindow {
  readonly kind: 'desktop' | 'browser'
  /** Resolves when it is gone: false when the program could not show it. */
  readonly closed: Promise<boolean>
  stop(): Promise<void>
}

/** Electron's program: a chosen one, or the one its package has downloaded; null when there is none. */
export function findElectron(): string | null {
  const chosen = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  if (chosen) return existsSync(join(chosen, 'electron')) ? join(chosen, 'electron') : null
  const folder = join(projectRoot, 'node_modules', 'electron')
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const program = join(folder, 'dist', readFileSync(pathFile, 'utf8'))
  return existsSync(program) ? program : null
}

export const hasDisplay = (): boolean =>
  process.platform === 'win32' ||
  process.platform === 'darwin' ||
  Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])

/**
 * Opens the app's window, or says the address where there is none to open. A person who closes it goes on having a
 * server: a supervisor's browser elsewhere may be using it. Enter opens the window again.
 */
export function keepWindow(launcher: Launcher, request: OpenRequest): void {
  let window: AppWindow | null = null
  const open = (): boolean => {
    window = openApp(request)
    if (!window) return false
    console.log(window.kind === 'desktop' ? say.openedDesktop(request.url) : say.openedBrowser(request.url))
    void window.closed.then((shown) => {
      window = null
      if (launcher.signal.aborted) return
      console.log(shown ? say.windowClosed(request.url, process.stdin.isTTY) : say.windowFailed(request.url))
    })
    return true
  }
  launcher.add({ stop: async () => window?.stop() })
  if (!open()) {
    console.log(say.openYourself(request.url))
    return
  }
  if (!process.stdin.isTTY) return
  createInterface({ input: process.stdin }).on('line', () => {
    if (!window && !launcher.signal.aborted) open()
  })
}

/** The desktop app when Electron can run, else a Chromium app window; null where there is no display or neither of them. */
function openApp(request: OpenRequest): AppWindow | null {
  if (!hasDisplay()) return null
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const electron = findElectron()
  if (electron) return launch('desktop', [electron, ...asRoot, projectRoot], { CALLSYNC_SERVER_URL: request.url })
  const chromium = findChromium()
  if (!chromium) return null
  const profile = join(request.dataFolder, 'browser-profile')
  mkdirSync(profile, { recursive: true })
  const quiet = ['--no-first-run', '--no-default-browser-check', '--disable-features=Translate']
  const shown = [`--app=${request.url}`, `--user-data-dir=${profile}`, '--window-size=1280,800']
  return launch('browser', [chromium, ...asRoot, ...shown, ...quiet], {})
}

function launch(kind: AppWindow['kind'], command: [string, ...string[]], env: Record<string, string>): AppWindow {
  // As with Asterisk: the window ends even when we are killed without a chance to close it.
  const watched: [string, ...string[]] =
    process.platform === 'win32' ? command : ['/bin/sh', join(import.meta.dirname, 'pbx', 'watch.sh'), ...command]
  const [program, ...args] = watched
  const child = spawn(program, args, {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin.on('error', () => undefined)
  const closed = new Promise<boolean>((done) => {
    child.once('error', () => done(false))
    child.once('exit', (code) => done(code === 0))
  })
  return {
    kind,
    closed,
    stop: async () => {
      child.stdin.end()
      if (process.platform === 'win32') child.kill()
      await closed
    },
  }
}
