import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import type { Bridge } from '../../src-preload/contract/index.ts'
import { doubleOrigin } from '../support/electron-double/chromium-windows.ts'
import { startDesktop } from '../support/electron-double/start-desktop.ts'
import { Stand } from '../support/stand.ts'

/** C3.8 on the desktop: the operator's app dies in the middle of a word, the server too; nothing typed is lost or sent twice. */

declare const window: { readonly callsync: Bridge }

let stand: Stand
let userData: string

test.beforeAll(async () => {
  test.setTimeout(180_000)
  stand = await Stand.start({ name: 'desktop', env: { CALLSYNC_ALLOWED_ORIGINS: doubleOrigin } })
  userData = await mkdtemp(join(tmpdir(), 'callsync-desktop-'))
})
test.afterAll(async () => {
  await stand?.stop()
  if (userData) await rm(userData, { recursive: true, force: true })
})

const notes = (page: Page) => page.getByTestId('card-field-notes')
const rows = async (page: Page, request: 'drafts.list' | 'outbox.list', userId: string): Promise<unknown[]> => {
  const reply = await page.evaluate(([name, id]) => window.callsync.request(name, { userId: id }), [request, userId] as const)
  if (!reply.ok || !Array.isArray(reply.value)) throw new Error(`${request} failed`)
  return reply.value
}

test('a card typed while everything dies is saved once, whole', async () => {
  const anna = await stand.api('anna')
  const { user } = await anna.session()

  const before = await startDesktop({ userData, serverUrl: stand.url })
  await before.page.getByRole('button', { name: 'Анна Ковалёва' }).click()
  await expect(before.page.getByTestId('phone-state')).toHaveAttribute('data-tone', 'ok')
  const call = await stand.carrier.call({ from: '+79161234567', to: '+74950000701' })
  await before.page.getByTestId('card-answer').click()
  await expect(before.page.getByTestId('card')).toHaveAttribute('data-state', 'talking')
  const cardId = await before.page.getByTestId('card').getAttribute('data-card')
  expect(cardId).not.toBeNull()

  await notes(before.page).fill('Просит счёт')
  await expect.poll(async () => (await anna.card({ params: { id: cardId ?? '' } })).fields.notes).toBe('Просит счёт')

  // From here on the text is on this computer alone.
  await stand.killServer()
  await notes(before.page).pressSequentially(' на новый адрес')
  await expect.poll(async () => JSON.stringify(await rows(before.page, 'drafts.list', user.id))).toContain('на новый адрес')
  await before.kill()

  await stand.restartServer()
  const after = await startDesktop({ userData, serverUrl: stand.url })
  await expect(notes(after.page)).toHaveValue('Просит счёт на новый адрес')
  await call.ended
  await after.page.getByTestId('card-save').click()
  await expect.poll(async () => (await anna.card({ params: { id: cardId ?? '' } })).state).toBe('saved')
  expect((await anna.card({ params: { id: cardId ?? '' } })).fields.notes).toBe('Просит счёт на новый адрес')
  await expect.poll(() => rows(after.page, 'outbox.list', user.id)).toEqual([])
  expect(await rows(after.page, 'drafts.list', user.id)).toEqual([])
  await after.close()
})
