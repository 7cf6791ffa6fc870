import { randomUUID } from 'node:crypto'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import type { ApiClient, CardSetup } from '../../server/contract/index.ts'
import type { CarrierCall } from '../support/carrier.ts'
import { office, signIn, signInWithPhone } from '../support/people.ts'
import { Stand } from '../support/stand.ts'

/**
 * The call card on the real Asterisk: whom a number belongs to, what the form of a queue demands, wrap-up's rules, a card
 * that goes along with a transferred call, and nothing lost on the way (C3.2–C3.4, C3.8).
 */

let stand: Stand
let admin: ApiClient
test.beforeAll(async () => {
  test.setTimeout(180_000)
  stand = await Stand.start({ name: 'card' })
  admin = await stand.api('admin')
  await setUp()
})
test.afterAll(() => stand?.stop())

let context: BrowserContext
test.beforeEach(async ({ browser }) => {
  context = await browser.newContext({ ...office, permissions: ['microphone', 'clipboard-read', 'clipboard-write'] })
})
test.afterEach(() => context.close())

/** The page's own, which Node's types do not know. */
declare const navigator: { readonly clipboard: { writeText(text: string): Promise<void> } }

const sales = '+74950000701'
const support = '+74950000702'
const wrapUpMs = 6_000

/** Support calls have a form of their own: sub-categories with guidance, required fields, extra ones, a short wrap-up. */
async function setUp(): Promise<void> {
  const { version, setup } = await admin.cardSetup()
  const noScript = { ru: '', en: '' }
  const category = (id: string, parentId: string | null, ru: string, script = noScript) => ({
    id,
    parentId,
    ru,
    en: '',
    script,
    archived: false,
  })
  const next: CardSetup = {
    ...setup,
    categories: [
      ...setup.categories,
      category('device', null, 'Прибор', { ru: '# Прибор\n> Назовите **серийный номер**', en: '' }),
      category('no-power', 'device', 'Не включается'),
      category('no-sound', 'device', 'Нет звука', { ru: '> Проверьте громкость <img src=x onerror=alert(1)>', en: '' }),
    ],
    results: [...setup.results, { id: 'replaced', ru: 'Заменили', en: '', categoryIds: ['device'], archived: false }],
    extraFields: [
      { id: 'serial', kind: 'text', ru: 'Серийный номер', en: 'Serial number', options: [], archived: false },
      { id: 'bought', kind: 'date', ru: 'Куплено', en: 'Bought', options: [], archived: false },
      { id: 'price', kind: 'number', ru: 'Цена', en: 'Price', options: [], archived: false },
      { id: 'covered', kind: 'yesNo', ru: 'На гарантии', en: 'Covered', options: [], archived: false },
    ],
    forms: [
      ...setup.forms,
      {
        queue: '702',
        fields: [
          { name: 'categoryId', required: true },
          { name: 'resultId', required: true },
          { name: 'extra.serial', required: false },
          { name: 'extra.bought', required: false },
          { name: 'extra.price', required: false },
          { name: 'extra.covered', required: false },
          { name: 'description', required: false },
          { name: 'notes', required: false },
        ],
        categoryIds: [],
        script: { ru: '> Техподдержка, здравствуйте!', en: '' },
        wrapUpMs,
        maxExtensions: 1,
      },
    ],
  }
  await admin.saveCardSetup({ body: { baseVersion: version, setup: next } })
}

const card = (page: Page) => page.getByTestId('card')
const field = (page: Page, name: string) => page.getByTestId(`card-field-${name}`)
const customerName = (page: Page) => page.getByTestId('customer-name')
const idOf = async (page: Page) => (await card(page).getAttribute('data-card')) ?? ''

async function choose(page: Page, name: string, option: string): Promise<void> {
  await field(page, name).click()
  await page.getByRole('option', { name: option }).click()
}

async function ring(page: Page, from: string, to = sales): Promise<CarrierCall> {
  const call = await stand.carrier.call({ from, to, play: null })
  await expect(page.getByTestId('ringing')).toBeVisible()
  return call
}

async function takeCall(page: Page, from: string, to = sales) {
  const call = await ring(page, from, to)
  await page.getByTestId('card-answer').click()
  await expect(card(page)).toHaveAttribute('data-state', 'talking')
  return { call, cardId: await idOf(page) }
}

