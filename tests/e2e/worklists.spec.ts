import { randomUUID } from 'node:crypto'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { afternoonZone } from '../support/afternoon.ts'
import { office, signIn, signInWithPhone } from '../support/people.ts'
import { ScriptedPhone } from '../support/scripted-phone.ts'
import { Stand } from '../support/stand.ts'

/**
 * The work that follows from calls, on the real Asterisk: missed callers and call-backs that two operators share, closed by
 * real calls; the history with the recording; the day's figures (C3.1, C3.5, C3.6).
 */

const sales = '+74950000701'
/** Its members log in and out: of them alone it is told that all were paused. */
const support = '+74950000702'
/** In the box: answers after two seconds and talks. */
const customer = '+79160000101'
/** In the box: busy. */
const busy = '+79160009486'

let stand: Stand
test.beforeAll(async () => {
  test.setTimeout(180_000)
  stand = await Stand.start({ name: 'worklists', env: { CALLSYNC_TIME_ZONE: afternoonZone() } })
  await beginTheDay()
})
test.afterAll(() => stand?.stop())

const open = async (browser: Browser): Promise<Page> => (await browser.newContext(office)).newPage()
// A page that stays would have the extension of the next test's.
test.afterEach(async ({ browser }) => {
  for (const context of browser.contexts()) await context.close()
})

/** So much of today each test may count on: Anna has talked with a customer of the queue, and she and Boris have tried a busy one. */
async function beginTheDay(): Promise<void> {
  const admin = await stand.api('admin')
  const before = await admin.cardSetup()
  // Nobody is at the cards of these calls.
  await stand.setWrapUp(0)
  const annas = await connect('1001')
  const talked = '+79031110099'
  const call = await stand.carrier.call({ from: talked, to: sales })
  const rung = await annas.incoming()
  await rung.answer()
  await stand.carrier.hangUp(call)
  await rung.ended
  const boriss = await connect('1002')
  for (const phone of [annas, boriss]) {
    expect(await phone.call(busy).answered).toBe(false)
    await phone.register(0)
    phone.close()
  }
  for (const [person, number] of [
    ['anna', talked],
    ['anna', busy],
    ['boris', busy],
  ] as const) {
    const api = await stand.api(person)
    const numbers = async () => (await api.history({ query: { period: 'today' } })).cards.map((card) => card.number)
    await expect.poll(numbers).toContain(number)
  }
  const { version } = await admin.cardSetup()
  await admin.saveCardSetup({ body: { baseVersion: version, setup: before.setup } })
}

function connect(extension: string): Promise<ScriptedPhone> {
  const { socketUrl, sipDomain: domain, extensions } = stand.pbx.file
  const password = extensions.find((one) => one.extension === extension)?.sipPassword ?? ''
  return ScriptedPhone.connect({ socketUrl, domain, extension, password })
}

async function setLanguage(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^(Меню пользователя|User menu)/ }).click()
  await page.getByText(name, { exact: true }).click()
  await page.keyboard.press('Escape')
}

/** Waits in the queue for `ms` with nobody to take the call, and gives up. */
async function giveUp(from: string, ms: number): Promise<void> {
  const call = await stand.carrier.call({ from, to: support })
  expect(await call.answered).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, ms))
  await stand.carrier.hangUp(call)
}

const pauseAll = async (paused: boolean) => {
  for (const person of ['anna', 'boris', 'vera'])
    await (await stand.api(person)).setOwnStatus({ body: { paused, reason: paused ? 'lunch' : null } })
}

declare const window: { Audio: new () => Player; players: Player[] }
interface Player {
  readonly playbackRate: number
}

/** Keeps the page's audio elements at hand, from outside the product. */
const watchPlayers = (page: Page) =>
  page.addInitScript(() => {
    window.players = []
    window.Audio = class extends window.Audio {
      constructor() {
        super()
        window.players.push(this)
      }
    }
  })
const playbackRate = (page: Page) => page.evaluate(() => window.players.at(-1)?.playbackRate)

/** From the next snapshot on the page is told that pauses began so much earlier. */
const asIfPausedFor = (page: Page, ms: number) =>
  page.routeWebSocket(/\/api\/live/, (socket) => {
    const server = socket.connectToServer()
    server.onMessage((text) => {
      const message: { type: string; view?: { operators: { status: string; sinceMs: number }[] } } = JSON.parse(String(text))
      for (const operator of message.view?.operators ?? []) if (operator.status === 'paused') operator.sinceMs -= ms
      socket.send(JSON.stringify(message))
    })
  })

