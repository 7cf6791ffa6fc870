import { expect, test } from '@playwright/test'
import type { ApiClient } from '../../server/contract/index.ts'
import { OperatorPhone } from '../support/operator-phone.ts'
import { office, signIn } from '../support/people.ts'
import { expectHears } from '../support/phone-ears.ts'
import { type Customer, callQueue } from '../support/phone-floor.ts'
import { Stand } from '../support/stand.ts'

/** What a supervisor does from the monitor, on a real Asterisk; who hears whom is measured by everybody's own tone (C7.1). */

test.setTimeout(180_000)

let stand: Stand
let anna: OperatorPhone
let galina: OperatorPhone
let admin: ApiClient
let calls = 0
const customers: Customer[] = []

test.beforeAll(async () => {
  test.setTimeout(240_000)
  stand = await Stand.start({ name: 'monitor' })
  anna = await OperatorPhone.start(stand.url, 'anna')
  galina = await OperatorPhone.start(stand.url, 'galina')
  admin = await stand.api('admin')
})
test.afterEach(async () => {
  for (const { call } of customers.splice(0)) await stand.carrier.hangUp(call)
  await galina.page.keyboard.press('Escape')
  await galina.tidy()
  await anna.tidy()
})
test.afterAll(async () => {
  await galina?.close()
  await anna?.close()
  await stand?.stop()
})

async function customer(): Promise<Customer> {
  calls += 1
  const one = await callQueue(stand, 'first', { number: `+7916000${2000 + calls}` })
  customers.push(one)
  return one
}

async function talking(): Promise<Customer> {
  await expect(anna.at('own-status')).toHaveAttribute('data-status', 'available')
  const one = await customer()
  await expect(anna.at('answer')).toBeVisible()
  await anna.page.keyboard.press('F2')
  await anna.expectPhase('active')
  await expect(annasCard()).toHaveAttribute('data-status', 'onCall')
  return one
}

const annasCard = () => galina.at('operator-card').filter({ hasText: 'Анна' })
const openMenu = () => annasCard().getByTestId('operator-actions').click()
const spyBar = () => galina.at('spy-bar')

async function spy(item: 'listen' | 'listen-privately' | 'whisper' | 'barge'): Promise<void> {
  await openMenu()
  await galina.at(item).click()
  await expect(spyBar()).toBeVisible()
  await galina.expectPhase('active')
}

test('listens, whispers, barges in and takes the call over, on one call of the own phone', async () => {
  const caller = await talking()
  await annasCard().focus()
  await galina.page.keyboard.press('l')
  await expect(spyBar()).toHaveAttribute('data-mode', 'listen')
  await expect(spyBar()).toContainText('Анна')
  await expect(anna.at('listened-by')).toContainText('Вас слушает Галина')
  await expectHears(galina, ['first', 'anna'])
  await expectHears(anna, ['first'], ['galina'])
  await expectHears(caller, ['anna'], ['galina'])

  await galina.page.keyboard.press('Alt+W')
  await expect(anna.at('listened-by')).toHaveAttribute('data-mode', 'whisper')
  await expectHears(anna, ['first', 'galina'])
  await expectHears(caller, ['anna'], ['galina'])
  await expectHears(galina, ['first', 'anna'])

  await galina.at('spy-barge').click()
  await expect(anna.at('listened-by')).toHaveAttribute('data-mode', 'barge')
  await expectHears(caller, ['anna', 'galina'])
  await expectHears(anna, ['first', 'galina'])

  await galina.at('spy-listen').click()
  await expect(spyBar()).toHaveAttribute('data-mode', 'listen')
  await expectHears(caller, ['anna'], ['galina'])

  await galina.page.keyboard.press('Alt+T')
  await anna.expectPhase('idle')
  await expect(spyBar()).toHaveCount(0)
  await expectHears(caller, ['galina'], ['anna'])
  await expectHears(galina, ['first'], ['anna'])
  await galina.page.keyboard.press('F4')
  await caller.call.ended
  // It is her call now, with a card of its own.
  await galina.page.keyboard.press('Alt+4')
  await galina.at('card-save').first().click()
  await expect(galina.at('own-status')).toHaveAttribute('data-status', 'available')
  await galina.page.keyboard.press('Alt+1')
})

