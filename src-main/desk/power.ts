import type { DeskState } from '../../src-preload/contract/index.ts'

/** What is needed of Electron's powerMonitor. */
export interface PowerMonitorLike {
  on(event: 'suspend' | 'resume' | 'lock-screen' | 'unlock-screen', listener: () => void): unknown
}

/** What is needed of Electron's powerSaveBlocker. */
export interface PowerSaveBlockerLike {
  start(type: 'prevent-app-suspension'): number
  stop(id: number): unknown
}

export interface PowerDeps {
  readonly monitor: PowerMonitorLike
  /** Connections from before are not to be trusted. */
  readonly onWake: () => void
  readonly onLock: (locked: boolean) => void
}

/** Sleep and the lock of the screen. Locking drops nothing; an unlock after a sleep wakes where the system does not tell its waking. */
export function watchPower({ monitor, onWake, onLock }: PowerDeps): void {
  let asleep = false
  const wake = () => {
    asleep = false
    onWake()
  }
  monitor.on('suspend', () => {
    asleep = true
  })
  monitor.on('resume', wake)
  monitor.on('lock-screen', () => onLock(true))
  monitor.on('unlock-screen', () => {
    onLock(false)
    if (asleep) wake()
  })
}

const lookEveryMs = 2_000

/**
 * Tells when an address of this computer went (another Wi-Fi, a cable pulled, a VPN closed): what was connected from it is dead, and
 * neither end says so. A new address beside the old ones breaks nothing. Returns the disposer.
 */
export function watchAddresses(deps: {
  readonly read: () => readonly string[]
  readonly repeat: (work: () => void, everyMs: number) => () => void
  readonly onLost: () => void
}): () => void {
  let known = deps.read()
  return deps.repeat(() => {
    const now = deps.read()
    const lost = known.some((address) => !now.includes(address))
    known = now
    if (lost) deps.onLost()
  }, lookEveryMs)
}

/** The computer does not fall asleep while a call is on, and may at once when it is over. Returns what to call when the desk changes. */
export function createCallKeepsAwake(blocker: PowerSaveBlockerLike): (state: DeskState | null) => void {
  let held: number | null = null
  return (state) => {
    const callOn = (state?.call ?? null) !== null
    if (callOn && held === null) held = blocker.start('prevent-app-suspension')
    if (!callOn && held !== null) {
      blocker.stop(held)
      held = null
    }
  }
}
