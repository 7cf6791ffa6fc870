import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import type { Bridge, DeskState } from '../../src-preload/contract/index.ts'
import { onDoubleAlone, onEachDesktop, type RunningDesktop } from '../support/desktop-hosts.ts'

/** How the app's pages end: closed, loaded anew, crashed; and what becomes of the call in them. Each test has an app of its own. */

declare const window: { readonly callsync: Bridge; onbeforeunload: unknown; location: { reload(): void } }

// Nobody listens there.
const serverUrl = 'http://127.0.0.1:48999'

let userData: string
let desktop: RunningDesktop
let workplace: Page

const idle: DeskState = {
  language: 'ru',
  dark: false,
  person: { name: 'Анна', status: 'available', pauseReason: null },
  pauseReasons: [],
  microphones: [],
  call: null,
  unsent: 0,
  unkept: false,
}
const onCall: DeskState = {
  ...idle,
  person: { name: 'Анна', status: 'onCall', pauseReason: null },
  call: { lineId: 'l', phase: 'talking', title: 'Иван', subtitle: 'Отдел продаж', sinceMs: 1, muted: false },
}

/** A page of the app's origin with the bridge alone. */
const bare = (page: Page) => page.goto(new URL('/bare.txt', page.url()).href).catch(() => undefined)
const publish = async (page: Page, state: DeskState) => {
  expect(await page.evaluate((each) => window.callsync.request('desk.publish', each), state)).toEqual({
    ok: true,
    value: undefined,
  })
}
const closeToTray = (page: Page, on: boolean) =>
  page.evaluate(
    (closes) =>
      window.callsync.request('settings.set', { launchAtLogin: false, closeToTray: closes, showIsland: true, shortcuts: {} }),
    on,
  )
const openMonitor = () =>
  desktop.windowAfter(() => workplace.evaluate(() => window.callsync.request('windows.open', { name: 'monitor' })))
/** What tray and island are told; `page` is a workplace. */
const deskState = (page: Page) => page.evaluate(() => window.callsync.request('desk.state', {})).catch(() => 'loading')
const state = (value: DeskState | null) => ({ ok: true, value })
const asked = async () => (await desktop.asked()).map(({ message }) => message)

/** A page that has text to lose; Chromium believes it after a press in it. */
async function refuseToGo(page: Page): Promise<void> {
  await page.locator('body').click()
  await page.evaluate(() => {
    window.onbeforeunload = (event: { preventDefault(): void }) => event.preventDefault()
  })
}

onEachDesktop((host) => {
  test.beforeEach(async () => {
    userData = await mkdtemp(join(tmpdir(), 'callsync-life-'))
    desktop = await host.start({ userData, serverUrl })
    workplace = desktop.page
    await bare(workplace)
  })
  test.afterEach(async () => {
    await desktop.close()
    await rm(userData, { recursive: true, force: true })
  })

  test('closing the window in a call hides it in the tray, and the call goes on', async () => {
    await publish(workplace, onCall)
    await desktop.closeWindow(workplace)
    await expect.poll(() => desktop.isVisible(workplace)).toBe(false)
    expect(desktop.pages()).toContain(workplace)
    expect(await asked()).toEqual([])
    expect(await deskState(workplace)).toEqual(state(onCall))
  })

  test('where nothing is hidden, closing in a call asks; a yes ends the window and not the app', async () => {
    await closeToTray(workplace, false)
    await publish(workplace, onCall)
    const monitor = await openMonitor()
    await desktop.answerWith(0)
    await desktop.closeWindow(workplace)
    await expect.poll(asked).toEqual(['Закрыть окно?'])
    expect((await desktop.asked())[0]).toMatchObject({
      detail: 'Идёт звонок: он прервётся.',
      buttons: ['Не закрывать', 'Закрыть'],
    })
    expect(await deskState(workplace)).toEqual(state(onCall))

    await desktop.answerWith(1)
    // The page would rather stay as well: it is not asked about twice.
    await refuseToGo(workplace)
    await desktop.closeWindow(workplace)
    await expect.poll(() => desktop.pages()).toEqual([monitor])
    expect(await asked()).toHaveLength(2)
    workplace = await desktop.windowAfter(() => host.startAgain({ userData, serverUrl }))
    expect(desktop.pages()).toEqual([monitor, workplace])
    await bare(workplace)
    expect(await deskState(workplace)).toEqual(state(null))
  })

  test('a page that refuses to be loaded anew is asked about in those words; a yes clears the desk', async () => {
    await publish(workplace, onCall)
    await refuseToGo(workplace)
    await desktop.answerWith(0)
    const reload = () => workplace.evaluate(() => window.location.reload()).catch(() => undefined)
    await reload()
    await expect.poll(asked).toEqual(['Загрузить окно заново?'])
    expect(await deskState(workplace)).toEqual(state(onCall))
    await desktop.answerWith(1)
    await reload()
    await expect.poll(() => deskState(workplace)).toEqual(state(null))
    expect(await asked()).toHaveLength(2)
  })

  test('an end of the app that a page kept from happening is over: closing hides again', async () => {
    await publish(workplace, idle)
    await refuseToGo(workplace)
    await desktop.answerWith(0)
    await desktop.requestQuit()
    await expect.poll(asked).toEqual(['Закрыть окно?'])
    await desktop.closeWindow(workplace)
    await expect.poll(() => desktop.isVisible(workplace)).toBe(false)
    expect(desktop.pages()).toEqual([workplace])
    expect(await asked()).toHaveLength(1)
  })

  onDoubleAlone(host, () => {
    test('a crashed page comes back, and nobody is on a call any more', async () => {
      const { double } = desktop
      await publish(workplace, onCall)
      await expect.poll(() => [double.desk.tray?.icon, double.desk.keptAwake]).toEqual(['tray-busy-16.png', 1])
      const again = await desktop.windowAfter(() => double.crash(workplace))
      await expect.poll(() => [double.desk.tray?.icon, double.desk.keptAwake]).toEqual(['tray-offline-16.png', 0])
      expect(desktop.pages()).toEqual([again])
      await bare(again)
      await publish(again, idle)
      await expect.poll(() => double.desk.tray?.icon).toBe('tray-available-16.png')
    })
  })

  onDoubleAlone(host, () => {
    test('a page that dies again and again stays blank until the person wants it', async () => {
      const { double } = desktop
      let page = workplace
      for (let deaths = 1; deaths <= 3; deaths += 1) {
        const dying = page
        page = await desktop.windowAfter(() => double.crash(dying))
      }
      await double.crash(page)
      expect(desktop.pages()).toEqual([page])
      const again = await desktop.windowAfter(() => host.startAgain({ userData, serverUrl }))
      expect(desktop.pages()).toEqual([again])
      await bare(again)
      await publish(again, idle)
    })
  })

  test('the menu is in the person’s language', async () => {
    await expect.poll(() => desktop.menu()).toEqual(['Программа', 'Правка', 'Вид'])
    await publish(workplace, { ...idle, language: 'en' })
    await expect.poll(() => desktop.menu()).toEqual(['Program', 'Edit', 'View'])
  })
})