const missedRow = (page: Page, number: string) => page.getByTestId('missed-row').filter({ hasText: number })
const tasks = async (page: Page, list: 'callBacks' | 'missed') => {
  await page.getByRole('link', { name: 'Задачи' }).click()
  await page
    .getByTestId('tasks-kind')
    .getByText(list === 'missed' ? /Пропущенные/ : /Перезвоны/)
    .click()
}

/** Until the person's only call has been answered for this long, as the call bar shows. */
async function talkFor(page: Page, ms: number): Promise<void> {
  await expect(page.getByTestId('line-phase')).toContainText('Разговор', { timeout: 30_000 })
  const answeredAtMs = Date.now()
  await expect.poll(() => Date.now() - answeredAtMs, { timeout: ms + 5_000 }).toBeGreaterThan(ms)
}

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
  await signInWithPhone(anna, stand.url, 'anna')
  await signInWithPhone(boris, stand.url, 'boris')
  await pauseAll(true)
  const stranger = '+79031112233'
  await giveUp(stranger, 6_000)
  await giveUp(stranger, 2_000)
  for (const page of [anna, boris]) await tasks(page, 'missed')
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
  const api = await stand.api('boris')
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
  const [anna, api] = [await open(browser), await stand.api('anna')]
  const inAll = (await api.missedCalls({ query: {} })).total ?? 0
  expect(inAll).toBeGreaterThanOrEqual(numbers.length)
  await signIn(anna, stand.url, 'anna')
  await tasks(anna, 'missed')
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
  await signInWithPhone(anna, stand.url, 'anna')
  await tasks(anna, 'callBacks')
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
  const [annaApi, vera] = [await stand.api('anna'), await stand.api('vera')]
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
  await signIn(anna, stand.url, 'anna')
  const api = await stand.api('anna')
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
  await signIn(boris, stand.url, 'boris')
  const reason = 'Общий: подтвердить заказ'
  await api.createCallBack({
    body: { number: customer, reason, dueAtMs: Date.now() + 1_000, queueNumber: '701', idempotencyKey: randomUUID() },
  })
  const sharedOne = (page: Page) => page.getByTestId('reminder').filter({ hasText: reason })
  for (const page of [anna, boris]) await expect(sharedOne(page)).toContainText('Общие · Отдел продаж')
  await sharedOne(boris).getByTestId('reminder-take').click()
  for (const page of [anna, boris]) await expect(sharedOne(page)).toHaveCount(0)
  const borisApi = await stand.api('boris')
  const taken = (await borisApi.callBacks({ query: {} })).callBacks.find((task) => task.reason === reason)
  expect(taken?.holder?.name).toContain('Борис')
  await borisApi.completeCallBack({ params: { id: taken?.id ?? '' }, body: { done: true } })
})

