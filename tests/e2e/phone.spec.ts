import { expect, test } from '@playwright/test'
import type { OperatorPhone } from '../support/operator-phone.ts'
import { expectHears } from '../support/phone-ears.ts'
import { phoneFloorForTests } from '../support/phone-floor.ts'

/**
 * Calls, one and two at a time, on a real Asterisk: operators in browsers and SIP customers, each with a tone of their own, so
 * that who hears whom is measured at every ear (C3.7).
 */

const { floor, talking } = phoneFloorForTests('phone')
let anna: OperatorPhone
let boris: OperatorPhone
test.beforeAll(() => {
  ;({ anna, boris } = floor())
})

interface Sound {
  readonly src: string
  readonly paused: boolean
}
declare const window: { sounds: Set<Sound>; HTMLMediaElement: { prototype: { play(this: Sound): Promise<void> } } }

/** From now on: the names of the files that sound, of the phone's own. */
async function listenToTones({ page }: OperatorPhone): Promise<() => Promise<(string | undefined)[]>> {
  await page.evaluate(() => {
    window.sounds = new Set()
    const { prototype } = window.HTMLMediaElement
    const { play } = prototype
    prototype.play = function () {
      window.sounds.add(this)
      return play.call(this)
    }
  })
  return () =>
    page.evaluate(() =>
      [...window.sounds]
        .filter(({ src, paused }) => src !== '' && !paused)
        .map(({ src }) => /(ring|ringback|waiting)-/.exec(src)?.[1]),
    )
}

async function dialled(operator: OperatorPhone, text: string): Promise<void> {
  await operator.page.keyboard.press('Shift+F9')
  const dialog = operator.page.getByRole('dialog')
  const field = dialog.getByTestId('dial-number')
  await field.fill(text)
  await expect(dialog.getByTestId('dial')).toBeEnabled()
  await field.press('Enter')
}

test('both hear each other; hold plays music to the customer; mute is one way', async () => {
  const customer = await talking(anna, 'first')
  await expectHears(customer, ['anna'])
  await expectHears(anna, ['first'])

  await anna.page.keyboard.press('F8')
  await anna.expectPhase('held')
  await expectHears(customer, ['music'], ['anna'])
  await expectHears(anna, [], ['first'])

  await anna.page.keyboard.press('F8')
  await anna.expectPhase('active')
  await expectHears(customer, ['anna'])

  await anna.page.keyboard.press('F9')
  await expect(anna.at('mute')).toHaveAttribute('aria-pressed', 'true')
  await expectHears(customer, [], ['anna'])
  await expectHears(anna, ['first'])
  await anna.page.keyboard.press('F9')
  await expectHears(customer, ['anna'])
})

test('a second call: a short tone, hold and answer, swap, and each keeps its own card', async () => {
  const customer = await talking(anna, 'first')
  await anna.at('card-field-notes').fill('Первый звонок')
  const tones = await listenToTones(anna)
  await dialled(boris, '1001')
  await expect(anna.at('other-line')).toHaveAttribute('data-phase', 'ringingIn')
  await expect.poll(tones).toEqual(['waiting'])
  await anna.page.keyboard.press('F2')
  await expect.poll(tones).toEqual([])
  await expect(anna.at('other-line')).toHaveAttribute('data-phase', 'held')
  await expectHears(boris, ['anna'], ['first'])
  await expectHears(anna, ['boris'], ['first'])
  await expectHears(customer, ['music'], ['anna'])

  await anna.swap()
  await expect(anna.at('line-title')).not.toContainText('Борис')
  await anna.expectPhase('active')
  await expectHears(anna, ['first'], ['boris'])
  await expectHears(customer, ['anna'], ['boris'])

  // The second call has a card of its own; what was typed into the first is where it was.
  await expect(anna.at('card-tab')).toHaveCount(2)
  await anna.at('card-tab').filter({ hasText: 'Борис' }).click()
  await expect(anna.at('card-field-notes')).toHaveValue('')
  await anna.at('card-tab').filter({ hasNotText: 'Борис' }).click()
  await expect(anna.at('card-field-notes')).toHaveValue('Первый звонок')
})

test('a second call is declined, or the first is ended for it', async () => {
  const customer = await talking(anna, 'first')
  await dialled(boris, '1001')
  await expect(anna.at('other-line')).toHaveAttribute('data-phase', 'ringingIn')
  // F4 would end the call that is on.
  await anna.page.keyboard.press('Shift+F4')
  await expect(boris.at('line-phase')).toHaveAttribute('data-reason', /rejected|busy/)
  await expectHears(customer, ['anna'])
  await boris.expectPhase('idle')

  // Silenced in the settings, the second call is seen only.
  const tones = await listenToTones(anna)
  const waitingTone = async () => {
    await anna.page.getByRole('link', { name: 'Настройки' }).click()
    await anna.at('waiting-tone').click({ force: true })
    await anna.page.getByRole('link', { name: 'Работа' }).click()
  }
  await waitingTone()
  await dialled(boris, '1001')
  await expect(anna.at('other-line')).toHaveAttribute('data-phase', 'ringingIn')
  await expect(boris.at('line-phase')).toHaveAttribute('data-value', 'ringingOut')
  expect(await tones()).toEqual([])
  await waitingTone()
  await anna.page.keyboard.press('Shift+F2')
  expect(await customer.call.ended).toBe(16)
  await anna.expectPhase('active')
  await expectHears(anna, ['boris'])
  await expectHears(boris, ['anna'])

  // The card of the first waits: its wrap-up begins when she talks no more.
  await anna.at('card-tab').filter({ hasNotText: 'Борис' }).click()
  await expect(anna.at('card')).toContainText('Отсчёт пойдёт после разговора')
  await anna.page.keyboard.press('F4')
  await expect(anna.at('card')).toContainText('Карточка сохранится сама')
})

test('a reload gives up a call that nobody has answered, says so once and calls again', async () => {
  // A number of the demo's outside world that rings and never answers.
  await dialled(anna, '+7 495 123-44-80')
  await anna.expectPhase('ringingOut')
  await anna.page.reload()
  await expect(anna.at('phone-state')).toContainText('+7 495 123-44-80 прерван')
  await anna.at('call-again').click()
  await anna.expectPhase('ringingOut')
  await expect(anna.at('line-title')).toContainText('123-44-80')
  await anna.page.keyboard.press('F4')
  await anna.expectPhase('idle')
  await expect(anna.at('phone-state')).not.toContainText('прерван')
})
