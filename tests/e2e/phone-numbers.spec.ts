import { expect, type Locator, test } from '@playwright/test'
import { AmiEar } from '../support/ami-ear.ts'
import { OperatorPhone } from '../support/operator-phone.ts'
import { Stand } from '../support/stand.ts'
import { audible, heardIn, nextOf, voices, writeTone } from '../support/tones.ts'

declare const document: { documentElement: { scrollWidth: number } }

/** Numbers and tones as people type them, devices, and how the call sounds: one operator on a real Asterisk (C3.7). */

let stand: Stand
let anna: OperatorPhone
let asterisk: AmiEar
test.beforeAll(async () => {
  test.setTimeout(240_000)
  stand = await Stand.start({ name: 'phone-numbers' })
  asterisk = await AmiEar.start(stand.pbx.file)
  anna = await OperatorPhone.start(stand.url, 'anna')
})
test.afterAll(async () => {
  await anna?.close()
  asterisk?.stop()
  await stand?.stop()
})
test.afterEach(() => anna.tidy())

/** The dial field of the bar, by keyboard. */
async function dialField(): Promise<Locator> {
  await anna.page.keyboard.press('Shift+F9')
  const field = anna.page.getByRole('dialog').getByTestId('dial-number')
  await expect(field).toBeFocused()
  return field
}

async function dial(text: string): Promise<void> {
  const field = await dialField()
  await field.fill(text)
  await expect(anna.page.getByRole('dialog').getByTestId('dial')).toBeEnabled()
  await field.press('Enter')
}

test('a pasted number with an extension: the main number is called, the extension goes as tones when wanted', async () => {
  await dial('+7 (495) 000-06-00 доб. 12')
  await anna.expectPhase('active')
  await expect(anna.at('line-title')).toHaveText('+7 495 000-06-00')
  const button = anna.at('send-extension')
  await expect(button).toContainText('12')
  const before = asterisk.tonesFrom('1001')
  await button.click()
  await expect.poll(() => asterisk.tonesFrom('1001')).toBe(`${before}12`)
  await expect(button).toHaveCount(0)
})

for (const mode of ['rfc4733', 'info'] as const) {
  test(`tones arrive at Asterisk by ${mode}`, async () => {
    await anna.page.evaluate((dtmf) => {
      const key = 'callsync.phone.audio'
      const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
      localStorage.setItem(key, JSON.stringify({ ...(typeof stored === 'object' ? stored : {}), dtmf }))
    }, mode)
    await anna.page.reload()
    await expect(anna.at('phone-state')).toHaveAttribute('data-value', 'registered')
    await dial('600')
    await anna.expectPhase('active')
    const before = asterisk.tonesFrom('1001')
    await anna.page.keyboard.press('Shift+F9')
    await expect(anna.page.getByRole('group', { name: 'Тоновый набор' })).toBeFocused()
    for (const key of ['1', '9', '0', '*']) await anna.page.keyboard.press(key)
    await anna.page.getByTestId('key-5').click()
    await expect(anna.at('tones-sent')).toHaveText('190*5')
    // The last one: Asterisk's echo ends by it.
    await anna.page.keyboard.press('#')
    await expect.poll(() => asterisk.tonesFrom('1001')).toBe(`${before}190*5#`)
    await anna.page.keyboard.press('Escape')
  })
}

test('what is no number has a clear word, and nothing is dialled', async () => {
  const field = await dialField()
  for (const [text, word] of [
    ['sip:maria@example.org', 'SIP-адресу с именем'],
    ['+7 495 12', 'неполный'],
    ['🙂🙂🙂', 'номера в этом тексте нет'],
    ['ъъъъъъ', 'номера в этом тексте нет'],
    ['12345678901234567890123', 'Таких длинных номеров не бывает'],
    ['длинный текст '.repeat(7000), 'целый текст'],
  ] as const) {
    await field.fill(text)
    await expect(anna.at('dial-problem')).toContainText(word)
    await expect(anna.page.getByRole('dialog').getByTestId('dial')).toBeDisabled()
    await field.press('Enter')
    await anna.expectPhase('idle')
  }
})

