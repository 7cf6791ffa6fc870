import { expect, test } from '@playwright/test'
import { OperatorPhone } from '../support/operator-phone.ts'
import { type Customer, callQueue } from '../support/phone-floor.ts'
import { Stand } from '../support/stand.ts'

interface FakeTrack {
  label: string
  stop(): void
  dispatchEvent(event: unknown): void
}
interface Listed {
  kind: string
  deviceId: string
  label: string
}
type Stats = Map<string, Record<string, unknown>>
declare const Event: new (type: string) => unknown
declare const navigator: {
  clipboard: { writeText(text: string): Promise<void> }
  mediaDevices: { enumerateDevices(): Promise<Listed[]>; dispatchEvent(event: unknown): void }
}
declare const document: { title: string; hasFocus(): boolean }
declare const window: {
  connections: { getSenders(): { track: FakeTrack | null }[] }[]
  sinks: string[]
  told: string[]
  Notification: unknown
  HTMLMediaElement: { prototype: { setSinkId(id: string): Promise<void> } }
  RTCPeerConnection: { prototype: { getStats(): Promise<Stats> } }
}

/** The phone at its place: devices that come and go, how the call sounds, one extension at two computers, quiet pop-ups (C3.7). */

let stand: Stand
let anna: OperatorPhone
const customers: Customer[] = []
let calls = 0
test.beforeAll(async () => {
  test.setTimeout(240_000)
  stand = await Stand.start({ name: 'phone-devices' })
  anna = await OperatorPhone.start(stand.url, 'anna')
})
test.afterAll(async () => {
  await anna?.close()
  await stand?.stop()
})
test.afterEach(async () => {
  for (const { call } of customers.splice(0)) await stand.carrier.hangUp(call)
  await anna.tidy()
})

async function rung(): Promise<Customer> {
  calls += 1
  const customer = await callQueue(stand, 'first', { number: `+7916111${String(1000 + calls)}` })
  customers.push(customer)
  return customer
}

async function talking(): Promise<Customer> {
  const customer = await rung()
  await anna.expectPhase('ringingIn')
  await anna.page.keyboard.press('F2')
  await anna.expectPhase('active')
  return customer
}

const section = (name: string) => anna.page.getByRole('link', { name }).click()
const deviceList = (name: string) => anna.page.getByRole('combobox', { name })

/** The second of the kind, as people see it in the list. */
async function choose(list: string): Promise<string> {
  await deviceList(list).click()
  const option = anna.page.getByRole('option').nth(2)
  const label = await option.innerText()
  await option.click()
  await expect(deviceList(list)).toHaveValue(label)
  return label
}

test('a headset that drops out in a call: another microphone meanwhile, said in a line, and back without a re-INVITE', async () => {
  await section('Настройки')
  const label = await choose('Микрофон')
  await section('Работа')
  await talking()
  const used = () => anna.page.evaluate(() => window.connections.at(-1)?.getSenders()[0]?.track?.label)
  await expect.poll(used).toBe(label)
  const offers = await anna.offers()

  await anna.page.evaluate((gone) => {
    const { mediaDevices } = navigator
    const listed = mediaDevices.enumerateDevices.bind(mediaDevices)
    mediaDevices.enumerateDevices = async () => (await listed()).filter((one) => one.label !== gone)
    const track = window.connections.at(-1)?.getSenders()[0]?.track
    track?.stop()
    mediaDevices.dispatchEvent(new Event('devicechange'))
    track?.dispatchEvent(new Event('ended'))
  }, label)
  await expect(anna.at('line-note')).toContainText(label)
  await expect.poll(used).not.toBe(label)

  await anna.page.evaluate(() => {
    Reflect.deleteProperty(navigator.mediaDevices, 'enumerateDevices')
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
  })
  await expect.poll(used).toBe(label)
  await expect(anna.at('line-note')).toHaveCount(0)
  expect(await anna.offers()).toBe(offers)
})

test('speaker and ringer are chosen apart, and found again by their name when their ids have changed', async () => {
  await section('Настройки')
  const speaker = await choose('Динамик разговора')
  await deviceList('Динамик звонка').click()
  const ringer = await anna.page.getByRole('option').nth(1).innerText()
  await anna.page.getByRole('option').nth(1).click()
  expect(ringer).not.toBe(speaker)
  // As after clearing the browser's data of the site, or with the headset at another port.
  await anna.page.evaluate(() => {
    const key = 'callsync.phone.audio'
    const stored: { speaker: { id: string }; ringer: { id: string } } = JSON.parse(localStorage.getItem(key) ?? '')
    stored.speaker.id = 'gone'
    stored.ringer.id = 'gone too'
    localStorage.setItem(key, JSON.stringify(stored))
  })
  await anna.page.addInitScript(() => {
    window.sinks = []
    const { prototype } = window.HTMLMediaElement
    const { setSinkId } = prototype
    prototype.setSinkId = function (id) {
      window.sinks.push(id)
      return setSinkId.call(this, id)
    }
  })
  await anna.page.reload()
  await expect(deviceList('Динамик разговора')).toHaveValue(speaker)
  await expect(deviceList('Динамик звонка')).toHaveValue(ringer)
  const idOf = (label: string) =>
    anna.page.evaluate(
      async (wanted) =>
        (await navigator.mediaDevices.enumerateDevices()).find(({ kind, label }) => kind === 'audiooutput' && label === wanted)
          ?.deviceId,
      label,
    )
  const sinks = () => anna.page.evaluate(() => window.sinks)
  await expect.poll(sinks).toContain(await idOf(ringer))
  await section('Работа')
  await anna.page.evaluate(() => window.sinks.splice(0))
  await talking()
  await expect.poll(sinks).toContain(await idOf(speaker))
})

