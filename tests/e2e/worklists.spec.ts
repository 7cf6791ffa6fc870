import { randomUUID } from 'node:crypto'
import { expect, type Page, test } from '@playwright/test'
import { signIn, signInWithPhone } from '../support/people.ts'
import { busy, customer, dayForTests, open, openTasks, talkFor } from '../support/working-day.ts'

/**
 * The work that follows from calls, on the real Asterisk: missed callers and call-backs that two operators share, closed by
 * real calls, and their reminders (C3.1, C3.6).
 */

const { stand } = dayForTests('worklists')

declare const window: { told: string[]; Notification: unknown }
declare const document: object

/** Its members log in and out: of them alone it is told that all were paused. */
const support = '+74950000702'

async function setLanguage(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^(Меню пользователя|User menu)/ }).click()
  await page.getByText(name, { exact: true }).click()
  await page.keyboard.press('Escape')
}

/** Waits in the queue for `ms` with nobody to take the call, and gives up. */
async function giveUp(from: string, ms: number): Promise<void> {
  const call = await stand().carrier.call({ from, to: support })
  expect(await call.answered).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, ms))
  await stand().carrier.hangUp(call)
}

const pauseAll = async (paused: boolean) => {
  for (const person of ['anna', 'boris', 'vera'])
    await (await stand().api(person)).setOwnStatus({ body: { paused, reason: paused ? 'lunch' : null } })
}

const missedRow = (page: Page, number: string) => page.getByTestId('missed-row').filter({ hasText: number })

/** From the wrap-up of an own call back to what one was doing. */
async function finishCall(page: Page): Promise<void> {
  await page.keyboard.press('F4')
  await page.getByRole('link', { name: 'Работа' }).click()
  await page.getByTestId('card-save').click()
  await expect(page.getByTestId('card')).toBeHidden()
}

test('a missed caller is one entry for the queue, taken by one, done by a call', async ({ browser }) => {
  test.setTimeout(180_000)
  const [anna, boris] = [await open(browser), await open(browser)]
  await signInWithPhone(anna, stand().url, 'anna')
  await signInWithPhone(boris, stand().url, 'boris')
  await pauseAll(true)
  const stranger = '+79031112233'
  await giveUp(stranger, 6_000)
  await giveUp(stranger, 2_000)
  for (const page of [anna, boris]) await openTasks(page, 'missed')
  const shown = '+7 903 111-22-33'
  for (const page of [anna, boris]) {
    await expect(missedRow(page, shown)).toContainText('2 звонка')
    await expect(missedRow(page, shown)).toContainText('все были на паузе')
  }
  await expect(anna.getByTestId('missed-row').filter({ hasText: shown })).toHaveCount(1)

  // By keyboard; the other one sees it at once, and a late take is refused with the name.
  await missedRow(anna, shown).focus()
  await anna.keyboard.press('t')
  await expect(missedRow(boris, shown)).toContainText('взято: Анна Ковалёва')
  await expect(missedRow(boris, shown).getByTestId('work-call')).toHaveCount(0)
  const api = await stand().api('boris')
  const { missedCalls } = await api.missedCalls({ query: {} })
  const entry = missedCalls.find(({ number }) => number === stranger)
  await expect(api.takeMissedCall({ params: { id: entry?.id ?? '' } })).rejects.toMatchObject({
    code: 'conflict',
    fields: { holder: 'Анна Ковалёва' },
  })

  // The row has moved to the own ones, and the cursor with it.
  await expect(anna.getByRole('region', { name: 'Мои' }).getByText(shown)).toBeVisible()
  await expect(missedRow(anna, shown)).toBeFocused()
  await anna.keyboard.press('r')
  await expect(missedRow(boris, shown)).not.toContainText('взято')
  await expect(missedRow(boris, shown).getByTestId('work-take')).toBeVisible()
  await missedRow(anna, shown).focus()
  await anna.keyboard.press('t')
  await expect(missedRow(boris, shown)).toContainText('взято: Анна Ковалёва')

  // The call back is long enough: it is done, for both, and says by whom.
  await missedRow(anna, shown).focus()
  await anna.keyboard.press('c')
  await talkFor(anna, 7_000)
  await finishCall(anna)
  await expect(missedRow(boris, shown)).toHaveCount(0)
  await boris.getByTestId('tasks-status').getByText('Сделанные').click()
  await expect(missedRow(boris, shown)).toContainText('дозвонились: Анна Ковалёва')
})