test('a call of the past: recording, late words, and who may hear it', async ({ browser }) => {
  test.setTimeout(180_000)
  const anna = await open(browser)
  await watchPlayers(anna)
  await signInWithPhone(anna, stand.url, 'anna')
  for (const person of ['boris', 'vera'])
    await (await stand.api(person)).setOwnStatus({ body: { paused: true, reason: 'lunch' } })
  const caller = '+79031114455'
  const call = await stand.carrier.call({ from: caller, to: sales })
  await anna.getByTestId('card-answer').click()
  await talkFor(anna, 8_000)
  const cardId = (await anna.getByTestId('card').getAttribute('data-card')) ?? ''
  await stand.carrier.hangUp(call)
  await anna.getByTestId('card-save').click()

  await anna.getByRole('link', { name: 'История' }).click()
  await anna.getByTestId('history-search').fill('903 111-44-55')
  await expect(anna.getByTestId('history-row')).toHaveCount(1)
  await anna.getByTestId('history-row').click()
  const page = anna.getByTestId('history-card')
  await expect(page.getByTestId('call-course')).toContainText('В очереди Отдел продаж')
  await expect(page.getByTestId('call-course')).toContainText('Ответ Анна Ковалёва')

  // The player moves, in parts, one side at a time, faster.
  const audio = anna.waitForResponse((response) => response.url().includes('/api/recordings/audio/'))
  const recording = page.getByTestId('recording')
  await recording.getByTestId('recording-play').click()
  expect((await audio).status()).toBe(206)
  await expect(recording).toHaveAttribute('data-playing', 'true')
  await expect(recording.getByTestId('recording-time')).not.toHaveText(/^0:00/)
  await recording.getByTestId('recording-channel').getByText('Клиента').click()
  await expect(recording).toHaveAttribute('data-playing', 'true')
  expect(await playbackRate(anna)).toBe(1)
  await anna.keyboard.press(']')
  await anna.keyboard.press(']')
  await expect(recording.getByTestId('recording-speed')).toHaveValue('1.5×')
  await expect.poll(() => playbackRate(anna)).toBe(1.5)
  // The other voice at the same speed.
  await recording.getByTestId('recording-channel').getByText('Оператора').click()
  await expect.poll(() => playbackRate(anna)).toBe(1.5)
  await anna.keyboard.press('[')
  await expect.poll(() => playbackRate(anna)).toBe(1.25)
  await anna.keyboard.press('p')
  await expect(recording).not.toHaveAttribute('data-playing', 'true')
  await recording.getByTestId('recording-waveform').press('End')
  await expect(recording.getByRole('slider')).toHaveAttribute('aria-valuetext', /^0:0[5-9] из|^0:1\d из/)

  // Late words by the same form, saved by the same key.
  await page.getByTestId('edit-card').click()
  await page.getByTestId('card-field-notes').fill('Дописано потом')
  await page.getByTestId('card-field-notes').press('Control+Enter')
  const annaApi = await stand.api('anna')
  await expect.poll(async () => (await annaApi.card({ params: { id: cardId } })).fields.notes).toBe('Дописано потом')

  // Others: nothing; with the same customer the card, never the recording; a supervisor both.
  const borisApi = await stand.api('boris')
  const id = { id: cardId }
  await expect(borisApi.callPage({ params: id })).rejects.toMatchObject({ code: 'notFound' })
  const own = await annaApi.callPage({ params: id })
  const recordingId = own.recordings[0]?.id ?? ''
  await expect(borisApi.listen({ params: { ...id, recordingId } })).rejects.toMatchObject({ code: 'notFound' })
  const boris = await open(browser)
  await signInWithPhone(boris, stand.url, 'boris')
  await borisApi.setOwnStatus({ body: { paused: false, reason: null } })
  await annaApi.setOwnStatus({ body: { paused: true, reason: 'lunch' } })
  const again = await stand.carrier.call({ from: caller, to: sales })
  await boris.getByTestId('card-answer').click()
  await expect(boris.getByTestId('card')).toHaveAttribute('data-state', 'talking')
  await boris.getByTestId('contacts').getByRole('button').first().click()
  await boris.getByTestId('contact-open').click()
  const drawer = boris.getByTestId('call-details')
  await expect(drawer).toContainText('Дописано потом')
  await expect(drawer.getByTestId('recording-bar')).toContainText('только супервизор')
  await expect(borisApi.listen({ params: { ...id, recordingId } })).rejects.toMatchObject({ code: 'forbidden' })
  await stand.carrier.hangUp(again)

  // Esc closes the uppermost: a dialog, the drawer; the live card stays, and the open call of the history until its turn.
  const live = boris.getByTestId('card')
  await expect(live).toHaveAttribute('data-state', 'wrapUp')
  const later = boris.getByTestId('callback-dialog')
  await drawer.getByTestId('call-later').click()
  await expect(later).toBeVisible()
  await boris.keyboard.press('Escape')
  await expect(later).toBeHidden()
  await expect(drawer).toBeVisible()
  // The drawer has no form open: the live card behind it is not to be closed by its own key, either.
  await boris.keyboard.press('Control+Enter')
  await boris.keyboard.press('Escape')
  await expect(drawer).toBeHidden()
  await expect(live).toHaveAttribute('data-state', 'wrapUp')
  await live.getByTestId('card-save').click()
  await boris.getByRole('link', { name: 'История' }).click()
  await boris.getByTestId('history-row').first().click()
  const opened = boris.getByTestId('history-card')
  await opened.getByTestId('contacts').getByRole('button').first().click()
  await opened.getByTestId('contact-open').click()
  const over = boris.getByRole('dialog').getByTestId('call-details')
  await expect(over).toBeVisible()
  await boris.keyboard.press('Escape')
  await expect(boris.getByRole('dialog')).toHaveCount(0)
  await expect(opened).toBeVisible()
  await boris.keyboard.press('Escape')
  await expect(opened).toBeHidden()
  const galina = await stand.api('galina')
  const { ticket, peaks } = await galina.listen({ params: { ...id, recordingId } })
  expect(Math.max(...peaks.customer)).toBeGreaterThan(10)
  expect((await fetch(`${stand.url}/api/recordings/audio/${ticket}/both`)).status).toBe(200)
  for (const wrong of [`${ticket}/..%2f..%2fcallsync.db`, `..%2f${ticket}/both`, `x${ticket}/both`])
    expect((await fetch(`${stand.url}/api/recordings/audio/${wrong}`)).status).toBe(404)
  await expect(galina.listen({ params: { ...id, recordingId: '../../secret' } })).rejects.toMatchObject({ code: 'notFound' })
})

