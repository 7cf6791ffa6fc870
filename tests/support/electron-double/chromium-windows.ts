import { mkdirSync, readFileSync } from 'node:fs'
import { type BrowserContext, type BrowserType, chromium, type Frame, type Page } from '@playwright/test'
import type { AppSide, ChromiumSide, ShownTray } from './wire.ts'

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

  const side: ChromiumSide = {
    async createWindow({ id, preload, width, height }) {
      // Not before the first window: now main has said what its pages may do.
      permissions ??= grantPermissions(context, options.app)
      await permissions
      const page = blank ?? (await context.newPage())
      blank = undefined
      pages.set(id, page)
      await page.setViewportSize({ width, height })
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
      await holdNavigation(context, page, id, options.app)
      page.on('popup', (popup) => popup.close().catch(ignore))
      page.on('close', () => {
        pages.delete(id)
        visible.delete(id)
        if (!closing) options.app().windowClosed({ id }).catch(ignore)
      })
    },
    async load({ id, url }) {
      const page = pageOf(id)
      await page.goto(toChromium(url))
      newPageWaiters.shift()?.(page)
    },
    async send({ id, channel, message }) {
      await pages
        .get(id)
        ?.evaluate(([name, data]) => Reflect.get(globalThis, 'electronDoubleEvent')?.(name, data), [channel, message] as const)
    },
    async closeWindow({ id }) {
      await pages.get(id)?.close()
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
    async showTray(tray) {
      desk.tray = tray
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
    /** Resolves when the next window has loaded. Ask before causing it. */
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
async function holdNavigation(context: BrowserContext, page: Page, windowId: number, app: () => AppSide): Promise<void> {
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
