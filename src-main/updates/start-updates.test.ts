import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDesk } from '../desk/desk.ts'
import { silentLog } from '../log.ts'
import type { CertificateSession } from '../server/certificates.ts'
import { startUpdates } from './start-updates.ts'
import type { UpdaterLike } from './updates.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const fingerprint = `sha256/${Buffer.alloc(32, 7).toString('base64')}`
const policy = { updates: true, certificates: [{ host: 'callsync.example.com', fingerprint }] }

class FakeUpdater extends EventEmitter implements UpdaterLike {
  autoDownload = false
  autoInstallOnAppQuit = false
  setFeedURL(): void {}
  async checkForUpdates(): Promise<unknown> {
    return null
  }
  quitAndInstall(): void {}
}

function setUp(more: { isPackaged?: boolean; loadUpdater?: () => Promise<UpdaterLike> } = {}) {
  const app = Object.assign(new EventEmitter(), { isPackaged: more.isPackaged ?? true, getVersion: () => '1.0.0' })
  const asked: Parameters<CertificateSession['setCertificateVerifyProc']>[0][] = []
  let loads = 0
  const updates = startUpdates({
    app,
    platform: 'linux',
    updateFile: 'provider: generic\n',
    policy,
    session: () => ({ setCertificateVerifyProc: (proc) => void asked.push(proc) }),
    loadUpdater:
      more.loadUpdater ??
      (async () => {
        loads += 1
        return new FakeUpdater()
      }),
    serverUrl: () => 'https://callsync.example.com',
    onChanged: () => undefined,
    allowQuit: () => undefined,
    desk: createDesk({ sendToWorkplace: () => undefined, openWorkplace: () => undefined }),
    log: silentLog,
  })
  const judge = (hostname: string) => {
    let verdict: number | null = null
    asked[0]?.({ hostname, certificate: { fingerprint }, errorCode: -202 }, (given) => {
      verdict = given
    })
    return verdict
  }
  return { app, updates, judge, loads: () => loads, guarded: () => asked.length }
}

test('what the updater fetches is judged by the company’s certificates, and by no others', async () => {
  const { judge, app } = setUp()
  await vi.advanceTimersByTimeAsync(0)
  expect(judge('callsync.example.com')).toBe(0)
  expect(judge('evil.example')).toBe(-3)
  app.emit('will-quit')
})

test('an app that takes no updates does not read the updater in', async () => {
  const { updates, loads, guarded } = setUp({ isPackaged: false })
  await vi.advanceTimersByTimeAsync(0)
  expect([loads(), guarded()]).toEqual([0, 0])
  expect(updates.state()).toEqual({ state: 'none', version: '1.0.0' })
})

test('an updater that cannot be read in leaves the app without updates, not without life', async () => {
  const { updates } = setUp({
    loadUpdater: async () => {
      throw new Error('no module')
    },
  })
  await vi.advanceTimersByTimeAsync(0)
  expect(updates.state()).toEqual({ state: 'none', version: '1.0.0' })
})
