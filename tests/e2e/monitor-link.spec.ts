import { expect, type Page, test } from '@playwright/test'
import { Gate } from '../support/link-lab/gate.ts'
import { OperatorPhone } from '../support/operator-phone.ts'
import { expectHears } from '../support/phone-ears.ts'
import { type Customer, callQueue } from '../support/phone-floor.ts'
import { Stand } from '../support/stand.ts'

/** The floor while the link to a real Asterisk fails, and what is left of it afterwards; the server is never started again. */

test.describe.configure({ mode: 'serial' })
test.setTimeout(240_000)

const lane = 'ami'
/** A silent link is noticed in 10 s; the page shows it after 1.5 s more. */
const noticedMs = 12_500

let gate: Gate
let stand: Stand
let anna: OperatorPhone
let galina: OperatorPhone
let serverPid: number
let calls = 0
const customers: Customer[] = []

test.beforeAll(async () => {
  test.setTimeout(240_000)
  stand = await Stand.start({
    name: 'monitor-link',
    ami: async (target) => {
      gate = await Gate.open({ address: '127.0.0.1', target, laneOf: () => lane })
      return gate.port
    },
  })
  serverPid = stand.serverPid
  anna = await OperatorPhone.start(stand.url, 'anna')
  galina = await OperatorPhone.start(stand.url, 'galina')
  await galina.page.keyboard.press('Alt+1')
})
test.afterEach(async () => {
  for (const { call } of customers.splice(0)) await stand.carrier.hangUp(call).catch(() => undefined)
  await galina.tidy()
  await anna.tidy()
  expect(stand.serverPid).toBe(serverPid)
})
test.afterAll(async () => {
  await galina?.close()
  await anna?.close()
  await stand?.stop()
  await gate?.close()
})

async function customer(): Promise<Customer & { readonly number: string }> {
  calls += 1
  const number = `+7916000${3000 + calls}`
  const one = await callQueue(stand, 'first', { number })
  customers.push(one)
  return { ...one, number }
}

async function talking() {
  await expect(anna.at('own-status')).toHaveAttribute('data-status', 'available')
  const one = await customer()
  await expect(anna.at('answer')).toBeVisible()
  await anna.page.keyboard.press('F2')
  await anna.expectPhase('active')
  await expect(annasCard()).toHaveAttribute('data-status', 'onCall')
  return one
}

const annasCard = () => galina.at('operator-card').filter({ hasText: 'Анна' })
const lostStrip = () => galina.page.getByText('Связь с АТС потеряна')
const activeCalls = () => galina.page.getByRole('table', { name: 'Активные звонки' }).locator('tbody tr[data-index]')

/** The last four digits, however the number is written on the screen. */
const ending = (number: string) => new RegExp(`${number.slice(-4, -2)}.?${number.slice(-2)}`)

test('a network that goes silent is noticed in 10 s; the gap is marked, and filled from the PBX’s own record', async () => {
  const first = await talking()
  gate.hold(lane)
  const silentAtMs = Date.now()
  await expect(lostStrip()).toBeVisible({ timeout: noticedMs })
  expect(Date.now() - silentAtMs).toBeLessThan(noticedMs)
  // The phones go on without the link: a whole call goes by, and the first one ends.
  await stand.carrier.hangUp(first.call)
  await anna.expectPhase('idle')
  const unseen = await customer()
  await expect(anna.at('answer')).toBeVisible()
  await stand.carrier.hangUp(unseen.call)
  await expect(anna.at('answer')).toHaveCount(0)
  await expect(activeCalls()).toHaveCount(1)

  gate.pass(lane)
  await expect(lostStrip()).toHaveCount(0, { timeout: 20_000 })
  await expect(activeCalls()).toHaveCount(0)
  await expect(annasCard()).not.toHaveAttribute('data-status', 'onCall')
  await expect(galina.at('link-gap')).toBeVisible({ timeout: 30_000 })
  await expect(galina.at('link-gap')).toHaveAttribute('data-filled', 'true', { timeout: 60_000 })
  await galina.page.getByText('Звонки за сегодня', { exact: true }).click()
  const row = galina.page.getByRole('row').filter({ hasText: ending(unseen.number) })
  await expect(row).toHaveCount(1)
  await galina.page.getByText('Сейчас', { exact: true }).click()
  await galina.at('link-gap').getByRole('button').click()
  await expect(galina.at('link-gap')).toHaveCount(0)
  const supervisor = await stand.api('galina')
  const { missedCalls } = await supervisor.missedCalls({ query: { status: 'open', limit: 50 } })
  expect(missedCalls.map(({ number }) => number)).toContain(unseen.number)
})

