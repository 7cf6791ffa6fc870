import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { findElectron } from '../../scripts/open-app.ts'
import { type Desktop, type DesktopOptions, startDesktop } from './electron-double/start-desktop.ts'
import { project } from './pbx.ts'

/** What the app's whole-line tests need of a running desktop app. */
export type RunningDesktop = Pick<Desktop, 'page' | 'kill' | 'close'>

export interface DesktopHost {
  readonly name: 'Electron double' | 'Electron'
  start(options: DesktopOptions): Promise<RunningDesktop>
}

/** The double always; real Electron where its program is found, else one line says loudly that it did not take part. */
export function desktopHosts(): readonly DesktopHost[] {
  const double: DesktopHost = { name: 'Electron double', start: startDesktop }
  const program = findElectron()
  if (program !== null) return [double, { name: 'Electron', start: (options) => startElectron(program, options) }]
  // Once, not again in the worker.
  if (process.env['TEST_WORKER_INDEX'] === undefined) {
    console.warn(
      '!!! NOT RUN ON REAL ELECTRON: its program was not found (ELECTRON_OVERRIDE_DIST_PATH). The double alone was tested.',
    )
  }
  return [double]
}

async function startElectron(executablePath: string, options: DesktopOptions): Promise<RunningDesktop> {
  const app: ElectronApplication = await _electron.launch({
    executablePath,
    args: [
      project,
      `--user-data-dir=${options.userData}`,
      '--lang=ru',
      '--use-fake-device-for-media-stream',
      ...(options.microphone ? [`--use-file-for-fake-audio-capture=${options.microphone}`] : []),
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
    env: { ...process.env, ELECTRON_RENDERER_URL: '', CALLSYNC_SERVER_URL: options.serverUrl, ...options.env },
  })
  const page: Page = await app.firstWindow()
  return {
    page,
    async kill() {
      const gone = new Promise<void>((resolve) => app.once('close', () => resolve()))
      app.process().kill('SIGKILL')
      await gone
    },
    close: () => app.close(),
  }
}
