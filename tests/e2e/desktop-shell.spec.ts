import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { contractVersion } from '../../server/contract/live-wire.ts'
import type { Bridge, DeskCommand, DeskState } from '../../src-preload/contract/index.ts'
import { onDoubleAlone, onEachDesktop, type RunningDesktop } from '../support/desktop-hosts.ts'

/** What the main process does for a person outside the pages, over the bridge as a page uses it. One app for all of it, in this order. */

declare const window: { readonly callsync: Bridge; heard: [string, unknown][] }

// Nobody listens there.
const serverUrl = 'http://127.0.0.1:48999'

let userData: string
let desktop: RunningDesktop
let workplace: Page

const idle: DeskState = {
  language: 'ru',
  dark: false,
  person: { name: 'Анна', status: 'available', pauseReason: null },
  pauseReasons: [{ code: 'lunch', name: 'Обед' }],
  microphones: [{ id: 'm1', label: 'Гарнитура', chosen: true }],
  call: null,
  unsent: 0,
  unkept: false,
}
const call = { lineId: 'l', phase: 'talking', title: 'Иван', subtitle: 'Отдел продаж', sinceMs: 1, muted: false } as const
const onCall: DeskState = { ...idle, person: { name: 'Анна', status: 'onCall', pauseReason: null }, call }

const publish = (page: Page, state: DeskState) => page.evaluate((each) => window.callsync.request('desk.publish', each), state)
const command = (page: Page, each: DeskCommand) => page.evaluate((sent) => window.callsync.request('desk.command', sent), each)
/** Without the wake that the computer's own networks cause: they may change at any time. */
const heard = (page: Page) => page.evaluate(() => window.heard.splice(0).filter(([name]) => name !== 'power.resumed'))
/** Waits for just these events, and forgets them. */
async function hears(page: Page, events: readonly unknown[]): Promise<void> {
  const told = () => page.evaluate(() => window.heard.filter(([name]) => name !== 'power.resumed'))
  await expect.poll(told).toEqual(events)
  await heard(page)
}
const take = (page: Page) => page.evaluate(() => window.callsync.request('dial.take', {}))
const ok = (value?: unknown) => ({ ok: true, value })
const refused = { ok: false, code: 'forbiddenSender' }

/** A page of the app's origin with the bridge alone: what the screens do with it has tests of its own. */
async function bare(page: Page): Promise<void> {
  await page.goto(new URL('/bare.txt', page.url()).href).catch(() => undefined)
  await page.evaluate(() => {
    window.heard = []
    const events = ['desk.command', 'dial.requested', 'server.offered', 'power.resumed'] as const
    for (const name of events) window.callsync.on(name, (event) => window.heard.push([name, event]))
  })
}