test('missed callers are marked done together by keyboard, and opened again together', async ({ browser }) => {
  test.setTimeout(120_000)
  await pauseAll(true)
  const numbers = ['+79031110001', '+79031110002', '+79031110003']
  for (const number of numbers) await giveUp(number, 1_500)
  const [anna, api] = [await open(browser), await stand().api('anna')]
  const inAll = (await api.missedCalls({ query: {} })).total ?? 0
  expect(inAll).toBeGreaterThanOrEqual(numbers.length)
  await signIn(anna, stand().url, 'anna')
  await openTasks(anna, 'missed')
  const left = async (status: 'open' | 'done') =>
    (await api.missedCalls({ query: { status } })).missedCalls.filter(({ number }) => numbers.includes(number)).length
  await expect(anna.getByTestId('missed-row')).toHaveCount(inAll)
  const picked = anna.getByTestId('tasks-picked')
  await anna.getByTestId('missed-row').first().focus()
  await anna.keyboard.press('x')
  await expect(picked).toContainText('Выбрано: 1')
  await anna.keyboard.press('Shift+ArrowDown')
  await expect(picked).toContainText('Выбрано: 2')
  await anna.keyboard.press('Escape')
  await expect(picked).toHaveCount(0)
  await anna.keyboard.press('a')
  await expect(picked).toContainText(`Выбрано: ${inAll}`)
  await missedRow(anna, '+7 903 111-00-03').getByTestId('work-pick').click()
  await expect(picked).toContainText(`Выбрано: ${inAll - 1}`)
  await anna.keyboard.press('d')
  await expect(anna.getByTestId('missed-row')).toHaveCount(1)
  await expect.poll(() => left('done')).toBe(2)
  expect(await left('open')).toBe(1)
  await anna.getByTestId('undo').click()
  await expect(anna.getByTestId('missed-row')).toHaveCount(inAll)
  await expect.poll(() => left('open')).toBe(numbers.length)
})

test('a call-back is made by hand, shared, tried; a personal one is nobody else’s', async ({ browser }) => {
  test.setTimeout(120_000)
  await pauseAll(false)
  const anna = await open(browser)
  await signInWithPhone(anna, stand().url, 'anna')
  await openTasks(anna, 'callBacks')
  await anna.keyboard.press('n')
  const dialog = anna.getByTestId('callback-dialog')
  await dialog.getByTestId('callback-number').fill('мой друг 1')
  await expect(dialog.getByTestId('callback-save')).toBeDisabled()
  await dialog.getByTestId('callback-number').fill('8 (916) 000-94-86')
  await dialog.getByTestId('callback-reason').fill('Уточнить адрес доставки')
  await dialog.getByTestId('callback-list').click()
  await anna.getByRole('option', { name: 'Общий: Отдел продаж' }).click()
  await dialog.getByTestId('callback-save').click()
  const row = anna.getByTestId('callback-row').filter({ hasText: 'Уточнить адрес доставки' })
  await expect(row).toContainText('+7 916 000-94-86')

  // It is in the list of a colleague; a personal one is not, not even for who knows its id.
  const [annaApi, vera] = [await stand().api('anna'), await stand().api('vera')]
  const own = await annaApi.createCallBack({ body: { number: busy, reason: 'Личное', idempotencyKey: randomUUID() } })
  const seen = (await vera.callBacks({ query: {} })).callBacks.filter(({ number }) => number === busy)
  expect(seen.map(({ reason }) => reason)).toEqual(['Уточнить адрес доставки'])
  for (const attempt of [
    () => vera.takeCallBack({ params: { id: own.id } }),
    () => vera.completeCallBack({ params: { id: own.id }, body: { done: true } }),
    () => vera.updateCallBack({ params: { id: own.id }, body: { version: own.version, reason: 'x' } }),
  ])
    await expect(attempt()).rejects.toMatchObject({ code: 'notFound' })
  await annaApi.completeCallBack({ params: { id: own.id }, body: { done: true } })

  await row.getByTestId('work-call').click()
  await expect(row.getByTestId('work-attempts')).toContainText('1 попытка', { timeout: 20_000 })
  await row.focus()
  await anna.keyboard.press('d')
  await expect(row).toHaveCount(0)
  await anna.getByTestId('undo').click()
  await expect(row).toHaveCount(1)
})

