import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { parse } from 'csv-parse/sync'
import type { Customer } from '../../server/contract/index.ts'
import { media, office, signIn, signInWithPhone } from '../support/people.ts'
import { Stand } from '../support/stand.ts'
import { energyOf, readWav, toneShare } from '../support/wav.ts'

/**
 * The main job, end to end: a real SIP caller who speaks, a real Asterisk and its queue, the operator's page in a real
 * Chromium with a microphone, the supervisor's page beside it (C1.1, C1.2, C2.2, C2.3, C3.1–C3.5, C3.7, C4.5).
 */

const callerTone = 700
const operatorTone = 1300

let stand: Stand
test.beforeAll(async () => {
  test.setTimeout(180_000)
  stand = await Stand.start({ name: 'main-job' })
})
test.afterAll(() => stand?.stop())

async function someCustomer(): Promise<Customer & { phone: string }> {
  const admin = await stand.api('admin')
  const { customers } = await admin.searchCustomers({ query: { limit: 100 } })
  for (const customer of customers) {
    const known = await admin.customer({ params: { id: customer.id } })
    if (known.contacts.length > 1 && customer.phones[0]) return { ...customer, phone: customer.phones[0] }
  }
  throw new Error('the demo data has no customer with a history')
}

const chooseIn = async (page: Page, field: string, option: string) => {
  await page.getByTestId(`card-field-${field}`).click()
  await page.getByRole('option', { name: option }).click()
}

const historyRows = (page: Page) => page.getByRole('row').filter({ has: page.getByTestId('history-row') })

test('an operator takes a call, fills the card, and everybody sees it', async ({ browser }) => {
  test.setTimeout(240_000)
  const customer = await someCustomer()
  const operator = await (await browser.newContext(office)).newPage()
  const supervisor = await (await browser.newContext(office)).newPage()
  await signInWithPhone(operator, stand.url, 'anna')
  await signIn(supervisor, stand.url, 'galina')
  const annaOnFloor = supervisor.getByRole('article', { name: 'Анна Ковалёва' })
  await expect(annaOnFloor).toHaveAttribute('data-status', 'available')

  // The phone rings, the card is there with who it is.
  const call = await stand.carrier.call({ from: customer.phone, to: '+74950000701' })
  await expect(operator.getByTestId('ringing')).toBeVisible()
  await expect(operator.getByTestId('customer-name')).toHaveText(customer.name)
  await expect(operator.getByTestId('card-queue')).toContainText('Отдел продаж')
  await expect(operator.getByTestId('contacts').getByRole('button').nth(1)).toBeVisible()
  await expect(annaOnFloor).toHaveAttribute('data-status', 'ringing')

  await operator.getByTestId('card-answer').click()
  await expect(operator.getByTestId('card')).toHaveAttribute('data-state', 'talking')
  // The cursor is in the first empty field, although the button just pressed is gone.
  await expect(operator.locator('[data-testid=card-field-categoryId]:is(:focus, :focus-within)')).toHaveCount(1)
  expect(await call.answered).toBe(true)
  await expect(annaOnFloor).toHaveAttribute('data-status', 'onCall')
  const active = supervisor.getByRole('table', { name: 'Активные звонки' }).getByRole('row').nth(1)
  await expect(active).toContainText(customer.name)
  await expect(active).toContainText('Анна Ковалёва')
  await expect(active).toContainText('Отдел продаж')

  // Sound both ways, by RTP while they talk; by what was recorded afterwards.
  // Seven seconds: the caller's tone comes once in less than six, and only what is said to an operator is recorded.
  await expect.poll(async () => (await media(operator)).packetsReceived).toBeGreaterThan(350)
  const during = await media(operator)
  expect(during.packetsSent).toBeGreaterThan(100)
  expect(during.energyHeard).toBeGreaterThan(0.001)

  await chooseIn(operator, 'categoryId', 'Статус заказа')
  await operator.getByTestId('card-field-description').fill('Ждёт заказ № 17')
  await operator.getByTestId('card-field-notes').fill('Позвонить после обеда')
  await operator.getByTestId('card-field-satisfaction').filter({ visible: true }).first().press('4')
  await operator.getByTestId('card-field-callBack').check()
  const cardId = (await operator.getByTestId('card').getAttribute('data-card')) ?? ''

  await stand.setWrapUp(20_000)
  // The caller hangs up, the wrap-up clock saves the card by itself.
  await stand.carrier.hangUp(call)
  await expect(operator.getByTestId('card')).toHaveAttribute('data-state', 'wrapUp')
  await expect(operator.getByTestId('wrapup-clock')).toBeVisible()
  await expect(annaOnFloor).toHaveAttribute('data-status', 'wrapUp')
  const member = async () => (await stand.pbx.pbx.cli('queue show 701')).split('\n').find((line) => line.includes('1001'))
  await expect.poll(member).toContain('paused:wrapup')
  await chooseIn(operator, 'resultId', 'Вопрос решён')
  await expect(operator.getByTestId('card')).toBeHidden({ timeout: 35_000 })
  await stand.setWrapUp(60_000)
  await expect(annaOnFloor).toHaveAttribute('data-status', 'available')

  const anna = await stand.api('anna')
  const card = await anna.card({ params: { id: cardId } })
  expect(card.state).toBe('saved')
  expect(card.fields).toMatchObject({
    description: 'Ждёт заказ № 17',
    notes: 'Позвонить после обеда',
    satisfaction: 4,
    callBack: true,
  })
  expect(card.fields.categoryId).not.toBeNull()
  expect(card.fields.resultId).not.toBeNull()

  // In the operator's history and task list, not in a colleague's.
  await operator.getByRole('link', { name: 'История' }).click()
  await expect(historyRows(operator).first()).toContainText(customer.name)
  await operator.getByRole('link', { name: 'Задачи' }).click()
  await expect(operator.getByTestId('callback-row').filter({ hasText: customer.name }).first()).toBeVisible()
  const boris = await stand.api('boris')
  await expect(boris.card({ params: { id: cardId } })).rejects.toMatchObject({ code: 'notFound' })

  // In the supervisor's table and its export.
  await supervisor.getByRole('link', { name: 'Звонки' }).click()
  const row = supervisor.getByRole('row').filter({ hasText: customer.name }).first()
  await expect(row).toContainText('Анна Ковалёва')
  const download = supervisor.waitForEvent('download')
  await supervisor.getByTestId('export').click()
  await supervisor.getByRole('menuitem', { name: 'CSV' }).click()
  const csv = await readFile(await (await download).path(), 'utf8')
  expect(csv.startsWith('\uFEFF')).toBe(true)
  const rows: string[][] = parse(csv, { bom: true, delimiter: ';' })
  const exported = rows.find((cells) => cells.includes(customer.name) && cells.includes('Ждёт заказ № 17'))
  expect(exported).toContain('Анна Ковалёва')

  // Two recording channels, each with its own voice; and what the caller heard.
  const heardByCaller = readWav(stand.carrier.recording(call).heard)
  expect(toneShare(heardByCaller, operatorTone)).toBeGreaterThan(0.8)
  const [customerSide, operatorSide] = recordedSides()
  expect(energyOf(customerSide)).toBeGreaterThan(0.02)
  expect(energyOf(operatorSide)).toBeGreaterThan(0.02)
  expect(toneShare(customerSide, callerTone)).toBeGreaterThan(0.8)
  expect(toneShare(customerSide, operatorTone)).toBeLessThan(0.2)
  expect(toneShare(operatorSide, operatorTone)).toBeGreaterThan(0.8)
  expect(toneShare(operatorSide, callerTone)).toBeLessThan(0.2)
})

