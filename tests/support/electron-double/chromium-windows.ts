import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type BrowserContext, type BrowserType, chromium, type Frame, type Page } from '@playwright/test'
import type { AppSide, ChromiumSide, ShownMenuEntry, ShownTray } from './wire.ts'

/** Where the pages of `app://callsync` live in Chromium: a host that counts as a secure context. */
export const doubleOrigin = 'http://callsync.localhost'
const appOrigin = 'app://callsync'

const toApp = (url: string): string => (url.startsWith(doubleOrigin) ? appOrigin + url.slice(doubleOrigin.length) : url)
const toChromium = (url: string): string => (url.startsWith(appOrigin) ? doubleOrigin + url.slice(appOrigin.length) : url)

export interface ShownNotification {
  readonly key: number
  readonly title: string
  readonly body: string
  readonly buttons: readonly string[]
}

/** What the person at the computer sees and answers. */
export interface Desk {
  readonly notifications: Map<number, ShownNotification>
  readonly externalLinks: string[]
  readonly errorBoxes: string[]
  readonly messageBoxes: { message: string; detail: string; buttons: string[] }[]
  /** The button pressed in the next message box. */
  messageAnswer: number
  tray: ShownTray | null
  /** The app's menu. */
  menu: readonly ShownMenuEntry[]
  /** How many hold the computer awake. */
  keptAwake: number
  /** Answer to the next save dialog; null cancels. */
  savePath: string | null
}

type LaunchOptions = NonNullable<Parameters<BrowserType['launchPersistentContext']>[1]>

