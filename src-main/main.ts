import { mkdirSync, readFileSync } from 'node:fs'
import { homedir, networkInterfaces } from 'node:os'
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
import { appMenu } from './desk/app-menu.ts'
import { createDesk, type Desk } from './desk/desk.ts'
import { createIsland } from './desk/island.ts'
import { createLanguage, type Language } from './desk/language.ts'
import { createLeaveGuard } from './desk/leave-guard.ts'
import { createCallKeepsAwake, watchAddresses, watchPower } from './desk/power.ts'
import { createRingEnd } from './desk/ring-end.ts'
import { createTrayPresenter, desktopHasTray } from './desk/tray.ts'
import { wordsIn } from './desk/words.ts'
import { openDatabase } from './drafts/database.ts'
import { createDraftStore } from './drafts/draft-store.ts'
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
import { configSourcesOf, readConfig } from './server/config.ts'
import { createServerAddress } from './server/server-address.ts'
import { createSettingsStore } from './settings/desktop-settings.ts'
import { setLaunchAtLogin } from './settings/login-item.ts'
import { createShortcuts } from './settings/shortcuts.ts'
import { startFailureText } from './start-failure.ts'
import { startUpdates } from './updates/start-updates.ts'
import { createAppWindows } from './windows/app-windows.ts'
import { createBoundsMemory } from './windows/bounds.ts'
import { askBeforeLeaving, askPath, askWhichHeadset, createTray, showAppMenu } from './windows/desk-surface.ts'

const log: Log = {
  info: (text, fields = {}) => console.info(JSON.stringify({ level: 'info', text, ...fields })),
  warn: (text, fields = {}) => console.warn(JSON.stringify({ level: 'warn', text, ...fields })),
}

/** Pages from the development server, in an unpacked app only. */
const devUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']?.replace(/\/+$/, '')

/** Links that came before there was an app to take them: macOS sends them even before it is ready. */
const earlyLinks: string[] = [...linksIn(process.argv)]
let takeLink = (link: string): void => void earlyLinks.push(link)

/** In the place of a page's id: what the app itself shows. Pages count from 1. */
const ownNotifications = 0

const inUserData = (name: string) => join(app.getPath('userData'), name)

