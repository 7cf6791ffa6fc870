import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from '@playwright/test'
import { becomeAvailable, bothHear, bridgedWith, type Conversation, converse, gaps } from '../support/link-lab/calls.ts'
import { type LabBrowser, LinkLab } from '../support/link-lab/lab.ts'
import type { Seat } from '../support/link-lab/network.ts'
import {
  freeze,
  newAddress,
  noNetwork,
  type Outage,
  otherKnownLink,
  otherNewLink,
  pageClosed,
  pbxCrash,
  pbxRestart,
  reload,
  silentSocket,
  socketCut,
  udpDead,
} from '../support/link-lab/outages.ts'

/**
 * A call survives what a network, a page and a computer do to it (C3.3), heard by the customer and the operator. Goals in
 * milliseconds are the bench's (`npm run bench -- link-loss`); here the limits are generous.
 */

/** How long a phone may take to be heard again once it can be. */
const returnLimitMs = 15_000
/** Where the media's path was never touched there is nothing to be heard; a busy machine stutters. */
const untouchedLimitMs = 1_000

let lab: LinkLab
let seat: Seat
let operator: LabBrowser
test.beforeAll(async () => {
  lab = await LinkLab.start({ name: 'link-loss' })
  seat = lab.network.addSeat()
})
test.afterAll(() => lab?.stop())

test.beforeEach(async () => {
  operator = await lab.addOperator('anna', seat)
  await becomeAvailable(operator)
})
let conversations: Conversation[] = []
test.afterEach(async () => {
  for (const { customer } of conversations) customer.hangUp()
  conversations = []
  await lab.leave(operator)
})

const card = () => operator.page.getByTestId('card')
const quietLine = () => operator.page.getByTestId('line-note')

async function talk(toneHz?: number): Promise<Conversation> {
  const conversation = await converse(lab, [operator], toneHz)
  conversations.push(conversation)
  return conversation
}

/** The same call, the same card, the same customer, who never noticed more than silence. */
async function expectSameCall(conversation: Conversation): Promise<void> {
  expect(conversation.customer.hungUpAtMs, 'the customer was hung up').toBeNull()
  await expect(card()).toHaveAttribute('data-card', conversation.cardId)
  await expect(card()).toHaveAttribute('data-state', 'talking')
  expect(await bridgedWith(lab, conversation)).toEqual(['PJSIP/1001'])
}

/** Asterisk reaches the phone where it is now: the customer's goodbye arrives. */
async function expectGoodbye({ customer }: Conversation): Promise<void> {
  customer.hangUp()
  await expect(card()).toHaveAttribute('data-state', 'wrapUp')
}

/** Strikes, waits until both hear each other again, and says how long they did not. */
async function survive(conversation: Conversation, outage: Outage): Promise<void> {
  const fromMs = Date.now()
  await outage.strike(lab, [operator])
  await bothHear(conversation, Date.now(), returnLimitMs)
  // Some recoveries go one-way a few seconds later.
  await delay(outage.measured === 'wholeGap' && outage.lastsMs === 0 ? 1000 : 6500)
  const lateMs = Date.now()
  await bothHear(conversation, lateMs, 2000)
  const { customer, operator: own } = await gaps(conversation, { fromMs, untilMs: lateMs })
  test.info().annotations.push({
    type: 'gap',
    description: `${outage.name}: customer ${Math.round(customer.ms)} ms, operator ${Math.round(own.ms)} ms`,
  })
  const limitMs = outage.lastsMs + returnLimitMs
  expect(customer.ms).toBeLessThan(limitMs)
  expect(own.ms).toBeLessThan(limitMs)
  await expectSameCall(conversation)
}

async function expectUntouched(conversation: Conversation, span: { fromMs: number; untilMs: number }): Promise<void> {
  const { customer, operator: own } = await gaps(conversation, span)
  expect(customer.ms, 'the customer heard no gap').toBeLessThan(untouchedLimitMs)
  expect(own.ms, 'the operator heard no gap').toBeLessThan(untouchedLimitMs)
}

