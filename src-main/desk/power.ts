import type { BridgeEvent, BridgeEventName, DeskState } from '../../src-preload/contract/index.ts'

/** What is needed of Electron's powerMonitor. */
export interface PowerMonitorLike {
  on(event: 'suspend' | 'resume' | 'lock-screen' | 'unlock-screen', listener: () => void): unknown
}

/** What is needed of Electron's powerSaveBlocker. */
export interface PowerSaveBlockerLike {
  start(type: 'prevent-app-suspension'): number
  stop(id: number): unknown
}

export function tellPower(
  monitor: PowerMonitorLike,
  send: <N extends BridgeEventName>(name: N, event: BridgeEvent<N>) => void,
): void {
  monitor.on('suspend', () => send('power.suspended', {}))
  monitor.on('resume', () => send('power.resumed', {}))
  monitor.on('lock-screen', () => send('power.locked', { locked: true }))
  monitor.on('unlock-screen', () => send('power.locked', { locked: false }))
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