async function hangUpAndSave(page: Page, call: CarrierCall): Promise<void> {
  await stand.carrier.hangUp(call)
  await expect(card(page)).toHaveAttribute('data-state', 'wrapUp')
  const cardId = (await card(page).getAttribute('data-card')) ?? ''
  await page.getByTestId('card-save').click()
  await expect(card(page)).toBeHidden()
  // The page is free at once, while its save is on the way.
  await expect.poll(async () => (await admin.card({ params: { id: cardId } })).state).toBe('saved')
}

const newCustomer = (name: string, phones: string[]) =>
  admin.createCustomer({ params: { id: randomUUID() }, body: { name, phones, address: '', notes: '', tag: null } })

test('whoever calls is known in every form of the number, and only surely', async () => {
  test.setTimeout(240_000)
  const page = await context.newPage()
  await signInWithPhone(page, stand.url, 'anna')
  await newCustomer('Ада Форм', ['8 (916) 555-40-01'])
  await newCustomer('Lady London', ['+44 20 7946 0958'])
  await newCustomer('Внутренний', ['2077'])
  await newCustomer('ООО «Доб»', ['+7 (495) 555-40-00 доб. 12'])
  const cases: readonly (readonly [from: string, expected: string | null])[] = [
    ['+79165554001', 'Ада Форм'],
    ['89165554001', 'Ада Форм'],
    ['79165554001', 'Ада Форм'],
    ['9165554001', 'Ада Форм'],
    ['+442079460958', 'Lady London'],
    ['00442079460958', 'Lady London'],
    ['2077', 'Внутренний'],
    ['84955554000', 'ООО «Доб»'],
    // Only the end is the same: asked about, never taken for sure.
    ['5554001', null],
    ['+19165554001', null],
  ]
  for (const [from, expected] of cases) {
    const call = await ring(page, from)
    if (expected === null) await expect(page.getByTestId('customer-maybe')).toContainText('Ада Форм')
    else await expect(customerName(page), from).toHaveText(expected)
    await stand.carrier.hangUp(call)
    await expect(card(page)).toBeHidden()
  }
})

test('several with one number: one press chooses, and can be taken back; an unknown one is made in place', async () => {
  test.setTimeout(240_000)
  const page = await context.newPage()
  const api = await stand.api('anna')
  await signInWithPhone(page, stand.url, 'anna')
  await newCustomer('Семья, Отец', ['+79165554100'])
  const daughter = await newCustomer('Семья, Дочь', ['+79165554100'])
  const { call, cardId } = await takeCall(page, '+79165554100')
  await expect(page.getByTestId('customer-candidate')).toHaveCount(2)
  await page.getByTestId('customer-candidate').filter({ hasText: 'Дочь' }).click()
  await expect(customerName(page)).toHaveText('Семья, Дочь')
  await page.getByTestId('customer-undo').click()
  await expect(page.getByTestId('customer-maybe')).toBeVisible()
  await page.getByTestId('customer-nobody').click()
  await page.getByTestId('customer-undo').click()
  await page.getByTestId('customer-candidate').filter({ hasText: 'Дочь' }).click()
  await hangUpAndSave(page, call)
  const saved = await api.card({ params: { id: cardId } })
  expect(saved).toMatchObject({ customerMatch: 'chosen', customer: { id: daughter.id } })

  // A stranger, with a long name, an emoji and another direction of writing.
  const name = `مريم 🙂 ${'Долгоимённая'.repeat(5)}`.slice(0, 64)
  const second = await takeCall(page, '+79165554200')
  await page.getByTestId('customer-create').click()
  await page.getByTestId('customer-name-input').fill(name)
  await page.getByTestId('customer-save').click()
  await expect(customerName(page)).toHaveText(name)
  await hangUpAndSave(page, second.call)
  const again = await ring(page, '89165554200')
  await expect(customerName(page)).toHaveText(name)
  // Changed in place while it rings.
  await page.getByTestId('customer-edit').click()
  await page.getByTestId('customer-name-input').fill('Мариам')
  await page.getByTestId('customer-name-input').press('Enter')
  await expect(customerName(page)).toHaveText('Мариам')
  await stand.carrier.hangUp(again)
})

