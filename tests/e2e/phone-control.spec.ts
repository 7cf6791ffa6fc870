import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { expectKeys, expectNamed } from '../support/names.ts'
import type { OperatorPhone } from '../support/operator-phone.ts'
import { office, signIn } from '../support/people.ts'
import { expectHears } from '../support/phone-ears.ts'
import { phoneFloorForTests } from '../support/phone-floor.ts'
import { audible, nextOf, toneLevel, voices } from '../support/tones.ts'

/** What the phone does with the server's help, on a real Asterisk: conferences, the recording, announcements, queues (C3.7). */

test.setTimeout(180_000)

const { floor, talking } = phoneFloorForTests('phone-control')
let anna: OperatorPhone
let boris: OperatorPhone
let vera: OperatorPhone
test.beforeAll(() => {
  ;({ anna, boris, vera } = floor())
})

/** Anna calls a colleague beside the call she has; the colleague answers. */
async function ask(colleague: OperatorPhone, extension: string): Promise<void> {
  await anna.at('transfer-number').fill(extension)
  await anna.at('transfer-number').press('Shift+Enter')
  await expect(colleague.at('answer')).toBeVisible()
  await colleague.page.keyboard.press('F2')
  await colleague.expectPhase('active')
  await expect(anna.at('merge')).toBeVisible()
}

const participants = (operator: OperatorPhone) => operator.page.getByTestId('participant')

test('a conference of three, of four, one put out, the operator leaves and the others go on', async () => {
  const customer = await talking(anna, 'first')
  await anna.page.keyboard.press('Shift+F8')
  await ask(boris, '1002')
  await anna.page.keyboard.press('Alt+K')
  await expect(anna.at('line-title')).toHaveText('Конференция · 3')
  await expect(anna.at('other-line')).toHaveCount(0)
  await expectHears(customer, ['anna', 'boris'])
  await expectHears(anna, ['first', 'boris'])
  await expectHears(boris, ['first', 'anna'])

  // A fourth one: called beside the conference, then let in.
  await anna.at('participants').click()
  await expect(participants(anna)).toHaveCount(3)
  await anna.at('add-participant').click()
  await ask(vera, '1003')
  await expectHears(vera, ['anna'], ['first', 'boris'])
  // A conference is joined to: it must not be handed over to Vera, by the key of a transfer either.
  await expect(anna.at('complete-transfer')).toHaveCount(0)
  await anna.page.keyboard.press('Shift+F8')
  await expect(anna.at('other-line')).toContainText('Конференция · 3')
  await expectHears(customer, ['boris'])
  await anna.at('merge').click()
  await expect(anna.at('line-title')).toHaveText('Конференция · 4')
  await expectHears(vera, ['first', 'anna', 'boris'])
  await expectHears(customer, ['anna', 'boris', 'vera'])

  await anna.at('participants').click()
  await participants(anna).filter({ hasText: 'Борис' }).getByTestId('put-out').click()
  await expect(participants(anna)).toHaveCount(3)
  await boris.expectPhase('idle')
  await expectHears(customer, ['anna', 'vera'], ['boris'])

  await anna.page.keyboard.press('Escape')
  await anna.page.keyboard.press('F4')
  await anna.expectPhase('idle')
  await expectHears(customer, ['vera'], ['anna'])
  await expectHears(vera, ['first'], ['anna'])
})

