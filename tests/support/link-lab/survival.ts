import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from '@playwright/test'
import { becomeAvailable, bothHear, bridgedWith, type Conversation, talkersOf } from './calls.ts'
import { type LabBrowser, LinkLab, type Way } from './lab.ts'
import { silenceOf } from './listeners.ts'
import type { Seat } from './network.ts'
import type { Outage } from './outages.ts'

/** How long a phone may take to be heard again once it can be; goals in milliseconds are the bench's. */
export const returnLimitMs = 15_000
/** Where the media's path was never touched there is nothing to be heard; a busy machine stutters. */
export const untouchedLimitMs = 1_000
/** Some recoveries go one-way after 5.3 s: looked at until then. */
const watchedMs = 6_500

/** A lab for the tests of a file, and anna at a computer of her own, with a new browser for each test. */
export function labForTests(options: { name: string; way?: Way }): {
  readonly lab: () => LinkLab
  readonly operator: () => LabBrowser
  /** Ends with the test. */
  readonly keep: (conversation: { customer: { hangUp: () => void } }) => void
} {
  let lab: LinkLab | null = null
  let seat: Seat | null = null
  let operator: LabBrowser | null = null
  const kept: { customer: { hangUp: () => void } }[] = []
  const there = <T>(one: T | null): T => {
    if (one === null) throw new Error('the lab is not open')
    return one
  }
  test.beforeAll(async () => {
    lab = await LinkLab.start(options)
    seat = await lab.addSeat()
  })
  test.beforeEach(async () => {
    operator = await there(lab).addBrowser(there(seat))
    await there(lab).signIn(operator, 'anna')
    await becomeAvailable(operator)
  })
  test.afterEach(async () => {
    for (const { customer } of kept.splice(0)) customer.hangUp()
    if (operator) await lab?.leave(operator)
    operator = null
  })
  test.afterAll(() => lab?.stop())
  return { lab: () => there(lab), operator: () => there(operator), keep: (conversation) => kept.push(conversation) }
}

/** The same call, the same card, the same customer, who never noticed more than silence. */
export async function expectSameCall(lab: LinkLab, conversation: Conversation): Promise<void> {
  const card = conversation.operator.page.getByTestId('card')
  expect(conversation.customer.hungUpAtMs, 'the customer was hung up').toBeNull()
  await expect(card).toHaveAttribute('data-card', conversation.cardId)
  await expect(card).toHaveAttribute('data-state', 'talking')
  expect(await bridgedWith(lab, conversation)).toEqual(['PJSIP/1001'])
}

/** Asterisk reaches the phone where it is now: the customer's goodbye arrives. */
export async function expectGoodbye({ customer, operator }: Conversation): Promise<void> {
  customer.hangUp()
  await expect(operator.page.getByTestId('card')).toHaveAttribute('data-state', 'wrapUp')
}

/** Strikes, waits until both hear each other again and for longer, and says in the report how long they did not. */
export async function survive(lab: LinkLab, conversation: Conversation, outage: Outage): Promise<void> {
  const fromMs = Date.now()
  await outage.strike(lab, [conversation.operator])
  await bothHear(conversation, Date.now(), returnLimitMs)
  await delay(watchedMs)
  // What was heard right after the strike may have been on its way before it: a slow return is told by its gap.
  await bothHear(conversation, Date.now(), returnLimitMs)
  const untilMs = Date.now()
  const [listening, speaking] = talkersOf(conversation)
  const customer = await silenceOf(listening, { fromMs, untilMs })
  const operator = await silenceOf(speaking, { fromMs, untilMs })
  test.info().annotations.push({
    type: 'gap',
    description: `${outage.name}: customer ${Math.round(customer.ms)} ms, operator ${Math.round(operator.ms)} ms`,
  })
  const limitMs = outage.mediaUntouched ? untouchedLimitMs : outage.lastsMs + returnLimitMs
  expect(customer.ms, 'the customer’s silence').toBeLessThan(limitMs)
  expect(operator.ms, 'the operator’s silence').toBeLessThan(limitMs)
  await expectSameCall(lab, conversation)
}