test('a reminder comes once, in the page, and moves on by ten minutes', async ({ browser }) => {
  const anna = await open(browser)
  await signIn(anna, stand().url, 'anna')
  const api = await stand().api('anna')
  await api.createCallBack({
    body: { number: customer, reason: 'Счёт готов', dueAtMs: Date.now() + 3_000, idempotencyKey: randomUUID() },
  })
  const reminder = anna.getByTestId('reminder').filter({ hasText: 'Счёт готов' })
  await expect(reminder).toBeVisible()
  await expect(reminder.getByTestId('reminder-later')).toHaveText('Через 10 минут')
  await setLanguage(anna, 'English')
  await expect(reminder.getByTestId('reminder-later')).toHaveText('In 10 minutes')
  await expect(reminder).toContainText('Time to call back')
  await setLanguage(anna, 'Русский')
  await reminder.getByTestId('reminder-later').click()
  await expect(reminder).toBeHidden()
  await expect
    .poll(async () => (await api.callBacks({ query: {} })).callBacks.find(({ reason }) => reason === 'Счёт готов')?.dueAtMs)
    .toBeGreaterThan(Date.now() + 500_000)
  await anna.reload()
  await expect(anna.getByTestId('my-day')).toBeVisible()
  await expect(reminder).toHaveCount(0)

  // What is done elsewhere needs no reminder any more.
  const body = { number: customer, reason: 'Перезвонить про счёт', dueAtMs: Date.now() + 1_000, idempotencyKey: randomUUID() }
  const { id } = await api.createCallBack({ body })
  const second = anna.getByTestId('reminder').filter({ hasText: body.reason })
  await expect(second).toBeVisible()
  await api.completeCallBack({ params: { id }, body: { done: true } })
  await expect(second).toBeHidden()

  // A shared one comes to everybody of the queue while nobody has it.
  const boris = await open(browser)
  await signIn(boris, stand().url, 'boris')
  const reason = 'Общий: подтвердить заказ'
  await api.createCallBack({
    body: { number: customer, reason, dueAtMs: Date.now() + 1_000, queueNumber: '701', idempotencyKey: randomUUID() },
  })
  const sharedOne = (page: Page) => page.getByTestId('reminder').filter({ hasText: reason })
  for (const page of [anna, boris]) await expect(sharedOne(page)).toContainText('Общие · Отдел продаж')
  await sharedOne(boris).getByTestId('reminder-take').click()
  for (const page of [anna, boris]) await expect(sharedOne(page)).toHaveCount(0)
  const borisApi = await stand().api('boris')
  const taken = (await borisApi.callBacks({ query: {} })).callBacks.find((task) => task.reason === reason)
  expect(taken?.holder?.name).toContain('Борис')
  await borisApi.completeCallBack({ params: { id: taken?.id ?? '' }, body: { done: true } })
})

