import { gzipSync } from 'node:zlib'
import { type Browser, expect, type Page, test } from '@playwright/test'
import type { WallboardFigures, WallboardView } from '../../server/contract/index.ts'
import { office, signIn } from '../support/people.ts'
import { Stand } from '../support/stand.ts'

/** A wallboard on a screen without a keyboard: opened by its link, live from a real Asterisk, honest when it is not (C7.2). */

let stand: Stand
test.beforeAll(async () => {
  test.setTimeout(240_000)
  stand = await Stand.start({ name: 'wallboard' })
})
test.afterAll(async () => {
  await stand?.stop()
})
test.afterEach(async ({ browser }) => {
  for (const context of browser.contexts()) await context.close()
})

const customer = '+79160000101'
const sales = '+74950000701'
const fullHd = { width: 1920, height: 1080 }

/** A television: its browser has never been here. */
const television = async (browser: Browser, viewport = fullHd): Promise<Page> =>
  (await browser.newContext({ viewport, locale: 'en-US', timezoneId: 'America/New_York' })).newPage()

/** A link to what `change` says. */
async function linkTo(change: { pages?: WallboardView['screen']['pages']; secondsPerPage?: number } = {}): Promise<string> {
  const api = await stand.api('galina')
  const { token } = await api.createWallboard({
    body: {
      ...{ name: 'Зал продаж', queues: null, pages: ['overview'], secondsPerPage: 600 },
      ...{ language: 'ru', theme: 'dark', expiresAtMs: null },
      ...change,
    },
  })
  return `${stand.url}/wallboard/#${token}`
}

const board = (page: Page) => page.getByTestId('wallboard')
const figure = (page: Page, name: string) => page.getByTestId('figures').getByTestId(name)

test('a supervisor makes a link, a television shows the queues by it without a session, and goes blank when it is revoked', async ({
  browser,
}) => {
  const galina = await (await browser.newContext(office)).newPage()
  await signIn(galina, stand.url, 'galina')
  await galina.goto(`${stand.url}/settings/wallboards`)
  await galina.getByTestId('wallboard-add').click()
  await galina.getByTestId('wallboard-save').click()
  await expect(galina.getByText('Заполните это поле')).toBeVisible()
  await galina.getByTestId('wallboard-name').fill('Зал, первый этаж')
  await galina.getByTestId('wallboard-page-queues').uncheck()
  await galina.getByTestId('wallboard-seconds').fill('600')
  await galina.getByTestId('wallboard-save').click()
  const link = await galina.getByTestId('wallboard-link').inputValue()
  expect(link).toMatch(/\/wallboard\/#[0-9a-z]{8}-[0-9a-z]{26}$/)
  await galina.getByRole('button', { name: 'Готово' }).click()
  // Nobody is shown it again.
  await expect(galina.getByText('не открывали')).toBeVisible()
  expect(await galina.content()).not.toContain(link.slice(-26))

  const tv = await television(browser)
  const frames: string[] = []
  const asked: string[] = []
  tv.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))))
  tv.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await tv.goto(link)
  await expect(board(tv)).toHaveAttribute('data-page', 'total')
  await expect(tv.getByRole('heading', { name: 'Зал, первый этаж' })).toBeVisible()
  await expect(figure(tv, 'waiting')).toContainText('0')
  await expect(galina.getByText('сейчас: 1 экран')).toBeVisible()

  const call = await stand.carrier.call({ from: customer, to: sales })
  await expect(figure(tv, 'waiting')).toContainText('1')
  await expect(figure(tv, 'longest-wait')).toContainText(/0:0[2-9]/)
  await stand.carrier.hangUp(call)
  await expect(figure(tv, 'waiting')).toContainText('0')
  await expect(figure(tv, 'longest-wait')).toContainText('—')

  // Figures, and nothing about whom they are of; no address but the page, its files and its socket.
  expect(frames.length).toBeGreaterThan(2)
  expect(frames.join('')).not.toMatch(/9160000101|Анна|callId/)
  expect(asked.filter((path) => !path.startsWith('/wallboard/'))).toEqual([])

  await galina.getByRole('row').filter({ hasText: 'Зал, первый этаж' }).click()
  await galina.getByTestId('wallboard-theme').click()
  await galina.getByRole('option', { name: 'Светлая' }).click()
  await galina.getByTestId('wallboard-save').click()
  await expect(tv.locator('html')).toHaveCSS('color-scheme', 'light')

  await galina.getByRole('row').filter({ hasText: 'Зал, первый этаж' }).click()
  await galina.getByTestId('wallboard-revoke').click()
  await galina.getByTestId('wallboard-revoke-confirm').click()
  await expect(tv.getByText('Ссылка больше не действует')).toBeVisible()
  await expect(tv.getByTestId('figures')).toHaveCount(0)
  await tv.reload()
  await expect(tv.getByText('Ссылка больше не действует')).toBeVisible()
})

