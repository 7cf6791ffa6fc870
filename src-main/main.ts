import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, dialog, ipcMain, Notification, powerMonitor, protocol, safeStorage, session } from 'electron'
import { ConfigError, readServerUrl } from './config.ts'
import { openDatabase } from './drafts/database.ts'
import { createDraftStore } from './drafts/draft-store.ts'
import { StorageFailure } from './drafts/storage-failure.ts'
import { createBridgeHandlers } from './ipc/handlers.ts'
import { routeIpc } from './ipc/router.ts'
import type { Log } from './log.ts'
import { createNotifier } from './notifications.ts'
import { appOrigin, appScheme, createAppProtocol } from './protocol/app-protocol.ts'
import { contentSecurityPolicy } from './protocol/csp.ts'
import { saveFile } from './save-file.ts'
import { createSecretStore } from './secrets/secret-store.ts'
import { guardPermissions } from './security/permissions.ts'
import { createAppWindows } from './windows/app-windows.ts'
import { createBoundsMemory } from './windows/bounds.ts'

const log: Log = {
  info: (text, fields = {}) => console.info(JSON.stringify({ level: 'info', text, ...fields })),
  warn: (text, fields = {}) => console.warn(JSON.stringify({ level: 'warn', text, ...fields })),
}

/** Pages from the development server, in an unpacked app only. */
const devUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']?.replace(/\/+$/, '')

function start(): void {
  const userData = app.getPath('userData')
  mkdirSync(userData, { recursive: true, mode: 0o700 })

  const serverUrl = readServerUrl({
    fromEnvironment: process.env['CALLSYNC_SERVER_URL'],
    configFile: join(userData, 'config.json'),
  })
  const ownOrigins = [devUrl === undefined ? appOrigin : new URL(devUrl).origin]

  const { database, notice } = openDatabase({ file: join(userData, 'drafts.db'), now: Date.now })
  if (notice) log.warn('The database of drafts was damaged and set aside', { setAsideAs: notice.setAsideAs })
  app.on('will-quit', () => database.close())

  protocol.handle(
    appScheme,
    createAppProtocol({
      folder: join(import.meta.dirname, '../renderer'),
      contentSecurityPolicy: contentSecurityPolicy(serverUrl),
    }),
  )
  guardPermissions(session.defaultSession, ownOrigins)

  const notifier = createNotifier({ create: (options) => new Notification(options) })
  const windows = createAppWindows({
    baseUrl: devUrl ?? appOrigin,
    preload: join(import.meta.dirname, '../preload/index.cjs'),
    bounds: createBoundsMemory({ file: join(userData, 'windows.json'), log }),
    ownOrigins,
    externalOrigins: [new URL(serverUrl).origin],
    log,
    onClosed: (senderId) => notifier.closeAllOf(senderId),
  })
  routeIpc({
    ipcMain,
    trustedOrigins: ownOrigins,
    log,
    handlers: createBridgeHandlers({
      drafts: createDraftStore({ database, log }),
      storageNotice: notice,
      secrets: createSecretStore({ safeStorage, platform: process.platform, file: join(userData, 'secrets.json'), log }),
      serverUrl,
      windows,
      notifier,
      saveFile: (file, sender) => saveFile({ askPath: (name) => askPath(name, windows.find(sender)) }, file),
    }),
  })

  powerMonitor.on('resume', () => windows.sendToAll('power.resumed', {}))
  app.on('second-instance', () => windows.open('workplace'))
  app.on('activate', () => windows.open('workplace'))
  windows.open('workplace')
}

async function askPath(name: string, window: Electron.BrowserWindow | undefined): Promise<string | null> {
  const answer = window
    ? await dialog.showSaveDialog(window, { defaultPath: name })
    : await dialog.showSaveDialog({ defaultPath: name })
  return answer.canceled || answer.filePath === '' ? null : answer.filePath
}

if (!app.requestSingleInstanceLock()) {
  app.exit(0)
} else {
  app.enableSandbox()
  app.setAppUserModelId('com.callsync.central')
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ])
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  await app.whenReady()
  try {
    start()
  } catch (cause) {
    const known = cause instanceof ConfigError || cause instanceof StorageFailure
    log.warn('The app could not start', { error: cause instanceof Error ? cause.message : String(cause) })
    dialog.showErrorBox('CallSync Central', known ? cause.message : `The app could not start: ${String(cause)}`)
    app.exit(1)
  }
}
