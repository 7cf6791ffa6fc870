import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { contractVersion } from '../../server/contract/index.ts'
import { demoPassword, demoPeople } from '../../server/demo/index.ts'
import type { Bridge } from '../../src-preload/contract/index.ts'
import { desktopOrigins, onEachDesktop, type RunningDesktop } from '../support/desktop-hosts.ts'
import { office, signIn, signInWithPhone } from '../support/people.ts'
import { Stand } from '../support/stand.ts'

/** C3.8, C7.2: one session over all windows of an app, its end, and a server of another version. */

declare const window: { readonly callsync: Bridge; senders: { track: { label: string } | null }[] }
declare const RTCPeerConnection: { prototype: { addTrack: (...args: unknown[]) => { track: { label: string } | null } } }

let stand: Stand
test.beforeAll(async () => {
  test.setTimeout(180_000)
  stand = await Stand.start({ name: 'session', env: { CALLSYNC_ALLOWED_ORIGINS: desktopOrigins.join(',') } })
})
test.afterAll(() => stand?.stop())

const nameOf = (person: string): string => demoPeople.find(({ email }) => email.startsWith(`${person}@`))?.name ?? person
const card = (page: Page) => page.getByTestId('card')
const notes = (page: Page) => page.getByTestId('card-field-notes')
const expired = (page: Page) => page.getByRole('dialog', { name: 'Сеанс закончился' })
const callLine = (page: Page) => page.getByTestId('line-phase')

async function takeCall(page: Page, from: string) {
  const call = await stand.carrier.call({ from, to: '+74950000701' })
  await page.getByTestId('card-answer').click()
  await expect(card(page)).toHaveAttribute('data-state', 'talking')
  return { call, cardId: (await card(page).getAttribute('data-card')) ?? '' }
}

async function signInAgain(page: Page): Promise<void> {
  await expired(page).getByLabel('Пароль').fill(demoPassword)
  await expired(page).getByRole('button', { name: 'Войти', exact: true }).click()
  await expect(expired(page)).toBeHidden()
}

/** Nothing of a person in a window: neither name nor e-mail, only the way in. */
async function expectLeft(page: Page, person: string): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Вход' })).toBeVisible()
  // The list of demo people, which comes a moment later, names everybody on the sign-in screen.
  const named = page.getByText(nameOf(person))
  const offered = page.getByRole('button', { name: nameOf(person) })
  await expect.poll(async () => (await named.count()) - (await offered.count())).toBe(0)
  await expect(page.getByText(`${person}@demo.callsync`)).toHaveCount(0)
}

