import { mkdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import {
  app,
  clipboard,
  dialog,
  globalShortcut,
  ipcMain,
  Notification,
  net,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  session,
} from 'electron'
import { createDesk, type Desk } from './desk/desk.ts'
import { createIsland } from './desk/island.ts'
import { createCallKeepsAwake, tellPower } from './desk/power.ts'
import { createQuitGuard } from './desk/quit-guard.ts'
import { createTrayPresenter, desktopHasTray } from './desk/tray.ts'
import { wordsOf } from './desk/words.ts'
import { openDatabase } from './drafts/database.ts'
import { createDraftStore } from './drafts/draft-store.ts'
import { StorageFailure } from './drafts/storage-failure.ts'
import { createBridgeHandlers } from './ipc/handlers.ts'
import { routeIpc } from './ipc/router.ts'
import { linkSchemes, linksIn } from './links/dial-link.ts'
import { createInbox } from './links/inbox.ts'
import { readSelectedNumber } from './links/selected-number.ts'
import type { Log } from './log.ts'
import { createNotifier } from './notifications.ts'
import { appOrigin, appScheme, createAppProtocol } from './protocol/app-protocol.ts'
import { contentSecurityPolicy } from './protocol/csp.ts'
import { saveFile } from './save-file.ts'
import { createSecretStore } from './secrets/secret-store.ts'
import { guardHeadsets } from './security/headsets.ts'
import { guardPermissions } from './security/permissions.ts'
import { guardCertificates, readFingerprint } from './server/certificates.ts'
import { ConfigError, policyFileOf, readConfig } from './server/config.ts'
import { createServerAddress } from './server/server-address.ts'
import { createSettingsStore } from './settings/desktop-settings.ts'
import { setLaunchAtLogin } from './settings/login-item.ts'
import { createShortcuts } from './settings/shortcuts.ts'
import { createUpdates, noUpdates, type Updates, type UpdatesDeps, updatesRefusal } from './updates/updates.ts'
import { createAppWindows } from './windows/app-windows.ts'
import { createBoundsMemory } from './windows/bounds.ts'
import { askBeforeQuit, askPath, askWhichHeadset, createTray } from './windows/desk-surface.ts'

const log: Log = {
  info: (text, fields = {}) => console.info(JSON.stringify({ level: 'info', text, ...fields })),
  warn: (text, fields = {}) => console.warn(JSON.stringify({ level: 'warn', text, ...fields })),
}

/** Pages from the development server, in an unpacked app only. */
const devUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']?.replace(/\/+$/, '')

/** Links that came before there was an app to take them: macOS sends them even before it is ready. */
const earlyLinks: string[] = [...linksIn(process.argv)]
let takeLink = (link: string): void => void earlyLinks.push(link)

function start(): void {
  const userData = app.getPath('userData')
  mkdirSync(userData, { recursive: true, mode: 0o700 })
  const inUserData = (name: string) => join(userData, name)

  const config = readConfig({
    fromEnvironment: process.env['CALLSYNC_SERVER_URL'],
    // Elsewhere only for tests: a person must not get round the company's file.
    policyFile: (app.isPackaged ? undefined : process.env['CALLSYNC_POLICY_FILE']) ?? policyFileOf(process.platform, process.env),
    choiceFile: inUserData('config.json'),
  })
  const ownOrigins = [devUrl === undefined ? appOrigin : new URL(devUrl).origin]

  const { database, notice } = openDatabase({ file: inUserData('drafts.db'), now: Date.now })
  if (notice) log.warn('The database of drafts was damaged and set aside', { setAsideAs: notice.setAsideAs })
  app.on('will-quit', () => database.close())

  const secrets = createSecretStore({ safeStorage, platform: process.platform, file: inUserData('secrets.json'), log })
  const server = createServerAddress({
    config,
    choiceFile: inUserData('config.json'),
    fetch: (url, options) => net.fetch(url, options),
    readFingerprint,
    onChanged: () => {
      // The old server's session is no business of the new one's. Then the answer reaches the page before it is loaded anew.
      void secrets.set('sessionToken', null).finally(() =>
        setImmediate(() => {
          desk.clear()
          windows.reload()
        }),
      )
    },
  })

  protocol.handle(
    appScheme,
    createAppProtocol({
      folder: join(import.meta.dirname, '../renderer'),
      contentSecurityPolicy: () => contentSecurityPolicy(server.current()),
    }),
  )
  guardPermissions(session.defaultSession, ownOrigins)
  guardHeadsets({
    session: session.defaultSession,
    ownOrigins,
    chooseOne: (names) => {
      const t = wordsOf(desk.state())
      return askWhichHeadset(names, { message: t.whichHeadset, none: t.noHeadset })
    },
  })
  guardCertificates(session.defaultSession, config.policy.certificates)

  const settings = createSettingsStore({ file: inUserData('settings.json'), log, now: Date.now })
  const notifier = createNotifier({ create: (options) => new Notification(options) })
  const openWorkplace = () => windows.open('workplace')
  const desk = createDesk({
    sendToWorkplace: (command) => windows.send('workplace', 'desk.command', command),
    openWorkplace,
  })
  const guard = createQuitGuard({ desk: desk.state, ask: askBeforeQuit, quit: () => app.quit() })
  const windows = createAppWindows({
    baseUrl: devUrl ?? appOrigin,
    preload: join(import.meta.dirname, '../preload/index.cjs'),
    bounds: createBoundsMemory({ file: inUserData('windows.json'), log }),
    ownOrigins,
    externalOrigins: () => (server.current() === '' ? [] : [new URL(server.current()).origin]),
    log,
    onClosing(name) {
      if (name !== 'workplace' || quitting) return 'close'
      if (hasTray && settings.get().closeToTray && desk.state()?.person) return 'hide'
      return guard.mayQuit() ? 'close' : 'stay'
    },
    mayUnload: guard.isAllowed,
    onKept: () => {
      quitting = false
    },
    onGone(name, senderId) {
      notifier.closeAllOf(senderId)
      if (name !== 'workplace') return
      desk.clear()
      windows.destroy('island')
    },
    onVisibility: (name) => {
      if (name === 'workplace') updateIsland()
    },
  })
  const inbox = createInbox({
    onNumber() {
      openWorkplace()
      windows.send('workplace', 'dial.requested', {})
    },
    onServerOffer() {
      openWorkplace()
      windows.send('workplace', 'server.offered', {})
    },
  })

  const updateIsland = createIsland({
    windows: {
      showIsland: () => windows.showInactive('island'),
      hideIsland: () => windows.hide('island'),
      workplaceVisible: () => windows.isVisible('workplace'),
      sendToIsland: (state) => windows.send('island', 'desk.changed', state),
    },
    desk: desk.state,
    enabled: () => settings.get().showIsland,
  })
  desk.onChange(updateIsland)
  desk.onChange(createCallKeepsAwake(powerSaveBlocker))
  let rang = false
  desk.onChange((state) => {
    const rings = state?.call?.phase === 'ringingIn'
    // At its end only: a card may ring before its line does, and a second call rings behind the first.
    if (rang && !rings) notifier.closeAnswerable()
    rang = rings
  })
  const hasTray = startTray({ desk, openWorkplace })
  const updates = startUpdates({
    allowedByPolicy: config.policy.updates,
    trustCertificates: (of) => guardCertificates(of, config.policy.certificates),
    serverUrl: server.current,
    onChanged: (state) => windows.sendToAll('updates.changed', state),
    allowQuit: guard.allow,
    desk,
  })

  const shortcuts = createShortcuts({
    globalShortcut,
    registrationProvesNothing: process.platform === 'linux' && Boolean(process.env['WAYLAND_DISPLAY']),
    now: Date.now,
    onPressed(action) {
      if (action !== 'dialSelection') return desk.command({ kind: action })
      void readSelectedNumber(clipboard, process.platform).then((number) => {
        if (number !== null) inbox.addNumber({ number, source: 'clipboard' })
      })
    },
  })
  shortcuts.apply(settings.get().shortcuts)
  app.on('will-quit', () => globalShortcut.unregisterAll())

  routeIpc({
    ipcMain,
    trustedOrigins: ownOrigins,
    log,
    handlers: createBridgeHandlers({
      drafts: createDraftStore({ database, log }),
      storageNotice: notice,
      secrets,
      server,
      windows,
      notifier,
      desk,
      inbox,
      settings: {
        get: settings.get,
        set(next) {
          const before = settings.get()
          settings.set(next)
          if (JSON.stringify(before.shortcuts) !== JSON.stringify(next.shortcuts)) shortcuts.apply(next.shortcuts)
          if (before.launchAtLogin !== next.launchAtLogin) launchAtLogin(next.launchAtLogin)
          updateIsland()
        },
      },
      shortcutStates: shortcuts.states,
      updates,
      saveFile: (file, sender) => saveFile({ askPath: (name) => askPath(name, windows.find(sender)) }, file),
    }),
  })

  // Once: a person who later gives the links to another program keeps that. After `--` nothing in a link is a switch.
  if (settings.isFirstStart && app.isPackaged) {
    for (const scheme of linkSchemes) app.setAsDefaultProtocolClient(scheme, process.execPath, ['--'])
    settings.set(settings.get())
  }
  // An update may have moved the program; elsewhere the system keeps its own list, which the person can change.
  if (process.platform === 'linux' && settings.get().launchAtLogin) {
    try {
      launchAtLogin(true)
    } catch {
      // A full disk is no reason not to take calls.
      log.warn('The start at log-in could not be renewed')
    }
  }
  tellPower(powerMonitor, windows.sendToAll)
  // A computer that shuts down waits for no answer.
  powerMonitor.on('shutdown', guard.allow)

  let quitting = false
  app.on('before-quit', (event) => {
    if (guard.mayQuit()) quitting = true
    else event.preventDefault()
  })
  app.on('second-instance', (_event, argv) => {
    openWorkplace()
    for (const link of linksIn(argv)) takeLink(link)
  })
  app.on('activate', openWorkplace)
  openWorkplace()
  takeLink = inbox.takeLink
  for (const link of earlyLinks.splice(0)) takeLink(link)
}

/** False where the desktop has none: then nothing is hidden in it. */
function startTray({ desk, openWorkplace }: { desk: Desk; openWorkplace: () => void }): boolean {
  if (!desktopHasTray(process.platform, process.env['XDG_CURRENT_DESKTOP'])) return false
  try {
    const tray = createTray({ iconFolder: join(import.meta.dirname, '../../resources/icons'), onOpen: openWorkplace })
    const present = createTrayPresenter({ tray, command: desk.command, open: openWorkplace, quit: () => app.quit() })
    present(null)
    desk.onChange(present)
    return true
  } catch (cause) {
    log.warn('There is no tray', { error: cause instanceof Error ? cause.message : null })
    return false
  }
}

interface UpdateWiring extends Pick<UpdatesDeps, 'serverUrl' | 'onChanged' | 'allowQuit'> {
  readonly allowedByPolicy: boolean
  readonly desk: Desk
  readonly trustCertificates: (of: Electron.Session) => void
}

/** electron-updater is read in only where it is used: it asks the packaged app for its files at once. */
function startUpdates({ allowedByPolicy, desk, trustCertificates, ...deps }: UpdateWiring): Pick<Updates, 'state' | 'install'> {
  let updates = noUpdates(app.getVersion())
  const { isPackaged } = app
  const refusal = updatesRefusal({ isPackaged, allowedByPolicy, platform: process.platform, updateFile: readUpdateFile() })
  if (refusal !== null) {
    log.info('This app takes no updates', { reason: refusal })
    return updates
  }
  const begin = async () => {
    const { autoUpdater } = (await import('electron-updater')).default
    // electron-updater's own session: the company's certificates count in it too.
    trustCertificates(session.fromPartition('electron-updater', { cache: false }))
    const schedule = (work: () => void, afterMs: number) => {
      const timer = setTimeout(work, afterMs)
      return () => clearTimeout(timer)
    }
    updates = createUpdates({ ...deps, updater: autoUpdater, version: app.getVersion(), log, schedule })
    desk.onChange((state) => updates.busyChanged((state?.call ?? null) !== null || state?.unkept === true))
    app.on('before-quit', () => updates.endBegins())
    app.on('will-quit', () => updates.stop())
  }
  begin().catch((cause: unknown) => log.warn('Updates could not be started', { error: String(cause) }))
  return { state: () => updates.state(), install: () => updates.install() }
}

function launchAtLogin(on: boolean): void {
  // An app that is not installed would start the bare Electron.
  if (!app.isPackaged) return
  setLaunchAtLogin(
    {
      app,
      platform: process.platform,
      configFolder: process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'),
      program: process.env['APPIMAGE'] ?? process.execPath,
    },
    on,
  )
}

/** What electron-builder puts beside a packaged app that takes updates. */
function readUpdateFile(): string | null {
  try {
    return readFileSync(join(process.resourcesPath, 'app-update.yml'), 'utf8')
  } catch {
    return null
  }
}

if (!app.requestSingleInstanceLock()) {
  app.exit(0)
} else {
  app.enableSandbox()
  app.setAppUserModelId('com.callsync.central')
  // The keys of the keyboard for music belong to music; Chromium would take them for the sound of a call.
  app.commandLine.appendSwitch('disable-features', 'HardwareMediaKeyHandling')
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ])
  app.on('open-url', (event, url) => {
    event.preventDefault()
    takeLink(url)
  })
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
