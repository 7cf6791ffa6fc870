import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import type { Bridge } from '../../src-preload/contract/index.ts'
import { onDoubleAlone, onEachDesktop, type RunningDesktop } from '../support/desktop-hosts.ts'
import type { DesktopOptions } from '../support/electron-double/start-desktop.ts'

/** The desktop app's own doing, without a server: main, preload and the built pages on the Electron double. */

declare const window: {
  readonly callsync: Bridge
  open(url: string): unknown
  location: { href: string }
  readonly events: unknown[]
}

let userData: string
const running: RunningDesktop[] = []

test.beforeEach(async () => {
  userData = await mkdtemp(join(tmpdir(), 'callsync-desktop-'))
})
test.afterEach(async () => {
  for (const desktop of running.splice(0)) await desktop.close()
  await rm(userData, { recursive: true, force: true })
})

// Nobody listens there: the app has to work with its server away.
const serverUrl = 'http://127.0.0.1:48999'

onEachDesktop((host) => {
  async function start(more: Partial<DesktopOptions> = {}): Promise<RunningDesktop> {
    const desktop = await host.start({ userData, serverUrl, ...more })
    running.push(desktop)
    return desktop
  }

  async function kill(desktop: RunningDesktop): Promise<void> {
    running.splice(running.indexOf(desktop), 1)
    await desktop.kill()
  }

  const draft = { cardId: 'main:1.1', userId: 'u1', baseVersion: 3, changes: { notes: 'набрано' }, updatedAtMs: 1 }

  test('drafts and outbox survive kill -9, in files for their owner only', async () => {
    const before = await start()
    const row = {
      id: '9b2f3a54-7c57-4d0c-8a5e-2f0d8f1f0c01',
      userId: 'u1',
      lane: 'main:2.2',
      kind: 'card.save' as const,
      payload: { cardId: 'main:2.2', baseVersion: 1, changes: {} },
      createdAtMs: 1,
      attempts: 0,
      nextAtMs: 1,
      lastError: null,
    }
    await before.page.evaluate((each) => window.callsync.request('drafts.put', each), draft)
    await before.page.evaluate((each) => window.callsync.request('drafts.promote', each), row)
    await kill(before)

    const { page } = await start()
    const got = await page.evaluate(() => window.callsync.request('drafts.list', { userId: 'u1' }))
    expect(got).toEqual({ ok: true, value: [draft] })
    expect(await page.evaluate(() => window.callsync.request('outbox.list', { userId: 'u1' }))).toEqual({
      ok: true,
      value: [row],
    })
    expect((await stat(join(userData, 'drafts.db'))).mode & 0o777).toBe(0o600)
  })

  test('a damaged database is set aside, told to the page, and the app works on', async () => {
    const before = await start()
    await kill(before)
    await rm(join(userData, 'drafts.db-wal'), { force: true })
    await writeFile(join(userData, 'drafts.db'), 'no database'.repeat(1_000))
    const { page } = await start()
    const notice = await page.evaluate(() => window.callsync.request('storage.state', {}))
    expect(notice).toMatchObject({ ok: true, value: { notice: { kind: 'setAside' }, rowsSetAside: 0, damagedFiles: 1 } })
    expect(await page.evaluate((each) => window.callsync.request('drafts.put', each), draft)).toEqual({
      ok: true,
      value: undefined,
    })
  })

  const setToken = (page: Page, value: string) =>
    page.evaluate((token) => window.callsync.request('secrets.set', { name: 'sessionToken', value: token }), value)
  const getToken = (page: Page) => page.evaluate(() => window.callsync.request('secrets.get', { name: 'sessionToken' }))

  onDoubleAlone(host, () => {
    test('a secret survives a restart, encrypted', async () => {
      const before = await start()
      await setToken(before.page, 'open-sesame')
      await kill(before)
      expect(await readFile(join(userData, 'secrets.json'), 'utf8')).not.toContain('open-sesame')
      const { page } = await start()
      expect(await getToken(page)).toEqual({ ok: true, value: 'open-sesame' })
    })
  })

  onDoubleAlone(host, () => {
    test('without a keyring a secret lives until the end of the app, and the page can tell', async () => {
      const env = { ELECTRON_DOUBLE_KEYRING: 'basic_text' }
      const before = await start({ env })
      expect(await before.page.evaluate(() => window.callsync.request('secrets.state', {}))).toEqual({
        ok: true,
        value: 'weakBackend',
      })
      await setToken(before.page, 'open-sesame')
      expect(await getToken(before.page)).toEqual({ ok: true, value: 'open-sesame' })
      await kill(before)
      expect(existsSync(join(userData, 'secrets.json'))).toBe(false)
      const { page } = await start({ env })
      expect(await getToken(page)).toEqual({ ok: true, value: null })
    })
  })

  onDoubleAlone(host, () => {
    test('a wrong server address is said in one line that names the setting, in the language of the computer', async () => {
      await expect(host.start({ userData, serverUrl: 'callsync.example.com' })).rejects.toThrow(
        /CALLSYNC_SERVER_URL: нужен адрес/,
      )
    })
  })

  /** What does not have to start anew shares one app. */
  test.describe('one running app', () => {
    let sharedData: string
    let desktop: RunningDesktop
    test.beforeAll(async () => {
      sharedData = await mkdtemp(join(tmpdir(), 'callsync-desktop-'))
      desktop = await host.start({ userData: sharedData, serverUrl })
    })
    test.afterAll(async () => {
      await desktop?.close()
      await rm(sharedData, { recursive: true, force: true })
    })

    test('the page has the bridge, its two functions and nothing of Node', async () => {
      const { page } = desktop
      expect(
        await page.evaluate(() => ({
          bridge: Object.keys(window.callsync).sort(),
          node: ['require', 'process', 'module', 'global', 'Buffer'].filter((name) => name in globalThis),
        })),
      ).toEqual({ bridge: ['on', 'request'], node: [] })
      const unknown = await page.evaluate(() => Reflect.apply(window.callsync.request, null, ['drafts.dropAll', {}]))
      expect(unknown).toMatchObject({ ok: false, code: 'invalidArguments' })
    })

    test('the app serves its own pages with a policy that lets no inline script run', async () => {
      const { page } = desktop
      const reply = await page.goto(new URL('/monitor', page.url()).href)
      expect(reply?.status()).toBe(200)
      expect(reply?.headers()['content-security-policy']).toContain("script-src 'self'")
      const ran = await page.evaluate(`new Promise((resolve) => {
      addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), { once: true })
      const script = document.createElement('script')
      script.textContent = 'globalThis.injected = true'
      document.head.append(script)
    })`)
      expect(ran).toMatch(/^script-src/)
      expect(await page.evaluate("fetch('/', { method: 'POST' }).then((reply) => reply.status)")).toBe(405)
      expect(await page.evaluate("fetch('/..%2f..%2fpackage.json').then((reply) => reply.status)")).toBe(404)
    })

    onDoubleAlone(host, () => {
      test('a frame inside the page gets neither the bridge nor a way to main', async () => {
        const { page } = desktop
        const result = await page.evaluate(`new Promise((resolve) => {
      const frame = document.createElement('iframe')
      document.body.append(frame)
      const inside = frame.contentWindow
      inside.electronDoubleInvoke('callsync:request', ['server.address', {}])
        .then((reply) => resolve({ bridge: 'callsync' in inside, reply }))
    })`)
        expect(result).toMatchObject({ bridge: false, reply: { ok: false, code: 'forbiddenSender' } })
      })
    })

    test('the page stays where it is: no navigation elsewhere, no new windows, one allowed link to the own browser', async () => {
      const { page, pages } = desktop
      const home = page.url()
      await page.evaluate(() => {
        window.location.href = 'http://127.0.0.1:48999/phishing'
      })
      await page.evaluate(() => window.open('http://127.0.0.1:48998/foreign'))
      await page.evaluate(() => window.open('http://127.0.0.1:48999/api/docs'))
      await expect.poll(() => desktop.externalLinks()).toEqual(['http://127.0.0.1:48999/api/docs'])
      expect(pages()).toHaveLength(1)
      expect(page.url()).toBe(home)
    })

    const media = (page: Page, kind: 'audio' | 'video') =>
      page.evaluate(`navigator.mediaDevices.getUserMedia({ ${kind}: true }).then(() => 'granted', (error) => error.name)`)

    test('the page may hear, and not see', async () => {
      const { page } = desktop
      expect(await media(page, 'audio')).toBe('granted')
      expect(await media(page, 'video')).toBe('NotAllowedError')
    })

    test('one window of each name, one app per data folder', async () => {
      const { page, pages } = desktop
      const openMonitor = () => page.evaluate(() => window.callsync.request('windows.open', { name: 'monitor' }))
      const monitor = await desktop.windowAfter(openMonitor)
      expect(new URL(monitor.url()).pathname).toBe('/monitor')
      await openMonitor()
      expect(pages()).toHaveLength(2)
      expect(await host.startAgain({ userData: sharedData, serverUrl })).toBe(0)
      expect(pages()).toHaveLength(2)
      await monitor.close()
      await desktop.windowAfter(openMonitor)
      expect(pages()).toHaveLength(2)
    })

    onDoubleAlone(host, () => {
      test('waking and the click on a notification reach the page', async () => {
        const { page } = desktop
        const { desk, click } = desktop.double
        await page.evaluate(() => {
          Object.assign(window, { events: [] })
          window.callsync.on('power.resumed', () => window.events.push('resumed'))
          window.callsync.on('notifications.clicked', ({ id }) => window.events.push(id))
        })
        const show = { id: 'call-1', title: 'Звонок', body: 'Отдел продаж' }
        await page.evaluate((each) => window.callsync.request('notifications.show', each), show)
        await desktop.power('resume')
        const [shown] = [...desk.notifications.values()]
        expect(shown).toMatchObject({ title: 'Звонок', body: 'Отдел продаж' })
        if (shown) await click(shown)
        await expect.poll(() => page.evaluate(() => window.events)).toEqual(['resumed', 'call-1'])
        await page.evaluate(() => window.callsync.request('notifications.close', { id: 'call-1' }))
        expect(desk.notifications.size).toBe(0)
      })
    })

    test('a file of the server is written where the person chose, and only then', async () => {
      const files = createServer((request, reply) => reply.end(request.url === '/api/file' ? 'a;b' : ''))
      await once(files.listen(0, '127.0.0.1'), 'listening')
      const address = files.address()
      const port = typeof address === 'object' ? address?.port : null
      try {
        const own = await start({ serverUrl: `http://127.0.0.1:${port}` })
        const save = () =>
          own.page.evaluate(() => window.callsync.request('files.download', { name: '../calls.csv', path: '/api/file' }))
        expect(await save()).toEqual({ ok: true, value: false })
        const chosen = join(sharedData, 'chosen.csv')
        await own.saveTo(chosen)
        expect(await save()).toEqual({ ok: true, value: true })
        expect(await readFile(chosen, 'utf8')).toBe('a;b')
      } finally {
        files.close()
      }
    })
  })
})