test('duplicates become one with both phones, and two again', async () => {
  const page = await context.newPage()
  await signInWithPhone(page, stand.url, 'anna')
  const kept = await newCustomer('Дубликатов Пётр', ['+79165554301'])
  await newCustomer('Дубликатов П.', ['+79165554302'])
  const { call } = await takeCall(page, '+79165554301')
  await page.getByTestId('customer-more').click()
  await page.getByRole('menuitem', { name: 'Объединить с дубликатом…' }).click()
  await page.getByTestId('customer-search').fill('Дубликатов П.')
  await page.getByRole('dialog').getByTestId('customer-candidate').first().click()
  await page.getByTestId('merge-confirm').click()
  await expect(page.getByRole('dialog')).toBeHidden()
  const phones = async () => (await admin.customer({ params: { id: kept.id } })).customer.phones
  await expect.poll(phones).toEqual(['+79165554301', '+79165554302'])
  await page.getByTestId('undo-merge').click()
  await expect.poll(phones).toEqual(['+79165554301'])
  await hangUpAndSave(page, call)
})

test('the form follows its queue, and nothing closes without what it demands', async () => {
  test.setTimeout(240_000)
  const page = await context.newPage()
  const api = await stand.api('boris')
  await signInWithPhone(page, stand.url, 'boris')
  const { call, cardId } = await takeCall(page, '+79165554400', support)
  await expect(page.getByTestId('card-script')).toContainText('Техподдержка, здравствуйте!')
  await expect(field(page, 'satisfaction')).toHaveCount(0)
  await choose(page, 'categoryId', 'Не включается')
  await expect(page.getByTestId('card-script')).toContainText('Назовите серийный номер')
  await expect(page.getByTestId('card-script').locator('strong')).toHaveText('серийный номер')
  await choose(page, 'categoryId', 'Нет звука')
  // Markup in a script is text.
  await expect(page.getByTestId('card-script')).toContainText('<img src=x onerror=alert(1)>')
  await field(page, 'extra.serial').fill('SN-1 🙂')
  await field(page, 'extra.bought').fill('2026-02-28')
  await field(page, 'extra.price').fill('12,5')
  await field(page, 'extra.covered').getByText('Да').click()

  await stand.carrier.hangUp(call)
  await expect(card(page)).toHaveAttribute('data-state', 'wrapUp')
  const member = async () => (await stand.pbx.pbx.cli('queue show 702')).split('\n').find((line) => line.includes('1002'))
  await expect.poll(member).toContain('paused:wrapup')
  // From a list that is open: it saves, and takes nothing that was not confirmed.
  const category = field(page, 'categoryId')
  const chosen = await category.inputValue()
  expect(chosen).toContain('Нет звука')
  await category.fill('Дост')
  await expect(page.getByRole('option', { name: 'Доставка' })).toBeVisible()
  await category.press('Control+Enter')
  await expect(page.getByTestId('card-missing')).toBeVisible()
  await expect(category).toHaveValue(chosen)
  await expect(card(page)).toHaveAttribute('data-state', 'wrapUp')
  await page.getByTestId('wrapup-extend').click()
  await expect(page.getByTestId('wrapup-extend')).toBeDisabled()
  // The clock frees the operator; the card waits in the worklist.
  await expect(card(page)).toBeHidden({ timeout: 20_000 })
  const left = await api.card({ params: { id: cardId } })
  expect(left).toMatchObject({ state: 'saved', incomplete: true })
  expect(left.wrapUpMs).toBeGreaterThanOrEqual(2 * wrapUpMs - 500)
  expect(left.wrapUpMs).toBeLessThan(2 * wrapUpMs + 5_000)
  expect(left.fields.extra).toEqual({ serial: 'SN-1 🙂', bought: '2026-02-28', price: 12.5, covered: true })
  await expect.poll(member).not.toContain('paused:wrapup')

  await page.getByTestId('incomplete-open').click()
  const details = page.getByTestId('call-details')
  await details.getByTestId('card-field-resultId').click()
  await page.getByRole('option', { name: 'Заменили' }).click()
  await details.getByTestId('late-save').click()
  await expect.poll(async () => (await api.card({ params: { id: cardId } })).incomplete).toBe(false)
  await expect(page.getByTestId('incomplete-cards')).toBeHidden()
})