for (const seconds of [2, 10, 30]) {
  test(`the socket is cut for ${seconds} s: nobody hears it`, async () => {
    const conversation = await talk()
    const fromMs = Date.now()
    const cut = survive(conversation, socketCut(seconds))
    if (seconds >= 10) await expect(quietLine()).toBeVisible()
    await cut
    await expectUntouched(conversation, { fromMs, untilMs: Date.now() })
    await expect(quietLine()).toBeHidden()
    await expectGoodbye(conversation)
  })
}

test('the socket goes silent: nobody hears it, and the phone notices', async () => {
  const conversation = await talk()
  const before = lab.phoneGate.accepted
  const fromMs = Date.now()
  await survive(conversation, silentSocket)
  await expectUntouched(conversation, { fromMs, untilMs: Date.now() })
  expect(lab.phoneGate.accepted).toBeGreaterThan(before)
  await expectGoodbye(conversation)
})

test('the page is reloaded', async () => {
  const conversation = await talk()
  await survive(conversation, reload)
  await expectGoodbye(conversation)
})

test('the page is reloaded twice in a row', async () => {
  const conversation = await talk()
  await operator.page.reload({ waitUntil: 'commit' })
  await survive(conversation, reload)
  await expectGoodbye(conversation)
})

test('the page is closed for 5 s', async () => {
  const conversation = await talk()
  await survive(conversation, pageClosed(5))
  await expectGoodbye(conversation)
})

for (const outage of [newAddress, otherKnownLink, otherNewLink, noNetwork(10), udpDead(10), udpDead(25)]) {
  test(outage.name, async () => {
    const conversation = await talk()
    const surviving = survive(conversation, outage)
    if (outage.lastsMs >= 10_000) await expect(quietLine()).toBeVisible()
    await surviving
    await expectGoodbye(conversation)
  })
}

for (const outage of [freeze(20), freeze(50)]) {
  test(outage.name, async () => {
    const conversation = await talk()
    await survive(conversation, outage)
    await expectGoodbye(conversation)
  })
}

test('asleep for 20 s while the socket is lost', async () => {
  const conversation = await talk()
  lab.phoneGate.hold(seat.lane)
  await survive(conversation, {
    ...freeze(20),
    strike: async (running, victims) => {
      const sleeping = freeze(20).strike(running, victims)
      running.phoneGate.refuse(seat.lane)
      await sleeping
      running.phoneGate.pass(seat.lane)
    },
  })
  await expectGoodbye(conversation)
})

test('the customer hangs up during the outage: known on return, not before', async () => {
  const conversation = await talk()
  lab.phoneGate.refuse(seat.lane)
  lab.serverGate.refuse(seat.lane)
  await expect(quietLine()).toBeVisible()
  conversation.customer.hangUp()
  await delay(3000)
  lab.serverGate.pass(seat.lane)
  lab.phoneGate.pass(seat.lane)
  await expect(card()).toHaveAttribute('data-state', 'wrapUp')
  await expect(operator.page.getByTestId('phone-state')).toHaveAttribute('data-value', 'registered')
})

test('the customer hangs up while the page is away: wrap-up of the same card', async () => {
  const conversation = await talk()
  const url = operator.page.url()
  await operator.page.close()
  conversation.customer.hangUp()
  operator.page = await operator.context.newPage()
  await operator.page.goto(url)
  await expect(card()).toHaveAttribute('data-card', conversation.cardId)
  await expect(card()).toHaveAttribute('data-state', 'wrapUp')
})

for (const outage of [pbxRestart, pbxCrash]) {
  test(`${outage.name}: the call is over, and the next one comes`, async () => {
    await talk()
    await outage.strike(lab, [operator])
    await expect(card()).toHaveAttribute('data-state', 'wrapUp')
    await becomeAvailable(operator)
    const next = await talk()
    await expectSameCall(next)
  })
}