test('the listening ends with the button and the talk goes on; with the talk it ends by itself', async () => {
  const caller = await talking()
  await spy('listen')
  await galina.at('spy-end').click()
  await expect(spyBar()).toHaveCount(0)
  await galina.expectPhase('idle')
  await expect(anna.at('listened-by')).toHaveCount(0)
  await expectHears(caller, ['anna'])
  await spy('whisper')
  await stand.carrier.hangUp(caller.call)
  await expect(spyBar()).toHaveCount(0)
  await galina.expectPhase('idle')
})

test('privately only with the right, and then the operator is told nothing', async () => {
  const rights = galina.page.waitForResponse((response) => response.url().endsWith('/api/supervision/rights'), {
    timeout: 90_000,
  })
  await galina.page.reload()
  await expect(galina.at('phone-state')).toHaveAttribute('data-value', 'registered')
  await talking()
  await openMenu()
  await expect(galina.at('listen')).toBeVisible()
  await (await rights).finished()
  await expect(galina.at('listen-privately')).toHaveCount(0)
  await galina.page.keyboard.press('Escape')
  const supervisor = await stand.api('galina')
  const operators = (await admin.listUsers()).users
  const [annaId, galinaId] = ['anna@', 'galina@'].map((mail) => operators.find(({ email }) => email.startsWith(mail))?.id ?? '')
  const privately = { operatorId: annaId ?? '', mode: 'listen', private: true } as const
  await expect(supervisor.spy({ body: privately })).rejects.toMatchObject({ code: 'forbidden' })
  const operator = await stand.api('anna')
  await expect(operator.spy({ body: { ...privately, private: false } })).rejects.toMatchObject({ code: 'forbidden' })

  await admin.setPrivateListener({ params: { id: galinaId ?? '' }, body: { allowed: true } })
  await galina.page.reload()
  await expect(galina.at('phone-state')).toHaveAttribute('data-value', 'registered')
  await spy('listen-privately')
  await expect(spyBar()).toContainText('оператор не видит')
  await expectHears(galina, ['first', 'anna'])
  await expect(anna.at('listened-by')).toHaveCount(0)
  // What anybody can hear is not kept from the operator.
  await galina.page.keyboard.press('Alt+W')
  await expect(anna.at('listened-by')).toHaveAttribute('data-mode', 'whisper')
})

test('pauses an operator and ends the pause, takes out of a queue and puts back', async () => {
  await expect(anna.at('own-status')).toHaveAttribute('data-status', 'available')
  await openMenu()
  await galina.at('pause-operator').click()
  await galina.at('pause-lunch').click()
  await expect(anna.at('own-status')).toHaveAttribute('data-status', 'paused')
  await expect(annasCard()).toContainText('Обед')
  await openMenu()
  await galina.at('unpause-operator').click()
  await expect(anna.at('own-status')).toHaveAttribute('data-status', 'available')

  const members = () => stand.pbx.pbx.cli('queue show 702')
  await expect.poll(members).toContain('PJSIP/1001')
  await openMenu()
  await galina.at('queues-operator').click()
  await galina.at('operator-queue-702').click()
  await expect.poll(members).not.toContain('PJSIP/1001')
  await openMenu()
  await galina.at('queues-operator').click()
  await expect(galina.at('operator-queue-702')).toHaveAttribute('aria-checked', 'false')
  await galina.at('operator-queue-702').click()
  await expect.poll(members).toContain('PJSIP/1001')
})

