import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import Database from 'better-sqlite3'
import type { Bridge } from '../../src-preload/contract/index.ts'
import type { CarrierCall } from '../support/carrier.ts'
import { onEachDesktop } from '../support/desktop-hosts.ts'
import { Stand } from '../support/stand.ts'

/** C3.8 on the desktop: the operator's app dies in the middle of a word, the server too; nothing typed is lost or sent twice. */

declare const window: { readonly callsync: Bridge }

let stand: Stand
let userData: string

const notes = (page: Page) => page.getByTestId('card-field-notes')
const rows = async (page: Page, request: 'drafts.list' | 'outbox.list', userId: string): Promise<unknown[]> => {
  const reply = await page.evaluate(([name, id]) => window.callsync.request(name, { userId: id }), [request, userId] as const)
  if (!reply.ok || !Array.isArray(reply.value)) throw new Error(`${request} failed`)
  return reply.value
}

/** The saves of a card that the server has taken, by their keys. */
function savesOf(cardId: string): unknown[] {
  const database = new Database(join(stand.dataFolder, 'callsync.db'), { readonly: true })
  try {
    return database.prepare('SELECT key FROM card_writes WHERE card_id = ?').pluck().all(cardId)
  } finally {
    database.close()
  }
}

/** Signs in, takes a call and returns its card. */
async function takeCall(page: Page, from: string): Promise<{ call: CarrierCall; cardId: string }> {
  await expect(page.getByTestId('phone-state')).toHaveAttribute('data-tone', 'ok')
  const call = await stand.carrier.call({ from, to: '+74950000701' })
  await page.getByTestId('card-answer').click()
  await expect(page.getByTestId('card')).toHaveAttribute('data-state', 'talking')
  const cardId = (await page.getByTestId('card').getAttribute('data-card')) ?? ''
  expect(cardId).not.toBe('')
  return { call, cardId }
}

onEachDesktop((host) => {
  test.beforeAll(async () => {
    test.setTimeout(180_000)
    stand = await Stand.start({ name: 'desktop', env: { CALLSYNC_ALLOWED_ORIGINS: host.origin } })
    userData = await mkdtemp(join(tmpdir(), 'callsync-desktop-'))
  })
  test.afterAll(async () => {
    await stand?.stop()
    if (userData) await rm(userData, { recursive: true, force: true })
  })

  test('a draft typed while the server and then the app die is there again, and saved once', async () => {
    const anna = await stand.api('anna')
    const { user } = await anna.session()
    const cardNow = (cardId: string) => anna.card({ params: { id: cardId } })

    const before = await host.start({ userData, serverUrl: stand.url })
    await before.page.getByRole('button', { name: 'Анна Ковалёва' }).click()
    const { call, cardId } = await takeCall(before.page, '+79161234567')
    await notes(before.page).fill('Просит счёт')
    await expect.poll(async () => (await cardNow(cardId)).fields.notes).toBe('Просит счёт')

    // From here on the text is on this computer alone.
    await stand.killServer()
    await notes(before.page).pressSequentially(' на новый адрес')
    await expect.poll(async () => JSON.stringify(await rows(before.page, 'drafts.list', user.id))).toContain('новый адрес')
    await before.kill()
    await stand.carrier.hangUp(call)

    await stand.restartServer()
    const after = await host.start({ userData, serverUrl: stand.url })
    await expect(notes(after.page)).toHaveValue('Просит счёт на новый адрес')
    await after.page.getByTestId('card-save').click()
    await expect.poll(async () => (await cardNow(cardId)).state).toBe('saved')
    expect((await cardNow(cardId)).fields.notes).toBe('Просит счёт на новый адрес')
    await expect.poll(() => rows(after.page, 'outbox.list', user.id)).toEqual([])
    expect(await rows(after.page, 'drafts.list', user.id)).toEqual([])
    expect(savesOf(cardId)).toHaveLength(1)
    await after.close()
  })

  test('a save that found no server leaves after the next start, once, by its own key', async () => {
    const anna = await stand.api('anna')
    const { user } = await anna.session()

    // Still signed in: the token lay in the secret store.
    const before = await host.start({ userData, serverUrl: stand.url })
    const { call, cardId } = await takeCall(before.page, '+79161234568')
    await stand.killServer()
    await notes(before.page).fill('Сохранено без сервера')
    await before.page.getByTestId('card-save').click()
    await expect.poll(async () => (await rows(before.page, 'outbox.list', user.id)).length).toBe(1)
    const [row] = await rows(before.page, 'outbox.list', user.id)
    await before.kill()
    await stand.carrier.hangUp(call)

    await stand.restartServer()
    const after = await host.start({ userData, serverUrl: stand.url })
    await expect.poll(() => rows(after.page, 'outbox.list', user.id)).toEqual([])
    expect((await anna.card({ params: { id: cardId } })).fields.notes).toBe('Сохранено без сервера')
    expect(savesOf(cardId)).toEqual([(row as { id: string }).id])
    await after.close()
  })
})
