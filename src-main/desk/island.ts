import type { DeskState } from '../../src-preload/contract/index.ts'

/** What is needed of the windows. */
export interface IslandWindows {
  showIsland(): void
  hideIsland(): void
  workplaceVisible(): boolean
  sendToIsland(state: DeskState): void
}

export interface IslandDeps {
  readonly windows: IslandWindows
  readonly desk: () => DeskState | null
  /** The person's choice for this computer. */
  readonly enabled: () => boolean
}

/** The small window of a call, in sight while the workplace is not. Returns what to call when anything of it changes. */
export function createIsland(deps: IslandDeps): () => void {
  let shown = false
  return () => {
    const desk = deps.desk()
    const wanted = desk !== null && desk.call !== null && deps.enabled() && !deps.windows.workplaceVisible()
    if (wanted && !shown) deps.windows.showIsland()
    if (!wanted && shown) deps.windows.hideIsland()
    shown = wanted
    if (desk !== null) deps.windows.sendToIsland(desk)
  }
}