/** The windows of the app as pages of one persistent Chromium. */
export async function openChromium(options: { profile: string; launch: LaunchOptions; app: () => AppSide }) {
  mkdirSync(options.profile, { recursive: true })
  const context = await chromium.launchPersistentContext(options.profile, options.launch)
  const pages = new Map<number, Page>()
  const newPageWaiters: ((page: Page) => void)[] = []
  const visible = new Set<number>()
  const desk: Desk = {
    notifications: new Map(),
    externalLinks: [],
    errorBoxes: [],
    messageBoxes: [],
    messageAnswer: 0,
    tray: null,
    menu: [],
    keptAwake: 0,
    savePath: null,
  }
  let blank: Page | undefined = context.pages()[0]
  let closing = false
  let permissions: Promise<void> | null = null

  await serveApp(context, options.app)

  const pageOf = (id: number): Page => {
    const page = pages.get(id)
    if (!page) throw new Error(`no window ${id}`)
    return page
  }

  /** How to make the page of a window; again after a crash, which ends a page of Chromium for good. */
  const makers = new Map<number, () => Promise<Page>>()
  const making = new Map<number, Promise<Page>>()
  const crashed = new WeakSet<Page>()
  const addresses = new Map<number, string>()

  const goTo = async (id: number, url: string) => {
    const page = pageOf(id)
    await page.goto(url)
    newPageWaiters.shift()?.(page)
  }

  /** Joins a page of Chromium to the app's window of this id. */
  const join = async (id: number, page: Page, preload: string) => {
    const tell = (said: Promise<unknown>) => void said.catch(ignore)
    await page.exposeBinding('electronDoubleInvoke', ({ frame }, channel: string, args: unknown[]) =>
      options.app().invoke({
        windowId: id,
        origin: originOf(frame),
        isMainFrame: frame.parentFrame() === null,
        channel,
        args,
      }),
    )
    await page.addInitScript(preloadScript(readFileSync(preload, 'utf8')))
    await holdNavigation(context, page, id, options.app, (url) => {
      addresses.set(id, url)
      tell(options.app().didNavigate({ id, url: toApp(url) }))
    })
    page.on('popup', (popup) => popup.close().catch(ignore))
    page.on('dialog', async (dialog) => {
      // Of the others Electron shows its own boxes, which nobody here would answer.
      const goes =
        dialog.type() === 'beforeunload' &&
        (closing ||
          (await options
            .app()
            .willPreventUnload({ id })
            .catch(() => true)))
      await (goes ? dialog.accept() : dialog.dismiss()).catch(ignore)
    })
    page.on('crash', () => {
      crashed.add(page)
      if (!closing) tell(options.app().pageCrashed({ id }))
    })
    page.on('close', () => {
      if (pages.get(id) !== page) return
      pages.delete(id)
      visible.delete(id)
      if (!closing) tell(options.app().windowClosed({ id }))
    })
  }

  const side: ChromiumSide = {
    async createWindow({ id, preload, width, height }) {
      // Not before the first window: now main has said what its pages may do.
      permissions ??= grantPermissions(context, options.app)
      await permissions
      const make = async () => {
        const page = blank ?? (await context.newPage())
        blank = undefined
        pages.set(id, page)
        await page.setViewportSize({ width, height })
        await join(id, page, preload)
        return page
      }
      makers.set(id, make)
      const made = make()
      making.set(id, made)
      await made
    },
    async load({ id, url }) {
      await goTo(id, toChromium(url))
    },
    async reload({ id }) {
      const page = pageOf(id)
      if (!crashed.has(page)) {
        await page.reload()
        return
      }
      await makers.get(id)?.()
      await page.close().catch(ignore)
      await goTo(id, addresses.get(id) ?? doubleOrigin)
    },
    async send({ id, channel, message }) {
      await pages
        .get(id)
        ?.evaluate(([name, data]) => Reflect.get(globalThis, 'electronDoubleEvent')?.(name, data), [channel, message] as const)
    },
    async closeWindow({ id, asking }) {
      // Playwright's connection does not survive a page that goes while it is fitted.
      await making.get(id)?.catch(ignore)
      const page = pages.get(id)
      await page?.close({ runBeforeUnload: asking && !crashed.has(page) })
    },
    async setVisible({ id, visible: now }) {
      if (now) visible.add(id)
      else visible.delete(id)
    },
    async bringToFront({ id }) {
      await pages.get(id)?.bringToFront()
    },
    async openExternal({ url }) {
      desk.externalLinks.push(url)
    },
    async showNotification(notification) {
      desk.notifications.set(notification.key, notification)
    },
    async closeNotification({ key }) {
      desk.notifications.delete(key)
    },
    async showErrorBox({ content }) {
      desk.errorBoxes.push(content)
    },
    async showMessageBox(box) {
      desk.messageBoxes.push(box)
      return desk.messageAnswer
    },
    async showMessageBoxSync({ answerFile, ...box }) {
      desk.messageBoxes.push(box)
      writeFileSync(`${answerFile}.new`, String(desk.messageAnswer))
      renameSync(`${answerFile}.new`, answerFile)
    },
    async showTray(tray) {
      desk.tray = tray
    },
    async showMenu(entries) {
      desk.menu = entries
    },
    async keepAwake({ count }) {
      desk.keptAwake = count
    },
    askSavePath: async () => desk.savePath,
  }

  return {
    side,
    desk,
    context,
    pages: () => [...pages.values()],
    idOf(page: Page): number {
      for (const [id, each] of pages) if (each === page) return id
      throw new Error('this page is no window of the app')
    },
    isVisible: (page: Page) => [...pages].some(([id, each]) => each === page && visible.has(id)),
    /** Ends the page's process. */
    async crash(page: Page): Promise<void> {
      const gone = new Promise<void>((resolve) => page.once('crash', () => resolve()))
      const session = await context.newCDPSession(page)
      // A dead process does not answer.
      session.send('Page.crash').catch(ignore)
      await gone
    },
    /** Resolves when the next window has loaded, or one that crashed. Ask before causing it. */
    nextWindow: () => new Promise<Page>((resolve) => newPageWaiters.push(resolve)),
    async close() {
      closing = true
      await context.close()
    },
    /** As the operating system would: nothing in the pages gets to run. */
    async kill() {
      closing = true
      const browser = context.browser()
      const closed = new Promise<void>((resolve) => context.once('close', () => resolve()))
      const session = await browser?.newBrowserCDPSession()
      const processes = await session?.send('SystemInfo.getProcessInfo')
      const pid = processes?.processInfo.find(({ type }) => type === 'browser')?.id
      if (pid === undefined) throw new Error('the process of Chromium was not found')
      process.kill(pid, 'SIGKILL')
      await closed
    },
  }
}

