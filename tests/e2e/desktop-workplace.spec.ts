import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { openDatabase } from '../../src-main/drafts/database.ts'
import type { Bridge } from '../../src-preload/contract/index.ts'
import { onDoubleAlone, onEachDesktop, type RunningDesktop } from '../support/desktop-hosts.ts'
import { Stand } from '../support/stand.ts'

/** C3.8: the whole app on the double with a real Asterisk, from a press in the island to the call. One app for all of it, in this order. */

declare const window: { readonly callsync: Bridge }

let stand: Stand
let userData: string
let desktop: RunningDesktop
let page: Page

const bar = (each: Page) => each.getByTestId('call-bar')

onEachDesktop((host) => {
  test.describe.configure({ mode: 'serial' })
  test.beforeAll(async () => {
    test.setTimeout(180_000)
    stand = await Stand.start({ name: 'workplace', env: { CALLSYNC_ALLOWED_ORIGINS: host.origin } })
    userData = await mkdtemp(join(tmpdir(), 'callsync-workplace-'))
    // As a newer version of the program may have left it.
    const { database } = openDatabase({ file: join(userData, 'drafts.db'), now: Date.now })
    database.prepare(`INSERT INTO draft (user_id, card_id, row) VALUES ('u', 'c', '{"kind":"of the future"}')`).run()
    database.close()
    desktop = await host.start({ userData, serverUrl: stand.url })
    page = desktop.page
    await page.getByRole('button', { name: 'Анна Ковалёва' }).click()
    await expect(page.getByTestId('phone-state')).toHaveAttribute('data-tone', 'ok')
  })
  test.afterAll(async () => {
    await desktop?.close()
    await stand?.stop()
    if (userData) await rm(userData, { recursive: true, force: true })
  })

  test('stored text that this version cannot read is told, and stays', async () => {
    const told = page.getByRole('alert').filter({ hasText: 'Часть сохранённого текста не читается' })
    await expect(told).toContainText('Записей: 1.')
    await told.getByRole('button').click()
    await expect(told).toBeHidden()
    expect(await page.evaluate(() => window.callsync.request('storage.state', {}))).toEqual({
      ok: true,
      value: { notice: null, rowsSetAside: 1, damagedFiles: 0 },
    })
  })

  onDoubleAlone(host, () => {
    test('the tray knows who is signed in, and its pause reaches Asterisk and the screen', async () => {
      await expect.poll(() => desktop.double.desk.tray?.icon).toBe('tray-available-16.png')
      await desktop.double.chooseInTray('Пауза', 'Обед')
      await expect(page.getByTestId('own-status')).toHaveAttribute('data-status', 'paused')
      await expect.poll(() => desktop.double.desk.tray?.menu[0]?.label).toContain('Анна Ковалёва')
      await desktop.double.chooseInTray('Снять с паузы')
      await expect(page.getByTestId('own-status')).toHaveAttribute('data-status', 'available')
    })
  })

  test('with the workplace out of sight a call is answered, held, muted and ended on the island', async () => {
    await desktop.minimize(page)
    const opened = desktop.windowAfter(async () => {
      await stand.carrier.call({ from: '+79160001122', to: '+74950000701' })
    })
    const island = await opened
    const shown = island.getByTestId('island')
    await expect(shown).toHaveAttribute('data-phase', 'ringingIn')
    await expect(shown).toContainText('Отдел продаж')
    await island.getByRole('button', { name: 'Ответить' }).click()
    await expect(shown).toHaveAttribute('data-phase', 'talking')
    await expect(bar(page)).toHaveAttribute('data-phase', 'active')
    await island.getByRole('button', { name: 'Выключить микрофон' }).click()
    await expect(shown).toContainText('Микрофон выключен')
    await island.keyboard.press('F9')
    await expect(shown).toContainText('Разговор')
    await island.getByRole('button', { name: 'Удержать' }).click()
    await expect(shown).toHaveAttribute('data-phase', 'held')
    await island.keyboard.press('F8')
    await expect(shown).toHaveAttribute('data-phase', 'talking')
    // Locking the screen drops nothing.
    await desktop.power('lock-screen')
    await desktop.power('unlock-screen')
    await island.getByRole('button', { name: 'Перевести' }).click()
    await expect(page.getByTestId('transfer-number')).toBeVisible()
    await page.keyboard.press('Escape')
    await desktop.minimize(page)
    await expect(shown).toHaveAttribute('data-phase', 'talking')
    await island.getByRole('button', { name: 'Завершить' }).click()
    await expect(page.getByTestId('card')).toHaveAttribute('data-state', 'wrapUp')
    await page.getByTestId('card-save').click()
    await expect(page.getByTestId('card')).toBeHidden()
    await host.startAgain({ userData, serverUrl: stand.url })
  })

  test('a number from a link is dialled only after the person says so, with the customer’s name', async () => {
    const open = (link: string) => host.startAgain({ userData, serverUrl: stand.url, argv: [link] })
    const { customers } = await (await stand.api('anna')).searchCustomers({ query: { search: '', limit: 1 } })
    const known = customers[0]
    if (!known) throw new Error('no demo customer')
    await open(`tel:${known.phones[0]}`)
    await open('tel:+79160003344')
    const question = page.getByTestId('dial-question')
    await expect(question).toContainText(known.name)
    await expect(question).toContainText('Ещё 1 номер')
    await page.getByTestId('dial-dismiss').click()
    await expect(question).toContainText('Позвонить +7 916 000-33-44?')
    await expect(question).not.toContainText(known.name)
    // Asked, not dialled.
    await expect(bar(page)).toHaveAttribute('data-phase', 'idle')
    await page.getByTestId('dial-confirm').click()
    await expect(question).toBeHidden()
    await expect(bar(page)).not.toHaveAttribute('data-phase', 'idle')
    await page.getByTestId('hang-up').click()
  })

  test('typing goes on where it was while a question about a number opens', async () => {
    await page.goto(new URL('/history', page.url()).href)
    const field = page.getByRole('textbox').first()
    await field.click()
    await host.startAgain({ userData, serverUrl: stand.url, argv: ['tel:+79160005566'] })
    await expect(page.getByTestId('dial-question')).toBeVisible()
    await page.keyboard.type('Иванова')
    await page.keyboard.press('Enter')
    await expect(field).toHaveValue('Иванова')
    await expect(bar(page)).toHaveAttribute('data-phase', 'idle')
    await page.getByTestId('dial-dismiss').click()
  })

  onDoubleAlone(host, () => {
    test('a shortcut is recorded by pressing it, and works in any program', async () => {
      await page.goto(new URL('/settings/account', page.url()).href)
      const row = page.getByTestId('shortcut-dialSelection')
      await expect(row).toContainText('Выключено')
      await row.getByRole('button', { name: 'Задать' }).click()
      await page.keyboard.press('a')
      await expect(row).toContainText('Добавьте Ctrl')
      await page.keyboard.press('Control+Alt+KeyD')
      await expect(row).toContainText('Ctrl')
      await expect(row).toContainText(/Работает|Не проверено/)
      await desktop.double.setClipboard({ clipboard: '8 (495) 000-07-02', selection: '' })
      expect(await desktop.double.pressShortcut('Control+Alt+D')).toBe(true)
      await expect(row).toContainText('Работает')
      await expect(page.getByTestId('dial-question')).toContainText('Номер из буфера обмена')
      await page.getByTestId('dial-dismiss').click()
      await row.getByRole('button', { name: 'Выключить' }).click()
      await expect(row).toContainText('Выключено')
      expect(await desktop.double.pressShortcut('Control+Alt+D')).toBe(false)
    })
  })

  test('settings of this computer are kept, and the server’s address names the company that set it', async () => {
    const island = page.getByTestId('setting-showIsland')
    await island.click()
    await expect
      .poll(() => page.evaluate(() => window.callsync.request('settings.get', {})))
      .toMatchObject({ ok: true, value: { showIsland: false } })
    await island.click()
    await page.getByTestId('server-change').click()
    await page.getByTestId('server-address').fill('nonsense nonsense')
    await page.getByTestId('server-submit').click()
    await expect(page.getByTestId('said')).toContainText('не похоже на адрес')
    await page.getByTestId('server-address').fill(stand.url)
    await page.getByTestId('server-submit').click()
    await expect(page.getByTestId('said')).toContainText('Сервер найден')
    await expect(page.getByText('Всё отправлено', { exact: false })).toBeVisible()
    await page.getByTestId('server-submit').click()
    await expect(page.getByTestId('said')).toContainText('Адрес задан вашей компанией')
  })

  test('after a sleep the phone is registered again within 5 s', async () => {
    await stand.pbx.pbx.stop()
    await expect(page.getByTestId('phone-state')).toHaveAttribute('data-value', 'backingOff')
    await stand.pbx.pbx.start()
    await desktop.power('suspend')
    const wokenMs = Date.now()
    await desktop.power('resume')
    await expect(page.getByTestId('phone-state')).toHaveAttribute('data-value', 'registered', { timeout: 10_000 })
    const tookMs = Date.now() - wokenMs
    test.info().annotations.push({ type: 'registered after waking', description: `${tookMs} ms` })
    expect(tookMs).toBeLessThan(5_000)
  })

  test('signing out with unsent text asks, and wipes when told to', async () => {
    await page.goto(new URL('/workplace', page.url()).href)
    await expect(page.getByTestId('phone-state')).toHaveAttribute('data-tone', 'ok')
    const { user } = await (await stand.api('anna')).session()
    const call = await stand.carrier.call({ from: '+79160007788', to: '+74950000701' })
    await page.getByTestId('card-answer').click()
    await expect(page.getByTestId('card')).toHaveAttribute('data-state', 'talking')
    await stand.killServer()
    await page.getByTestId('card-field-notes').fill('секрет')
    await expect(page.getByTestId('card-state')).toHaveAttribute('data-sync', 'here')
    const stored = () => page.evaluate((userId) => window.callsync.request('drafts.list', { userId }), user.id)
    await expect.poll(async () => JSON.stringify(await stored())).toContain('секрет')
    const damaged = join(userData, 'drafts.db.damaged-1')
    await writeFile(damaged, 'somebody’s text')
    await page.getByRole('button', { name: 'Меню пользователя: Анна Ковалёва' }).click()
    await page.getByTestId('sign-out').click()
    await expect(page.getByText('Не всё отправлено')).toBeVisible()
    await expect(page.getByText('Здесь лежит повреждённое хранилище черновиков (1).')).toBeVisible()
    await page.getByTestId('leave-wipe').click()
    await expect(page.getByLabel('Пароль')).toBeVisible({ timeout: 30_000 })
    await expect.poll(stored).toEqual({ ok: true, value: [] })
    await expect.poll(() => existsSync(damaged)).toBe(false)
    if (host.name === 'Electron double') await expect.poll(() => desktop.double.desk.tray?.icon).toBe('tray-offline-16.png')
    await stand.carrier.hangUp(call)
    await stand.restartServer()
  })

  test('the first start asks for the server in words, and goes on to the sign-in', async () => {
    const fresh = await mkdtemp(join(tmpdir(), 'callsync-first-'))
    const first = await host.start({ userData: fresh, serverUrl: '' })
    try {
      await first.page.getByTestId('server-address').fill('http://127.0.0.1:9')
      await first.page.getByTestId('server-submit').click()
      await expect(first.page.getByTestId('said')).toContainText('Сервер не отвечает')
      await first.page.getByTestId('server-address').fill(stand.url)
      await first.page.getByTestId('server-submit').click()
      await expect(first.page.getByTestId('said')).toContainText('Сервер найден')
      // Found is not yet used: the person says so.
      await expect(first.page.getByRole('button', { name: 'Подключиться' })).toBeVisible()
      await first.page.getByTestId('server-submit').click()
      await expect.poll(async () => (await first.pages().at(-1)?.getByLabel('Пароль').count()) ?? 0).toBe(1)
    } finally {
      await first.close()
      await rm(fresh, { recursive: true, force: true })
    }
  })
})