test('a second call that is answered during a conference is a call of its own', async () => {
  await talking(anna, 'first')
  await anna.page.keyboard.press('Shift+F8')
  await ask(boris, '1002')
  await anna.page.keyboard.press('Alt+K')
  await expect(anna.at('line-title')).toHaveText('Конференция · 3')

  await vera.page.keyboard.press('Shift+F9')
  const dialog = vera.page.getByRole('dialog')
  await dialog.getByTestId('dial-number').fill('1001')
  await expect(dialog.getByTestId('dial')).toBeEnabled()
  await dialog.getByTestId('dial-number').press('Enter')
  await expect(anna.at('answer-other')).toBeVisible()
  await anna.page.keyboard.press('F2')
  await expect(anna.at('line-title')).toContainText('Вера')
  await expect(anna.at('other-line')).toContainText('Конференция · 3')
  await expect(anna.at('participants')).toHaveCount(0)
  await expect(anna.at('transfer')).toBeVisible()
  await expectHears(vera, ['anna'], ['first', 'boris'])

  await anna.swap()
  await expect(anna.at('line-title')).toHaveText('Конференция · 3')
  await expect(anna.at('participants')).toBeVisible()
  await expect(anna.at('transfer')).toHaveCount(0)
  await expect(anna.at('other-line')).toContainText('Вера')
})

test('end for all', async () => {
  const customer = await talking(anna, 'first')
  await anna.page.keyboard.press('Shift+F8')
  await ask(boris, '1002')
  await anna.page.keyboard.press('Alt+K')
  await expect(anna.at('line-title')).toHaveText('Конференция · 3')
  await anna.page.keyboard.press('Alt+U')
  await expect(participants(anna)).toHaveCount(3)
  await anna.page.keyboard.press('Alt+Q')
  await customer.call.ended
  await anna.expectPhase('idle')
  await boris.expectPhase('idle')
})

test('the recording is silent while it is paused, on both sides', async () => {
  await talking(anna, 'first')
  await expect(anna.at('recording')).toHaveAttribute('data-value', 'on')
  const folder = floor().stand.pbx.file.recordingsDir
  const newest = (side: string): string => {
    const files = readdirSync(folder).filter((name) => name.endsWith(`-${side}.wav`))
    return join(folder, files.toSorted().at(-1) ?? '')
  }
  const recorded = async () => {
    const [customerSide, operatorSide] = await Promise.all([nextOf(newest('customer'), 1000), nextOf(newest('operator'), 1000)])
    return {
      customer: toneLevel(customerSide.samples, customerSide.sampleRate, voices.first),
      operator: toneLevel(operatorSide.samples, operatorSide.sampleRate, voices.anna),
    }
  }
  await expect(async () => {
    const before = await recorded()
    expect(before.customer).toBeGreaterThan(audible)
    expect(before.operator).toBeGreaterThan(audible)
  }).toPass({ timeout: 20_000 })

  await anna.page.keyboard.press('Alt+R')
  await expect(anna.at('recording')).toHaveAttribute('data-value', 'paused')
  await expect(anna.at('recording')).toContainText('Запись на паузе')
  await expect(async () => {
    const paused = await recorded()
    expect(paused.customer).toBeLessThan(0.001)
    expect(paused.operator).toBeLessThan(0.001)
  }).toPass({ timeout: 20_000 })

  await anna.at('toggle-recording').click()
  await expect(anna.at('recording')).toHaveAttribute('data-value', 'on')
  await expect(async () => expect((await recorded()).operator).toBeGreaterThan(audible)).toPass({ timeout: 20_000 })
})

test('an announcement goes on over a reload, and can be stopped by its name', async () => {
  const customer = await talking(anna, 'first')
  await anna.at('announcements').click()
  const name = await anna.at('play-called-you').innerText()
  await anna.at('play-called-you').click()
  await expect(anna.at('stop-announcement')).toContainText(name)
  await anna.page.reload()
  await expect(anna.at('stop-announcement')).toContainText(name)
  await anna.page.keyboard.press('Alt+A')
  await expect(anna.at('announcements')).toBeVisible()
  await expectHears(customer, ['anna'])
})