test('“available” with an incomplete card leads to it and says what is missing, from any screen', async () => {
  test.setTimeout(120_000)
  const page = await context.newPage()
  await signInWithPhone(page, stand.url, 'boris')
  const { call, cardId } = await takeCall(page, '+79165554450', support)
  await choose(page, 'categoryId', 'Нет звука')
  await stand.carrier.hangUp(call)
  await expect(card(page)).toHaveAttribute('data-state', 'wrapUp')
  await page.getByTestId('wrapup-extend').click()
  await page.getByRole('link', { name: 'Задачи' }).click()
  await page.getByTestId('own-status').click()
  await page.getByTestId('status-available').click()
  await expect(page.getByTestId('card-missing')).toHaveText('Заполните 1 поле')
  await expect(card(page)).toHaveAttribute('data-state', 'wrapUp')
  await choose(page, 'resultId', 'Заменили')
  await page.getByTestId('own-status').click()
  await page.getByTestId('status-available').click()
  await expect(card(page)).toBeHidden()
  const api = await stand.api('boris')
  await expect.poll(async () => (await api.card({ params: { id: cardId } })).state).toBe('saved')
  expect(await api.card({ params: { id: cardId } })).toMatchObject({ incomplete: false })
})

test('a transferred call brings what was written, and both cards keep it', async ({ browser }) => {
  test.setTimeout(240_000)
  const anna = await context.newPage()
  const boris = await (await browser.newContext(office)).newPage()
  const [annasApi, borisApi] = [await stand.api('anna'), await stand.api('boris')]
  await signInWithPhone(anna, stand.url, 'anna')
  const { call, cardId } = await takeCall(anna, '+79165554500')
  // Not before, or the queue would ring him.
  await signInWithPhone(boris, stand.url, 'boris')
  await choose(anna, 'categoryId', 'Доставка')
  await field(anna, 'description').fill('Ждёт курьера')
  await field(anna, 'satisfaction').filter({ visible: true }).first().press('3')
  await expect.poll(async () => (await annasApi.card({ params: { id: cardId } })).fields.description).toBe('Ждёт курьера')
  await anna.getByTestId('transfer').click()
  await anna.getByTestId('transfer-number').fill('1002')
  await anna.getByTestId('transfer-number').press('Enter')
  await expect(card(anna)).toHaveAttribute('data-state', 'wrapUp')

  await expect(boris.getByTestId('card-from')).toContainText('Анна Ковалёва')
  await boris.getByTestId('card-answer').click()
  await expect(field(boris, 'description')).toHaveValue('Ждёт курьера')
  // Still written by the first, and already by the second: each field has its own way.
  await field(anna, 'notes').fill('Адрес верный')
  await expect(field(boris, 'notes')).toHaveValue('Адрес верный')
  await field(boris, 'description').fill('Курьер найден')
  await anna.getByTestId('card-save').click()
  await hangUpAndSave(boris, call)

  const first = await annasApi.card({ params: { id: cardId } })
  const [second] = (await borisApi.history({ query: { limit: 1 } })).cards
  expect(first.fields).toMatchObject({ description: 'Ждёт курьера', notes: 'Адрес верный', satisfaction: 3 })
  expect(second).toMatchObject({
    callId: first.callId,
    transferredFrom: { cardId, operatorName: 'Анна Ковалёва' },
    fields: { categoryId: 'delivery', description: 'Курьер найден', notes: 'Адрес верный', satisfaction: null },
  })
  await boris.context().close()
})

test('an outgoing call has its card, with the customer', async () => {
  const page = await context.newPage()
  const api = await stand.api('anna')
  await newCustomer('Исходящий Клиент', ['+79165554601'])
  await signInWithPhone(page, stand.url, 'anna')
  await page.keyboard.press('Shift+F9')
  const number = page.getByRole('dialog').getByTestId('dial-number')
  await number.fill('8 916 555-46-01')
  await expect(page.getByRole('dialog').getByTestId('dial')).toBeEnabled()
  await number.press('Enter')
  // The first use of the microphone takes its time.
  await expect(card(page)).toHaveAttribute('data-state', 'talking', { timeout: 60_000 })
  await expect(customerName(page)).toHaveText('Исходящий Клиент')
  const cardId = await idOf(page)
  await field(page, 'description').fill('Перезвонили сами')
  // By hand alone: some letters, and Enter takes the first that is left.
  await field(page, 'categoryId').click()
  await page.keyboard.type('оплата')
  await expect(page.getByRole('option')).toHaveText(['Оплата и документы'])
  await page.keyboard.press('Enter')
  await expect(field(page, 'categoryId')).toHaveValue('Оплата и документы')
  // The one that is chosen stays when it is typed once more; without letters there is none.
  await page.keyboard.press('Control+A')
  await page.keyboard.type('опл')
  await page.keyboard.press('Enter')
  await expect(field(page, 'categoryId')).toHaveValue('Оплата и документы')
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await page.keyboard.press('Tab')
  await expect(field(page, 'categoryId')).toHaveValue('')
  await field(page, 'categoryId').click()
  await page.keyboard.type('оплата')
  await page.keyboard.press('Enter')
  await page.getByTestId('hang-up').click()
  await expect(card(page)).toHaveAttribute('data-state', 'wrapUp')
  await page.getByTestId('card-save').click()
  await expect(card(page)).toBeHidden()
  // The page is done with it before the server is.
  await expect
    .poll(() => api.card({ params: { id: cardId } }))
    .toMatchObject({
      direction: 'outbound',
      state: 'saved',
      fields: { description: 'Перезвонили сами', categoryId: 'payment' },
    })
})

