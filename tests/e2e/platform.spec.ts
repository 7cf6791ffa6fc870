import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { build } from 'vite'
import { platformContract } from '../../src-renderer/platform/platform.contract.ts'

/** The browser host's contract inside real Chromium: IndexedDB and downloads are not to be had elsewhere. */
const origin = 'http://platform.localhost'
let script: string

test.beforeAll(async () => {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: {
        entry: join(import.meta.dirname, '../../src-renderer/platform/platform.contract.page.ts'),
        formats: ['iife'],
        name: 'contract',
      },
    },
  })
  const outputs = Array.isArray(built) ? built : [built]
  const chunk = outputs.flatMap((each) => ('output' in each ? each.output : [])).find((each) => each.type === 'chunk')
  if (!chunk) throw new Error('nothing was built')
  script = chunk.code
})

test.beforeEach(async ({ page }) => {
  await page.route(`${origin}/**`, (route) =>
    route.fulfill(
      route.request().url().endsWith('.js')
        ? { contentType: 'text/javascript; charset=utf-8', body: script }
        : { contentType: 'text/html', body: '<!doctype html><script src="/contract.js"></script>' },
    ),
  )
  await page.goto(origin)
})

for (const { name } of platformContract) {
  test(name, async ({ page }) => {
    await page.evaluate(`contract.runCase(${JSON.stringify(name)})`)
  })
}

const draft = { cardId: 'c', userId: 'u', baseVersion: 0, changes: { notes: 'a' }, updatedAtMs: 1 }
const put = (page: Page) =>
  page.evaluate(`contract.createBrowserPlatform().drafts.put(${JSON.stringify(draft)}).then(() => 'kept', (error) => error.name)`)

test('a draft is there after a reload', async ({ page }) => {
  expect(await put(page)).toBe('kept')
  await page.reload()
  expect(await page.evaluate("contract.createBrowserPlatform().drafts.get({ userId: 'u', cardId: 'c' })")).toEqual(draft)
})

test('a database of a newer program is refused with a StorageError and left alone', async ({ page }) => {
  await page.evaluate(`new Promise((resolve, reject) => {
    const opening = indexedDB.open('callsync', 99)
    opening.onsuccess = () => { opening.result.close(); resolve() }
    opening.onerror = reject
  })`)
  expect(await put(page)).toBe('StorageError')
})

test('rows that this version cannot read are set aside, counted, not overwritten, and return with a version that can', async ({
  page,
}) => {
  expect(await put(page)).toBe('kept')
  const row = {
    id: '7f1c2c9e-6d4a-4b39-9a37-9a0d6b1f2a01',
    userId: 'u',
    lane: 'c2',
    kind: 'card.save',
    payload: { cardId: 'c2', baseVersion: 0, changes: { notes: 'b' } },
    createdAtMs: 1,
    attempts: 0,
    nextAtMs: 1,
    lastError: null,
  }
  const drafts = (call: string) => page.evaluate(`contract.createBrowserPlatform().drafts.${call}`)
  await drafts(`promote(${JSON.stringify(row)})`)
  /** Changes what lies in the database, past the program. */
  const alter = (stores: string[], work: string) =>
    page.evaluate(`new Promise((resolve, reject) => {
      const opening = indexedDB.open('callsync')
      opening.onerror = reject
      opening.onsuccess = () => {
        const database = opening.result
        const transaction = database.transaction(${JSON.stringify(stores)}, 'readwrite')
        transaction.oncomplete = () => { database.close(); resolve() }
        const walk = (name, change) => {
          transaction.objectStore(name).openCursor().onsuccess = ({ target: { result } }) => {
            if (result === null) return
            result.update(change(result.value))
            result.continue()
          }
        }
        ${work}
      }
    })`)
  await alter(['drafts'], "walk('drafts', (draft) => ({ ...draft, changes: 'of the future' }))")
  await alter(['outbox'], "walk('outbox', (row) => ({ ...row, kind: 'of the future' }))")
  await page.reload()
  const nothing = { notice: null, damagedFiles: 0 }
  expect(await drafts('state()')).toEqual({ ...nothing, rowsSetAside: 2 })
  expect(await drafts("list({ userId: 'u' })")).toEqual([])
  expect(await put(page)).toBe('kept')

  const readable = `walk('setAside', (aside) => ({
    ...aside,
    row: { ...aside.row, ...(aside.origin === 'drafts' ? { changes: { notes: 'older' } } : { kind: 'card.save' }) },
  }))`
  await alter(['setAside'], readable)
  await page.reload()
  // The save is back; the draft's place is taken by a newer one.
  expect(await drafts('state()')).toEqual({ ...nothing, rowsSetAside: 1 })
  expect(await drafts("get({ userId: 'u', cardId: 'c' })")).toEqual(draft)
  expect(await drafts("outbox({ userId: 'u' })")).toEqual([row])
  await drafts("wipe({ userId: 'u' })")
  expect(await drafts('state()')).toEqual({ ...nothing, rowsSetAside: 0 })
})

test('a full storage is a StorageError, and what was there stays', async ({ page, context }) => {
  const session = await context.newCDPSession(page)
  // Before the first write: Chromium remembers the free space for a while.
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 })
  expect(await put(page)).toBe('kept')
  // Text that does not compress, far above the quota.
  const result = await page.evaluate(`(() => {
    const bytes = Array.from({ length: 100 }, () => crypto.getRandomValues(new Uint16Array(30_000)))
    const notes = bytes.map((each) => String.fromCharCode(...each)).join('')
    const big = { ...${JSON.stringify(draft)}, changes: { notes } }
    return contract.createBrowserPlatform().drafts.put(big).then(() => 'kept', (error) => error.name)
  })()`)
  expect(result).toBe('StorageError')
  expect(await page.evaluate("contract.createBrowserPlatform().drafts.get({ userId: 'u', cardId: 'c' })")).toEqual(draft)
})

test('a file of the server is a download with its name', async ({ page }) => {
  const download = page.waitForEvent('download')
  await page.evaluate("contract.createBrowserPlatform().files.download({ name: 'calls.csv', path: '/' })")
  expect((await download).suggestedFilename()).toBe('calls.csv')
})

test('a notification shows where it is allowed, and its click is told', async ({ page, context }) => {
  await context.grantPermissions(['notifications'], { origin })
  const clicked = await page.evaluate(`new Promise((resolve) => {
    const shown = []
    const Real = window.Notification
    window.Notification = class extends Real {
      constructor(...args) { super(...args); shown.push(this) }
    }
    Object.defineProperty(window.Notification, 'permission', { value: 'granted' })
    const { notifications } = contract.createBrowserPlatform()
    notifications.show({ id: 'a', title: 't', body: 'b', onClick: () => resolve(shown.length) })
    notifications.show({ id: 'a', title: 't', body: 'b', onClick: () => resolve('twice') })
    shown[0].dispatchEvent(new Event('click'))
  })`)
  expect(clicked).toBe(1)
})