test('the recording of a queue that must record is not paused, by the button or the key', async ({ browser }) => {
  const page = await (await browser.newContext(office)).newPage()
  await signIn(page, floor().stand.url, 'admin')
  await page.goto(`${floor().stand.url}/settings/queues`)
  const forced = page.getByRole('switch', { name: 'Запись 701' })
  await forced.click({ force: true })
  await expect(forced).toBeChecked()
  await talking(anna, 'first')
  const toggle = anna.at('toggle-recording')
  await expect(toggle).toHaveAttribute('aria-disabled', 'true')
  await toggle.click({ force: true })
  await anna.page.keyboard.press('Alt+R')
  // Time for a pause to show, had there been one.
  await expect(anna.at('line-time')).toHaveText(/0:(0[6-9]|[1-5]\d)/)
  await expect(anna.at('recording')).toHaveAttribute('data-value', 'on')

  await forced.click({ force: true })
  await expect(forced).not.toBeChecked()
  await expect(toggle).not.toHaveAttribute('aria-disabled', 'true')
  await anna.page.keyboard.press('Alt+R')
  await expect(anna.at('recording')).toHaveAttribute('data-value', 'paused')
  await page.context().close()
})

test('in every phase of a call everything has a name and a key', async () => {
  await floor().available('anna')
  const customer = await talking(anna, 'first')
  await expect(anna.at('announcements')).toBeVisible()
  await expectNamed(anna.page, 'talking')
  await expectKeys(anna.page, 'talking')

  // A second call, beside the first.
  await boris.page.keyboard.press('Shift+F9')
  await boris.page.getByRole('dialog').getByTestId('dial-number').fill('1001')
  await boris.page.keyboard.press('Enter')
  await expect(anna.at('reject-other')).toBeVisible()
  await expectNamed(anna.page, 'a second call')
  await expectKeys(anna.page, 'a second call')
  await expectNamed(boris.page, 'dialling')
  await expectKeys(boris.page, 'dialling')
  await anna.page.keyboard.press('Shift+F4')
  await boris.expectPhase('idle')

  // Asked and gone back from.
  await anna.page.keyboard.press('Shift+F8')
  await ask(boris, '1002')
  await expectNamed(anna.page, 'consultation')
  await expectKeys(anna.page, 'consultation')
  await anna.page.keyboard.press('Alt+C')
  await boris.expectPhase('idle')
  await anna.expectPhase('active')

  await anna.page.keyboard.press('Shift+F8')
  await ask(boris, '1002')
  await anna.page.keyboard.press('Alt+K')
  await expect(anna.at('participants')).toBeVisible()
  await expectKeys(anna.page, 'conference')
  await anna.page.keyboard.press('Alt+U')
  await expect(participants(anna)).toHaveCount(3)
  await expectNamed(anna.page, 'conference')
  await anna.page.keyboard.press('Alt+Q')
  await customer.call.ended
  await anna.expectPhase('idle')

  await expect(anna.at('wrapup-extend')).toBeVisible()
  await expectNamed(anna.page, 'wrap-up')
  await expectKeys(anna.page, 'wrap-up')
  const left = async () => {
    const [minutes = 0, seconds = 0] = (await anna.at('wrapup-clock').innerText()).split(':').map(Number)
    return minutes * 60 + seconds
  }
  const before = await left()
  await anna.page.keyboard.press('Alt+M')
  await expect.poll(left).toBeGreaterThan(before)
  await anna.at('card-save').click()

  await anna.page.keyboard.press('Alt+O')
  await expect(anna.at('status-available')).toBeVisible()
  await anna.page.keyboard.press('Alt+O')
  await expect(anna.at('status-available')).toHaveCount(0)
  await anna.page.keyboard.press('Alt+P')
  await anna.at('status-lunch').press('Enter')
  await expect(anna.at('own-status')).toHaveAttribute('data-status', 'paused')
  await anna.page.keyboard.press('Alt+P')
  await expect(anna.at('own-status')).toHaveAttribute('data-status', 'available')

  const second = await floor().customer('second')
  await anna.expectPhase('ringingIn')
  await expectNamed(anna.page, 'ringing')
  await expectKeys(anna.page, 'ringing')
  await floor().stand.carrier.hangUp(second.call)
})

