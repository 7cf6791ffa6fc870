import { expect, test } from '@playwright/test'
import { bothHear, bridgedWith, type Conversation, converse, dialOut, type Ears } from '../support/link-lab/calls.ts'
import { freeze, newAddress, type Outage, otherNewLink, reload, socketCut } from '../support/link-lab/outages.ts'
import { answerSecond, consult, hearEachOther, hearsMusic, hold, merge } from '../support/link-lab/scenes.ts'
import { expectGoodbye, expectSameCall, labForTests, returnLimitMs, survive } from '../support/link-lab/survival.ts'

/** More than one plain talk survives (C3.7): a held call, two calls, a dialled one, a consultation and a conference. */

const { lab, operator, keep } = labForTests({ name: 'link-loss-calls' })
const phase = () => operator().page.getByTestId('line-phase')

async function talk(): Promise<Conversation> {
  const conversation = await converse(lab(), [operator()])
  keep(conversation)
  return conversation
}

/** A second customer, whom the operator answers beside the first. */
async function secondCall(): Promise<Ears> {
  const second = await answerSecond(lab(), operator())
  keep(second)
  return second
}

/** Strikes, and waits until the phone has come back by a new socket: what is clicked before that is refused. */
async function strike(outage: Outage): Promise<void> {
  const before = lab().phoneGate.accepted
  await outage.strike(lab(), [operator()])
  await expect.poll(() => lab().phoneGate.accepted, { timeout: returnLimitMs }).toBeGreaterThan(before)
  await expect(operator().page.getByTestId('call-bar')).toHaveAttribute('data-link', 'registered')
}

for (const outage of [socketCut(2), reload, newAddress]) {
  test(`a held call: ${outage.name}`, async () => {
    const conversation = await talk()
    await hold(conversation)
    await strike(outage)
    await expect(phase()).toHaveAttribute('data-value', 'held')
    await hearsMusic(conversation.customer, Date.now())
    await operator().page.getByTestId('hold').click()
    await bothHear(conversation, Date.now(), returnLimitMs)
    await expectSameCall(lab(), conversation)
    await expectGoodbye(conversation)
  })

  test(`two calls on one page: ${outage.name}`, async () => {
    const first = await talk()
    const second = await secondCall()
    await strike(outage)
    await bothHear(second, Date.now(), returnLimitMs)
    await hearsMusic(first.customer, Date.now())
    await expect(operator().page.getByTestId('other-line')).toBeVisible()
    await operator().page.getByTestId('swap').click()
    await bothHear(first, Date.now(), returnLimitMs)
    await hearsMusic(second.customer, Date.now())
    expect([first.customer.hungUpAtMs, second.customer.hungUpAtMs]).toEqual([null, null])
    expect(await bridgedWith(lab(), first)).toEqual(['PJSIP/1001'])
  })
}

for (const outage of [socketCut(2), reload, otherNewLink, freeze(20)]) {
  test(`a dialled call: ${outage.name}`, async () => {
    const conversation = await dialOut(lab(), operator())
    keep(conversation)
    await survive(lab(), conversation, outage)
    await expectGoodbye(conversation)
  })
}

for (const outage of [socketCut(2), reload, otherNewLink]) {
  test(`a consultation: ${outage.name}, and the transfer is completed after it`, async () => {
    const first = await talk()
    const asked = await consult(lab(), operator())
    keep(asked)
    await strike(outage)
    await bothHear(asked, Date.now(), returnLimitMs)
    await hearsMusic(first.customer, Date.now())
    await operator().page.getByTestId('complete-transfer').click()
    await hearEachOther(first, asked)
    expect([first.customer.hungUpAtMs, asked.customer.hungUpAtMs]).toEqual([null, null])
  })
}

for (const outage of [socketCut(2), reload]) {
  test(`a conference: ${outage.name}`, async () => {
    const first = await talk()
    const second = await secondCall()
    await merge(first, second)
    await strike(outage)
    await Promise.all([first, second].map((one) => bothHear(one, Date.now(), returnLimitMs)))
    await hearEachOther(first, second)
    expect([first.customer.hungUpAtMs, second.customer.hungUpAtMs]).toEqual([null, null])
  })
}

test('a ringing call: page reloaded, and it rings again at once', async () => {
  const calling = lab().customers.call({ from: '+79160000078', to: '+74950000701', toneHz: 440 })
  await expect(phase()).toHaveAttribute('data-value', 'ringingIn', { timeout: 30_000 })
  await operator().page.reload()
  // The queue rings a phone for 15 s: unless the page had said that it goes, the next ring would come after that.
  await expect(phase()).toHaveAttribute('data-value', 'ringingIn', { timeout: 10_000 })
  await operator().page.getByTestId('card-answer').click()
  const again: Ears = { operator: operator(), customer: await calling, toneHz: 440 }
  keep(again)
  await bothHear(again, Date.now(), returnLimitMs)
})