test('of a transferred call each operator hears the own part, the supervisor all of it', async ({ browser }) => {
  test.setTimeout(180_000)
  const [anna, boris] = [await open(browser), await open(browser)]
  await signInWithPhone(anna, stand.url, 'anna')
  await signInWithPhone(boris, stand.url, 'boris')
  const [annaApi, borisApi] = [await stand.api('anna'), await stand.api('boris')]
  await annaApi.setOwnStatus({ body: { paused: false, reason: null } })
  for (const person of ['boris', 'vera'])
    await (await stand.api(person)).setOwnStatus({ body: { paused: true, reason: 'lunch' } })
  const call = await stand.carrier.call({ from: '+79031115566', to: sales })
  await anna.getByTestId('card-answer').click()
  await talkFor(anna, 4_000)
  const annas = (await anna.getByTestId('card').getAttribute('data-card')) ?? ''
  await anna.getByTestId('transfer').click()
  await anna.getByTestId('transfer-number').fill('1002')
  await anna.getByTestId('transfer-number').press('Enter')
  await boris.getByTestId('card-answer').click()
  await talkFor(boris, 9_000)
  const boriss = (await boris.getByTestId('card').getAttribute('data-card')) ?? ''
  // While the colleague still talks, too.
  expect((await annaApi.callPage({ params: { id: annas } })).recordings.map(({ partOnly }) => partOnly)).toEqual([true])
  await stand.carrier.hangUp(call)
  for (const page of [anna, boris]) await page.getByTestId('card-save').click()

  const galina = await stand.api('galina')
  const whole = (await galina.callPage({ params: { id: annas } })).recordings[0]
  for (const [api, id] of [
    [annaApi, annas],
    [borisApi, boriss],
  ] as const) {
    const { card, recordings } = await api.callPage({ params: { id } })
    const talkMs = (card?.endedAtMs ?? 0) - (card?.answeredAtMs ?? 0)
    expect(recordings).toMatchObject([{ id: whole?.id, partOnly: true }])
    expect(Math.abs((recordings[0]?.durationMs ?? 0) - talkMs)).toBeLessThan(1_500)
    const { ticket } = await api.listen({ params: { id, recordingId: whole?.id ?? '' } })
    const audio = await fetch(`${stand.url}/api/recordings/audio/${ticket}/both`)
    const seconds = ((await audio.arrayBuffer()).byteLength - 44) / 16_000
    expect(Math.abs(seconds * 1_000 - talkMs)).toBeLessThan(1_500)
    expect(whole?.durationMs).toBeGreaterThan(talkMs + 3_000)
  }
})

test('a recent call opens by its row; its own button dials', async ({ browser }) => {
  const anna = await open(browser)
  await signInWithPhone(anna, stand.url, 'anna')
  const { cards } = await (await stand.api('anna')).history({ query: { limit: 20 } })
  const at = cards.findIndex(({ number }) => number === busy)
  const row = anna.getByTestId('recent-call').nth(at)
  await row.getByTestId('recent-open').click()
  await expect(anna.getByTestId('call-details')).toHaveAttribute('data-card', cards[at]?.id ?? '')
  await expect(anna.getByTestId('line-phase')).toHaveCount(0)
  await anna.keyboard.press('Escape')
  await expect(anna.getByTestId('call-details')).toHaveCount(0)
  await row.getByTestId('recent-open').focus()
  await anna.keyboard.press('c')
  await expect(anna.getByTestId('line-phase')).toBeVisible()
  await expect(anna.getByTestId('line-phase')).toHaveCount(0)
  await anna.getByTestId('recent-call').nth(at).getByTestId('recent-dial').click()
  await expect(anna.getByTestId('line-phase')).toBeVisible()
})

