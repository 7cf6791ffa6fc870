import { type BrowserContext, chromium, expect, type Page, test } from '@playwright/test'
import { chromiumArgs, office, signIn, signInWithPhone } from '../support/people.ts'
import { Stand } from '../support/stand.ts'

/** What goes wrong in a working day, each with a clear line for the person and nothing lost (C3.8). */

let stand: Stand
test.beforeAll(async () => {
  test.setTimeout(180_000)
  stand = await Stand.start({ name: 'faults' })
})
test.afterAll(() => stand?.stop())

let context: BrowserContext
test.beforeEach(async ({ browser }) => {
  context = await browser.newContext(office)
})
test.afterEach(() => context.close())

const card = (page: Page) => page.getByTestId('card')
const notes = (page: Page) => page.getByTestId('card-field-notes')

/** A caller in the sales queue whom this page answers; the caller stays on the line. */
async function takeCall(page: Page, from: string) {
  const call = await stand.carrier.call({ from, to: '+74950000701' })
  await page.getByTestId('card-answer').click()
  await expect(card(page)).toHaveAttribute('data-state', 'talking')
  return { call, cardId: (await card(page).getAttribute('data-card')) ?? '' }
}

test('the server is killed while a card is being typed: the card is whole after its restart', async () => {
  const page = await context.newPage()
  const api = await stand.api('anna')
  await signInWithPhone(page, stand.url, 'anna')
  const { call, cardId } = await takeCall(page, '+79160000001')
  await notes(page).fill('До сбоя')
  await expect.poll(async () => (await api.card({ params: { id: cardId } })).fields.notes).toBe('До сбоя')

  await stand.killServer()
  await notes(page).pressSequentially(', во время сбоя')
  await expect(page.getByText('Нет связи с сервером — всё сохраняется на этом компьютере')).toBeVisible()
  // The call stands: it never went through our server.
  await expect(page.getByTestId('phone-state').or(page.getByTestId('line-time'))).toBeVisible()
  await stand.carrier.hangUp(call)

  await stand.restartServer()
  await expect(card(page)).toHaveAttribute('data-state', 'wrapUp')
  await expect.poll(async () => (await api.card({ params: { id: cardId } })).fields.notes).toBe('До сбоя, во время сбоя')
  await page.getByTestId('card-save').click()
  await expect(card(page)).toBeHidden()
  await expect.poll(async () => (await api.card({ params: { id: cardId } })).state).toBe('saved')
})

test('the page dies in wrap-up: the server saves what had reached it and the rest is offered', async () => {
  const page = await context.newPage()
  const api = await stand.api('boris')
  await stand.setWrapUp(15_000)
  await signInWithPhone(page, stand.url, 'boris')
  const { call, cardId } = await takeCall(page, '+79160000002')
  await notes(page).fill('Дошло')
  await expect.poll(async () => (await api.card({ params: { id: cardId } })).fields.notes).toBe('Дошло')
  await stand.carrier.hangUp(call)
  await expect(card(page)).toHaveAttribute('data-state', 'wrapUp')
  // From here on nothing gets out of this computer.
  await page.route('**/api/**', (route) => route.abort())
  await notes(page).pressSequentially(', а это нет')
  await expect(page.getByTestId('card-state')).toHaveAttribute('data-keep', 'kept')
  // A page that is closed sends on its way out what it still has; one that dies does not.
  const died = page.waitForEvent('crash')
  const devTools = await context.newCDPSession(page)
  devTools.send('Page.crash').catch(() => {})
  await died
  await page.close()

  await expect.poll(async () => (await api.card({ params: { id: cardId } })).state, { timeout: 30_000 }).toBe('saved')
  await stand.setWrapUp(60_000)
  expect((await api.card({ params: { id: cardId } })).fields.notes).toBe('Дошло')

  const again = await context.newPage()
  await again.goto(stand.url)
  await expect(again.getByTestId('offered-draft')).toContainText('Дошло, а это нет')
  await again.getByTestId('offered-apply').click()
  await expect(again.getByTestId('offered-draft')).toBeHidden()
  await expect.poll(async () => (await api.card({ params: { id: cardId } })).fields.notes).toBe('Дошло, а это нет')
})