test('the server is killed while an extra field is typed, and a paste too long loses nothing', async () => {
  test.setTimeout(240_000)
  const page = await context.newPage()
  const api = await stand.api('boris')
  await signInWithPhone(page, stand.url, 'boris')
  const { call, cardId } = await takeCall(page, '+79165554700', support)
  await field(page, 'extra.serial').fill('до')
  await expect.poll(async () => (await api.card({ params: { id: cardId } })).fields.extra['serial']).toBe('до')
  await stand.killServer()
  await field(page, 'extra.serial').pressSequentially(' и после')
  await expect(page.getByTestId('card-state')).toHaveAttribute('data-keep', 'kept')
  await stand.restartServer()
  await expect.poll(async () => (await api.card({ params: { id: cardId } })).fields.extra['serial']).toBe('до и после')

  const long = 'я'.repeat(102_400)
  await page.evaluate((text) => navigator.clipboard.writeText(text), long)
  await field(page, 'notes').fill('Было. ')
  await field(page, 'notes').press('End')
  await field(page, 'notes').press('Control+V')
  await expect(page.getByTestId('text-refused')).toBeVisible()
  await expect(field(page, 'notes')).toHaveValue('Было. ')
  await page.getByTestId('insert-beginning').click()
  await expect.poll(async () => (await api.card({ params: { id: cardId } })).fields.notes.length).toBe(10_000)

  // A shared template by a slash, in the field that has room.
  await admin.putNoteTemplate({
    params: { id: randomUUID() },
    body: { shared: true, title: 'доставка', body: 'Доставим завтра, с 10 до 14.' },
  })
  await page.reload()
  await expect(card(page)).toBeVisible()
  await field(page, 'description').pressSequentially('Обещали: /дос')
  await page.getByRole('option', { name: 'доставка' }).click()
  await expect(field(page, 'description')).toHaveValue('Обещали: Доставим завтра, с 10 до 14.')
  await choose(page, 'categoryId', 'Не включается')
  await choose(page, 'resultId', 'Заменили')
  await stand.carrier.hangUp(call)
  await expect(card(page)).toHaveAttribute('data-state', 'wrapUp')
  await page.getByTestId('card-save').click()
  await expect.poll(async () => (await api.card({ params: { id: cardId } })).state).toBe('saved')
})

test('the administrator sets the card up with the card beside it, and the server keeps what old cards mean', async () => {
  const page = await context.newPage()
  await signIn(page, stand.url, 'admin')
  await page.goto(`${stand.url}/settings/card`)
  await page.getByRole('tab', { name: 'Свои поля' }).click()
  await page.getByTestId('entry-add').click()
  await page.getByTestId('entry-ru').fill('Номер заказа')
  await page.getByRole('tab', { name: 'Форма и постобработка' }).click()
  await page.getByText('Номер заказа').locator('..').getByText('Обязательно').click()
  await expect(page.getByTestId('setup-preview').getByText('Номер заказа')).toBeVisible()
  await page.getByTestId('setup-save').click()
  await expect(page.getByTestId('setup-save')).toBeDisabled()
  const { setup, version } = await admin.cardSetup()
  expect(setup.extraFields.at(-1)).toMatchObject({ ru: 'Номер заказа', kind: 'text' })

  const without = { ...setup, extraFields: setup.extraFields.slice(0, -1), forms: setup.forms.map(dropExtra) }
  const refused = admin.saveCardSetup({ body: { baseVersion: version, setup: without } })
  await expect(refused).rejects.toMatchObject({ code: 'invalidInput' })
  await expect(admin.saveCardSetup({ body: { baseVersion: version - 1, setup } })).rejects.toMatchObject({ code: 'conflict' })
})

const dropExtra = (form: CardSetup['forms'][number]) => ({
  ...form,
  fields: form.fields.filter(({ name }) => !name.startsWith('extra.') || name.startsWith('extra.s')),
})
