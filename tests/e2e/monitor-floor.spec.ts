import { expect, type Locator, type Page, test } from '@playwright/test'
import { afternoonZone } from '../support/afternoon.ts'
import type { OperatorName, OperatorPhone } from '../support/operator-phone.ts'
import { office, signIn } from '../support/people.ts'
import { type Customer, callQueue, PhoneFloor } from '../support/phone-floor.ts'

/** A busy floor on a real Asterisk as its supervisor sees it, step by step: three operators at their browsers, six customers (C2). */

// One floor and its calls go on from test to test.
test.describe.configure({ mode: 'serial' })
test.setTimeout(180_000)

let floor: PhoneFloor
let anna: OperatorPhone
let boris: OperatorPhone
let vera: OperatorPhone
let galina: Page
const numbers = [1, 2, 3, 4, 5, 6].map((n) => `+7916000500${n}`)
const customers: Customer[] = []

test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000)
  floor = await PhoneFloor.start('monitor-floor', { CALLSYNC_TIME_ZONE: afternoonZone() })
  ;({ anna, boris, vera } = floor)
  galina = await (await browser.newContext(office)).newPage()
  await signIn(galina, floor.stand.url, 'galina')
  await galina.goto(`${floor.stand.url}/monitor`)
})
test.afterAll(() => floor?.stop())

const names = { anna: 'Анна', boris: 'Борис', vera: 'Вера' } as const
type Name = keyof typeof names

/** The last four digits, however the number is written on the screen. */
const ending = (number: string | undefined) => new RegExp(`${number?.slice(-4, -2)}.?${number?.slice(-2)}`)
const figure = (name: string) => galina.getByRole('region', { name: 'Показатели' }).getByRole('button', { name })
const card = (name: Name) => galina.getByTestId('operator-card').filter({ hasText: names[name] })
const rows = () => galina.getByRole('table', { name: 'Активные звонки' }).locator('tbody tr[data-index]')
const row = (customer: number) => rows().filter({ hasText: ending(numbers[customer - 1]) })
const line = () => galina.getByRole('region', { name: 'Отдел продаж' }).getByTestId('waiting-caller')
const column = { operator: 1, queue: 2, state: 3, toAnswer: 4, talk: 5, hold: 6 } as const
const cell = (at: Locator, name: keyof typeof column) => at.locator('td').nth(column[name])
const running = /^\d+:\d\d$/

/** Those who wait, in this order. */
async function expectLine(...waiting: readonly number[]): Promise<void> {
  await expect(line()).toHaveText(waiting.map((customer) => ending(numbers[customer - 1])))
  await expect(figure('Ожидают')).toHaveText(new RegExp(`${waiting.length}$`))
}

async function expectCards(statuses: Readonly<Record<Name, string>>): Promise<void> {
  for (const name of ['anna', 'boris', 'vera'] as const) await expect(card(name)).toHaveAttribute('data-status', statuses[name])
}

/** One customer's row, with these in the call and nobody else. */
async function expectRow(at: Locator, state: string, operators: readonly Name[]): Promise<void> {
  await expect(at).toHaveCount(1)
  await expect(cell(at, 'state')).toHaveText(state)
  for (const [name, text] of Object.entries(names)) {
    const named = expect(cell(at, 'operator'))
    await (operators.some((one) => one === name) ? named : named.not).toContainText(text)
  }
}

/** The way of the customer whose row is the first, looked at once and put away. */
async function expectWay(...steps: readonly RegExp[]): Promise<void> {
  await galina.locator('tr[data-index="0"]').first().press('Enter')
  await expect(galina.getByTestId('journey-step')).toHaveText([...steps])
  await galina.keyboard.press('Escape')
  await expect(galina.getByTestId('journey-step')).toHaveCount(0)
}

const setPaused = (name: OperatorName & Name, paused: boolean) =>
  floor.api(name).setOwnStatus({ body: { paused, reason: paused ? 'lunch' : null } })

async function answer(phone: OperatorPhone): Promise<void> {
  await expect(phone.at('answer')).toBeVisible()
  await phone.page.keyboard.press('F2')
  await phone.expectPhase('active')
}