test('a page that crashed while it called says so when it is there again, and the call can be cancelled', async () => {
  const page = await context.newPage()
  const api = await stand.api('anna')
  await signInWithPhone(page, stand.url, 'anna')
  await page.keyboard.press('Shift+F9')
  const number = page.getByRole('dialog').getByTestId('dial-number')
  await number.fill('+7 916 000-04-80')
  await expect(page.getByRole('dialog').getByTestId('dial')).toBeEnabled()
  await number.press('Enter')
  await expect(page.getByTestId('line-phase')).toHaveAttribute('data-value', 'ringingOut')
  // A browser gives a crashed tab its session storage back; the driver cannot load one again, so the next page is handed it.
  const left = await page.evaluate(() => JSON.stringify({ ...sessionStorage }))
  const died = page.waitForEvent('crash')
  const devTools = await context.newCDPSession(page)
  devTools.send('Page.crash').catch(() => {})
  await died
  await page.close()

  const again = await context.newPage()
  await again.addInitScript((text) => {
    const stored: Record<string, string> = JSON.parse(text)
    for (const [key, value] of Object.entries(stored)) sessionStorage.setItem(key, value)
  }, left)
  await again.goto(stand.url)
  await expect(again.getByTestId('phone-state')).toHaveText('Страница закрылась от сбоя при вызове +7 916 000-04-80')
  await expect(again.getByTestId('calls-elsewhere')).toBeVisible()
  await again.getByTestId('give-up').click()
  await expect(card(again)).toBeHidden()
  const { cards } = await api.history({ query: { outcome: 'notReached', limit: 1 } })
  expect(cards).toMatchObject([{ number: '+79160000480', callerName: '', direction: 'outbound' }])
  await again.close()
})

test('leaving is asked about in a call, and a session that ends leaves the call and the card at hand', async () => {
  const page = await context.newPage()
  const api = await stand.api('anna')
  await signInWithPhone(page, stand.url, 'anna')
  const { cardId } = await takeCall(page, '+79160000006')

  await page.getByRole('button', { name: 'Меню пользователя' }).click()
  await page.getByRole('menuitem', { name: 'Выйти' }).click()
  await expect(page.getByText('Идёт разговор. Если выйти, он будет завершён.')).toBeVisible()
  await page.getByRole('button', { name: 'Остаться' }).click()
  await expect(card(page)).toHaveAttribute('data-state', 'talking')

  await page.evaluate(() => fetch('/api/session', { method: 'DELETE' }))
  const again = page.getByRole('dialog', { name: 'Сеанс закончился' })
  await expect(again).toBeVisible()
  await notes(page).fill('Дописано без сеанса')
  await page.getByTestId('hang-up').click()
  await expect(page.getByTestId('line-phase')).toHaveAttribute('data-value', 'ended')
  await again.getByLabel('Пароль').fill('callsync-demo')
  await again.getByRole('button', { name: 'Войти', exact: true }).click()
  await expect(again).toBeHidden()
  await expect(card(page)).toHaveAttribute('data-state', 'wrapUp')
  await page.getByTestId('card-save').click()
  await expect.poll(async () => (await api.card({ params: { id: cardId } })).fields.notes).toBe('Дописано без сеанса')
})