test('shows the way of a call, and ends it once sure', async () => {
  const caller = await talking()
  await galina.page.getByRole('table', { name: 'Активные звонки' }).locator('tr[data-index="0"]').press('Enter')
  await expect(galina.at('journey-step')).toHaveText([/Звонок начался/, /Отдел продаж/, /Звонит: Анна/, /Разговор: Анна/])
  await anna.page.keyboard.press('F8')
  await expect(galina.at('journey-step').last()).toContainText('На удержании')
  await galina.page.keyboard.press('Escape')
  await galina.at('call-actions').first().click()
  await galina.at('end-call').click()
  await galina.at('end-call-really').click()
  await caller.call.ended
  await anna.expectPhase('idle')
})

test('moves a waiting caller to another queue, who is answered there', async () => {
  const operator = await stand.api('anna')
  await operator.setOwnStatus({ body: { paused: true, reason: 'lunch' } })
  await customer()
  await expect(galina.at('waiting-caller')).toHaveCount(1)
  await galina.at('waiting-caller').getByTestId('call-actions').click()
  await galina.at('move-to-702').click()
  await expect.poll(() => stand.pbx.pbx.cli('queue show 702')).toContain('Callers:')
  await expect.poll(() => stand.pbx.pbx.cli('queue show 701')).toContain('No Callers')
  await operator.setOwnStatus({ body: { paused: false, reason: null } })
  await expect(anna.at('answer')).toBeVisible()
  await expect(anna.bar).toContainText('Поддержка')
  await anna.page.keyboard.press('F2')
  await anna.expectPhase('active')
})

test('writes to everybody; it is seen, kept, and marked as read', async () => {
  await galina.at('write-all').click()
  await galina.at('message-text').fill('Обед в 13:00')
  await galina.page.keyboard.press('Control+Enter')
  await expect(anna.page.getByText('Обед в 13:00')).toBeVisible()
  await expect(anna.at('unread-messages')).toHaveText('1')
  await anna.at('messages').click()
  await expect(anna.at('message').first()).toContainText('Обед в 13:00')
  await anna.page.keyboard.press('Escape')
  await expect(anna.at('unread-messages')).toHaveCount(0)
})

test('what was done is in the action log, which administrators alone have', async ({ browser }) => {
  const supervisor = await stand.api('galina')
  const id = (await admin.listUsers()).users.find(({ email }) => email.startsWith('anna@'))?.id ?? ''
  await supervisor.pauseOperator({ params: { id }, body: { paused: true, reason: 'lunch' } })
  await supervisor.pauseOperator({ params: { id }, body: { paused: false, reason: null } })
  await expect(supervisor.auditLog({ query: {} })).rejects.toMatchObject({ code: 'forbidden' })

  const page = await (await browser.newContext(office)).newPage()
  await signIn(page, stand.url, 'admin')
  await page.goto(`${stand.url}/settings/audit`)
  const rows = page.getByTestId('audit-log').locator('tbody tr[data-index]')
  await expect(rows.first()).toContainText('Оператор снят с паузы')
  await expect(rows.first()).toContainText('Галина Орлова')
  await expect(rows.first()).toContainText('Анна Ковалёва')
  await page.getByTestId('audit-action').click()
  await page.getByRole('option', { name: 'Оператор поставлен на паузу' }).click()
  await expect(rows.first()).toContainText('причина: Обед')
  await expect(rows.filter({ hasText: 'снят с паузы' })).toHaveCount(0)
  await rows.first().press('Enter')
  await expect(page.getByTestId('audit-details')).toContainText('Анна Ковалёва')
  await page.keyboard.press('Escape')
  await page.getByTestId('audit-actor').click()
  await page.getByRole('option', { name: 'Дмитрий Ильин' }).click()
  await expect(page.getByText('Записей нет')).toBeVisible()

  await galina.page.goto(`${stand.url}/settings/audit`)
  await expect(galina.page).toHaveURL(/\/settings\/account$/)
  await galina.page.goto(stand.url)
  await expect(galina.at('phone-state')).toHaveAttribute('data-value', 'registered')
})
