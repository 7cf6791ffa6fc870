/** `npm run pictures`: the pictures of the documentation, taken from the running product on demo data. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, expect, type Page } from '@playwright/test'
import { buildAppIfStale } from '../scripts/app-build.ts'
import { ensureChromium } from '../scripts/chromium.ts'
import type { WallboardSettings } from '../server/contract/index.ts'
import { afternoonZone } from './support/afternoon.ts'
import { project } from './support/pbx.ts'
import { chromiumArgs, office, signIn, signInWithPhone } from './support/people.ts'
import { Stand } from './support/stand.ts'

const folder = join(project, 'docs/pictures')
const wide = { width: 1920, height: 1080 }
/** Of the demo data: a VIP with notes and a history, and one for a colleague. */
const customers = { vip: '+79160000101', company: '+79210000202', waiting: ['+79030000303', '+79050000404', '+79990000099'] }
const sales = '+74950000701'
const support = '+74950000702'
const small = { width: 1280, height: 720 }
const inEnglish = { menu: /Меню пользователя/, language: 'English', theme: 'Тёмная' }
const inRussian = { menu: /User menu/, language: 'Русский', theme: 'Light' }

/** A day's figures are there at whatever hour the pictures are taken. */
const timeZone = afternoonZone()

async function take(page: Page, name: string): Promise<void> {
  const path = join(folder, `${name}.png`)
  // Reminders of the demo data come when they come.
  for (const notice of await page.getByRole('alert').locator('.mantine-Notification-closeButton').all()) await notice.click()
  // Tooltips belong to the mouse, not to the picture; the caret blinks.
  await page.mouse.move(page.viewportSize()?.width ?? 0, 0)
  await page.waitForTimeout(500)
  await page.screenshot({ path, caret: 'hide', animations: 'disabled' })
  spawnSync('pngquant', ['--force', '--skip-if-larger', '--quality=80-98', '--output', path, path])
  console.log(`${name}.png\t${Math.round(statSync(path).size / 1024)} KB`)
}

async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByTestId(`card-field-${field}`).click()
  await page.getByRole('option', { name: option }).click()
}

async function takeCall(page: Page): Promise<void> {
  await page.getByTestId('card-answer').click()
  await expect(page.getByTestId('card')).toHaveAttribute('data-state', 'talking')
}

async function pause(stand: Stand, person: 'boris' | 'vera', reason: string | null): Promise<void> {
  const api = await stand.api(person)
  await api.setOwnStatus({ body: { paused: reason !== null, reason } })
}

/** By the user menu, as a person would: a reload would end the call. */
async function lookAs(page: Page, look: { menu: RegExp; language: string; theme: string }): Promise<void> {
  await page.getByRole('button', { name: look.menu }).click()
  await page.getByRole('menu').locator(`label:has([aria-label="${look.theme}"])`).click()
  await page.getByText(look.language, { exact: true }).click()
  await page.keyboard.press('Escape')
}

/** A television with a link of its own. */
async function openWallboard(
  browser: Browser,
  stand: Stand,
  look: Pick<WallboardSettings, 'name' | 'pages' | 'language' | 'theme'>,
): Promise<Page> {
  const api = await stand.api('galina')
  const { token } = await api.createWallboard({ body: { ...look, queues: null, secondsPerPage: 600, expiresAtMs: null } })
  const page = await (await browser.newContext({ viewport: wide })).newPage()
  await page.goto(`${stand.url}/wallboard/#${token}`)
  await expect(page.getByTestId('wallboard')).toBeVisible()
  // How to fill the screen is told to whoever hangs it up.
  await expect(page.getByTestId('hint')).toBeHidden({ timeout: 15_000 })
  return page
}