test('six callers wait in their order; three operators take the first three; holds and leavings show', async () => {
  await floor.available()
  await expectCards({ anna: 'paused', boris: 'paused', vera: 'paused' })
  // The supervisor's own phone is on line too, and is nobody of the floor.
  await expect(figure('В сети')).toHaveText(/3из 3$/)
  await expect(galina.getByTestId('operator-card')).toHaveCount(3)
  for (const [at, number] of numbers.entries()) {
    const voice = (['first', 'second', 'third'] as const)[at % 3] ?? 'first'
    customers.push(await callQueue(floor.stand, voice, { number }))
    await expect(line()).toHaveCount(at + 1)
  }
  await expectLine(1, 2, 3, 4, 5, 6)
  await expect(rows()).toHaveCount(6)
  for (const customer of [1, 6]) await expectRow(row(customer), 'В очереди', [])

  for (const [at, phone] of [anna, boris, vera].entries()) {
    const name = (['anna', 'boris', 'vera'] as const)[at] ?? 'anna'
    const customer = at + 1
    await setPaused(name, false)
    await expect(card(name)).toHaveAttribute('data-status', 'ringing')
    await expectRow(row(customer), 'Звонит', [name])
    await answer(phone)
    await expectRow(row(customer), 'Разговор', [name])
    await expect(cell(row(customer), 'queue')).toHaveText('Отдел продаж')
    await expect(cell(row(customer), 'talk')).toHaveText(running)
    await expect(cell(row(customer), 'hold')).not.toHaveText(running)
    await expect(card(name)).toHaveAttribute('data-status', 'onCall')
    await expect(card(name)).toContainText(ending(numbers[at]))
    await expectLine(...[2, 3, 4, 5, 6].slice(at))
  }
  await expect(figure('В разговоре')).toHaveText(/3$/)
  await expect(figure('Свободны')).toHaveText(/0$/)

  await anna.page.keyboard.press('F8')
  await expectRow(row(1), 'Удержание', ['anna'])
  await expect(cell(row(1), 'hold')).toHaveText(running)
  await expectCards({ anna: 'onCall', boris: 'onCall', vera: 'onCall' })
  await anna.page.keyboard.press('F8')
  await expectRow(row(1), 'Разговор', ['anna'])
  await expect(cell(row(1), 'hold')).toHaveText(running)

  // From the middle of the line: the others keep their order.
  await hangUp(5)
  await expectLine(4, 6)
  await expect(rows()).toHaveCount(5)
  await hangUp(4)
  await hangUp(6)
  await expectLine()
  await hangUp(2)
  await expect(card('boris')).toHaveAttribute('data-status', 'wrapUp')
  await expect(figure('Постобработка')).toHaveText(/1$/)
  await hangUp(3)
  await Promise.all([boris.tidy(), vera.tidy()])
  await expectCards({ anna: 'onCall', boris: 'available', vera: 'available' })
  await expect(rows()).toHaveCount(1)
})

test('given away at once, and after a word: the row, the cards and the way say who gave whom to whom', async () => {
  await anna.page.keyboard.press('Shift+F8')
  await anna.at('transfer-number').fill('бор')
  await anna.at('transfer-number').press('Enter')
  await expectRow(row(1), 'Звонит', ['boris'])
  await expectCards({ anna: 'wrapUp', boris: 'ringing', vera: 'available' })
  await answer(boris)
  await expectRow(row(1), 'Разговор', ['boris'])
  await expect(rows()).toHaveCount(1)
  await anna.tidy()
  await expectCards({ anna: 'available', boris: 'onCall', vera: 'available' })
  const untilBoris = [
    ...[/Звонок начался/, /В очереди: Отдел продаж/, /Звонит: Анна/, /Разговор: Анна/, /На удержании/, /Снят с удержания/],
    ...[/Перевод: Анна.* → Борис/, /Звонит: Борис/, /Разговор: Борис/],
  ]
  await expectWay(...untilBoris)

  await boris.page.keyboard.press('Shift+F8')
  await boris.at('transfer-number').fill('1003')
  await boris.at('transfer-number').press('Shift+Enter')
  // The word between the two is a call of its own.
  await expect(rows()).toHaveCount(2)
  await expectRow(row(1), 'Удержание', ['boris'])
  await expectCards({ anna: 'available', boris: 'onCall', vera: 'ringing' })
  await answer(vera)
  await expectRow(rows().filter({ hasText: 'Вера' }), 'Разговор', ['boris', 'vera'])
  await expect(boris.at('complete-transfer')).toBeEnabled()
  await boris.page.keyboard.press('Shift+F8')
  await expectRow(row(1), 'Разговор', ['vera'])
  await expect(rows()).toHaveCount(1)
  await boris.tidy()
  await expectCards({ anna: 'available', boris: 'available', vera: 'onCall' })
  await expectWay(...untilBoris, /На удержании/, /Снят с удержания/, /Перевод: Борис.* → Вера/, /Разговор: Вера/)
})

test('a conference has everybody in its one row; who leaves is out of them, and the last one ends it', async () => {
  await vera.page.keyboard.press('Shift+F8')
  await vera.at('transfer-number').fill('1001')
  await vera.at('transfer-number').press('Shift+Enter')
  await answer(anna)
  await expect(vera.at('merge')).toBeVisible()
  await vera.page.keyboard.press('Alt+K')
  await expectRow(row(1), 'Конференция', ['vera', 'anna'])
  await expect(rows()).toHaveCount(1)
  await expectCards({ anna: 'onCall', boris: 'available', vera: 'onCall' })
  for (const name of ['anna', 'vera'] as const) await expect(card(name)).toContainText(ending(numbers[0]))
  await row(1).getByTestId('call-actions').click()
  await expect(galina.getByTestId('listen')).toHaveCount(2)
  await galina.keyboard.press('Escape')
  await expect(figure('В разговоре')).toHaveText(/2$/)
  await vera.page.keyboard.press('F4')
  await expectRow(row(1), 'Конференция', ['anna'])
  await vera.tidy()
  await expectCards({ anna: 'onCall', boris: 'available', vera: 'available' })
  await hangUp(1)
  await expect(rows()).toHaveCount(0)
  await anna.tidy()
  await expectCards({ anna: 'available', boris: 'available', vera: 'available' })
  await expect(figure('В разговоре')).toHaveText(/0$/)
  await expect(figure('Свободны')).toHaveText(/3$/)
  await expect(figure('Принято')).toHaveText(/3сегодня$/, { timeout: 30_000 })
  await expect(figure('Потеряно')).toHaveText(/3сегодня$/)
})

async function hangUp(customer: number): Promise<void> {
  const one = customers[customer - 1]
  if (one) await floor.stand.carrier.hangUp(one.call)
}
