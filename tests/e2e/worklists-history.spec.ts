import { randomUUID } from 'node:crypto'
import { expect, type Page, test } from '@playwright/test'
import { signIn, signInWithPhone } from '../support/people.ts'
import { busy, dayForTests, open, sales, talkFor } from '../support/working-day.ts'

/** Calls of the past on the real Asterisk: the history with the recording, and the day's figures (C3.1, C3.5, C3.6). */

const { stand } = dayForTests('worklists-history')

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

test('a call of the past: recording, late words, and who may hear it', async ({ browser }) => {
  test.setTimeout(180_000)
  const anna = await open(browser)
  await watchPlayers(anna)
  await signInWithPhone(anna, stand().url, 'anna')
  for (const person of ['boris', 'vera'])
    await (await stand().api(person)).setOwnStatus({ body: { paused: true, reason: 'lunch' } })
  const caller = '+79031114455'
  const call = await stand().carrier.call({ from: caller, to: sales })
  await anna.getByTestId('card-answer').click()
  await talkFor(anna, 8_000)
  const cardId = (await anna.getByTestId('card').getAttribute('data-card')) ?? ''
  await stand().carrier.hangUp(call)
  await anna.getByTestId('card-save').click()

  await anna.getByRole('link', { name: 'История' }).click()
  await anna.getByTestId('history-search').fill('903 111-44-55')
  await expect(anna.getByTestId('history-row')).toHaveCount(1)
  await anna.getByTestId('history-row').click()
  const page = anna.getByTestId('history-card')
  await expect(page.getByTestId('call-course')).toContainText('В очереди Отдел продаж')
  await expect(page.getByTestId('call-course')).toContainText('Ответ: Анна Ковалёва')

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
  const annaApi = await stand().api('anna')
  await expect.poll(async () => (await annaApi.card({ params: { id: cardId } })).fields.notes).toBe('Дописано потом')

  // Others: nothing; with the same customer the card, never the recording; a supervisor both.
  const borisApi = await stand().api('boris')
  const id = { id: cardId }
  await expect(borisApi.callPage({ params: id })).rejects.toMatchObject({ code: 'notFound' })
  const own = await annaApi.callPage({ params: id })
  const recordingId = own.recordings[0]?.id ?? ''
  await expect(borisApi.listen({ params: { ...id, recordingId } })).rejects.toMatchObject({ code: 'notFound' })
  const boris = await open(browser)
  await signInWithPhone(boris, stand().url, 'boris')
  await borisApi.setOwnStatus({ body: { paused: false, reason: null } })
  await annaApi.setOwnStatus({ body: { paused: true, reason: 'lunch' } })
  const again = await stand().carrier.call({ from: caller, to: sales })
  await boris.getByTestId('card-answer').click()
  await expect(boris.getByTestId('card')).toHaveAttribute('data-state', 'talking')
  await boris.getByTestId('contacts').getByRole('button').first().click()
  await boris.getByTestId('contact-open').click()
  const drawer = boris.getByTestId('call-details')
  await expect(drawer).toContainText('Дописано потом')
  await expect(drawer.getByTestId('recording-bar')).toContainText('только супервизор')
  await expect(borisApi.listen({ params: { ...id, recordingId } })).rejects.toMatchObject({ code: 'forbidden' })
  await stand().carrier.hangUp(again)

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
  const galina = await stand().api('galina')
  const { ticket, peaks } = await galina.listen({ params: { ...id, recordingId } })
  expect(Math.max(...peaks.customer)).toBeGreaterThan(10)
  expect((await fetch(`${stand().url}/api/recordings/audio/${ticket}/both`)).status).toBe(200)
  for (const wrong of [`${ticket}/..%2f..%2fcallsync.db`, `..%2f${ticket}/both`, `x${ticket}/both`])
    expect((await fetch(`${stand().url}/api/recordings/audio/${wrong}`)).status).toBe(404)
  await expect(galina.listen({ params: { ...id, recordingId: '../../secret' } })).rejects.toMatchObject({ code: 'notFound' })
})

test('of a transferred call each operator hears the own part, the supervisor all of it', async ({ browser }) => {
  test.setTimeout(180_000)
  const [anna, boris] = [await open(browser), await open(browser)]
  await signInWithPhone(anna, stand().url, 'anna')
  await signInWithPhone(boris, stand().url, 'boris')
  const [annaApi, borisApi] = [await stand().api('anna'), await stand().api('boris')]
  await annaApi.setOwnStatus({ body: { paused: false, reason: null } })
  for (const person of ['boris', 'vera'])
    await (await stand().api(person)).setOwnStatus({ body: { paused: true, reason: 'lunch' } })
  const call = await stand().carrier.call({ from: '+79031115566', to: sales })
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
  await stand().carrier.hangUp(call)
  for (const page of [anna, boris]) await page.getByTestId('card-save').click()

  const galina = await stand().api('galina')
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
    const audio = await fetch(`${stand().url}/api/recordings/audio/${ticket}/both`)
    const seconds = ((await audio.arrayBuffer()).byteLength - 44) / 16_000
    expect(Math.abs(seconds * 1_000 - talkMs)).toBeLessThan(1_500)
    expect(whole?.durationMs).toBeGreaterThan(talkMs + 3_000)
  }
})

test('a recent call opens by its row; its own button dials', async ({ browser }) => {
  const anna = await open(browser)
  await signInWithPhone(anna, stand().url, 'anna')
  const { cards } = await (await stand().api('anna')).history({ query: { limit: 20 } })
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
  await signIn(anna, stand().url, 'anna')
  const api = await stand().api('anna')
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
  await anna.goto(`${stand().url}/history?period=today`)
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
  await signIn(anna, stand().url, 'anna')
  const annaApi = await stand().api('anna')
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
  await signIn(admin, stand().url, 'admin')
  await admin.goto(`${stand().url}/settings/pauses`)
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

test('a history that is cleared while typing stays cleared', async ({ browser }) => {
  const anna = await open(browser)
  await anna.clock.install()
  await signIn(anna, stand().url, 'anna')
  await anna.getByRole('link', { name: 'История' }).click()
  await expect(anna.getByTestId('history-row').first()).toBeVisible()
  // The page's time stands: what waits for the end of typing goes on waiting.
  await anna.clock.pauseAt((await anna.evaluate(() => Date.now())) + 1_000)
  await anna.getByTestId('history-search').fill('nobody')
  await expect(anna).toHaveURL(`${stand().url}/history`)
  await anna.clock.runFor(1_000)
  await expect(anna).toHaveURL(/search=nobody/)
  await anna.getByTestId('history-search').fill('somebody')
  await anna.getByTestId('history-clear').click()
  await anna.clock.runFor(1_000)
  await expect(anna).toHaveURL(`${stand().url}/history`)
  await expect(anna.getByTestId('history-search')).toHaveValue('')
})
