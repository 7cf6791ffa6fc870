import { expect, test } from '@playwright/test'
import { AmiEar } from '../support/ami-ear.ts'
import type { OperatorPhone } from '../support/operator-phone.ts'
import { expectHears } from '../support/phone-ears.ts'
import { type Customer, phoneFloorForTests } from '../support/phone-floor.ts'
import { audible } from '../support/tones.ts'

/** Transfers on a real Asterisk, with and without asking first: who hears whom is measured at every ear (C3.7). */

const { floor, talking } = phoneFloorForTests('phone-transfers')
let anna: OperatorPhone
let boris: OperatorPhone
let vera: OperatorPhone
test.beforeAll(() => {
  ;({ anna, boris, vera } = floor())
})

/** Opens the transfer field and looks for somebody. */
async function transferTo(operator: OperatorPhone, text: string): Promise<void> {
  await operator.page.keyboard.press('Shift+F8')
  await operator.at('transfer-number').fill(text)
}

/** The call bar is about this customer, and about no colleague. */
async function expectInBar(operator: OperatorPhone, { number }: Customer): Promise<void> {
  await expect(operator.at('line-title')).toHaveText(number.replace(/^\+7(...)(...)(..)(..)$/, '+7 $1 $2-$3-$4'))
  await expect(operator.bar).not.toContainText('Анна')
  await expect(operator.bar).not.toContainText('1001')
}

test('a blind transfer to a colleague whose state is seen first', async () => {
  const customer = await talking(anna, 'first')
  await floor().available('anna', 'boris')
  await transferTo(anna, 'бор')
  const row = anna.page.locator('[data-testid=target][data-kind=colleague]').filter({ hasText: 'Борис' })
  await expect(row).toContainText('Доступен')
  await expect(row).toContainText('1002')
  await anna.at('transfer-number').press('Enter')
  await expect(boris.at('answer')).toBeVisible()
  await boris.page.keyboard.press('F2')
  await boris.expectPhase('active')
  await expectHears(customer, ['boris'], ['anna'])
  await expectHears(boris, ['first'], ['anna'])
  await anna.expectPhase('idle')
})

test('a transfer to a queue, and to a number outside', async () => {
  const customer = await talking(anna, 'first')
  await floor().available('vera')
  await transferTo(anna, 'поддер')
  await expect(anna.at('target').first()).toHaveAttribute('data-kind', 'queue')
  await expect(anna.at('transfer-ask')).toBeDisabled()
  await anna.at('transfer-number').press('Enter')
  await expect(vera.at('answer')).toBeVisible()
  await vera.page.keyboard.press('F2')
  await vera.expectPhase('active')
  await expectHears(customer, ['vera'], ['anna'])

  // 600 at the end is an echo: the customer hears the own voice back.
  await transferTo(vera, '8 (916) 000-06-00')
  await vera.at('transfer-number').press('Enter')
  await vera.expectPhase('idle')
  await expectHears(customer, ['first'], ['vera'])
})

test('a transfer at once to a number with an extension, which is dialled after the answer', async () => {
  const asterisk = await AmiEar.start(floor().stand.pbx.file)
  const customer = await talking(anna, 'first')
  await transferTo(anna, '8 (916) 000-06-00 доб. 12')
  await expect(anna.page.getByText('доб. 12 наберётся сам')).toBeVisible()
  await anna.at('transfer-number').press('Enter')
  await expect(anna.at('line-phase')).toHaveAttribute('data-reason', 'transferred')
  await expect.poll(() => asterisk.tones('Received', /^Local\/\+79160000600@pstn-.*;2$/)).toBe('12')
  await expectHears(customer, ['first'], ['anna'])
  await anna.expectPhase('idle')
  asterisk.stop()
})

test('an attended transfer: ask, swap, connect', async () => {
  const customer = await talking(anna, 'first')
  await transferTo(anna, '1002')
  await anna.at('transfer-number').press('Shift+Enter')
  await expect(boris.at('answer')).toBeVisible()
  await expect(anna.at('complete-transfer')).toBeDisabled()
  await boris.page.keyboard.press('F2')
  await anna.expectPhase('active')
  await expectHears(boris, ['anna'], ['first'])
  await expectHears(anna, ['boris'], ['first'])
  expect((await customer.hears()).anna).toBeLessThan(audible)

  await anna.swap()
  await expectHears(customer, ['anna'], ['boris'])
  await anna.swap()
  await expectHears(boris, ['anna'], ['first'])

  await anna.page.keyboard.press('Shift+F8')
  await expect(anna.at('line-phase')).toHaveAttribute('data-reason', 'transferred')
  await expectHears(customer, ['boris'], ['anna'])
  await expectHears(boris, ['first'], ['anna'])
  await anna.expectPhase('idle')

  await expectInBar(boris, customer)
  await expect(boris.at('recording')).toHaveAttribute('data-value', 'on')
  const card = await boris.at('card').getAttribute('data-card')
  await boris.page.keyboard.press('Alt+R')
  await expect(boris.at('recording')).toHaveAttribute('data-value', 'paused')

  await boris.page.reload()
  await boris.expectPhase('active')
  await expectHears(customer, ['boris'])
  await expectInBar(boris, customer)
  await expect(boris.at('recording')).toHaveAttribute('data-value', 'paused')
  await expect(boris.at('card')).toHaveAttribute('data-card', card ?? '')
  await boris.page.keyboard.press('Alt+R')
  await expect(boris.at('recording')).toHaveAttribute('data-value', 'on')
})

test('an attended transfer that leads nowhere brings the customer back', async () => {
  const customer = await talking(anna, 'first')
  // The target declines.
  await transferTo(anna, '1002')
  await anna.at('transfer-ask').click()
  await expect(boris.at('reject')).toBeVisible()
  await boris.page.keyboard.press('F4')
  await anna.expectPhase('active')
  await expect(anna.at('complete-transfer')).toHaveCount(0)
  await expectHears(customer, ['anna'])

  // The target does not answer: the operator gives up.
  await transferTo(anna, '+7 916 000-04-80')
  await anna.at('transfer-ask').click()
  await anna.expectPhase('ringingOut')
  await anna.at('back-to-caller').click()
  await expectHears(customer, ['anna'])
  await expectHears(anna, ['first'])

  // The target is asked and says no.
  await transferTo(anna, '1003')
  await anna.at('transfer-ask').click()
  await expect(vera.at('answer')).toBeVisible()
  await vera.page.keyboard.press('F2')
  await expectHears(vera, ['anna'], ['first'])
  await vera.page.keyboard.press('F4')
  await anna.expectPhase('active')
  await expectHears(customer, ['anna'], ['vera'])
})

test('the customer who hangs up while waiting leaves the two colleagues talking', async () => {
  const customer = await talking(anna, 'first')
  await transferTo(anna, '1002')
  await anna.at('transfer-ask').click()
  await expect(boris.at('answer')).toBeVisible()
  await boris.page.keyboard.press('F2')
  await expect(anna.at('complete-transfer')).toBeEnabled()
  await floor().stand.carrier.hangUp(customer.call)
  await expect(anna.at('complete-transfer')).toHaveCount(0)
  await anna.expectPhase('active')
  await expectHears(boris, ['anna'])
})