test('a reminder is told over other programs while the page is out of sight; a quiet one is in the page alone', async ({
  browser,
}) => {
  const anna = await open(browser)
  await anna.addInitScript(() => {
    window.told = []
    window.Notification = class {
      static permission = 'granted'
      constructor(title: string, { body = '' }: { body?: string } = {}) {
        window.told.push(`${title} · ${body}`)
      }
      close(): void {}
    }
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })
  })
  await signIn(anna, stand().url, 'anna')
  const api = await stand().api('anna')
  const reminded = async (reason: string) => {
    const body = { number: customer, reason, dueAtMs: Date.now() + 1_000, idempotencyKey: randomUUID() }
    const { id } = await api.createCallBack({ body })
    const reminder = anna.getByTestId('reminder').filter({ hasText: reason })
    await expect(reminder).toBeVisible()
    await api.completeCallBack({ params: { id }, body: { done: true } })
    await expect(reminder).toBeHidden()
    return anna.evaluate(() => window.told)
  }
  expect(await reminded('Отправить договор')).toEqual([expect.stringContaining('Отправить договор')])
  await anna.getByRole('link', { name: 'Настройки' }).click()
  await anna.getByTestId('quiet-popups').click({ force: true })
  expect(await reminded('Позвонить тихо')).toHaveLength(1)
})

test('everything has a name and a key', async ({ browser }) => {
  const anna = await open(browser)
  await signIn(anna, stand().url, 'anna')
  for (const path of ['/workplace', '/tasks', '/tasks?list=missed', '/history', '/settings/account']) {
    await anna.goto(`${stand().url}${path}`)
    await expect(anna.getByRole('navigation', { name: 'Разделы' })).toBeVisible()
    await expect(anna.getByRole('main')).not.toBeEmpty()
    for (const role of ['button', 'link', 'textbox', 'combobox', 'slider', 'switch', 'checkbox'] as const)
      await expect(anna.getByRole(role, { name: /^$/ }), `${role} without a name on ${path}`).toHaveCount(0)
  }
  const api = await stand().api('anna')
  await api.createCallBack({ body: { number: customer, reason: 'Счёт', idempotencyKey: randomUUID() } })
  await anna.goto(`${stand().url}/tasks`)
  await expect(anna.getByTestId('callback-row').first()).toBeVisible()
  await anna.keyboard.press('?')
  const sheet = anna.getByRole('dialog', { name: 'Клавиши' })
  for (const action of ['Новый перезвон', 'Позвонить', 'Взять', 'Вернуть в список', 'Готово', 'Следующая задача'])
    await expect(sheet.getByText(action, { exact: true })).toBeVisible()
})

test('a piece that several screens share, and that did not come twice, comes by itself', async ({ browser }) => {
  const anna = await open(browser)
  let broken = 0
  await anna.route(
    '**/assets/CardForm-*.js',
    (route) => {
      broken++
      return route.abort('connectionreset')
    },
    { times: 2 },
  )
  await signIn(anna, stand().url, 'anna')
  await expect.poll(() => broken).toBe(2)
  await anna.getByRole('link', { name: 'История' }).click()
  await anna.getByTestId('history-row').first().click()
  await expect(anna.getByTestId('call-course')).toBeVisible({ timeout: 30_000 })
})

test('what opens later is on this computer before it is asked for', async ({ browser }) => {
  const anna = await open(browser)
  await signIn(anna, stand().url, 'anna')
  const fetched = (name: string) =>
    anna.evaluate((name) => performance.getEntriesByType('resource').some((entry) => entry.name.includes(name)), name)
  // The settings come last.
  await expect.poll(() => fetched('/assets/settings-')).toBe(true)
  await anna.route('**/assets/**', (route) => route.abort())
  await anna.keyboard.press('?')
  await expect(anna.getByRole('dialog', { name: 'Клавиши' })).toBeVisible()
  await anna.keyboard.press('Escape')
  await openTasks(anna, 'callBacks')
  await anna.keyboard.press('n')
  const dialog = anna.getByTestId('callback-dialog')
  await dialog.getByTestId('callback-when').click()
  await anna.getByRole('option', { name: 'В другое время' }).click()
  await dialog.getByTestId('card-field-callBackAtMs').click()
  await expect(anna.getByRole('table')).toBeVisible()
  await anna.keyboard.press('Escape')
  await anna.keyboard.press('Escape')
  await anna.getByRole('link', { name: 'История' }).click()
  await anna.getByTestId('history-row').first().click()
  await expect(anna.getByTestId('call-course')).toBeVisible()
})