async function openPages(browser: Browser, stand: Stand) {
  const open = async () => (await browser.newContext({ ...office, timezoneId: timeZone, colorScheme: 'light' })).newPage()
  const [anna, boris, vera, galina, admin] = [await open(), await open(), await open(), await open(), await open()]
  await anna.goto(stand.url)
  await expect(anna.getByRole('button', { name: 'Вера Соколова' })).toBeVisible()
  await take(anna, 'sign-in')
  await signInWithPhone(anna, stand.url, 'anna')
  await signInWithPhone(boris, stand.url, 'boris')
  await signInWithPhone(vera, stand.url, 'vera')
  await signIn(galina, stand.url, 'galina')
  await signIn(admin, stand.url, 'admin')
  return { anna, boris, galina, admin }
}

type Pages = Awaited<ReturnType<typeof openPages>>

/** A floor on which something stands out while these pictures are taken. */
async function setAlarms(stand: Stand): Promise<void> {
  const api = await stand.api('galina')
  const { version } = await api.alarmThresholds()
  const floor = { of: 'floor' } as const
  await api.saveAlarmThresholds({
    body: {
      baseVersion: version,
      thresholds: [
        { kind: 'waiting', scope: floor, warning: 2, critical: 5, afterMs: 0 },
        { kind: 'longestWait', scope: { of: 'eachQueue' }, warning: 10_000, critical: 120_000, afterMs: 0 },
        { kind: 'freeOperators', scope: floor, warning: null, critical: 0, afterMs: 0 },
        { kind: 'pause', scope: floor, warning: 5_000, critical: null, afterMs: 0 },
      ],
    },
  })
}

async function takeMonitor({ galina }: Pages): Promise<void> {
  await take(galina, 'monitor')
  await galina.setViewportSize(wide)
  await lookAs(galina, inEnglish)
  await take(galina, 'monitor-dark-en')
  await galina.getByText('Alarms', { exact: true }).click()
  await expect(galina.getByTestId('alarm-log')).toBeVisible()
  await take(galina, 'alarms-dark-en')
  await lookAs(galina, inRussian)
  await galina.setViewportSize(small)
  await galina.getByText('Сейчас', { exact: true }).click()
  await galina.getByRole('table', { name: 'Активные звонки' }).locator('tbody tr').first().click()
  await expect(galina.getByTestId('journey-step').nth(2)).toBeVisible()
  await take(galina, 'journey')
  await galina.keyboard.press('Escape')
}

async function takeReports({ galina }: Pages): Promise<void> {
  await galina.getByRole('link', { name: 'Отчёты' }).click()
  await expect(galina.getByRole('table', { name: 'Очереди' }).locator('tfoot')).toBeVisible()
  await take(galina, 'reports')
  await galina.setViewportSize(wide)
  await lookAs(galina, inEnglish)
  await galina.getByTestId('report-operators').click()
  await expect(galina.getByRole('table', { name: 'Operators' }).locator('tfoot')).toBeVisible()
  await take(galina, 'reports-dark-en')
  await lookAs(galina, inRussian)
  await galina.setViewportSize(small)
}