onEachDesktop((host) => {
  test.beforeAll(async () => {
    userData = await mkdtemp(join(tmpdir(), 'callsync-shell-'))
    desktop = await host.start({ userData, serverUrl, argv: ['tel:+7%20495%20000-07-01;ext=5'] })
    workplace = desktop.page
  })
  test.afterAll(async () => {
    await desktop?.close()
    await rm(userData, { recursive: true, force: true })
  })
  test.describe.configure({ mode: 'serial' })

  test('a link that started the app waits for its page', async () => {
    await bare(workplace)
    expect(await take(workplace)).toEqual(ok([{ number: '+74950000701', source: 'link' }]))
    expect(await take(workplace)).toEqual(ok([]))
  })

  test('a link while the app runs is told to the workplace; what is no number is not', async () => {
    for (const link of ['https://evil.example/', 'tel:112,,1', 'sip:112@pbx?Replaces=1'])
      expect(await host.startAgain({ userData, serverUrl, argv: [link] })).toBe(0)
    await hears(workplace, [['dial.requested', {}]])
    expect(await take(workplace)).toEqual(ok([{ number: '112', source: 'link' }]))
    await host.startAgain({ userData, serverUrl, argv: ['callsync://server?address=https://other.example'] })
    await hears(workplace, [['server.offered', {}]])
    const [offer, address, use] = await workplace.evaluate(async () => [
      await window.callsync.request('server.takeOffer', {}),
      await window.callsync.request('server.address', {}),
      await window.callsync.request('server.use', { address: 'https://other.example' }),
    ])
    expect([offer, address]).toEqual([ok('https://other.example'), ok(serverUrl)])
    expect(use).toEqual(ok({ result: 'managed', address: serverUrl }))
  })

  onDoubleAlone(host, () => {
    test('a link without a number is answered with a word, each time', async () => {
      const { desk } = desktop.double
      const follow = () => host.startAgain({ userData, serverUrl, argv: ['tel:call-me'] })
      const shown = () => [...desk.notifications].map(([key, { title }]) => [key, title])
      await follow()
      await expect.poll(shown).toEqual([[expect.any(Number), 'В ссылке нет номера']])
      const [first] = shown()
      await follow()
      await expect.poll(async () => JSON.stringify(shown()) !== JSON.stringify([first])).toBe(true)
      expect(shown()).toHaveLength(1)
      const [last] = [...desk.notifications.values()]
      await desktop.minimize(workplace)
      if (last) await desktop.double.click(last)
      await expect.poll(() => desktop.isVisible(workplace)).toBe(true)
      await expect.poll(shown).toEqual([])
      expect(await take(workplace)).toEqual(ok([]))
    })
  })

  onDoubleAlone(host, () => {
    test('the tray shows the status, and what is chosen there reaches the workplace', async () => {
      const { desk } = desktop.double
      expect(desk.tray).toMatchObject({ icon: 'tray-offline-16.png', toolTip: 'CallSync — Вход не выполнен' })
      await publish(workplace, idle)
      await expect.poll(() => desk.tray?.icon).toBe('tray-available-16.png')
      await desktop.double.chooseInTray('Пауза', 'Обед')
      await desktop.double.chooseInTray('Микрофон', 'Гарнитура')
      await hears(workplace, [
        ['desk.command', { kind: 'setPause', reason: 'lunch' }],
        ['desk.command', { kind: 'chooseMicrophone', id: 'm1' }],
      ])
      await publish(workplace, { ...idle, person: { name: 'Анна', status: 'paused', pauseReason: 'lunch' } })
      await expect.poll(() => [desk.tray?.icon, desk.tray?.menu[0]?.label]).toEqual(['tray-waiting-16.png', 'Анна: Пауза (Обед)'])
    })
  })

  test('closing hides the workplace while somebody is signed in; a second start brings it back', async () => {
    await publish(workplace, idle)
    await desktop.closeWindow(workplace)
    await expect.poll(() => desktop.isVisible(workplace)).toBe(false)
    expect(desktop.pages()).toEqual([workplace])
    await host.startAgain({ userData, serverUrl })
    await expect.poll(() => desktop.isVisible(workplace)).toBe(true)
  })

  onDoubleAlone(host, () => {
    test('the tray brings a hidden workplace back', async () => {
      await desktop.closeWindow(workplace)
      await expect.poll(() => desktop.isVisible(workplace)).toBe(false)
      await desktop.double.clickTray()
      await expect.poll(() => desktop.isVisible(workplace)).toBe(true)
    })
  })

  test('the island comes with a call while the workplace is out of sight, and its buttons reach the workplace', async () => {
    await publish(workplace, onCall)
    expect(desktop.pages()).toHaveLength(1)
    const island = await desktop.windowAfter(() => desktop.minimize(workplace))
    expect(new URL(island.url()).pathname).toBe('/island')
    await expect.poll(() => desktop.isVisible(island)).toBe(true)
    await bare(island)
    expect(await island.evaluate(() => window.callsync.request('desk.state', {}))).toEqual(ok(onCall))

    expect(await command(island, { kind: 'toggleHold' })).toEqual(ok())
    await hears(workplace, [['desk.command', { kind: 'toggleHold' }]])
    // Each of the two does its own part only.
    expect(await publish(island, idle)).toMatchObject(refused)
    expect(await command(workplace, { kind: 'hangUp' })).toMatchObject(refused)
    expect(await take(island)).toMatchObject(refused)
    expect(await heard(workplace)).toEqual([])

    await command(island, { kind: 'transfer' })
    await expect.poll(() => desktop.isVisible(workplace)).toBe(true)
    await expect.poll(() => desktop.isVisible(island)).toBe(false)
    await desktop.minimize(workplace)
    await expect.poll(() => desktop.isVisible(island)).toBe(true)
    // A locked screen is looked at by whoever passes.
    await desktop.power('lock-screen')
    await expect.poll(() => desktop.isVisible(island)).toBe(false)
    await desktop.power('unlock-screen')
    await expect.poll(() => desktop.isVisible(island)).toBe(true)
    await publish(workplace, idle)
    await expect.poll(() => desktop.isVisible(island)).toBe(false)
    await host.startAgain({ userData, serverUrl })
    expect(await heard(workplace)).toEqual([['desk.command', { kind: 'transfer' }]])
  })

  onDoubleAlone(host, () => {
    test('global shortcuts are off until they are set, and honest', async () => {
      expect(await desktop.double.pressShortcut('Control+Alt+A')).toBe(false)
      const failed = await workplace.evaluate(() =>
        window.callsync.request('settings.set', {
          launchAtLogin: false,
          closeToTray: true,
          showIsland: true,
          shortcuts: { answer: 'Control+Alt+A', hangUp: 'Control+Alt+Delete', toggleMute: 'M', dialSelection: 'F9' },
        }),
      )
      expect(failed).toMatchObject(
        ok([
          { action: 'hangUp', state: 'taken' },
          { action: 'toggleMute', state: 'invalid' },
        ]),
      )
      expect(await desktop.double.pressShortcut('Control+Alt+A')).toBe(true)
      await desktop.double.setClipboard({ clipboard: '111', selection: '8 (495) 000-07-02' })
      await desktop.double.pressShortcut('F9')
      await hears(workplace, [
        ['desk.command', { kind: 'answer' }],
        ['dial.requested', {}],
      ])
      expect(await take(workplace)).toEqual(ok([{ number: '84950000702', source: 'clipboard' }]))
      const states = await workplace.evaluate(() => window.callsync.request('shortcuts.state', {}))
      expect(states).toMatchObject(ok([{ action: 'answer', state: 'works', lastPressedMs: expect.any(Number) }, {}, {}, {}]))
    })
  })

  onDoubleAlone(host, () => {
    test('a ringing call can be rejected from its notification, which goes when the ringing ends', async () => {
      const { desk } = desktop.double
      const ring = (id: string) =>
        workplace.evaluate(
          (each) =>
            window.callsync.request('notifications.show', { id: each, title: 'Звонок', body: 'Продажи', answerable: true }),
          id,
        )
      await publish(workplace, { ...onCall, call: { ...call, phase: 'ringingIn' } })
      await ring('r1')
      await expect.poll(() => [...desk.notifications.values()].map(({ buttons }) => buttons)).toEqual([['Ответить', 'Отклонить']])
      const [shown] = [...desk.notifications.values()]
      if (shown) await desktop.double.pressButton(shown, 1)
      await hears(workplace, [['desk.command', { kind: 'reject' }]])
      await ring('r2')
      await expect.poll(() => desk.notifications.size).toBe(1)
      await publish(workplace, onCall)
      await expect.poll(() => desk.notifications.size).toBe(0)
    })
  })

  onDoubleAlone(host, () => {
    test('on a locked screen a ringing call names nobody', async () => {
      const { desk } = desktop.double
      const show = () =>
        workplace.evaluate(() =>
          window.callsync.request('notifications.show', { id: 'r3', title: 'Иван', body: 'Продажи', answerable: true }),
        )
      const shown = () => [...desk.notifications.values()].map(({ title, body, buttons }) => [title, body, ...buttons])
      await publish(workplace, { ...onCall, call: { ...call, phase: 'ringingIn' } })
      await show()
      await expect.poll(shown).toEqual([['Иван', 'Продажи', 'Ответить', 'Отклонить']])
      await desktop.power('lock-screen')
      await expect.poll(shown).toEqual([])
      await show()
      await expect.poll(shown).toEqual([['Входящий звонок', '']])
      await desktop.power('unlock-screen')
      await publish(workplace, onCall)
      await expect.poll(shown).toEqual([])
    })
  })

  onDoubleAlone(host, () => {
    test('a call holds the computer awake', async () => {
      const { desk } = desktop.double
      await publish(workplace, onCall)
      await expect.poll(() => desk.keptAwake).toBe(1)
      await publish(workplace, idle)
      await expect.poll(() => desk.keptAwake).toBe(0)
    })
  })

  test('waking is told, also where only the unlocked screen tells it', async () => {
    const tells = async (count: number, ...events: readonly Parameters<RunningDesktop['power']>[0][]) => {
      await workplace.evaluate(() => window.heard.splice(0))
      for (const event of events) await desktop.power(event)
      // Sent behind what is waited for.
      await desktop.power('resume')
      await expect.poll(() => workplace.evaluate(() => window.heard.length)).toBe(count + 1)
    }
    await tells(0, 'lock-screen', 'unlock-screen')
    await tells(0, 'suspend')
    await tells(1, 'suspend', 'unlock-screen')
    await heard(workplace)
  })

  test('quitting in a call asks, and takes a no', async () => {
    await publish(workplace, { ...onCall, unsent: 1 })
    await desktop.answerWith(0)
    await desktop.requestQuit()
    await expect.poll(async () => (await desktop.asked()).length).toBe(1)
    expect((await desktop.asked())[0]?.detail).toMatch(/Идёт звонок.*\n.*Не отправлено: 1/)
    expect(await workplace.evaluate(() => window.callsync.request('desk.state', {}))).toMatchObject({ ok: true })
    await desktop.answerWith(1)
    await desktop.requestQuit()
    expect(await desktop.exited).toBe(0)
  })

  const listen = (server: Server) =>
    new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
  const fixture = (name: string) => readFile(join(import.meta.dirname, '../fixtures', name))

  test('the first start asks for the server, tries it, keeps it, and begins anew with it', async () => {
    const health = { ok: true, product: 'callsync', contractVersion, serverVersion: '0.1.0', demo: false }
    const answer: RequestListener = (_, reply) =>
      void reply.setHeader('content-type', 'application/json').end(JSON.stringify(health))
    const server = createServer(answer)
    const [key, cert] = await Promise.all([fixture('self-signed-key.pem'), fixture('self-signed-cert.pem')])
    const selfSigned = createHttpsServer({ key, cert }, answer)
    const url = `http://127.0.0.1:${await listen(server)}`
    const tlsPort = await listen(selfSigned)
    const certificates = [{ host: '127.0.0.1', fingerprint: new X509Certificate(cert).fingerprint256 }]
    await writeFile(join(userData, 'policy.json'), JSON.stringify({ certificates }))

    await desktop.close()
    desktop = await host.start({ userData, serverUrl: '' })
    const { page } = desktop
    const address = () => page.evaluate(() => window.callsync.request('server.address', {}))
    const use = (each: string) => page.evaluate((text) => window.callsync.request('server.use', { address: text }), each)
    const check = (each: string) => page.evaluate((text) => window.callsync.request('server.check', { address: text }), each)
    expect(await address()).toEqual(ok(''))
    expect(await use('http://127.0.0.1:1')).toMatchObject(ok({ result: 'unreachable' }))
    // The certificate of the company's policy, and the same one elsewhere.
    expect(await check(`https://127.0.0.1:${tlsPort}`)).toMatchObject(ok({ result: 'ok' }))
    expect(await use(`https://localhost:${tlsPort}`)).toMatchObject(ok({ result: 'certificate' }))
    expect(await address()).toEqual(ok(''))

    await page.evaluate(() => window.callsync.request('secrets.set', { name: 'sessionToken', value: 'of the old server' }))
    const reloaded = page.waitForResponse((reply) => reply.headers()['content-security-policy']?.includes(url) ?? false)
    // The page begins anew with it, before it has the answer or after.
    const used = use(url).catch(() => ok({ result: 'ok' }))
    await reloaded
    expect(await used).toMatchObject(ok({ result: 'ok' }))
    // What the old server had given is not shown to the new one.
    const token = () =>
      page.evaluate(() => window.callsync.request('secrets.get', { name: 'sessionToken' })).catch(() => 'loading')
    await expect.poll(token).toEqual(ok(null))
    expect(JSON.parse(await readFile(join(userData, 'config.json'), 'utf8'))).toEqual({ serverUrl: url })
    for (const each of [server, selfSigned]) {
      each.closeAllConnections()
      each.close()
    }
  })
})
