import type { DeskCommand, DeskState } from '../../src-preload/contract/index.ts'

/** What the workplace page last said of itself, and the way back to it. Tray, island, notifications and power saving listen. */
export interface Desk {
  state(): DeskState | null
  publish(state: DeskState): void
  /** The workplace page is gone: nobody is signed in, no call is on. */
  clear(): void
  /** Passes a press on to the workplace. */
  command(command: DeskCommand): void
  /** Returns the disposer. */
  onChange(listener: (state: DeskState | null) => void): () => void
}

export interface DeskDeps {
  readonly sendToWorkplace: (command: DeskCommand) => void
  /** Brings the workplace to the front. */
  readonly openWorkplace: () => void
}

export function createDesk(deps: DeskDeps): Desk {
  let current: DeskState | null = null
  const listeners = new Set<(state: DeskState | null) => void>()
  const change = (state: DeskState | null) => {
    current = state
    for (const listener of listeners) listener(state)
  }
  return {
    state: () => current,
    publish: change,
    clear: () => change(null),
    command(command) {
      // The transfer's field is on the workplace.
      if (command.kind === 'transfer') deps.openWorkplace()
      deps.sendToWorkplace(command)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
