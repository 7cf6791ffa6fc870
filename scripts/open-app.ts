import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium } from './chromium.ts'
import { projectRoot } from './run.ts'

export interface OpenRequest {
  readonly url: string
  /** For the browser window's own profile. */
  readonly dataFolder: string
}

export interface OpenWindow {
  readonly kind: 'desktop' | 'browser'
  close(): void
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

const hasDisplay = (): boolean =>
  process.platform === 'win32' ||
  process.platform === 'darwin' ||
  Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])

/** The desktop app when Electron can run, else a Chromium app window; null where there is no display or neither of them. */
export function openApp(request: OpenRequest): OpenWindow | null {
  if (!hasDisplay()) return null
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const electron = findElectron()
  if (electron) return launch('desktop', electron, [...asRoot, projectRoot], { CALLSYNC_SERVER_URL: request.url })
  const chromium = findChromium()
  if (!chromium) return null
  const profile = join(request.dataFolder, 'browser-profile')
  mkdirSync(profile, { recursive: true })
  return launch('browser', chromium, [...asRoot, `--app=${request.url}`, `--user-data-dir=${profile}`, '--no-first-run'], {})
}

function launch(kind: OpenWindow['kind'], program: string, args: string[], env: Record<string, string>): OpenWindow {
  const child = spawn(program, args, { cwd: projectRoot, env: { ...process.env, ...env }, stdio: 'ignore' })
  child.on('error', () => {})
  return { kind, close: () => child.kill() }
}
