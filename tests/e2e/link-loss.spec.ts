import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from '@playwright/test'
import { becomeAvailable, type Conversation, converse } from '../support/link-lab/calls.ts'
import {
  freeze,
  newAddress,
  noNetwork,
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
import { expectGoodbye, expectSameCall, labForTests, survive } from '../support/link-lab/survival.ts'

/**
 * A call survives what a network, a page and a computer do to it (C3.7), heard by the customer and the operator. Goals in
 * milliseconds are the bench's (`npm run bench -- link-loss`); here the limits are generous.
 */

const { lab, operator, keep } = labForTests({ name: 'link-loss' })

const card = () => operator().page.getByTestId('card')
const quietLine = () => operator().page.getByTestId('line-note')

async function talk(): Promise<Conversation> {
  const conversation = await converse(lab(), [operator()])
  keep(conversation)
  return conversation
}

for (const seconds of [2, 10, 30]) {
  test(`the socket is cut for ${seconds} s: nobody hears it`, async () => {
    const conversation = await talk()
    const surviving = survive(lab(), conversation, socketCut(seconds))
    if (seconds >= 10) await expect(quietLine()).toBeVisible()
    await surviving
    await expect(quietLine()).toBeHidden()
    await expectGoodbye(conversation)
  })
}

test('the socket goes silent: nobody hears it, and the phone notices', async () => {
  const conversation = await talk()
  const before = lab().phoneGate.accepted
  await survive(lab(), conversation, silentSocket)
  expect(lab().phoneGate.accepted).toBeGreaterThan(before)
  await expectGoodbye(conversation)
})

test('the page is reloaded', async () => {
  const conversation = await talk()
  await survive(lab(), conversation, reload)
  await expectGoodbye(conversation)
})

test('the page is reloaded twice in a row', async () => {
  const conversation = await talk()
  await operator().page.reload({ waitUntil: 'commit' })
  await survive(lab(), conversation, reload)
  await expectGoodbye(conversation)
})

test('the page is reloaded and the network takes one of its scripts along', async () => {
  const conversation = await talk()
  const { page } = operator()
  let broken = 0
  await page.route(
    '**/assets/main-*.js',
    (route) => {
      broken++
      return route.abort('connectionreset')
    },
    { times: 1 },
  )
  await survive(lab(), conversation, reload)
  expect(broken).toBe(1)
  await expectGoodbye(conversation)
})

test('the page is closed for 5 s', async () => {
  const conversation = await talk()
  await survive(lab(), conversation, pageClosed(5))
  await expectGoodbye(conversation)
})

for (const outage of [newAddress, otherKnownLink, otherNewLink, noNetwork(10), udpDead(10), udpDead(25)]) {
  test(outage.name, async () => {
    const conversation = await talk()
    const surviving = survive(lab(), conversation, outage)
    if (outage.lastsMs >= 10_000) await expect(quietLine()).toBeVisible()
    await surviving
    await expectGoodbye(conversation)
  })
}

for (const outage of [freeze(20), freeze(50)]) {
  test(outage.name, async () => {
    const conversation = await talk()
    await survive(lab(), conversation, outage)
    await expectGoodbye(conversation)
  })
}

test('asleep for 20 s while the socket is lost', async () => {
  const conversation = await talk()
  const { lane } = operator().seat
  await survive(lab(), conversation, {
    ...freeze(20),
    strike: async (running, victims) => {
      const sleeping = freeze(20).strike(running, victims)
      running.phoneGate.reset(lane)
      await sleeping
    },
  })
  await expectGoodbye(conversation)
})

test('the customer hangs up during the outage: known on return, not before', async () => {
  const conversation = await talk()
  const { lane } = operator().seat
  lab().phoneGate.refuse(lane)
  lab().serverGate.refuse(lane)
  await expect(quietLine()).toBeVisible()
  conversation.customer.hangUp()
  await delay(3000)
  lab().serverGate.pass(lane)
  lab().phoneGate.pass(lane)
  await expect(card()).toHaveAttribute('data-state', 'wrapUp')
  await expect(operator().page.getByTestId('phone-state')).toHaveAttribute('data-value', 'registered')
})

test('the customer hangs up while the page is away: wrap-up of the same card', async () => {
  const conversation = await talk()
  const url = operator().page.url()
  await operator().page.close()
  conversation.customer.hangUp()
  operator().page = await operator().context.newPage()
  await operator().page.goto(url)
  await expect(card()).toHaveAttribute('data-card', conversation.cardId)
  await expect(card()).toHaveAttribute('data-state', 'wrapUp')
})

for (const outage of [pbxRestart, pbxCrash]) {
  test(`${outage.name}: the call is over, and the next one comes`, async () => {
    await talk()
    await outage.strike(lab(), [operator()])
    await expect(card()).toHaveAttribute('data-state', 'wrapUp')
    await becomeAvailable(operator())
    const next = await talk()
    await expectSameCall(lab(), next)
  })
}
