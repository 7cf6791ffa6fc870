import type { UpdateState } from '../../src-preload/contract/index.ts'
import type { Log } from '../log.ts'

const firstCheckMs = 60_000
const checkEveryMs = 4 * 3_600_000

/** What is needed of electron-updater's AppUpdater. */
export interface UpdaterLike {
  autoDownload: boolean
  autoInstallOnAppQuit: boolean
  on(event: 'update-available' | 'update-downloaded', listener: (info: { version: string }) => void): unknown
  on(event: 'update-not-available', listener: () => void): unknown
  on(event: 'download-progress', listener: (progress: { percent: number }) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  setFeedURL(feed: { provider: 'generic'; url: string }): void
  checkForUpdates(): Promise<unknown>
  quitAndInstall(): void
}

export interface Updates {
  state(): UpdateState
  /** Ends the app and starts the new version. Refused while a call is on or text would be lost. */
  install(): void
  /** A call is on, or text that would be lost with its page. */
  busyChanged(busy: boolean): void
  /** The app is about to end: a version that lies ready is installed with it, but not when that cuts something short. */
  endBegins(): void
  stop(): void
}

export interface UpdatesDeps {
  readonly updater: UpdaterLike
  readonly version: string
  /** Empty while there is none. */
  readonly serverUrl: () => string
  readonly onChanged: (state: UpdateState) => void
  /** The app may end now without a question. */
  readonly allowQuit: () => void
  readonly log: Log
  readonly schedule: (work: () => void, afterMs: number) => () => void
}

/** Why this installation takes no updates; null when it does. Without a signature to check, whoever holds the server's address could send anything. */
export function updatesRefusal(about: {
  isPackaged: boolean
  allowedByPolicy: boolean
  platform: NodeJS.Platform
  /** The text of `app-update.yml` beside the app; null when there is none. */
  updateFile: string | null
}): string | null {
  if (!about.isPackaged) return 'development'
  if (!about.allowedByPolicy) return 'policy'
  if (about.updateFile === null) return 'built without updates'
  // electron-updater 6 skips the check of the signature silently when no publisher is named.
  if (about.platform === 'win32' && !/^publisherName:/m.test(about.updateFile)) return 'no publisher to check against'
  return null
}

/** Encrypted, or on this very computer. */
function isSafeFeed(serverUrl: string): boolean {
  const url = URL.parse(serverUrl)
  if (url?.protocol === 'https:') return true
  return url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
}

export const noUpdates = (version: string): Updates => ({
  state: () => ({ state: 'none', version }),
  install: () => undefined,
  busyChanged: () => undefined,
  endBegins: () => undefined,
  stop: () => undefined,
})

/** New versions from the company's own server, fetched in the background, installed when the person says so or at the end of the app. */
export function createUpdates(deps: UpdatesDeps): Updates {
  const { updater } = deps
  let state: UpdateState = { state: 'none', version: deps.version }
  let busy = false

  const change = (next: UpdateState) => {
    state = next
    deps.onChanged(next)
  }
  updater.autoDownload = true
  updater.autoInstallOnAppQuit = true
  updater.on('update-available', ({ version }) => change({ state: 'downloading', version, percent: 0 }))
  updater.on('download-progress', ({ percent }) => {
    // Whole percents: each of them goes to every window.
    const whole = Math.floor(percent)
    if (state.state === 'downloading' && whole !== state.percent) change({ ...state, percent: whole })
  })
  updater.on('update-downloaded', ({ version }) => change({ state: 'ready', version }))
  updater.on('error', (error) => {
    deps.log.warn('An update failed', { error: error.message })
    // Not being able to ask is no news for the person; a version that lies ready stays ready.
    if (state.state === 'downloading') change({ state: 'failed', version: state.version, reason: error.message.slice(0, 300) })
  })

  const check = () => {
    cancel = deps.schedule(check, checkEveryMs)
    const serverUrl = deps.serverUrl()
    if (state.state === 'ready' || state.state === 'downloading' || !isSafeFeed(serverUrl)) return
    updater.setFeedURL({ provider: 'generic', url: `${serverUrl}/updates/` })
    // Told by the event as well.
    updater.checkForUpdates().catch(() => undefined)
  }
  let cancel = deps.schedule(check, firstCheckMs)

  return {
    state: () => state,
    install() {
      if (state.state !== 'ready') return
      if (busy) throw new Error('no update is installed during a call or over unkept text')
      deps.allowQuit()
      updater.quitAndInstall()
    },
    busyChanged(next) {
      busy = next
    },
    // Decided only now: the windows close after it, and electron-updater looks at the download's end whether to install at all.
    endBegins() {
      updater.autoInstallOnAppQuit = !busy
    },
    stop: () => cancel(),
  }
}
