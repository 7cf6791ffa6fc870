import { setTimeout as delay } from 'node:timers/promises'
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
const outageMs = 60_000

let gate: Gate
let stand: Stand
let anna: OperatorPhone
/** Of one test alone: a PBX that is started again has forgotten pauses, and would ring whoever is there. */
let boris: OperatorPhone | null = null
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
  // Nobody takes calls of 702: who calls it waits.
  await stand.pbx.pbx.cli('queue remove member PJSIP/1001 from 702')
  anna = await OperatorPhone.start(stand.url, 'anna')
  galina = await OperatorPhone.start(stand.url, 'galina')
  await galina.page.keyboard.press('Alt+1')
})
test.afterEach(async () => {
  for (const { call } of customers.splice(0)) await stand.carrier.hangUp(call).catch(() => undefined)
  await galina.tidy()
  await boris?.close()
  boris = null
  await anna.tidy()
  expect(stand.serverPid).toBe(serverPid)
})
test.afterAll(async () => {
  await galina?.close()
  await anna?.close()
  await stand?.stop()
  await gate?.close()
})

async function customer(queue = '701'): Promise<Customer> {
  calls += 1
  const one = await callQueue(stand, 'first', { number: `+7916000${3000 + calls}`, queue })
  customers.push(one)
  return one
}

async function talking() {
  await expect(anna.at('own-status')).toHaveAttribute('data-status', 'available')
  const one = await customer()
  await answers(anna)
  await expect(annasCard()).toHaveAttribute('data-status', 'onCall')
  return one
}

async function answers(phone: OperatorPhone): Promise<void> {
  await expect(phone.at('answer')).toBeVisible()
  await phone.page.keyboard.press('F2')
  await phone.expectPhase('active')
}

const cardOf = (name: string) => galina.at('operator-card').filter({ hasText: name })
const annasCard = () => cardOf('Анна')
const lostStrip = () => galina.page.getByText('Связь с АТС потеряна')
const activeCalls = () => galina.page.getByRole('table', { name: 'Активные звонки' }).locator('tbody tr[data-index]')

/** Who waits in 702. */
const line = () => galina.page.getByRole('region', { name: 'Поддержка' }).getByTestId('waiting-caller')

/** The last four digits, however the number is written on the screen. */
const ending = ({ number }: Customer) => new RegExp(`${number.slice(-4, -2)}.?${number.slice(-2)}`)

test('a network cut for a minute is noticed in 10 s; what went on meanwhile shows after it, and the gap is filled from the record', async () => {
  // There to be given a call, not to take one of the queue's.
  boris = await OperatorPhone.start(stand.url, 'boris')
  await (await stand.api('boris')).setOwnStatus({ body: { paused: true, reason: 'lunch' } })
  const first = await talking()
  const leaves = await customer('702')
  await expect(line()).toHaveCount(1)
  const stays = await customer('702')
  await expect(line()).toHaveText([ending(leaves), ending(stays)])
  await expect(activeCalls()).toHaveCount(3)

  gate.hold(lane)
  const cutAtMs = Date.now()
  const outage = delay(outageMs)
  await expect(lostStrip()).toBeVisible({ timeout: noticedMs })
  expect(Date.now() - cutAtMs).toBeLessThan(noticedMs)
  // The phones go on without the link. A call that was going on is given to a colleague,
  await anna.page.keyboard.press('Shift+F8')
  await anna.at('transfer-number').fill('1002')
  await anna.at('transfer-number').press('Enter')
  await answers(boris)
  await anna.expectPhase('idle')
  await expectHears(first, ['boris'], ['anna'])
  // a whole one goes by,
  const unseen = await customer()
  await expect(anna.at('answer')).toBeVisible()
  await stand.carrier.hangUp(unseen.call)
  await expect(anna.at('answer')).toHaveCount(0)
  // another begins and stays,
  const begun = await customer()
  await answers(anna)
  // and the head of a line leaves it while somebody joins its end.
  await stand.carrier.hangUp(leaves.call)
  const joins = await customer('702')
  await expect(activeCalls()).toHaveCount(3)
  await outage
  await expect(lostStrip()).toBeVisible()

  gate.pass(lane)
  await expect(lostStrip()).toHaveCount(0, { timeout: 20_000 })
  await expect(activeCalls()).toHaveCount(4)
  for (const [one, state, operator] of [
    [first, 'Разговор', 'Борис'],
    [begun, 'Разговор', 'Анна'],
    [stays, 'В очереди', ''],
    [joins, 'В очереди', ''],
  ] as const) {
    const row = activeCalls().filter({ hasText: ending(one) })
    await expect(row).toContainText(state)
    for (const name of ['Анна', 'Борис']) {
      const named = expect(row)
      await (name === operator ? named : named.not).toContainText(name)
    }
  }
  await expect(line()).toHaveText([ending(stays), ending(joins)])
  for (const name of ['Анна', 'Борис']) await expect(cardOf(name)).toHaveAttribute('data-status', 'onCall')

  await expect(galina.at('link-gap')).toBeVisible({ timeout: 30_000 })
  await expect(galina.at('link-gap')).toHaveAttribute('data-filled', 'true', { timeout: 60_000 })
  const supervisor = await stand.api('galina')
  const gap = (await supervisor.linkGaps()).gaps[0]
  expect((gap?.toMs ?? 0) - (gap?.fromMs ?? 0)).toBeGreaterThan(outageMs - noticedMs)
  await galina.page.getByText('Звонки за сегодня', { exact: true }).click()
  for (const one of [unseen, leaves]) await expect(galina.page.getByRole('row').filter({ hasText: ending(one) })).toHaveCount(1)
  await galina.page.getByText('Сейчас', { exact: true }).click()
  await galina.at('link-gap').getByRole('button').click()
  await expect(galina.at('link-gap')).toHaveCount(0)
  const { missedCalls } = await supervisor.missedCalls({ query: { status: 'open', limit: 50 } })
  // Beside those of the demo's past.
  const missed = new Set(missedCalls.map(({ number }) => number))
  expect(customers.filter(({ number }) => missed.has(number)).map(({ number }) => number)).toEqual([leaves.number, unseen.number])

  // Those who are left are followed to their end.
  for (const { call } of [first, begun, stays, joins]) await stand.carrier.hangUp(call)
  await expect(activeCalls()).toHaveCount(0)
  await expect(line()).toHaveCount(0)
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
