import { expect, type Page, test } from '@playwright/test'
import { OperatorPhone } from '../support/operator-phone.ts'
import { office, signIn } from '../support/people.ts'
import { callQueue } from '../support/phone-floor.ts'
import { Stand } from '../support/stand.ts'

/** An alarm from its limit in the settings to its line in the log, on a real Asterisk; and the calls behind a figure of today (C2.1, C7.2). */

test.setTimeout(240_000)
// The figure is of the first test's call.
test.describe.configure({ mode: 'serial' })

let stand: Stand
let anna: OperatorPhone
test.beforeAll(async () => {
  test.setTimeout(240_000)
  stand = await Stand.start({ name: 'monitor-alarms' })
  anna = await OperatorPhone.start(stand.url, 'anna')
})
test.afterAll(async () => {
  await anna?.close()
  await stand?.stop()
})

/** Everything the server tells this page over its socket from now on. */
function toldTo(page: Page): () => string {
  const frames: string[] = []
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))))
  return () => frames.join('')
}

const waitingAlarm = (page: Page) => page.locator('[data-testid="alarm"][data-kind="waiting"]')
const figure = (page: Page, name: string) => page.getByRole('region', { name: 'Показатели' }).getByRole('button', { name })
const sales = (page: Page) => page.getByRole('region', { name: 'Отдел продаж' })

test('a caller over the limit is a colour, a notice and a line in the log, until somebody sees to it and it ends', async ({
  browser,
}) => {
  const toldToAnna = toldTo(anna.page)
  await anna.page.reload()
  await expect(anna.at('phone-state')).toHaveAttribute('data-value', 'registered')
  const operator = await stand.api('anna')
  await operator.setOwnStatus({ body: { paused: true, reason: 'lunch' } })
  await expect(anna.at('own-status')).toHaveAttribute('data-status', 'paused')

  const galina = await (await browser.newContext(office)).newPage()
  await signIn(galina, stand.url, 'galina')
  await galina.goto(`${stand.url}/settings/alarms`)
  await galina.getByRole('button', { name: 'Убрать порог' }).click()
  await galina.getByTestId('threshold-add').click()
  await galina.getByTestId('threshold-warning').fill('1')
  await galina.getByTestId('thresholds-save').click()
  await expect(galina.getByText('Пороги сохранены')).toBeVisible()
  await galina.goto(`${stand.url}/workplace`)
  await expect(galina.getByTestId('own-status')).toBeVisible()

  const wall = await (await browser.newContext(office)).newPage()
  await signIn(wall, stand.url, 'admin')
  await wall.goto(`${stand.url}/monitor`)
  await expect(figure(wall, 'Ожидают')).toContainText('0')
  await expect(waitingAlarm(wall)).toHaveCount(0)

  const caller = await callQueue(stand, 'first', { number: '+79160003001' })
  const alarm = waitingAlarm(wall)
  await expect(alarm).toHaveAttribute('data-level', 'warning')
  await expect(alarm).toContainText('Отдел продаж')
  await expect(sales(wall)).toHaveAttribute('data-alarm', 'warning')
  await expect(figure(wall, 'Ожидают').locator('[data-tone]')).toHaveAttribute('data-tone', 'wait')
  const notice = galina.getByTestId('alarm-notice')
  await expect(notice).toContainText('Внимание: Отдел продаж')
  await notice.click()
  await expect(galina).toHaveURL(/\/floor$/)

  // Wherever one looks: in a second window, on another tab, and with another queue chosen. Not sooner: which window says it is a race.
  const beside = await galina.context().newPage()
  await beside.goto(`${stand.url}/monitor`)
  await beside.getByText('Звонки за сегодня', { exact: true }).click()
  await expect(waitingAlarm(beside)).toContainText('Ждут: 1')
  await beside.getByLabel('Очередь').first().click()
  await beside.getByRole('option', { name: 'Поддержка' }).click()
  await expect(waitingAlarm(beside)).toHaveCount(0)
  await beside.getByTestId('alarms-elsewhere').click()
  await expect(waitingAlarm(beside)).toHaveCount(1)
  await beside.close()

  // In the second window the name appears by itself.
  await expect(waitingAlarm(galina).getByTestId('acknowledge')).toBeVisible()
  await waitingAlarm(galina).getByTestId('acknowledge').click()
  await expect(alarm).toContainText('принял(а) Галина')
  await expect(alarm.getByTestId('acknowledge')).toHaveCount(0)

  // An operator has no part in it.
  await expect(operator.alarmLog({ query: { fromDay: 20260101, toDay: 20260101, offset: 0, limit: 1 } })).rejects.toMatchObject({
    code: 'forbidden',
  })
  await expect(anna.at('alarm-notice')).toHaveCount(0)
  await expect(anna.at('alarm')).toHaveCount(0)
  expect(toldToAnna()).toContain('snapshot')
  expect(toldToAnna()).not.toMatch(/"alarms":\[\{|"beganAtMs"/)

  await wall
    .getByText('Журнал тревог')
    .or(wall.getByText('Тревоги', { exact: true }))
    .first()
    .click()
  const line = wall.getByTestId('alarm-log').locator('tr[data-index="0"]')
  await expect(line).toContainText('Отдел продаж')
  await expect(line.getByTitle('ещё идёт')).toBeVisible()
  await expect(line).toContainText('Галина')

  await operator.setOwnStatus({ body: { paused: false, reason: null } })
  await expect(anna.at('answer')).toBeVisible()
  await anna.page.keyboard.press('F2')
  await anna.expectPhase('active')
  const talk = galina.getByRole('table', { name: 'Активные звонки' }).locator('tr[data-index="0"]')
  await expect(talk.getByText(/^\d+:\d\d$/)).toHaveCount(2)
  await anna.page.keyboard.press('F8')
  await expect(talk.getByText(/^\d+:\d\d$/)).toHaveCount(3)
  await anna.page.keyboard.press('F8')
  // It ends once nobody has waited for ten seconds, and its line says how long it was.
  await expect(line.getByTitle('ещё идёт')).toHaveCount(0, { timeout: 30_000 })
  await expect(line).toContainText(/\d:\d\d/)
  await expect(waitingAlarm(galina)).toHaveCount(0)
  await expect(sales(galina)).not.toHaveAttribute('data-alarm')

  await stand.carrier.hangUp(caller.call)
  await anna.tidy()
})

test('the service level of today opens the calls it is of', async ({ browser }) => {
  const galina = await (await browser.newContext(office)).newPage()
  await signIn(galina, stand.url, 'galina')
  await galina.goto(`${stand.url}/monitor`)
  const level = figure(galina, 'SLA сегодня')
  await expect(level).toContainText('100')
  const behind = galina.getByTestId('behind')
  // The list is of the record, which comes by a little later.
  await expect(async () => {
    await galina.keyboard.press('Escape')
    await level.click()
    await expect(behind.locator('tr[data-index="0"]')).toContainText('000-30-01', { timeout: 5_000 })
  }).toPass({ timeout: 60_000 })
  await galina.keyboard.press('Escape')
  await expect(behind).toHaveCount(0)
})