test('the history is narrowed by direction, outcome, queue and category', async ({ browser }) => {
  const anna = await open(browser)
  await signIn(anna, stand.url, 'anna')
  const api = await stand.api('anna')
  const { setup } = await api.cardSetup()
  const { cards } = await api.history({ query: { period: 'today' } })
  const noted = cards.find((card) => card.direction === 'inbound' && card.answeredAtMs !== null)
  const category = setup.categories.find(({ parentId, archived }) => parentId === null && !archived)
  await api.saveCard({
    params: { id: noted?.id ?? '' },
    body: {
      baseVersion: noted?.version ?? 0,
      changes: { categoryId: category?.id ?? null },
      idempotencyKey: randomUUID(),
    },
  })
  await anna.goto(`${stand.url}/history?period=today`)
  await expect(anna.getByTestId('history-row')).toHaveCount(cards.length)
  const all = cards.length
  for (const [field, option, filter] of [
    ['direction', 'Исходящий', { direction: 'outbound' }],
    ['outcome', 'Не дозвонились', { outcome: 'notReached' }],
    ['queue', 'Отдел продаж', { queue: '701' }],
    ['category', category?.ru ?? '', { categoryId: category?.id }],
  ] as const) {
    const shown = (await api.history({ query: { period: 'today', ...filter } })).cards.length
    expect(shown, field).toBeGreaterThan(0)
    expect(shown, field).toBeLessThan(all)
    await anna.getByTestId(`history-${field}`).click()
    await anna.getByRole('option', { name: option, exact: true }).click()
    await expect(anna.getByTestId('history-row'), field).toHaveCount(shown)
    await anna.getByTestId('history-clear').click()
    await anna.getByTestId('history-period').click()
    await anna.getByRole('option', { name: 'Сегодня', exact: true }).click()
    await expect(anna.getByTestId('history-row')).toHaveCount(all)
  }
})

test('the day beside the team’s, each figure opens its calls; a pause over its limit is marked', async ({ browser }) => {
  const anna = await open(browser)
  await signIn(anna, stand.url, 'anna')
  const annaApi = await stand.api('anna')
  const day = await annaApi.myDay()
  const mean = new Intl.NumberFormat('ru', { maximumFractionDigits: 1 }).format(day.team.taken ?? Number.NaN)
  await expect(anna.getByTestId('day-own-taken')).toHaveText(String(day.own.taken))
  await expect(anna.getByTestId('day-team-taken')).toHaveText(mean)
  // Each test gives the two as many, and the day began with one of hers.
  expect(mean).not.toBe(String(day.own.taken))
  const talks = (day.own.taken ?? 0) + (day.own.outgoing ?? 0)
  for (const [figure, calls] of [
    ['taken', day.own.taken ?? 0],
    ['outgoing', day.own.outgoing ?? 0],
    ['missed', day.own.missed ?? 0],
    ['averageTalkMs', talks],
    ['averageWrapUpMs', talks],
    ['satisfaction', day.rated],
  ] as const) {
    await anna.getByRole('link', { name: 'Работа' }).click()
    await anna.getByTestId(`day-${figure}`).click()
    await expect(anna.getByTestId('history-period')).toHaveValue('Сегодня')
    if (calls === 0) await expect(anna.getByText('Ничего не нашлось'), figure).toBeVisible()
    await expect(anna.getByTestId('history-row'), figure).toHaveCount(calls)
  }

  await annaApi.setOwnStatus({ body: { paused: true, reason: 'lunch' } })
  const own = anna.getByTestId('own-status')
  await expect(own).toHaveAttribute('data-status', 'paused')
  await expect(own).not.toHaveAttribute('data-over')
  await asIfPausedFor(anna, 61 * 60_000)
  await anna.reload()
  await expect(own).toHaveAttribute('data-over', 'true')
  await expect(own).toHaveAttribute('title', 'Пауза дольше 60 мин')
  await annaApi.setOwnStatus({ body: { paused: false, reason: null } })
  await expect(own).not.toHaveAttribute('data-over')

  const admin = await open(browser)
  await signIn(admin, stand.url, 'admin')
  await admin.goto(`${stand.url}/settings/pauses`)
  const lunch = admin.getByTestId('pause-reason').first()
  await expect(lunch.getByLabel('Код')).toHaveValue('lunch')
  await expect(admin.getByTestId('pause-reasons-save')).toBeDisabled()
  await lunch.getByLabel('По-русски').fill('Обед и прогулка')
  await admin.getByTestId('pause-reasons-save').click()
  await expect(admin.getByText('Сохранено')).toBeVisible()
  await anna.reload()
  await anna.getByTestId('own-status').click()
  await expect(anna.getByTestId('status-lunch')).toContainText('Обед и прогулка')
  await expect(anna.getByTestId('status-lunch')).toContainText('60 мин')
})