async function takeAll(browser: Browser, stand: Stand): Promise<void> {
  const pages = await openPages(browser, stand)
  const { anna, boris, galina, admin } = pages
  await setAlarms(stand)
  // The first minute after the server's start is in no figure yet.
  await expect(galina.getByTestId('incomplete')).toBeHidden({ timeout: 150_000 })

  // Anna is the only one free.
  await pause(stand, 'vera', 'lunch')
  await pause(stand, 'boris', 'callBacks')
  const call = await stand.carrier.call({ from: customers.vip, to: sales })
  await expect(anna.getByTestId('card-answer')).toBeVisible()
  await take(anna, 'ringing')
  await takeCall(anna)
  await choose(anna, 'categoryId', 'Доставка')
  await anna
    .getByTestId('card-field-description')
    .fill('Заказ обещали вчера вечером, курьер не приехал. Ждёт сегодня после 19:00.')
  await anna.getByTestId('contacts').getByRole('button').first().click()
  await anna.getByTestId('card-field-satisfaction').press('3')
  await anna.getByTestId('card-field-callBack').check()
  await choose(anna, 'callBackWhen', 'Завтра в 10:00')
  await anna.getByTestId('card-field-description').focus()
  await expect(anna.getByTestId('card-state')).toHaveAttribute('data-sync', 'onServer')

  await pause(stand, 'boris', null)
  const second = await stand.carrier.call({ from: customers.company, to: support })
  await takeCall(boris)
  const waiting = []
  for (const from of customers.waiting)
    waiting.push(await stand.carrier.call({ from, to: from.endsWith('99') ? support : sales }))
  // Those who wait have done so for longer than the limit.
  await expect(galina.getByText('ещё 2 тревоги')).toBeVisible({ timeout: 60_000 })
  await take(anna, 'workplace')
  await takeMonitor(pages)
  const hall = await openWallboard(browser, stand, {
    ...{ name: 'Контактный центр', pages: ['overview'], language: 'ru', theme: 'dark' },
  })
  await take(hall, 'wallboard')
  const screen = await openWallboard(browser, stand, {
    ...{ name: 'Contact centre', pages: ['overview'], language: 'en', theme: 'light' },
  })
  await screen.keyboard.press('ArrowRight')
  await take(screen, 'wallboard-queues-light-en')
  await anna.keyboard.press('Shift+F8')
  await expect(anna.getByTestId('target').first()).toBeVisible()
  await take(anna, 'transfer')
  await anna.keyboard.press('Escape')
  await anna.setViewportSize(wide)
  await lookAs(anna, inEnglish)
  await take(anna, 'workplace-dark-en')
  await anna.setViewportSize(small)
  await lookAs(anna, inRussian)

  for (const one of waiting) await stand.carrier.hangUp(one)
  await stand.carrier.hangUp(call)
  await expect(anna.getByTestId('wrapup-clock')).toBeVisible()
  await choose(anna, 'resultId', 'Вопрос решён')
  await expect(anna.getByTestId('line-phase')).toBeHidden()
  await take(anna, 'wrap-up')
  await anna.getByTestId('card-save').click()
  await expect(anna.getByTestId('card')).toBeHidden()
  await stand.carrier.hangUp(second)

  await anna.getByRole('link', { name: 'Задачи' }).click()
  await expect(anna.getByTestId('callback-row').first()).toBeVisible()
  await anna.keyboard.press('ArrowDown')
  await take(anna, 'tasks')
  await anna.getByRole('link', { name: 'История' }).click()
  await anna.getByTestId('history-row').first().click()
  await expect(anna.getByTestId('history-card')).toBeVisible()
  await take(anna, 'history')

  await galina.getByRole('link', { name: 'Звонки' }).click()
  await galina.getByTestId('report-period').click()
  await galina.getByRole('option', { name: '7 дней' }).click()
  await expect(galina.getByRole('row').nth(5)).toBeVisible()
  await take(galina, 'calls')
  await takeReports(pages)
  await admin.getByRole('link', { name: 'Настройки' }).click()
  await admin.getByRole('button', { name: 'Проверить' }).click()
  await expect(admin.getByText('Всё работает', { exact: false })).toBeVisible()
  await take(admin, 'settings-connection')
  await admin.goto(`${stand.url}/settings/wallboards`)
  await expect(admin.getByRole('row', { name: /Contact centre/ })).toBeVisible()
  await admin.getByRole('row', { name: /Contact centre/ }).click()
  await expect(admin.getByTestId('wallboard-save')).toBeVisible()
  await take(admin, 'settings-wallboard')

  await anna.getByRole('link', { name: 'Работа' }).click()
  await stand.killServer()
  await expect(anna.getByText('Нет связи с сервером', { exact: false }).first()).toBeVisible({ timeout: 20_000 })
  await take(anna, 'server-away')
}

mkdirSync(folder, { recursive: true })
const executablePath = await ensureChromium()
if ((await buildAppIfStale(() => console.log('Building…'))) !== 0) process.exit(1)
const stand = await Stand.start({
  name: 'pictures',
  env: { TZ: timeZone, CALLSYNC_TIME_ZONE: timeZone, CALLSYNC_DEMO_RECORD: 'yes' },
})
try {
  const browser = await chromium.launch({ executablePath, args: chromiumArgs })
  try {
    await takeAll(browser, stand)
  } finally {
    await browser.close()
  }
} finally {
  await stand.stop()
}