const ignore = () => undefined

function originOf(frame: Frame): string {
  const url = toApp(frame.url())
  return url.startsWith(`${appOrigin}/`) ? appOrigin : new URL(url).origin
}

/** Requests for the app's own pages are answered by the protocol handler that main registered. */
async function serveApp(context: BrowserContext, app: () => AppSide): Promise<void> {
  await context.route(`${doubleOrigin}/**`, async (route) => {
    const request = route.request()
    try {
      const { status, headers, body } = await app().fetch({
        url: toApp(request.url()),
        method: request.method(),
        headers: await request.allHeaders(),
      })
      await route.fulfill({ status, headers, body: Buffer.from(body) })
    } catch {
      await route.abort().catch(ignore)
    }
  })
}

/** Each permission is granted or refused by main's own check; without a grant Chromium denies. */
async function grantPermissions(context: BrowserContext, app: () => AppSide): Promise<void> {
  const url = `${appOrigin}/`
  const asked = [
    { chromium: 'microphone', check: { permission: 'media', mediaType: 'audio', url } },
    { chromium: 'camera', check: { permission: 'media', mediaType: 'video', url } },
    { chromium: 'notifications', check: { permission: 'notifications', url } },
    { chromium: 'local-network-access', check: { permission: 'local-network-access', url } },
    { chromium: 'geolocation', check: { permission: 'geolocation', url } },
  ]
  const granted: string[] = []
  for (const { chromium: name, check } of asked) if (await app().checkPermission(check)) granted.push(name)
  await context.grantPermissions(granted, { origin: doubleOrigin })
}

/** Asks main before a page or a frame goes elsewhere or opens a window. Only documents are held; all other traffic runs untouched. */
async function holdNavigation(
  context: BrowserContext,
  page: Page,
  windowId: number,
  app: () => AppSide,
  onNavigated: (url: string) => void,
): Promise<void> {
  const session = await context.newCDPSession(page)
  const { frameTree } = await session.send('Page.getFrameTree')
  session.on('Fetch.requestPaused', async ({ requestId, request, frameId }) => {
    const isMainFrame = frameId === frameTree.frame.id
    const own = request.url.startsWith(doubleOrigin)
    const prevented =
      !own &&
      (await app()
        .willNavigate({ windowId, url: toApp(request.url), isMainFrame })
        .catch(() => true))
    await (prevented
      ? session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      : session.send('Fetch.continueRequest', { requestId })
    ).catch(ignore)
  })
  // Another document, not another path of the same one.
  session.on('Page.frameNavigated', ({ frame }) => {
    if (frame.parentId === undefined) onNavigated(frame.url)
  })
  session.on('Page.windowOpen', ({ url }) => {
    app()
      .windowOpen({ windowId, url: toApp(url) })
      .catch(ignore)
  })
  await session.send('Page.enable')
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*', resourceType: 'Document' }] })
}

/** The built preload in a function with the one module it may require. Sub-frames get none, as in Electron. */
const preloadScript = (preload: string): string => `
  if (window === window.top && location.origin !== 'null') {
    const listeners = new Map()
    window.electronDoubleEvent = (channel, message) => {
      for (const listener of listeners.get(channel) ?? []) listener({}, message)
    }
    const electron = {
      ipcRenderer: {
        invoke: (channel, ...args) => window.electronDoubleInvoke(channel, args),
        on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      },
      contextBridge: {
        exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: Object.freeze(api) }),
      },
    }
    const require = (name) => {
      if (name === 'electron') return electron
      throw new Error('module not found: ' + name)
    }
    ;((require, module, exports) => {
${preload}
    })(require, { exports: {} }, {})
  }
`
