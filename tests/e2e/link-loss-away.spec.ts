import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from '@playwright/test'
import { becomeAvailable, bothHear, converse } from '../support/link-lab/calls.ts'
import { hearsMusic } from '../support/link-lab/scenes.ts'
import { expectGoodbye, expectSameCall, labForTests, returnLimitMs } from '../support/link-lab/survival.ts'

/** The second net (C3.7): a phone that stays away leaves its customer neither in silence nor at the end of the line. */

const { lab, operator, keep } = labForTests({ name: 'link-loss-away' })
/** The server waits 3 s for the phone's own recovery and looks once a second. */
const musicLimitMs = 8_000

test('the page is away for 12 s: music, and then the same operator again', async () => {
  const conversation = await converse(lab(), [operator()])
  keep(conversation)
  const url = operator().page.url()
  const goneMs = Date.now()
  await operator().page.close()
  await hearsMusic(conversation.customer, goneMs, musicLimitMs)
  await delay(goneMs + 12_000 - Date.now())
  operator().page = await operator().context.newPage()
  await operator().page.goto(url)
  await bothHear(conversation, Date.now(), returnLimitMs)
  await expectSameCall(lab(), conversation)
  await expectGoodbye(conversation)
})

test('the operator stays away: the customer is the first in line for a colleague', async () => {
  const conversation = await converse(lab(), [operator()])
  keep(conversation)
  const goneMs = Date.now()
  await operator().page.close()
  await hearsMusic(conversation.customer, goneMs, musicLimitMs)
  const waiting = await lab().customers.call({ from: '+79160000088', to: '+74950000701', toneHz: 620 })
  keep({ customer: waiting })

  const inLine = async () => (await lab().pbx.pbx.cli('queue show 701')).match(/\d+\. PJSIP\/trunk-\w+/g)?.length ?? 0
  await expect.poll(inLine, { timeout: 45_000 }).toBe(2)
  expect(Date.now() - goneMs).toBeGreaterThan(30_000)

  const colleague = await lab().addOperator('boris')
  await colleague.page.getByTestId('card-answer').click()
  await bothHear({ ...conversation, operator: colleague }, Date.now(), returnLimitMs)
  expect(conversation.customer.hungUpAtMs).toBeNull()
  conversation.customer.hangUp()
  waiting.hangUp()
  await becomeAvailable(colleague)
  await lab().leave(colleague)
})
