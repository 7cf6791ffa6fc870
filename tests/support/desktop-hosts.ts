import { spawn } from 'node:child_process'
import { _electron, type ElectronApplication, type Page, test } from '@playwright/test'
import { findElectron, hasDisplay } from '../../scripts/open-app.ts'
import { doubleOrigin } from './electron-double/chromium-windows.ts'
import { appEnv, type Desktop, type DesktopOptions, startDesktop, startSecondInstance } from './electron-double/start-desktop.ts'
import type { PowerEvent } from './electron-double/wire.ts'
import { project } from './pbx.ts'

export interface AskedQuestion {
  readonly message: string
  readonly detail: string
  readonly buttons: readonly string[]
}

/** A running desktop app, as far as both hosts can be driven and looked at. */
export interface RunningDesktop {
  /** The first window. */
  readonly page: Page
  pages(): Page[]
  /** The window that `cause` opens, loaded. */
  windowAfter(cause: () => Promise<unknown>): Promise<Page>
  isVisible(page: Page): Promise<boolean>
  /** The cross of the window, which the app may answer in its own way. */
  closeWindow(page: Page): Promise<void>
  minimize(page: Page): Promise<void>
  power(event: PowerEvent): Promise<void>
  /** The button of every message box from now on. */
  answerWith(button: number): Promise<void>
  asked(): Promise<readonly AskedQuestion[]>
  /** What was handed to the person's browser. */
  externalLinks(): Promise<readonly string[]>
  /** Answer to every save dialog from now on; null cancels. */
  saveTo(path: string | null): Promise<void>
  /** The first row of the app's menu. */
  menu(): Promise<readonly string[]>
  requestQuit(): Promise<void>
  readonly exited: Promise<number | null>
  kill(): Promise<void>
  close(): Promise<void>
  /** What only the double shows: tray, notifications, global shortcuts, a crash. Throws on real Electron. */
  readonly double: Desktop
}

export interface DesktopHost {
  readonly name: 'Electron double' | 'Electron'
  /** The origin of its pages, as the server sees it. */
  readonly origin: string
  start(options: DesktopOptions): Promise<RunningDesktop>
  /** A second start on the same data folder while the first one runs. Resolves with its exit code. */
  startAgain(options: DesktopOptions): Promise<number | null>
}

const onDouble: DesktopHost = {
  name: 'Electron double',
  origin: doubleOrigin,
  startAgain: startSecondInstance,
  async start(options) {
    const double = await startDesktop(options)
    const { desk } = double
    return {
      ...double,
      double,
      isVisible: async (page) => double.isVisible(page),
      answerWith: async (button) => {
        desk.messageAnswer = button
      },
      asked: async () => desk.messageBoxes,
      externalLinks: async () => desk.externalLinks,
      saveTo: async (path) => {
        desk.savePath = path
      },
      menu: async () => desk.menu.map(({ label }) => label),
    }
  },
}

/** For a server that serves both. */
export const desktopOrigins: readonly string[] = [doubleOrigin, 'app://callsync']

/** Its program and a display for its windows. */
const program = hasDisplay() ? findElectron() : null

const onElectron: DesktopHost = {
  name: 'Electron',
  origin: 'app://callsync',
  start: (options) => startElectron(requireProgram(), options),
  startAgain: (options) =>
    new Promise((resolve, reject) => {
      const child = spawn(requireProgram(), argsOf(options), { env: appEnv(options), stdio: 'ignore' })
      child.once('error', reject)
      child.once('exit', resolve)
    }),
}

function requireProgram(): string {
  if (program === null) throw new Error('Electron was not found: this test should have been skipped')
  return program
}

/**
 * Registers the tests for the double, and for real Electron where its program is found. Where it is not, they are skipped, never
 * passed, and hosts-report.ts says how many.
 */
export function onEachDesktop(register: (host: DesktopHost) => void): void {
  test.describe(onDouble.name, () => register(onDouble))
  const describe = program === null ? test.describe.skip : test.describe
  describe(onElectron.name, () => register(onElectron))
}

/** Tests of what only the double shows: on real Electron there is nothing to register. */
export function onDoubleAlone(host: DesktopHost, register: () => void): void {
  if (host === onDouble) register()
}

const argsOf = (options: DesktopOptions): string[] => [
  project,
  `--user-data-dir=${options.userData}`,
  '--lang=ru',
  '--use-fake-device-for-media-stream',
  ...(options.microphone ? [`--use-file-for-fake-audio-capture=${options.microphone}`] : []),
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ...(options.argv ?? []),
]

interface Person {
  answer: number
  savePath: string | null
  readonly asked: AskedQuestion[]
  readonly links: string[]
}

/** Puts a person who answers at once in the place of the boxes that would wait for one. */
function seatPerson(app: ElectronApplication): Promise<void> {
  return app.evaluate(({ dialog, shell }) => {
    const person: Person = { answer: 0, savePath: null, asked: [], links: [] }
    Reflect.set(globalThis, 'person', person)
    const answer = (...args: unknown[]) => {
      const { message, detail, buttons } = args.at(-1) as AskedQuestion
      person.asked.push({ message, detail, buttons: [...buttons] })
      return person.answer
    }
    Object.assign(dialog, {
      showMessageBox: async (...args: unknown[]) => ({ response: answer(...args) }),
      showMessageBoxSync: answer,
      showSaveDialog: async () => ({ canceled: person.savePath === null, filePath: person.savePath ?? '' }),
    })
    Object.assign(shell, { openExternal: async (url: string) => void person.links.push(url) })
  })
}

async function startElectron(executablePath: string, options: DesktopOptions): Promise<RunningDesktop> {
  const app = await _electron.launch({ executablePath, args: argsOf(options), env: appEnv(options) })
  await seatPerson(app)
  const page = await app.firstWindow()
  const exited = new Promise<number | null>((resolve) => app.process().once('exit', resolve))
  const person = () => app.evaluate((): Person => Reflect.get(globalThis, 'person'))
  const requestQuit = () => app.evaluate(({ app: running }) => void setImmediate(() => running.quit()))
  const answerWith = (button: number) =>
    app.evaluate((_, answer) => void Object.assign(Reflect.get(globalThis, 'person'), { answer }), button)
  return {
    page,
    pages: () => app.windows(),
    async windowAfter(cause) {
      const opened = app.waitForEvent('window')
      await cause()
      const window = await opened
      await window.waitForLoadState()
      return window
    },
    isVisible: async (each) => (await app.browserWindow(each)).evaluate((window) => window.isVisible() && !window.isMinimized()),
    closeWindow: async (each) => (await app.browserWindow(each)).evaluate((window) => window.close()),
    minimize: async (each) => (await app.browserWindow(each)).evaluate((window) => window.minimize()),
    power: (event) => app.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), event),
    answerWith,
    asked: async () => (await person()).asked,
    externalLinks: async () => (await person()).links,
    saveTo: (savePath) =>
      app.evaluate((_, path) => void Object.assign(Reflect.get(globalThis, 'person'), { savePath: path }), savePath),
    menu: () => app.evaluate(({ Menu }) => (Menu.getApplicationMenu()?.items ?? []).map(({ label }) => label)),
    requestQuit,
    exited,
    async kill() {
      app.process().kill('SIGKILL')
      await exited
    },
    async close() {
      // A question on the way is answered with "quit".
      await answerWith(1)
        .then(requestQuit)
        .catch(() => undefined)
      await exited
    },
    get double(): Desktop {
      throw new Error('only the double shows this')
    },
  }
}