test('everything has a name and a key', async ({ browser }) => {
  const anna = await open(browser)
  await signIn(anna, stand.url, 'anna')
  for (const path of ['/workplace', '/tasks', '/tasks?list=missed', '/history', '/settings/account']) {
    await anna.goto(`${stand.url}${path}`)
    await expect(anna.getByRole('navigation', { name: 'Разделы' })).toBeVisible()
    await expect(anna.getByRole('main')).not.toBeEmpty()
    for (const role of ['button', 'link', 'textbox', 'combobox', 'slider', 'switch', 'checkbox'] as const)
      await expect(anna.getByRole(role, { name: /^$/ }), `${role} without a name on ${path}`).toHaveCount(0)
  }
  const api = await stand.api('anna')
  await api.createCallBack({ body: { number: customer, reason: 'Счёт', idempotencyKey: randomUUID() } })
  await anna.goto(`${stand.url}/tasks`)
  await expect(anna.getByTestId('callback-row').first()).toBeVisible()
  await anna.keyboard.press('?')
  const sheet = anna.getByRole('dialog', { name: 'Клавиши' })
  for (const action of ['Новый перезвон', 'Позвонить', 'Взять', 'Вернуть в список', 'Готово', 'Следующая задача'])
    await expect(sheet.getByText(action, { exact: true })).toBeVisible()
})

test('a history that is cleared while typing stays cleared', async ({ browser }) => {
  const anna = await open(browser)
  await anna.clock.install()
  await signIn(anna, stand.url, 'anna')
  await anna.getByRole('link', { name: 'История' }).click()
  await expect(anna.getByTestId('history-row').first()).toBeVisible()
  // The page's time stands: what waits for the end of typing goes on waiting.
  await anna.clock.pauseAt((await anna.evaluate(() => Date.now())) + 1_000)
  await anna.getByTestId('history-search').fill('nobody')
  await expect(anna).toHaveURL(`${stand.url}/history`)
  await anna.clock.runFor(1_000)
  await expect(anna).toHaveURL(/search=nobody/)
  await anna.getByTestId('history-search').fill('somebody')
  await anna.getByTestId('history-clear').click()
  await anna.clock.runFor(1_000)
  await expect(anna).toHaveURL(`${stand.url}/history`)
  await expect(anna.getByTestId('history-search')).toHaveValue('')
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
  await signIn(anna, stand.url, 'anna')
  await expect.poll(() => broken).toBe(2)
  await anna.getByRole('link', { name: 'История' }).click()
  await anna.getByTestId('history-row').first().click()
  await expect(anna.getByTestId('call-course')).toBeVisible({ timeout: 30_000 })
})

test('what opens later is on this computer before it is asked for', async ({ browser }) => {
  const anna = await open(browser)
  await signIn(anna, stand.url, 'anna')
  const fetched = (name: string) =>
    anna.evaluate((name) => performance.getEntriesByType('resource').some((entry) => entry.name.includes(name)), name)
  // The settings come last.
  await expect.poll(() => fetched('/assets/settings-')).toBe(true)
  await anna.route('**/assets/**', (route) => route.abort())
  await anna.keyboard.press('?')
  await expect(anna.getByRole('dialog', { name: 'Клавиши' })).toBeVisible()
  await anna.keyboard.press('Escape')
  await tasks(anna, 'callBacks')
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
