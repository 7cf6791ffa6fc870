import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { findChromium } from '../../../scripts/chromium.ts'
import { disabledFeatures } from '../chromium-features.ts'
import { type Desk, openChromium, type ShownNotification } from './chromium-windows.ts'
import { type AppSide, type ChromiumSide, connectWire, type PowerEvent } from './wire.ts'

const root = join(import.meta.dirname, '../../..')

export interface DesktopOptions {
  /** The app's data folder; the same one after a kill is a restart. */
  readonly userData: string
  /** Empty: the first start, nobody has said where the server is. */
  readonly serverUrl: string
  /** What the app is started with, such as a link. */
  readonly argv?: readonly string[]
  /** A WAV file that speaks into the microphone; a test tone without. */
  readonly microphone?: string
  readonly env?: Readonly<Record<string, string>>
  /** Chromium with a window, for looking at it. */
  readonly headed?: boolean
}

export interface Desktop {
  /** The first window. */
  readonly page: Page
  /** All windows open now. */
  pages(): Page[]
  /** The window that `cause` opens, loaded. */
  windowAfter(cause: () => Promise<unknown>): Promise<Page>
  readonly desk: Desk
  click(notification: ShownNotification): Promise<void>
  pressButton(notification: ShownNotification, index: number): Promise<void>
  isVisible(page: Page): boolean
  /** The cross of the window, which the app may answer in its own way. */
  closeWindow(page: Page): Promise<void>
  minimize(page: Page): Promise<void>
  /** Ends the process of its page. */
  crash(page: Page): Promise<void>
  clickTray(): Promise<void>
  /** By the labels on the way to the entry. */
  chooseInTray(...path: string[]): Promise<void>
  /** False when the app has nothing registered for it. */
  pressShortcut(accelerator: string): Promise<boolean>
  setClipboard(text: { clipboard: string; selection: string }): Promise<void>
  power(event: PowerEvent): Promise<void>
  /** Asks the app to end and does not wait. */
  requestQuit(): Promise<void>
  /** The app's process is gone. */
  readonly exited: Promise<number | null>
  /** kill -9 of the app and of its windows at any moment. */
  kill(): Promise<void>
  /** Quit as by the menu. */
  close(): Promise<void>
}

export class DesktopStartError extends Error {
  override readonly name = 'DesktopStartError'
}

/** Starts the built app (`out/main/main.js`, its preload and pages) on the Electron double. */
export async function startDesktop(options: DesktopOptions): Promise<Desktop> {
  let app: AppSide | null = null
  const requireApp = (): AppSide => {
    if (!app) throw new Error('the app is not running yet')
    return app
  }
  const windows = await openChromium({
    profile: join(options.userData, 'chromium'),
    launch: launchOptions(options),
    app: requireApp,
  })
  const { desk, pages, nextWindow } = windows
  const first = nextWindow()
  const { child, exited, output } = launchApp(options)
  app = connectWire<ChromiumSide, AppSide>(child, windows.side)

  const ended = exited.then((code) => {
    throw new DesktopStartError(`the app ended with ${code}: ${output()}`)
  })
  const page = await Promise.race([first, ended]).catch(async (cause: unknown) => {
    await windows.close()
    throw cause
  })

  return {
    page,
    pages,
    desk,
    async windowAfter(cause) {
      const opened = nextWindow()
      await cause()
      return opened
    },
    click: ({ key }) => requireApp().clickNotification({ key }),
    pressButton: ({ key }, actionIndex) => requireApp().pressNotification({ key, actionIndex }),
    isVisible: windows.isVisible,
    closeWindow: (page) => requireApp().requestClose({ id: windows.idOf(page) }),
    minimize: (page) => requireApp().minimize({ id: windows.idOf(page) }),
    crash: windows.crash,
    clickTray: () => requireApp().clickTray(),
    chooseInTray: (...path) => requireApp().chooseInTray({ path }),
    pressShortcut: (accelerator) => requireApp().pressShortcut({ accelerator }),
    setClipboard: (text) => requireApp().setClipboard(text),
    power: (event) => requireApp().power({ event }),
    requestQuit: () => requireApp().quit(),
    exited,
    async kill() {
      child.kill('SIGKILL')
      await exited
      await windows.kill()
    },
    async close() {
      // A question on the way is answered with "quit".
      desk.messageAnswer = 1
      await requireApp()
        .quit()
        .catch(() => undefined)
      await exited
      await windows.close()
    },
  }
}

/** A second start on the same data folder while the first one runs. Resolves with its exit code. */
export async function startSecondInstance(options: DesktopOptions): Promise<number | null> {
  return launchApp(options).exited
}

/** The app's environment, on the double and on real Electron. */
export function appEnv(options: DesktopOptions): Record<string, string> {
  const { ELECTRON_RENDERER_URL: _, ...inherited } = process.env
  const own = Object.entries(inherited).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  return {
    ...Object.fromEntries(own),
    CALLSYNC_SERVER_URL: options.serverUrl,
    // Not this computer's own.
    CALLSYNC_POLICY_FILE: join(options.userData, 'policy.json'),
    XDG_CURRENT_DESKTOP: 'KDE',
    ...options.env,
  }
}

function launchApp(options: DesktopOptions) {
  const child = fork(join(root, 'out/main/main.js'), [`--user-data-dir=${options.userData}`, ...(options.argv ?? [])], {
    execArgv: ['--import', join(import.meta.dirname, 'register.ts')],
    env: { ...appEnv(options), WAYLAND_DISPLAY: '' },
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-20_000)
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { child, exited, output: () => output }
}

function launchOptions(options: DesktopOptions) {
  const executablePath = findChromium()
  return {
    ...(executablePath && { executablePath }),
    headless: !options.headed,
    locale: 'ru-RU',
    timezoneId: 'Europe/Moscow',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      disabledFeatures,
      '--autoplay-policy=no-user-gesture-required',
      '--use-fake-device-for-media-stream',
      ...(options.microphone ? [`--use-file-for-fake-audio-capture=${options.microphone}`] : []),
    ],
  }
}