test('meters move with the voices: the microphone’s in the settings, both in a call', async () => {
  const shown = (meter: ReturnType<typeof anna.at>) =>
    meter.evaluate((one: { getAttribute(name: string): string | null }) => Number(one.getAttribute('aria-valuenow')))
  await section('Настройки')
  await expect.poll(() => shown(anna.at('microphone-level').getByRole('progressbar'))).toBeGreaterThan(10)
  await section('Работа')
  const customer = await talking()
  const said = anna.at('call-meters').getByRole('progressbar', { name: 'Уровень микрофона' })
  const heard = anna.at('call-meters').getByRole('progressbar', { name: 'Уровень собеседника' })
  await expect.poll(() => shown(said)).toBeGreaterThan(10)
  await expect.poll(() => shown(heard)).toBeGreaterThan(10)
  await anna.page.keyboard.press('F9')
  await expect.poll(() => shown(said)).toBe(0)
  // Between two words there is nothing to hear either.
  await expect.poll(() => shown(heard)).toBeGreaterThan(10)
  await stand.carrier.hangUp(customer.call)
})

test('the quality of a call says that packets are lost, and how many', async () => {
  await talking()
  await expect(anna.at('call-quality')).toHaveAttribute('data-grade', 'good')
  // One packet of five does not come.
  await anna.page.evaluate(() => {
    const { prototype } = window.RTCPeerConnection
    const { getStats } = prototype
    prototype.getStats = async function () {
      const stats = await getStats.call(this)
      const lossy = (one: Record<string, unknown>) => ({ ...one, packetsLost: Math.round(Number(one['packetsReceived']) / 4) })
      return new Map([...stats].map(([id, one]) => [id, one['type'] === 'inbound-rtp' ? lossy(one) : one]))
    }
  })
  await expect(anna.at('call-quality')).toHaveAttribute('data-grade', 'poor')
  await expect(anna.at('call-quality')).toContainText('Плохо')
  await expect(anna.at('call-quality')).toContainText(/потери (19|20),\d %/)
})

test('a number is pasted from the clipboard as it stands in a letter, and dialled', async () => {
  await anna.page.context().grantPermissions(['clipboard-read', 'clipboard-write', 'microphone'])
  await anna.page.evaluate(() => navigator.clipboard.writeText('Мария, тел.: 8 (495) 000-06-00\n'))
  await anna.page.keyboard.press('Shift+F9')
  const field = anna.page.getByRole('dialog').getByTestId('dial-number')
  await expect(field).toBeFocused()
  await anna.page.keyboard.press('Control+V')
  await expect(field).toHaveValue(/000-06-00/)
  await expect(anna.page.getByRole('dialog').getByTestId('dial')).toHaveAccessibleName('Позвонить: +7 495 000-06-00')
  await anna.page.keyboard.press('Enter')
  await anna.expectPhase('active')
  await expect(anna.at('line-title')).toHaveText('+7 495 000-06-00')
})

test('a ring is told over other programs while the page is out of sight; quiet pop-ups are not shown, the bar rings all the same', async () => {
  await anna.page.evaluate(() => {
    window.told = []
    window.Notification = class {
      static permission = 'granted'
      constructor(title: string) {
        window.told.push(title)
      }
      close(): void {}
    }
    document.hasFocus = () => false
  })
  const told = () => anna.page.evaluate(() => window.told)
  await rung()
  await anna.expectPhase('ringingIn')
  await expect.poll(told).toHaveLength(1)
  expect((await told())[0]).toContain('916 111-10')
  for (const { call } of customers.splice(0)) await stand.carrier.hangUp(call)
  await anna.expectPhase('idle')

  await section('Настройки')
  await anna.at('quiet-popups').click({ force: true })
  await section('Работа')
  await rung()
  await anna.expectPhase('ringingIn')
  await expect(anna.at('card')).toBeVisible()
  await anna.page.keyboard.press('F2')
  await anna.expectPhase('active')
  expect(await told()).toHaveLength(1)
  await section('Настройки')
  await anna.at('quiet-popups').click({ force: true })
  await section('Работа')
})

test('two tabs of one browser: the second says that the phone is in the first, and takes it', async () => {
  const second = await anna.page.context().newPage()
  await second.goto(stand.url)
  await expect(second.getByTestId('phone-state')).toContainText('Телефон открыт в другом окне')
  await second.getByTestId('take-over').click()
  await expect(second.getByTestId('phone-state')).toHaveAttribute('data-value', 'registered')
  await expect(anna.at('phone-state')).toContainText('Телефон открыт в другом окне')
  await second.close()
  await expect(anna.at('phone-state')).toHaveAttribute('data-value', 'registered')
})

test('two computers: the one that lost the phone says so and leaves it there, until it is taken back', async () => {
  test.setTimeout(120_000)
  const home = await OperatorPhone.start(stand.url, 'anna')
  try {
    const taken = 'Ваш телефон подключился в другом месте'
    await expect(anna.at('phone-state')).toContainText(taken, { timeout: 30_000 })
    await expect(anna.at('idle')).toContainText('Взять его сюда')
    const customer = await rung()
    await home.expectPhase('ringingIn')
    await anna.expectPhase('idle')
    await home.page.keyboard.press('F2')
    await home.expectPhase('active')
    await stand.carrier.hangUp(customer.call)
    await home.tidy()

    await anna.at('take-over').click()
    await expect(anna.at('phone-state')).toHaveAttribute('data-value', 'registered')
    await expect(home.at('phone-state')).toContainText(taken, { timeout: 30_000 })
    // No tug of war: a new socket takes nothing.
    await expect(anna.at('phone-state')).not.toContainText(taken)
    await talking()
    await home.expectPhase('idle')
  } finally {
    await home.close()
  }
})