test('the manager user loaded again and its connection ended from outside: the call stays, and is followed on', async () => {
  const one = await talking()
  await stand.pbx.pbx.cli('manager reload')
  await expect(activeCalls()).toHaveCount(1)
  const before = gate.accepted
  gate.reset(lane)
  await expect.poll(() => gate.accepted, { timeout: 20_000 }).toBeGreaterThan(before)
  await expect(activeCalls()).toHaveCount(1)
  await expect(annasCard()).toHaveAttribute('data-status', 'onCall')
  await anna.page.keyboard.press('F8')
  await expect(activeCalls()).toContainText('Удержание')
  await anna.page.keyboard.press('F8')
  await stand.carrier.hangUp(one.call)
  await expect(activeCalls()).toHaveCount(0)
})

test('Asterisk killed in the middle of a call and started again: no call is left, and the next one is seen', async () => {
  await talking()
  const { pid } = stand.pbx.pbx
  if (pid === null) throw new Error('Asterisk does not run')
  const exited = new Promise<void>((done) => stand.pbx.pbx.onExit(() => done()))
  process.kill(pid, 'SIGKILL')
  await exited
  await expect(lostStrip()).toBeVisible({ timeout: noticedMs })
  await stand.pbx.pbx.start()
  await expect(lostStrip()).toHaveCount(0, { timeout: 40_000 })
  await expect(activeCalls()).toHaveCount(0)
  await expect(anna.at('phone-state')).toHaveAttribute('data-value', 'registered', { timeout: 60_000 })
  await expect(galina.at('phone-state')).toHaveAttribute('data-value', 'registered', { timeout: 60_000 })
  await anna.tidy()
  await talking()
  await expect(activeCalls()).toHaveCount(1)
})

test('a supervisor whose page is loaded again goes on listening, and the own status says so', async () => {
  const caller = await talking()
  await listenFrom(galina.page)
  await expect(galina.at('spy-bar')).toHaveAttribute('data-mode', 'listen')
  await expect(galina.at('own-status')).toHaveAttribute('data-status', 'onCall')
  await galina.page.reload()
  await galina.expectPhase('active')
  await expect(galina.at('spy-bar')).toHaveAttribute('data-mode', 'listen')
  await expect(anna.at('listened-by')).toContainText('Вас слушает Галина')
  await expectHears(galina, ['first', 'anna'])
  await expectHears(caller, ['anna'], ['galina'])
  await galina.at('spy-end').click()
  await expect(galina.at('spy-bar')).toHaveCount(0)
  await expect(galina.at('own-status')).toHaveAttribute('data-status', 'available')
})

test('from the monitor in its own window the phone of the first one listens', async () => {
  await talking()
  const window = await galina.page.context().newPage()
  await window.goto(`${stand.url}/monitor`)
  await listenFrom(window)
  await galina.expectPhase('active')
  await expect(galina.at('spy-bar')).toHaveAttribute('data-mode', 'listen')
  await expectHears(galina, ['first', 'anna'])
  await window.close()
  await galina.expectPhase('active')
  await galina.at('spy-end').click()
  await galina.expectPhase('idle')
})

async function listenFrom(page: Page): Promise<void> {
  const card = page.getByTestId('operator-card').filter({ hasText: 'Анна' })
  await expect(card).toHaveAttribute('data-status', 'onCall')
  await card.getByTestId('operator-actions').click()
  await page.getByTestId('listen').click()
}