test('an operator has no such page, and a link opens nothing but its figures', async ({ browser }) => {
  const link = await linkTo()
  const token = link.split('#')[1] ?? ''
  const anna = await stand.api('anna')
  await expect(anna.wallboards()).rejects.toMatchObject({ code: 'forbidden' })
  for (const path of ['/api/session', '/api/users', '/api/settings/wallboards', '/api/cards']) {
    const answer = await fetch(stand.url + path, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(401)
  }
  const page = await television(browser)
  await page.goto(`${stand.url}/#${token}`)
  await expect(page.getByRole('button', { name: /Анна/ })).toBeVisible()
})

test('says that the time of its link is over, and opens again once somebody gives it a new end', async ({ browser }) => {
  const api = await stand.api('galina')
  const settings = { name: 'Зал', queues: null, pages: ['overview'], secondsPerPage: 600, language: 'ru', theme: 'dark' } as const
  const wanted = { ...settings, pages: [...settings.pages] }
  const { id, token } = await api.createWallboard({ body: { ...wanted, expiresAtMs: Date.now() + 10_000 } })
  const tv = await television(browser)
  await tv.goto(`${stand.url}/wallboard/#${token}`)
  await expect(async () => {
    await tv.reload()
    await expect(tv.getByText('Срок ссылки закончился')).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await api.changeWallboard({ params: { id }, body: { ...wanted, expiresAtMs: null } })
  await tv.evaluate(() => window.dispatchEvent(new Event('online')))
  await expect(board(tv)).toBeVisible()
})

test('turns its pages by itself and by the remote, fills the screen, and hides the pointer', async ({ browser }) => {
  const tv = await television(browser)
  await tv.goto(await linkTo({ pages: ['overview', 'queues'], secondsPerPage: 5 }))
  await expect(board(tv)).toHaveAttribute('data-page', 'total')
  await expect(tv.locator('html')).toHaveCSS('cursor', 'none')
  await tv.mouse.move(50, 50)
  await expect(tv.locator('html')).not.toHaveCSS('cursor', 'none')
  await tv.keyboard.press('ArrowRight')
  await expect(board(tv)).toHaveAttribute('data-page', 'queues 0')
  await expect(tv.getByTestId('queue-row')).toHaveCount(2)
  await tv.keyboard.press('ArrowLeft')
  await tv.keyboard.press('ArrowLeft')
  await expect(board(tv)).toHaveAttribute('data-page', 'queue 702')
  await expect(board(tv)).toHaveAttribute('data-page', 'total')
  await expect(tv.locator('html')).toHaveCSS('cursor', 'none')
  await tv.keyboard.press('f')
  await expect.poll(() => tv.evaluate('document.fullscreenElement !== null')).toBe(true)
  await tv.keyboard.press('KeyF')
  await expect.poll(() => tv.evaluate('document.fullscreenElement !== null')).toBe(false)
  await tv.mouse.click(400, 400)
  await expect.poll(() => tv.evaluate('document.fullscreenElement !== null')).toBe(true)
})

test('says since when its figures are old while the server is away, and is live again by itself', async ({ browser }) => {
  const tv = await television(browser)
  await tv.goto(await linkTo())
  const call = await stand.carrier.call({ from: customer, to: sales })
  await expect(figure(tv, 'waiting')).toContainText('1')
  await stand.killServer()
  await expect(tv.getByTestId('trouble')).toContainText(/Нет связи с сервером. Цифры на \d\d:\d\d:\d\d/)
  await expect(tv.getByTestId('figures')).toHaveAttribute('data-old')
  // Nobody knows how long that caller has waited by now.
  await expect(figure(tv, 'longest-wait')).toContainText('—')
  await stand.restartServer()
  await expect(tv.getByTestId('trouble')).toBeHidden({ timeout: 45_000 })
  await expect(figure(tv, 'waiting')).toContainText('1')
  await stand.carrier.hangUp(call)
  await expect(figure(tv, 'waiting')).toContainText('0')
})

test('loads little, and nothing of the operators’ app', async ({ browser }) => {
  const tv = await television(browser)
  const scripts: { path: string; bytes: number }[] = []
  tv.on('response', async (response) => {
    if (response.request().resourceType() !== 'script') return
    scripts.push({ path: new URL(response.url()).pathname, bytes: gzipSync(await response.body()).byteLength })
  })
  await tv.goto(await linkTo())
  await expect(board(tv)).toBeVisible()
  expect(scripts.length).toBeGreaterThan(0)
  expect(scripts.every(({ path }) => path.startsWith('/wallboard/assets/'))).toBe(true)
  expect(scripts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(120_000)
})

const figures: WallboardFigures = {
  ...{ waiting: 118, longestWaitSinceMs: 0, free: 24, talking: 112, wrapUp: 31, paused: 46, online: 213 },
  ...{ answered: 12_345, lost: 1_204, serviceLevel: 1, serviceLevelRecent: 0.874 },
  alarms: { waiting: 'critical', longestWait: 'warning', paused: 'warning', serviceLevelRecent: 'critical' },
}

function crowded(language: 'ru' | 'en', theme: 'dark' | 'light'): WallboardView {
  const names = ['Продажи', 'Отдел технической поддержки корпоративных клиентов и партнёров', 'Customer care, second line']
  return {
    screen: {
      ...{ name: 'Контактный центр на Большой Пироговской, второй этаж', pages: ['overview', 'queues', 'operators'] },
      ...{ secondsPerPage: 600, language, theme, timeZone: 'Europe/Moscow' },
    },
    pbx: { state: 'up', sinceMs: 0 },
    missing: { fromMs: 0, toMs: 3_600_000 },
    total: figures,
    queues: Array.from({ length: 40 }, (_, n) => ({ ...figures, number: String(700 + n), name: names[n % 3] ?? '' })),
    operators: Array.from({ length: 45 }, (_, n) => ({
      ...{ id: String(n), name: 'Константинопольская Александра', status: 'wrapUp' as const, sinceMs: 0 },
    })),
  }
}

/** Whatever is wider or higher than the place it has. */
const overflowing = (page: Page) =>
  page.evaluate<
    string[]
  >(`[...document.querySelectorAll('section, td, tbody th, thead th, li, header, h2, footer:not([hidden]), main, body')]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
    .map((one) => one.tagName + ' ' + one.textContent)`)

/** Height of letters, as a part of the picture's. */
const sizeOf = (page: Page, selector: string) =>
  page.evaluate<number>(
    `Math.min(...[...document.querySelectorAll('${selector}')].map((one) => Number.parseFloat(getComputedStyle(one).fontSize))) / innerHeight`,
  )

for (const [width, height] of [
  [1280, 720],
  [1920, 1080],
  [3840, 2160],
] as const)
  test(`forty queues with long names fit and can be read from afar at ${width}×${height}`, async ({ browser }) => {
    const tv = await television(browser, { width, height })
    const look = { language: 'ru' as 'ru' | 'en', theme: 'dark' as 'dark' | 'light' }
    await tv.routeWebSocket(/\/api\/wallboard\/live$/, (socket) => {
      socket.onMessage((text) => {
        const message = JSON.parse(String(text))
        // An hour, two minutes and three seconds: as long as a wait is shown.
        const serverTimeMs = 3_723_000
        if (message.type === 'ping') socket.send(JSON.stringify({ type: 'pong', id: message.id, serverTimeMs }))
        if (message.type !== 'auth') return
        socket.send(JSON.stringify({ type: 'hello', contractVersion: message.contractVersion, serverTimeMs }))
        socket.send(JSON.stringify({ type: 'snapshot', seq: 0, view: crowded(look.language, look.theme) }))
      })
    })
    for (const [language, theme] of [
      ['ru', 'dark'],
      ['en', 'light'],
    ] as const) {
      Object.assign(look, { language, theme })
      await tv.goto(`${stand.url}/wallboard/#x`)
      await tv.reload()
      await expect(board(tv)).toHaveAttribute('data-page', 'total')
      await tv.evaluate('document.fonts.ready')
      expect(await overflowing(tv)).toEqual([])
      expect(await sizeOf(tv, '[data-big] span')).toBeGreaterThan(0.15)
      expect(await sizeOf(tv, 'section:not([data-big]) > div > span')).toBeGreaterThan(0.085)
      expect(await sizeOf(tv, 'section h2')).toBeGreaterThan(0.035)
      await tv.keyboard.press('ArrowRight')
      await expect(tv.getByTestId('queue-row')).toHaveCount(8)
      expect(await overflowing(tv)).toEqual([])
      // The smallest is a wait over an hour with an alarm's sign.
      expect(await sizeOf(tv, 'tbody td span')).toBeGreaterThan(0.038)
      expect(await sizeOf(tv, 'tbody th span')).toBeGreaterThan(0.028)
      for (let steps = 0; steps < 5; steps++) await tv.keyboard.press('ArrowRight')
      await expect(board(tv)).toHaveAttribute('data-page', 'queue 700')
      expect(await overflowing(tv)).toEqual([])
      await tv.keyboard.press('ArrowLeft')
      for (let steps = 0; steps < 8; steps++) await tv.keyboard.press('ArrowLeft')
      await expect(board(tv)).toHaveAttribute('data-page', 'operators 0')
      expect(await overflowing(tv)).toEqual([])
    }
  })
