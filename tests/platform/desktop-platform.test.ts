import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDesk } from '../../src-main/desk/desk.ts'
import { openDatabase } from '../../src-main/drafts/database.ts'
import { createDraftStore } from '../../src-main/drafts/draft-store.ts'
import { createBridgeHandlers, sendEvent } from '../../src-main/ipc/handlers.ts'
import { type IpcMainLike, type IpcSender, routeIpc } from '../../src-main/ipc/router.ts'
import { createInbox } from '../../src-main/links/inbox.ts'
import { silentLog } from '../../src-main/log.ts'
import { createNotifier } from '../../src-main/notifications.ts'
import { saveFile } from '../../src-main/save-file.ts'
import { createSecretStore } from '../../src-main/secrets/secret-store.ts'
import { createServerAddress } from '../../src-main/server/server-address.ts'
import { createSettingsStore } from '../../src-main/settings/desktop-settings.ts'
import { noUpdates } from '../../src-main/updates/updates.ts'
import { type Bridge, type BridgeReply, bridgeChannels } from '../../src-preload/contract/index.ts'
import { BridgeError, createDesktopPlatform } from '../../src-renderer/platform/desktop.ts'
import { platformContract } from '../../src-renderer/platform/platform.contract.ts'
import { type Platform, StorageError } from '../../src-renderer/platform/platform.ts'

let folder: string
const closers: (() => void)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-platform-'))
})
afterEach(() => {
  for (const close of closers.splice(0)) close()
  rmSync(folder, { recursive: true })
})

/** The real main side and the real desktop platform, joined by an IPC pair that copies as Electron's does. */
async function startApp(options: { serverUrl?: string } = {}) {
  for (const close of closers.splice(0)) close()
  const { database, notice, damaged } = openDatabase({ file: join(folder, 'drafts.db'), now: () => 1 })
  closers.push(() => database.close())

  let listener: Parameters<IpcMainLike['handle']>[1] | undefined
  const toPage = new Map<string, Set<(event: never) => void>>()
  const sender: IpcSender = {
    id: 1,
    send(_channel, message) {
      const { name, event } = structuredClone(message) as { name: string; event: never }
      for (const each of toPage.get(name) ?? []) each(event)
    },
  }
  const clicks: (() => void)[] = []
  const windows: string[] = []
  routeIpc({
    ipcMain: {
      handle: (channel, added) => {
        if (channel === bridgeChannels.request) listener = added
      },
      removeHandler: () => undefined,
    },
    trustedOrigins: ['app://callsync'],
    nameOf: () => 'workplace',
    log: silentLog,
    handlers: createBridgeHandlers({
      drafts: createDraftStore({ database, damaged, log: silentLog }),
      storageNotice: notice,
      secrets: createSecretStore({
        safeStorage: {
          isAsyncEncryptionAvailable: async () => true,
          getSelectedStorageBackend: () => 'gnome_libsecret',
          encryptStringAsync: async (text) => Buffer.from(text),
          decryptStringAsync: async (bytes) => ({ shouldReEncrypt: false, result: bytes.toString() }),
        },
        platform: 'linux',
        file: join(folder, 'secrets.json'),
        log: silentLog,
      }),
      server: createServerAddress({
        config: {
          serverUrl: options.serverUrl ?? 'http://server:7420',
          managed: true,
          policy: { certificates: [], updates: false },
        },
        choiceFile: join(folder, 'config.json'),
        fetch: async () => new Response(null, { status: 503 }),
        readFingerprint: async () => null,
        onChanged: () => undefined,
      }),
      desk: createDesk({
        sendToWorkplace: (command) => sendEvent(sender, 'desk.command', command),
        openWorkplace: () => void windows.push('open workplace'),
      }),
      inbox: createInbox({ onNumber: () => undefined, onServerOffer: () => undefined, onUseless: () => undefined }),
      language: () => 'ru',
      settings: createSettingsStore({ file: join(folder, 'settings.json'), log: silentLog, now: () => 1 }),
      shortcutStates: () => [],
      updates: noUpdates('0.1.0'),
      windows: {
        open: (name) => void windows.push(`open ${name}`),
        focus: () => void windows.push('focus'),
        nameOf: () => 'workplace',
      },
      notifier: createNotifier({
        create: () => ({
          on: (event: string, added: (details: { actionIndex: number }) => void) =>
            event === 'click' && clicks.push(() => added({ actionIndex: 0 })),
          show() {},
          close() {},
        }),
        discreetTitle: String,
      }),
      saveFile: (file) =>
        saveFile(
          {
            askPath: async (name) => join(folder, name),
            serverUrl: () => 'https://callsync.example.com',
            fetch: async () => new Response('a;b'),
          },
          file,
        ),
    }),
  })
  const bridge: Bridge = {
    async request(name, args) {
      const event = { sender, senderFrame: { origin: 'app://callsync', parent: null } }
      const reply = await listener?.(event, name, structuredClone(args))
      if (!reply) throw new Error('nobody listens')
      return structuredClone(reply) as BridgeReply
    },
    on(name, added) {
      const ofName = toPage.get(name) ?? new Set()
      toPage.set(name, ofName)
      ofName.add(added)
      return () => void ofName.delete(added)
    },
  }
  const platform: Platform = await createDesktopPlatform(bridge)
  return { platform, database, clicks, windows, sender }
}

test.each(platformContract)('$name', async ({ run }) => {
  await run({ open: async () => (await startApp()).platform })
})

test('a full disk arrives in the page as a StorageError with its advice', async () => {
  const { platform, database } = await startApp()
  database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true }))}`)
  const put = platform.drafts.put({
    cardId: 'c',
    userId: 'u',
    baseVersion: 0,
    changes: { notes: 'x'.repeat(50_000) },
    updatedAtMs: 1,
  })
  await expect(put).rejects.toThrow(StorageError)
  await expect(put).rejects.toThrow(/disk is full/i)
})

test('arguments that main refuses arrive with their code', async () => {
  const { platform } = await startApp()
  const refused = platform.drafts.done({ id: 'no uuid' })
  await expect(refused).rejects.toThrow(BridgeError)
  await expect(refused).rejects.toMatchObject({ code: 'invalidArguments' })
})

test('a click on a notification reaches its page once the window is in front; closed ones are silent', async () => {
  const { platform, clicks, windows } = await startApp()
  const clicked: string[] = []
  const close = platform.notifications.show({ id: 'n', title: 't', body: 'b', onClick: () => clicked.push('n') })
  await expect.poll(() => clicks.length).toBe(1)
  clicks[0]?.()
  expect(clicked).toEqual(['n'])
  expect(windows).toEqual(['focus'])
  close()
  clicks[0]?.()
  expect(clicked).toEqual(['n'])
})

test('waking is told until the disposer', async () => {
  const { platform, sender } = await startApp()
  let woken = 0
  const stop = platform.onResume(() => {
    woken += 1
  })
  sendEvent(sender, 'power.resumed', {})
  stop()
  sendEvent(sender, 'power.resumed', {})
  expect(woken).toBe(1)
})

test('files and windows go through main', async () => {
  const { platform, windows } = await startApp({ serverUrl: 'https://callsync.example.com' })
  expect(platform.serverUrl).toBe('https://callsync.example.com')
  expect(await platform.files.download({ name: 'calls.csv', path: '/api/file' })).toBe(true)
  await platform.windows.open('monitor')
  expect(windows).toEqual(['open monitor'])
})
