import { expect, type Page, test } from '@playwright/test'
import { Carrier } from '../support/carrier.ts'
import { startTestPbx, type TestPbx } from '../support/pbx.ts'
import { office, signIn, signInWithPhone } from '../support/people.ts'
import { Stand } from '../support/stand.ts'

/**
 * Two real Asterisk servers with the same configuration: the same extensions, the same queues, and ids that may be the same.
 * Anna's phone is at the first, Boris's, under the very same number, at the second; the supervisor sees one floor (C2.1–C2.3, C6.2).
 */

let stand: Stand
let kazan: TestPbx
let kazanCarrier: Carrier
test.beforeAll(async () => {
  test.setTimeout(240_000)
  stand = await Stand.start({ name: 'two-servers' })
  kazan = await startTestPbx({ name: 'two-servers-kazan' })
  kazanCarrier = await Carrier.start({ pbx: kazan, name: 'two-servers-kazan-carrier' })
})
test.afterAll(async () => {
  await kazanCarrier?.stop()
  await kazan?.stop()
  await stand?.stop()
})

const card = (page: Page) => page.getByTestId('card')
const activeCalls = (page: Page) => page.getByRole('table', { name: 'Активные звонки' }).getByRole('row')

/** Through the settings, as an administrator does. */
async function addKazan(page: Page): Promise<void> {
  const { host, amiPort, amiUser, amiSecret, socketUrl, sipDomain } = kazan.file
  await page.goto(`${stand.url}/settings/connection`)
  await page.getByTestId('server-add').click()
  await page.getByLabel('Название сервера').fill('Казань')
  await page.getByLabel('Адрес сервера Asterisk').fill(host)
  await page.getByLabel('Порт AMI').fill(String(amiPort))
  await page.getByLabel('Пользователь AMI').fill(amiUser)
  await page.getByLabel('Секрет AMI').fill(amiSecret)
  await page.getByLabel('Адрес WebSocket').fill(socketUrl)
  await page.getByLabel('Домен SIP').fill(sipDomain)
  // A look at another server costs nothing that was typed without asking.
  await page.getByTestId('server-1').click()
  await page.getByRole('button', { name: 'Остаться' }).click()
  await expect(page.getByLabel('Адрес сервера Asterisk')).toHaveValue(host)
  await page.getByRole('button', { name: 'Проверить' }).click()
  await expect(page.getByText('Всё работает, можно сохранять.', { exact: false })).toBeVisible()
  await page.getByRole('button', { name: 'Сохранить' }).click()
  await expect(page.getByTestId('server-2')).toContainText('Казань')
  await expect(page.getByTestId('server-2')).toContainText('На связи')
  await expect(page.getByTestId('server-1')).toContainText('На связи')
}

test('people, calls and queues of two servers are one floor, and one server down leaves the other live', async ({ browser }) => {
  test.setTimeout(240_000)
  const newPage = async () => (await browser.newContext(office)).newPage()
  const admin = await newPage()
  await signIn(admin, stand.url, 'admin')
  await addKazan(admin)

  const api = await stand.api('admin')
  const { endpoints } = await api.queueNames()
  expect(endpoints).toEqual(expect.arrayContaining(['1001', '1001~2']))
  const boris = (await api.listUsers()).users.find(({ email }) => email.startsWith('boris@'))
  const sipPassword = kazan.file.extensions.find(({ extension }) => extension === '1001')?.sipPassword
  if (!boris || sipPassword === undefined) throw new Error('the demo has no Boris')
  await api.updateUser({ params: { id: boris.id }, body: { extension: '1001~2', sipPassword } })

  const [annaPage, borisPage, floor] = [await newPage(), await newPage(), await newPage()]
  await signInWithPhone(annaPage, stand.url, 'anna')
  await signInWithPhone(borisPage, stand.url, 'boris')
  await signIn(floor, stand.url, 'galina')
  const anna = floor.getByRole('article', { name: 'Анна Ковалёва' })
  const borisOnFloor = floor.getByRole('article', { name: boris.name })
  await expect(anna).toHaveAttribute('data-status', 'available')
  await expect(borisOnFloor).toHaveAttribute('data-status', 'available')

  // Each server rings its own 1001.
  const here = await stand.carrier.call({ from: '+79160000001', to: '+74950000701' })
  await expect(annaPage.getByTestId('ringing')).toBeVisible()
  const there = await kazanCarrier.call({ from: '+79160000002', to: '+74950000701' })
  await expect(borisPage.getByTestId('ringing')).toBeVisible()
  await annaPage.getByTestId('card-answer').click()
  await borisPage.getByTestId('card-answer').click()
  expect(await Promise.all([here.answered, there.answered])).toEqual([true, true])
  await expect(card(annaPage)).toHaveAttribute('data-state', 'talking')
  await expect(card(borisPage)).toHaveAttribute('data-state', 'talking')
  await expect(borisPage.getByTestId('card-queue')).toContainText('701 · Казань')
  await expect(activeCalls(floor).filter({ hasText: 'Отдел продаж' })).toContainText('Анна Ковалёва')
  await expect(activeCalls(floor).filter({ hasText: '701 · Казань' })).toContainText(boris.name)

  // A command goes to the server it is for: the other 1001 is not paused.
  await api.pauseOperator({ params: { id: boris.id }, body: { paused: true, reason: 'lunch' } })
  const paused = async (pbx: TestPbx) =>
    (await pbx.pbx.cli('queue show 701')).split('\n').some((line) => line.includes('1001') && line.includes('paused'))
  await expect.poll(() => paused(kazan)).toBe(true)
  expect(await paused(stand.pbx)).toBe(false)
  await api.pauseOperator({ params: { id: boris.id }, body: { paused: false, reason: null } })
  // Galina's phone is at the first server: what happens there she can hear, not what happens in Kazan.
  const galina = await stand.api('galina')
  const spying = galina.spy({ body: { operatorId: boris.id, mode: 'listen', private: false } })
  await expect(spying).rejects.toMatchObject({ code: 'otherServer' })

  // One dies in the middle of its call: it is named, and the other goes on.
  await kazan.pbx.stop()
  await expect(floor.getByTestId('servers-away')).toContainText('Казань')
  await expect(anna).toHaveAttribute('data-status', 'onCall')
  await stand.carrier.hangUp(here)
  await expect(card(annaPage)).toHaveAttribute('data-state', 'wrapUp')
  await expect(anna).toHaveAttribute('data-status', 'wrapUp')

  // It comes back without the call, and is itself again by its own snapshot.
  await kazan.pbx.start()
  await expect(floor.getByTestId('servers-away')).toBeHidden({ timeout: 30_000 })
  await expect(card(borisPage)).toHaveAttribute('data-state', 'wrapUp')
  await borisPage.getByTestId('card-save').click()
  await expect(borisPage.getByTestId('phone-state')).toHaveAttribute('data-value', 'registered', { timeout: 30_000 })
  await expect(borisOnFloor).toHaveAttribute('data-status', 'available')

  // Without the second server nothing is left of it.
  await admin.getByTestId('server-2').click()
  await admin.getByTestId('connection-remove').click()
  await admin.getByTestId('connection-remove-confirm').click()
  await expect(admin.getByTestId('server-2')).toBeHidden()
  expect((await api.queueNames()).endpoints).not.toContain('1001~2')
})