function start(language: ReturnType<typeof createLanguage>): void {
  const config = readConfig(
    configSourcesOf({
      isPackaged: app.isPackaged,
      platform: process.platform,
      env: process.env,
      choiceFile: inUserData('config.json'),
    }),
  )
  const ownOrigins = [devUrl === undefined ? appOrigin : new URL(devUrl).origin]

  const { database, notice, damaged } = openDatabase({ file: inUserData('drafts.db'), now: Date.now })
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
      const t = wordsIn(language.current())
      return askWhichHeadset(names, { message: t.whichHeadset, none: t.noHeadset })
    },
  })
  guardCertificates(session.defaultSession, config.policy.certificates)

  const settings = createSettingsStore({ file: inUserData('settings.json'), log, now: Date.now })
  const notifier = createNotifier({
    create: (options) => new Notification(options),
    discreetTitle: (rings) => wordsIn(language.current()).whileLocked[rings ? 'ringing' : 'other'],
  })
  const openWorkplace = () => windows.open('workplace')
  const desk = createDesk({
    sendToWorkplace: (command) => windows.send('workplace', 'desk.command', command),
    openWorkplace,
  })
  desk.onChange(language.follow)
  const showMenu = createMenuPresenter(language.current)
  showMenu()
  desk.onChange(showMenu)
  const guard = createLeaveGuard({
    desk: desk.state,
    language: language.current,
    hidesWorkplace: () => hasTray && settings.get().closeToTray,
    ask: askBeforeLeaving,
    quit: () => app.quit(),
    closeWorkplace: () => windows.close('workplace'),
    now: Date.now,
  })
  const windows = createAppWindows({
    baseUrl: devUrl ?? appOrigin,
    preload: join(import.meta.dirname, '../preload/index.cjs'),
    bounds: createBoundsMemory({ file: inUserData('windows.json'), log }),
    ownOrigins,
    externalOrigins: () => (server.current() === '' ? [] : [new URL(server.current()).origin]),
    log,
    guard,
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
    onUseless() {
      const { title, body } = wordsIn(language.current()).noNumber
      const close = () => notifier.close(ownNotifications, 'noNumber')
      // Anew each time: the person clicked again and looks for an answer.
      close()
      const click = () => {
        close()
        openWorkplace()
      }
      notifier.show(ownNotifications, { id: 'noNumber', title, body }, { click })
    },
  })

  let locked = false
  const updateIsland = createIsland({
    windows: {
      showIsland: () => windows.showInactive('island'),
      hideIsland: () => windows.hide('island'),
      workplaceVisible: () => windows.isVisible('workplace'),
      sendToIsland: (state) => windows.send('island', 'desk.changed', state),
    },
    desk: desk.state,
    // Nothing names a customer on a locked screen.
    enabled: () => settings.get().showIsland && !locked,
  })
  desk.onChange(updateIsland)
  desk.onChange(createCallKeepsAwake(powerSaveBlocker))
  desk.onChange(createRingEnd(notifier.closeAnswerable))
  const hasTray = startTray({ desk, openWorkplace, language: language.current })
  const updates = startUpdates({
    app,
    platform: process.platform,
    updateFile: readUpdateFile(),
    policy: config.policy,
    session: () => session.fromPartition('electron-updater', { cache: false }),
    loadUpdater: async () => (await import('electron-updater')).default.autoUpdater,
    serverUrl: server.current,
    log,
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
    nameOf: windows.nameOf,
    log,
    handlers: createBridgeHandlers({
      drafts: createDraftStore({ database, damaged, log }),
      storageNotice: notice,
      secrets,
      server,
      windows,
      notifier,
      desk,
      language: language.current,
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
      saveFile: (file, sender) =>
        saveFile(
          {
            askPath: (name) => askPath(name, windows.find(sender)),
            serverUrl: () => server.current(),
            fetch: (url) => net.fetch(url),
          },
          file,
        ),
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
  const onWake = () => windows.sendToAll('power.resumed', {})
  watchPower({
    monitor: powerMonitor,
    onWake,
    onLock(now) {
      locked = now
      notifier.setLocked(now)
      updateIsland()
    },
  })
  app.on('will-quit', watchAddresses({ read: readAddresses, repeat, onLost: onWake }))
  // A computer that shuts down waits for no answer.
  powerMonitor.on('shutdown', guard.allow)

  app.on('before-quit', (event) => {
    if (!guard.mayQuit()) event.preventDefault()
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
function startTray({
  desk,
  openWorkplace,
  language,
}: {
  desk: Desk
  openWorkplace: () => void
  language: () => Language
}): boolean {
  if (!desktopHasTray(process.platform, process.env['XDG_CURRENT_DESKTOP'])) return false
  try {
    const tray = createTray({ iconFolder: join(import.meta.dirname, '../../resources/icons'), onOpen: openWorkplace })
    const present = createTrayPresenter({ tray, language, command: desk.command, open: openWorkplace, quit: () => app.quit() })
    present(null)
    desk.onChange(present)
    return true
  } catch (cause) {
    log.warn('There is no tray', { error: cause instanceof Error ? cause.message : null })
    return false
  }
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

/** Shows the app's menu in the language of now; returns what to call when that may have changed. */
function createMenuPresenter(language: () => Language): () => void {
  let shown: Language | null = null
  return () => {
    if (shown === language()) return
    shown = language()
    showAppMenu(appMenu({ platform: process.platform, isPackaged: app.isPackaged, language: shown }))
  }
}

/** Those that connections go out from; link-local ones come and go with every cable. */
const readAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address)).map(({ address }) => address),
  )

function repeat(work: () => void, everyMs: number): () => void {
  const timer = setInterval(work, everyMs)
  return () => clearInterval(timer)
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
  const language = createLanguage({ file: inUserData('language'), locale: app.getLocale() })
  try {
    mkdirSync(app.getPath('userData'), { recursive: true, mode: 0o700 })
    start(language)
  } catch (cause) {
    log.warn('The app could not start', { error: cause instanceof Error ? cause.message : String(cause) })
    dialog.showErrorBox('CallSync Central', startFailureText(cause, language.current()))
    app.exit(1)
  }
}