/** The two channels of the only recorded call. */
function recordedSides() {
  const folder = stand.pbx.file.recordingsDir
  const files = readdirSync(folder)
  const side = (name: string) => {
    const file = files.find((one) => one.endsWith(`-${name}.wav`))
    if (!file) throw new Error(`no ${name} channel among ${files.join(', ')}`)
    return readWav(join(folder, file))
  }
  return [side('customer'), side('operator')] as const
}

test('the demo button and Ctrl+Enter', async ({ browser }) => {
  const page = await (await browser.newContext(office)).newPage()
  await signInWithPhone(page, stand.url, 'boris')
  await page.getByTestId('demo-call').click()
  await expect(page.getByTestId('ringing')).toBeVisible()
  await page.keyboard.press('F2')
  await expect(page.getByTestId('card')).toHaveAttribute('data-state', 'talking')
  await page.getByTestId('card-field-notes').fill('Демонстрация')
  await expect.poll(async () => (await media(page)).energyHeard).toBeGreaterThan(0.001)
  await page.keyboard.press('F4')
  await expect(page.getByTestId('wrapup-clock')).toBeVisible()
  await page.getByTestId('wrapup-extend').click()
  await expect(page.getByTestId('wrapup-clock')).toContainText(/1:[0-5]\d/)
  await page.getByTestId('card-field-notes').press('Control+Enter')
  await expect(page.getByTestId('card')).toBeHidden()
  await page.getByRole('link', { name: 'История' }).click()
  await historyRows(page).first().click()
  await expect(page.getByTestId('history-card')).toContainText('Демонстрация')
})

test('sections of other roles do not exist', async ({ browser }) => {
  const page = await (await browser.newContext(office)).newPage()
  await signIn(page, stand.url, 'vera')
  await expect(page.getByRole('link', { name: 'Монитор' })).toHaveCount(0)
  await page.goto(`${stand.url}/calls`)
  await expect(page.getByTestId('export')).toHaveCount(0)
  const reply = await page.evaluate(async () => (await fetch('/api/users')).status)
  expect(reply).toBe(403)
})
