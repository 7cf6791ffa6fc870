import { type Browser, expect, type Page, test } from '@playwright/test'
import { afternoonZone } from './afternoon.ts'
import { office } from './people.ts'
import { ScriptedPhone } from './scripted-phone.ts'
import { Stand } from './stand.ts'

export const sales = '+74950000701'
/** In the box: answers after two seconds and talks. */
export const customer = '+79160000101'
/** In the box: busy. */
export const busy = '+79160009486'

/** A stand for the tests of a file, on which a day's work has begun. */
export function dayForTests(name: string): { readonly stand: () => Stand } {
  let stand: Stand | null = null
  test.beforeAll(async () => {
    test.setTimeout(180_000)
    stand = await Stand.start({ name, env: { CALLSYNC_TIME_ZONE: afternoonZone() } })
    await beginTheDay(stand)
  })
  // A page that stays would have the extension of the next test's.
  test.afterEach(async ({ browser }) => {
    for (const context of browser.contexts()) await context.close()
  })
  test.afterAll(() => stand?.stop())
  return {
    stand: () => {
      if (stand === null) throw new Error('the stand has not started')
      return stand
    },
  }
}

export const open = async (browser: Browser): Promise<Page> => (await browser.newContext(office)).newPage()

/** So much of today each test may count on: Anna has talked with a customer of the queue, and she and Boris have tried a busy one. */
async function beginTheDay(stand: Stand): Promise<void> {
  const admin = await stand.api('admin')
  const before = await admin.cardSetup()
  // Nobody is at the cards of these calls.
  await stand.setWrapUp(0)
  const annas = await connect(stand, '1001')
  const talked = '+79031110099'
  const call = await stand.carrier.call({ from: talked, to: sales })
  const rung = await annas.incoming()
  await rung.answer()
  await stand.carrier.hangUp(call)
  await rung.ended
  const boriss = await connect(stand, '1002')
  for (const phone of [annas, boriss]) {
    expect(await phone.call(busy).answered).toBe(false)
    await phone.register(0)
    phone.close()
  }
  for (const [person, number] of [
    ['anna', talked],
    ['anna', busy],
    ['boris', busy],
  ] as const) {
    const api = await stand.api(person)
    const numbers = async () => (await api.history({ query: { period: 'today' } })).cards.map((card) => card.number)
    await expect.poll(numbers).toContain(number)
  }
  const { version } = await admin.cardSetup()
  await admin.saveCardSetup({ body: { baseVersion: version, setup: before.setup } })
}

function connect(stand: Stand, extension: string): Promise<ScriptedPhone> {
  const { socketUrl, sipDomain: domain, extensions } = stand.pbx.file
  const password = extensions.find((one) => one.extension === extension)?.sipPassword ?? ''
  return ScriptedPhone.connect({ socketUrl, domain, extension, password })
}

export const openTasks = async (page: Page, list: 'callBacks' | 'missed') => {
  await page.getByRole('link', { name: 'Задачи' }).click()
  await page
    .getByTestId('tasks-kind')
    .getByText(list === 'missed' ? /Пропущенные/ : /Перезвоны/)
    .click()
}

/** Until the person's only call has been answered for this long, as the call bar shows. */
export async function talkFor(page: Page, ms: number): Promise<void> {
  await expect(page.getByTestId('line-phase')).toContainText('Разговор', { timeout: 30_000 })
  const answeredAtMs = Date.now()
  await expect.poll(() => Date.now() - answeredAtMs, { timeout: ms + 5_000 }).toBeGreaterThan(ms)
}