test('an announcement is heard by both; a voicemail is left while the operator is free at once', async () => {
  const customer = await talking(anna, 'first')
  await anna.at('announcements').click()
  // That it is heard and recorded is shown in tests/call-control.test.ts; here that it stops and the talk goes on.
  await anna.at('play-called-you').click()
  await anna.at('stop-announcement').click()
  await expect(anna.at('announcements')).toBeVisible()
  await expect
    .poll(() => floor().stand.pbx.pbx.cli('core show channels'), { timeout: 6_000, message: 'it lasts 11 s otherwise' })
    .not.toContain('announce')
  await expectHears(customer, ['anna'])
  await anna.expectPhase('active')

  await anna.at('announcements').click()
  await anna.page
    .getByTestId(/^leave-/)
    .first()
    .click()
  await expect(anna.at('line-phase')).toHaveAttribute('data-reason', 'leftToAnnouncement')
  // Heard to the end, then hung up by the PBX.
  await customer.call.ended
})

const inSupport = () => floor().stand.pbx.pbx.cli('queue show 702')

test('logging out of a queue and in again', async () => {
  await floor().available('vera')
  await vera.at('own-status').click()
  const item = vera.at('queue-702')
  await expect(item).toBeVisible()
  // Asterisk's own configuration holds the demo people in this one: that is said, not hidden.
  await expect(vera.at('queue-701')).toBeDisabled()
  await expect(vera.at('queue-701')).toHaveAttribute('title', /АТС/)
  await expect(item).toHaveAttribute('aria-checked', 'true')
  await item.click()
  await expect(item).toHaveAttribute('aria-checked', 'false')
  await expect.poll(inSupport).not.toContain('PJSIP/1003')
  await item.click()
  await expect(item).toHaveAttribute('aria-checked', 'true')
  await expect.poll(inSupport).toContain('PJSIP/1003')
})

test('a queue that is taken from an operator is left, not offered, and refused', async () => {
  await vera.at('own-status').click()
  await expect(vera.at('queue-702')).toHaveAttribute('aria-checked', 'true')
  const supervisor = await floor().stand.api('galina')
  const { operators } = await supervisor.operatorQueues()
  const id = operators.find(({ name }) => name.startsWith('Вера'))?.id ?? ''
  await supervisor.setOperatorQueues({ params: { id }, body: { queues: ['701'] } })
  await expect(vera.at('queue-702')).toHaveCount(0)
  await expect(vera.at('queue-701')).toBeVisible()
  await expect.poll(inSupport).not.toContain('PJSIP/1003')
  const enter = floor()
    .api('vera')
    .setQueueMembership({ params: { number: '702' }, body: { loggedIn: true } })
  await expect(enter).rejects.toMatchObject({ code: 'forbidden' })
  await supervisor.setOperatorQueues({ params: { id }, body: { queues: null } })
  await vera.at('queue-702').click()
  await expect(vera.at('queue-702')).toHaveAttribute('aria-checked', 'true')
})

test('how the call sounded is kept with it', async () => {
  const customer = await talking(anna, 'first')
  await expect(anna.at('call-quality')).toContainText('Хорошо')
  const callId = await anna.page.getByTestId('card').getAttribute('data-card')
  const card = await floor()
    .api('anna')
    .card({ params: { id: callId ?? '' } })
  await floor().stand.carrier.hangUp(customer.call)
  await expect
    .poll(
      async () =>
        (
          await floor()
            .api('anna')
            .callMedia({ params: { callId: card.callId } })
        ).quality.length,
      {
        timeout: 20_000,
      },
    )
    .toBe(1)
  const { quality } = await floor()
    .api('anna')
    .callMedia({ params: { callId: card.callId } })
  expect(quality[0]?.avgMos).toBeGreaterThan(3.5)
})
