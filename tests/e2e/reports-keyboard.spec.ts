import { expect, test } from '@playwright/test'
import { office, signIn } from '../support/people.ts'
import { Stand } from '../support/stand.ts'

/** Reports without a mouse, on the demo's cards (C4.1). */

let stand: Stand
test.beforeAll(async () => {
  stand = await Stand.start({ name: 'reports-keyboard' })
})
test.afterAll(() => stand?.stop())

test('reports are read by keyboard, and everything in them has a name', async ({ browser }) => {
  const galina = await (await browser.newContext(office)).newPage()
  await signIn(galina, stand.url, 'galina')
  await galina.goto(`${stand.url}/reports`)
  await galina.getByTestId('report-queues').focus()
  // The reports are one stop, by arrows from one to the next.
  await galina.keyboard.press('ArrowRight')
  await expect(galina.getByTestId('report-operators')).toBeFocused()
  const rows = galina.getByRole('table', { name: 'Операторы' }).locator('tbody tr[data-index]')
  await expect(rows).not.toHaveCount(0)
  await galina.getByTestId('report-satisfaction').click()
  const row = (index: number) => galina.getByRole('table', { name: 'Оценки' }).locator(`tbody tr[data-index="${index}"]`)
  const [first, second] = [row(0).getByTestId('figure-cards'), row(1).getByTestId('figure-cards')]
  // Of all figures those of one row are stops of Tab; the others are reached by arrows.
  await expect(first).toHaveAttribute('tabindex', '0')
  await expect(second).toHaveAttribute('tabindex', '-1')
  await first.focus()
  await galina.keyboard.press('ArrowDown')
  await expect(second).toBeFocused()
  await expect(second).toHaveAttribute('tabindex', '0')
  await expect(first).toHaveAttribute('tabindex', '-1')
  await galina.keyboard.press('Enter')
  const list = galina.getByTestId('behind')
  await expect(list).toBeFocused()
  await galina.keyboard.press('Escape')
  await expect(list).toHaveCount(0)
  await expect(second).toBeFocused()
  // Picked by mouse elsewhere, the keyboard stays there.
  await galina.keyboard.press('Enter')
  await galina.getByTestId('report-group').click()
  await galina.getByRole('option', { name: 'по дням', exact: true }).click()
  await expect(list).toHaveCount(0)
  await expect(galina.getByTestId('report-group')).toBeFocused()

  const ids = await galina
    .locator('[role=tab][data-testid^=report-]')
    .evaluateAll((tabs: { dataset: { testid?: string } }[]) => tabs.map(({ dataset }) => dataset.testid ?? ''))
  expect(ids.length).toBeGreaterThan(6)
  for (const id of ids) {
    await galina.getByTestId(id).click()
    await expect(galina.locator('section[aria-busy=false]')).toBeVisible()
    for (const role of ['button', 'link', 'textbox', 'combobox', 'switch', 'tab', 'columnheader'] as const)
      await expect(galina.getByRole(role, { name: /^$/ }), `${role} without a name in ${id}`).toHaveCount(0)
  }
})
