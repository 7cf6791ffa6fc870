import type { Desk } from '../desk/desk.ts'
import type { Log } from '../log.ts'
import { type CertificateSession, guardCertificates } from '../server/certificates.ts'
import type { Policy } from '../server/config.ts'
import { createUpdates, noUpdates, type UpdaterLike, type Updates, type UpdatesDeps, updatesRefusal } from './updates.ts'

/** What is needed of Electron's app. */
export interface UpdatedApp {
  readonly isPackaged: boolean
  getVersion(): string
  on(event: 'before-quit' | 'will-quit', listener: () => void): unknown
}

export interface StartUpdatesDeps extends Pick<UpdatesDeps, 'serverUrl' | 'onChanged' | 'allowQuit'> {
  readonly app: UpdatedApp
  readonly platform: NodeJS.Platform
  /** The text of `app-update.yml` beside the app; null when there is none. */
  readonly updateFile: string | null
  readonly policy: Pick<Policy, 'updates' | 'certificates'>
  /** The session that electron-updater fetches with. */
  readonly session: () => CertificateSession
  /** electron-updater, read in only where it is used: it asks the packaged app for its files at once. */
  readonly loadUpdater: () => Promise<UpdaterLike>
  readonly desk: Pick<Desk, 'onChange'>
  readonly log: Log
}

/** Updates where this installation takes them, else none. */
export function startUpdates({ app, desk, log, ...deps }: StartUpdatesDeps): Pick<Updates, 'state' | 'install'> {
  let updates = noUpdates(app.getVersion())
  const { isPackaged } = app
  const refusal = updatesRefusal({
    isPackaged,
    allowedByPolicy: deps.policy.updates,
    platform: deps.platform,
    updateFile: deps.updateFile,
  })
  if (refusal !== null) {
    log.info('This app takes no updates', { reason: refusal })
    return updates
  }
  const begin = async () => {
    const updater = await deps.loadUpdater()
    // The company's certificates count in it too.
    guardCertificates(deps.session(), deps.policy.certificates)
    const schedule = (work: () => void, afterMs: number) => {
      const timer = setTimeout(work, afterMs)
      return () => clearTimeout(timer)
    }
    updates = createUpdates({ ...deps, updater, version: app.getVersion(), log, schedule })
    desk.onChange((state) => updates.busyChanged((state?.call ?? null) !== null || state?.unkept === true))
    app.on('before-quit', () => updates.endBegins())
    app.on('will-quit', () => updates.stop())
  }
  begin().catch((cause: unknown) => log.warn('Updates could not be started', { error: String(cause) }))
  return { state: () => updates.state(), install: () => updates.install() }
}
