import { type Browser, expect, type Page, test } from '@playwright/test'
import { office, signIn } from '../support/people.ts'
import { Stand } from '../support/stand.ts'

/** Reports over what the real Asterisk wrote of its calls: each figure opens the calls it counts (C4.1, C4.2, C3.6). */

const sales = '+74950000701'

let stand: Stand
test.beforeAll(async () => {
  test.setTimeout(180_000)
  stand = await Stand.start({ name: 'reports' })
})
test.afterAll(() => stand?.stop())

const open = async (browser: Browser): Promise<Page> => (await browser.newContext(office)).newPage()
test.afterEach(async ({ browser }) => {
  for (const context of browser.contexts()) await context.close()
})

/** Waits in the queue with nobody to take the call, and gives up. */
async function giveUp(from: string, ms: number): Promise<void> {
  const call = await stand.carrier.call({ from, to: sales })
  expect(await call.answered).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, ms))
  await stand.carrier.hangUp(call)
}

/** Today's figures of the queue, as the server says. */
async function abandonedToday(): Promise<number | null> {
  const api = await stand.api('galina')
  const { today } = await api.reportDefinitions()
  const body = { report: 'queues', groupBy: 'queue', fromDay: today, toDay: today } as const
  return (await api.runReport({ body })).total['abandoned'] ?? null
}

test('callers who gave up are counted from the PBX’s own logs, and listed behind the figure', async ({ browser }) => {
  test.setTimeout(180_000)
  await giveUp('+79031112233', 7_000)
  await giveUp('+79031112244', 2_000)
  await expect.poll(abandonedToday, { timeout: 60_000 }).toBe(2)

  const galina = await open(browser)
  await signIn(galina, stand.url, 'galina')
  await galina.getByRole('link', { name: 'Отчёты' }).click()
  const queues = galina.getByRole('table', { name: 'Очереди' })
  await expect(queues.locator('tfoot').getByTestId('figure-offered')).toHaveText('2')
  await expect(queues.locator('tbody')).toContainText('Отдел продаж')
  await queues.getByRole('button', { name: 'Брошено', exact: true }).hover()
  await expect(galina.getByRole('tooltip')).toContainText('Звонящий положил трубку, ожидая')

  await queues.locator('tbody').getByTestId('figure-abandoned').click()
  const behind = galina.getByTestId('behind')
  await expect(behind.locator('tbody tr')).toHaveCount(2)
  await expect(behind).toContainText('+7 903 111-22-33')
  await expect(behind).toContainText('Не дождался')
  await expect(behind).toContainText('Положил трубку сразу')
  await galina.keyboard.press('Escape')
  await expect(behind).toBeHidden()

  await galina.getByTestId('report-missed').click()
  await galina.locator('tfoot').getByTestId('figure-missed').click()
  await expect(behind.locator('tbody tr')).toHaveCount(2)
  await expect(behind).toContainText('не перезванивали')

  // The address is the report: opened again it is the same one.
  await galina.reload()
  await expect(galina.getByRole('table', { name: 'Пропущенные' }).locator('tfoot')).toContainText('2')
})

test('an operator has the own report, and is refused the others', async ({ browser }) => {
  const anna = await open(browser)
  await signIn(anna, stand.url, 'anna')
  await anna.getByRole('link', { name: 'Отчёты' }).click()
  await expect(anna.getByTestId('report-own')).toBeVisible()
  await expect(anna.getByTestId('report-operators')).toHaveCount(0)
  const api = await stand.api('anna')
  const { today } = await api.reportDefinitions()
  const days = { fromDay: today, toDay: today }
  await expect(api.runReport({ body: { report: 'operators', groupBy: 'operator', ...days } })).rejects.toMatchObject({
    code: 'forbidden',
  })
  const filter = { operators: ['1002'] }
  await expect(api.runReport({ body: { report: 'own', groupBy: 'day', ...days, filter } })).rejects.toMatchObject({
    code: 'forbidden',
  })
})