test('the CANCEL is lost with its socket: the phone does not ring on for a call that is over', async () => {
  const page = await context.newPage()
  let deaf = new WeakSet<object>()
  const sockets: object[] = []
  await page.routeWebSocket(stand.pbx.file.socketUrl, (socket) => {
    const pbx = socket.connectToServer()
    sockets.push(socket)
    pbx.onMessage((message) => {
      if (!deaf.has(socket)) socket.send(message)
    })
  })
  await signInWithPhone(page, stand.url, 'anna')
  const call = await stand.carrier.call({ from: '+79160000005', to: '+74950000701' })
  await expect(page.getByTestId('answer')).toBeVisible()
  // The way from the PBX goes silent, as a dead network path does; a new socket is fine.
  deaf = new WeakSet(sockets)
  await stand.carrier.hangUp(call)
  await expect(card(page)).toBeHidden()
  await expect(page.getByTestId('answer')).toBeHidden({ timeout: 12_000 })
  await expect(page.getByTestId('phone-state')).toHaveAttribute('data-value', 'registered', { timeout: 12_000 })
  expect(sockets.length).toBeGreaterThan(1)
})

test('Asterisk is away in the middle of a call and later: told, and right again by itself', async () => {
  const page = await context.newPage()
  const floor = await context
    .browser()
    ?.newContext(office)
    .then((one) => one.newPage())
  if (!floor) throw new Error('no browser')
  await signInWithPhone(page, stand.url, 'vera')
  await signIn(floor, stand.url, 'galina')
  const vera = floor.getByRole('article', { name: 'Вера Соколова' })
  await takeCall(page, '+79160000003')
  await expect(vera).toHaveAttribute('data-status', 'onCall')

  await stand.pbx.pbx.stop()
  await expect(floor.getByText('Связь с АТС потеряна', { exact: false })).toBeVisible()
  await stand.pbx.pbx.start()
  await expect(floor.getByText('Связь с АТС потеряна', { exact: false })).toBeHidden({ timeout: 30_000 })
  await expect(vera).not.toHaveAttribute('data-status', 'onCall')
  await expect(card(page)).toHaveAttribute('data-state', 'wrapUp')
  await page.getByTestId('card-save').click()
  await expect(page.getByTestId('phone-state')).toHaveAttribute('data-value', 'registered', { timeout: 30_000 })
  await expect(vera).toHaveAttribute('data-status', 'available')
  await takeCall(page, '+79160000004')
  await floor.context().close()
})

test('without the microphone’s permission the phone still registers and says what to do', async () => {
  // The test browser grants everything; this one is told no.
  const strict = await chromium.launch({
    ...test.info().project.use.launchOptions,
    args: chromiumArgs.filter((flag) => flag !== '--use-fake-ui-for-media-stream'),
  })
  try {
    const page = await (await strict.newContext(office)).newPage()
    const devtools = await page.context().newCDPSession(page)
    const { targetInfo } = await devtools.send('Target.getTargetInfo')
    await devtools.send('Browser.setPermission', {
      browserContextId: targetInfo.browserContextId ?? '',
      origin: stand.url,
      permission: { name: 'microphone' },
      setting: 'denied',
    })
    await signInWithPhone(page, stand.url, 'anna')
    await expect(page.getByText('Микрофон запрещён')).toBeVisible()
  } finally {
    await strict.close()
  }
})

test('a wrong AMI secret is named, and the right one mends it without a restart', async () => {
  const admin = await stand.api('admin')
  const { file } = stand.pbx
  const connection = {
    host: file.host,
    amiPort: file.amiPort,
    amiUser: file.amiUser,
    socketUrl: file.socketUrl,
    sipDomain: file.sipDomain,
    iceServers: [],
  }
  const page = await context.newPage()
  await signIn(page, stand.url, 'admin')
  await admin.saveConnection({ body: { ...connection, amiSecret: 'not-the-secret' } })
  await expect(page.getByText('АТС не приняла', { exact: false })).toBeVisible()
  const { checks } = await admin.testConnection({ body: { ...connection, amiSecret: 'not-the-secret' } })
  expect(checks.map(({ step, ok }) => [step, ok])).toEqual([
    ['reach', true],
    ['signIn', false],
  ])
  await admin.saveConnection({ body: { ...connection, amiSecret: file.amiSecret } })
  await expect(page.getByText('АТС не приняла', { exact: false })).toBeHidden()
})