test('a SIP address, a tel link and keys: each is the number it means', async () => {
  const field = await dialField()
  const button = anna.page.getByRole('dialog').getByTestId('dial')
  for (const [text, shown] of [
    ['sip:600@pbx.example;transport=ws', '600'],
    ['tel:+7-916-000-06-00', '+7 916 000-06-00'],
    ['8 (916) 000-06-00', '+7 916 000-06-00'],
    ['\u202b+7 916 000-06-00\u202c', '+7 916 000-06-00'],
  ] as const) {
    await field.fill(text)
    await expect(button).toHaveAccessibleName(`Позвонить: ${shown}`)
  }
  await field.fill('')
  await anna.page.getByRole('dialog').getByTestId('key-6').click()
  await field.pressSequentially('00')
  await expect(button).toHaveAccessibleName('Позвонить: 600')
})

test('one field finds customers, colleagues and queues; the last numbers are there to dial again', async () => {
  const admin = await stand.api('admin')
  const { customers } = await admin.searchCustomers({ query: { search: 'Егорова', limit: 1 } })
  const customer = customers[0]
  if (!customer) throw new Error('the demo data has no such customer')
  const field = await dialField()
  const found = anna.page.getByRole('dialog').getByTestId('target')
  await field.fill('егор')
  await expect(found.filter({ hasText: customer.name }).first()).toHaveAttribute('data-kind', 'customer')
  await field.fill('продаж')
  await expect(found.first()).toHaveAttribute('data-kind', 'queue')
  await field.fill('')
  // Newest first: by arrow and Enter.
  await expect(found.first()).toHaveAttribute('data-kind', 'recent')
  await expect(found.first()).toContainText('600')
  await field.press('ArrowDown')
  await field.press('Enter')
  await anna.expectPhase('active')
})

test('names of 64 letters, emoji and right-to-left do not break the bar', async () => {
  for (const name of ['Константин'.repeat(7).slice(0, 64), '🎉🎂 Мария 🎁', 'محمد عبد الله']) {
    const call = await stand.carrier.call({ from: '+79167770001', fromName: name, to: '+74950000701', play: null })
    await anna.expectPhase('ringingIn')
    await expect(anna.at('line-title')).toContainText(name.slice(0, 8))
    const box = await anna.bar.boundingBox()
    expect(box?.height).toBe(56)
    await expect(anna.at('answer')).toBeInViewport({ ratio: 1 })
    expect(await anna.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280)
    await stand.carrier.hangUp(call)
    await anna.expectPhase('idle')
  }
})

test('another microphone in the middle of a call: no re-INVITE, and the other side still hears', async () => {
  const play = `${stand.dataFolder}/first.wav`
  writeTone(play, voices.first, 8000)
  const call = await stand.carrier.call({ from: '+79167770002', to: '+74950000701', play, followed: true })
  await anna.expectPhase('ringingIn')
  await anna.page.keyboard.press('F2')
  await anna.expectPhase('active')
  const said = async () => {
    const { samples, sampleRate } = await nextOf(stand.carrier.ear(call), 1000)
    return heardIn(samples, sampleRate).anna
  }
  await expect.poll(said).toBeGreaterThan(audible)
  await expect(anna.at('call-quality')).toContainText('Хорошо')
  const offers = await anna.offers()

  await anna.page.getByRole('link', { name: 'Настройки' }).click()
  await anna.page.getByRole('combobox', { name: 'Микрофон' }).click()
  await anna.page.getByRole('option').nth(2).click()
  await anna.page.getByTestId('noise-suppression').click({ force: true })
  await anna.expectPhase('active')
  await expect.poll(said).toBeGreaterThan(audible)
  expect(await anna.offers()).toBe(offers)
  const stored = await anna.page.evaluate(() => localStorage.getItem('callsync.phone.audio'))
  const { microphone, noiseSuppression }: { microphone: { id: string; label: string }; noiseSuppression: boolean } = JSON.parse(
    stored ?? '{}',
  )
  expect(microphone.id).not.toBe('')
  expect(microphone.label).not.toBe('')
  expect(noiseSuppression).toBe(false)
  await stand.carrier.hangUp(call)
  await anna.page.getByRole('link', { name: 'Работа' }).click()
})

test('the echo test of the settings: the operator hears the own voice', async () => {
  await anna.page.getByRole('link', { name: 'Настройки' }).click()
  await anna.at('echo-test').click()
  await anna.expectPhase('active')
  await expect.poll(async () => (await anna.hears()).anna, { timeout: 20_000 }).toBeGreaterThan(audible)
  await anna.page.keyboard.press('F4')
  await anna.page.getByRole('link', { name: 'Работа' }).click()
})
