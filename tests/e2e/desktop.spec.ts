import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { Bridge } from '../../src-preload/contract/index.ts'
import { startDesktop } from '../support/electron-double/start-desktop.ts'

declare const window: { readonly callsync: Bridge }

let userData: string

test.beforeEach(async () => {
  userData = await mkdtemp(join(tmpdir(), 'callsync-desktop-'))
})
test.afterEach(async () => {
  await rm(userData, { recursive: true, force: true })
})

const draft = { cardId: 'main:1.1', userId: 'u1', baseVersion: 3, changes: { notes: 'набрано' }, updatedAtMs: 1 }
// Nobody listens there: the app has to work with its server away.
const serverUrl = 'http://127.0.0.1:9'

test('a draft survives kill -9 of the app', async () => {
  const before = await startDesktop({ userData, serverUrl })
  const put = await before.page.evaluate((row) => window.callsync.request('drafts.put', row), draft)
  expect(put).toEqual({ ok: true, value: undefined })
  await before.kill()

  const after = await startDesktop({ userData, serverUrl })
  const got = await after.page.evaluate(() => window.callsync.request('drafts.get', { userId: 'u1', cardId: 'main:1.1' }))
  expect(got).toEqual({ ok: true, value: draft })
  expect((await stat(join(userData, 'drafts.db'))).mode & 0o777).toBe(0o600)
  await after.close()
})