onEachDesktop((host) => {
  let userData: string
  let desktop: RunningDesktop
  let workplace: Page
  let settings: Page
  let monitor: Page

  const open = (name: 'settings' | 'monitor') =>
    desktop.windowAfter(() => workplace.evaluate((each) => window.callsync.request('windows.open', { name: each }), name))
  const token = async () => {
    const reply = await workplace.evaluate(() => window.callsync.request('secrets.get', { name: 'sessionToken' }))
    return reply.ok && typeof reply.value === 'string' ? reply.value : null
  }
  /** As an administrator who closes somebody's access, or a session that grew too old. */
  const endSession = async () => {
    const ended = await fetch(`${stand.url}/api/session`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${await token()}` },
    })
    expect(ended.status).toBe(200)
  }

  test.describe.configure({ mode: 'serial' })
  test.beforeAll(async () => {
    test.setTimeout(120_000)
    userData = await mkdtemp(join(tmpdir(), 'callsync-session-'))
    desktop = await host.start({ userData, serverUrl: stand.url })
    workplace = desktop.page
    await workplace.addInitScript(() => {
      window.senders = []
      const { addTrack } = RTCPeerConnection.prototype
      RTCPeerConnection.prototype.addTrack = function (...args: unknown[]) {
        const sender = addTrack.apply(this, args)
        window.senders.push(sender)
        return sender
      }
    })
    await workplace.reload()
    await workplace.getByRole('button', { name: nameOf('anna') }).click()
    await expect(workplace.getByTestId('phone-state')).toHaveAttribute('data-tone', 'ok', { timeout: 60_000 })
    settings = await open('settings')
    await expect(settings.getByText('anna@demo.callsync')).toBeVisible()
  })
  test.afterAll(async () => {
    await desktop?.close()
    if (userData) await rm(userData, { recursive: true, force: true })
  })

  test('a microphone chosen in the settings window is the call’s at once; that window has no phone', async () => {
    await takeCall(workplace, '+79160000101')
    const track = () => workplace.evaluate(() => window.senders.at(-1)?.track?.label ?? '')
    const before = await track()
    const field = settings.getByRole('combobox', { name: 'Микрофон' })
    await field.click()
    const other = settings.getByRole('option').filter({ hasNotText: 'Как в системе' }).filter({ hasNotText: before }).last()
    const label = (await other.textContent()) ?? ''
    expect(label).not.toBe('')
    await other.click()
    await expect(field).toHaveValue(label)
    await expect.poll(track).toContain(label)
    await expect(callLine(workplace)).toHaveAttribute('data-value', 'active')
    for (const name of ['Динамик разговора', 'Динамик звонка'])
      await expect(settings.getByRole('combobox', { name })).toBeVisible()
    await expect(settings.getByTestId('phone-state')).toHaveCount(0)
  })

  test('a session that ends leaves the call, and another person’s sign-in asks first in every window', async () => {
    await endSession()
    for (const each of [workplace, settings]) await expect(expired(each)).toBeVisible()
    await expect(callLine(workplace)).toHaveAttribute('data-value', 'active')
    for (const each of [workplace, settings]) {
      await each.getByTestId('other-person').click()
      // The settings window has no call; it has asked the workplace.
      await expect(each.getByText('Идёт разговор. Если выйти, он будет завершён.')).toBeVisible()
      await each.getByRole('button', { name: 'Остаться' }).click()
    }
    await expect(callLine(workplace)).toHaveAttribute('data-value', 'active')
  })

  test('the same person’s sign-in in one window is all windows’, and the call goes on', async () => {
    await signInAgain(settings)
    await expect(expired(workplace)).toBeHidden()
    await expect(callLine(workplace)).toHaveAttribute('data-value', 'active')
    await notes(workplace).fill('После нового входа')
    await workplace.getByTestId('hang-up').click()
    await expect(card(workplace)).toHaveAttribute('data-state', 'wrapUp')
    const cardId = (await card(workplace).getAttribute('data-card')) ?? ''
    // «Available» in wrap-up is: save.
    await workplace.getByTestId('own-status').click()
    await expect(workplace.getByTestId('status-available')).toHaveText('Сохранить и стать доступным')
    await workplace.getByTestId('status-available').click()
    await expect(workplace.getByTestId('own-status')).toHaveAttribute('data-status', 'available')
    const saved = await (await stand.api('anna')).card({ params: { id: cardId } })
    expect([saved.state, saved.fields.notes]).toEqual(['saved', 'После нового входа'])
  })

  test('signing out takes the person out of every window at once', async () => {
    await workplace.getByRole('button', { name: `Меню пользователя: ${nameOf('anna')}` }).click()
    await workplace.getByTestId('sign-out').click()
    for (const each of [workplace, settings]) await expectLeft(each, 'anna')
    await expect.poll(token).toBeNull()
  })

  test('who signs in in one window is in all of them', async () => {
    await settings.getByRole('button', { name: nameOf('galina') }).click()
    await expect(settings.getByText('galina@demo.callsync')).toBeVisible()
    await expect(workplace.getByRole('button', { name: `Меню пользователя: ${nameOf('galina')}` })).toBeVisible()
    monitor = await open('monitor')
    await expect(monitor.getByRole('article', { name: nameOf('vera') })).toBeVisible()
    await workplace.getByRole('button', { name: `Меню пользователя: ${nameOf('galina')}` }).click()
    await workplace.getByTestId('sign-out').click()
    for (const each of [workplace, settings, monitor]) await expectLeft(each, 'galina')
  })

  test('a server of another version: told, nothing is saved, and the text goes out when they agree again', async () => {
    let spoken = contractVersion
    await serveVersion(workplace, () => spoken)
    await workplace.reload()
    await workplace.getByRole('button', { name: nameOf('anna') }).click()
    await expect(workplace.getByTestId('phone-state')).toHaveAttribute('data-tone', 'ok')
    // An operator in the app: the window on the wall has nothing to show, and no phone.
    await expect(monitor.getByText('Монитор видят супервизоры')).toBeVisible()
    await monitor.close()
    const { call, cardId } = await takeCall(workplace, '+79160000102')
    const anna = await stand.api('anna')
    spoken = contractVersion + 1
    await cutLive(workplace)
    await expect(workplace.getByText('Сервер новее этой программы', { exact: false })).toBeVisible()
    await notes(workplace).fill('Набрано при другой версии')
    await expect(workplace.getByTestId('card-state')).toHaveAttribute('data-keep', 'kept')
    await workplace.getByTestId('card-save').click()
    await expect(workplace.getByTestId('card-state')).not.toHaveAttribute('data-sync', 'onServer')
    expect((await anna.card({ params: { id: cardId } })).fields.notes).toBe('')
    // The window without the workplace knows what waits on the disk, and warns of it.
    await settings.getByTestId('server-change').click()
    await settings.getByTestId('server-address').fill(stand.url)
    await settings.getByTestId('server-submit').click()
    await expect(settings.getByTestId('server-unsent')).toContainText('1 карточка не отправлена')
    spoken = contractVersion
    await expect(workplace.getByText('Сервер новее этой программы', { exact: false })).toBeHidden({ timeout: 40_000 })
    await expect
      .poll(async () => (await anna.card({ params: { id: cardId } })).fields.notes, { timeout: 30_000 })
      .toBe('Набрано при другой версии')
    await stand.carrier.hangUp(call)
    await workplace.getByTestId('card-save').click()
    await expect(card(workplace)).toBeHidden()
  })
})

const liveSockets = new WeakMap<Page, { close(): Promise<void> }[]>()

/** Between the page and the real server, at the wire: the version the server says is `version`. */
async function serveVersion(page: Page, version: () => number): Promise<void> {
  const open: { close(): Promise<void> }[] = []
  liveSockets.set(page, open)
  await page.routeWebSocket(/\/api\/live/, (socket) => {
    const server = socket.connectToServer()
    open.push(socket)
    server.onMessage((text) => {
      const message: unknown = JSON.parse(String(text))
      const hello = typeof message === 'object' && message !== null && 'type' in message && message.type === 'hello'
      socket.send(hello ? JSON.stringify({ ...message, contractVersion: version() }) : text)
    })
  })
}

async function cutLive(page: Page): Promise<void> {
  for (const socket of liveSockets.get(page)?.splice(0) ?? []) await socket.close()
}

test.describe('the tabs of a browser', () => {
  let context: BrowserContext
  test.beforeEach(async ({ browser }) => {
    context = await browser.newContext(office)
  })
  test.afterEach(() => context.close())

  test('follow one another out and in', async () => {
    const [first, second] = [await context.newPage(), await context.newPage()]
    await signIn(first, stand.url, 'galina')
    await second.goto(`${stand.url}/monitor`)
    await expect(second.getByRole('article', { name: nameOf('vera') })).toBeVisible()
    await first.getByRole('button', { name: 'Меню пользователя' }).click()
    await first.getByTestId('sign-out').click()
    for (const each of [first, second]) await expectLeft(each, 'galina')
    // Nothing of hers is asked for any more either, and the next person's data is that person's.
    await second.getByRole('button', { name: nameOf('boris') }).click()
    await expect(first.getByRole('button', { name: `Меню пользователя: ${nameOf('boris')}` })).toBeVisible()
    await expect(first.getByText(nameOf('galina'))).toHaveCount(0)
  })

  test('a call in one tab is asked about in the other', async () => {
    const [first, second] = [await context.newPage(), await context.newPage()]
    await signInWithPhone(first, stand.url, 'boris')
    const { call } = await takeCall(first, '+79160000103')
    await second.goto(`${stand.url}/history`)
    await second.getByRole('button', { name: 'Меню пользователя' }).click()
    await second.getByTestId('sign-out').click()
    await expect(second.getByText('Идёт разговор. Если выйти, он будет завершён.')).toBeVisible()
    await second.getByTestId('sign-out-anyway').click()
    for (const each of [first, second]) await expectLeft(each, 'boris')
    await stand.carrier.hangUp(call).catch(() => undefined)
  })

  test('an expired session is left only after the question, and the call goes on until then', async () => {
    const page = await context.newPage()
    await signInWithPhone(page, stand.url, 'vera')
    await takeCall(page, '+79160000104')
    await page.evaluate(() => fetch('/api/session', { method: 'DELETE' }))
    await expect(expired(page)).toBeVisible()
    await page.getByTestId('other-person').click()
    await expect(page.getByText('Идёт разговор. Если выйти, он будет завершён.')).toBeVisible()
    await page.getByRole('button', { name: 'Остаться' }).click()
    await expect(callLine(page)).toHaveAttribute('data-value', 'active')
    await page.getByTestId('other-person').click()
    await page.getByTestId('sign-out-anyway').click()
    await expectLeft(page, 'vera')
    await page.getByRole('button', { name: nameOf('galina') }).click()
    await expect(page.getByRole('button', { name: `Меню пользователя: ${nameOf('galina')}` })).toBeVisible()
  })

  test('phones follow to another PBX by themselves, and back to the demo one when it is removed', async () => {
    const admin = await stand.api('admin')
    const { file } = stand.pbx
    const { host, amiPort, amiUser, sipDomain, amiSecret } = file
    const save = (socketUrl: string) =>
      admin.saveConnection({ body: { host, amiPort, amiUser, sipDomain, amiSecret, iceServers: [], socketUrl } })
    const page = await context.newPage()
    await signInWithPhone(page, stand.url, 'anna')
    const panel = await context.browser()?.newContext(office)
    const settings = await panel?.newPage()
    if (!settings) throw new Error('no browser')
    await signIn(settings, stand.url, 'admin')
    // The same Asterisk by another name is another origin to the page's policy.
    const renamed = file.socketUrl.replace('127.0.0.1', 'localhost')
    expect(renamed).not.toBe(file.socketUrl)
    const loaded = page.waitForEvent('load')
    await save(renamed)
    await loaded
    await expect(page.getByTestId('phone-state')).toHaveAttribute('data-value', 'registered', { timeout: 30_000 })

    await settings.goto(`${stand.url}/settings/connection`)
    await settings.getByTestId('connection-remove').click()
    await settings.getByTestId('connection-remove-confirm').click()
    await expect(settings.getByTestId('connection-remove')).toHaveCount(0)
    expect((await admin.connection()).source).toBe('demo')
    await panel?.close()
  })
})
