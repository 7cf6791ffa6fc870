import type { Log } from '../log.ts'

/** What is needed of Electron's WebContents. */
export interface LivingContents {
  on(event: 'will-prevent-unload', listener: (event: { preventDefault(): void }) => void): unknown
  /** Another page has taken its place; also the first one. */
  on(event: 'did-navigate', listener: () => void): unknown
  on(event: 'render-process-gone', listener: (event: object, details: { readonly reason: string }) => void): unknown
  reload(): void
}

export interface PageLifeDeps {
  /** Asks the person; true: it goes although the page would rather stay (a call goes on, text would be lost). */
  readonly confirmUnload: () => boolean
  /** The page went: loaded again, or its process ended. */
  readonly onGone: () => void
  readonly now: () => number
  readonly log: Log
}

/** A page that dies more often than this would die again at once: then it stays down, and the log says why. */
const reloads = { most: 3, withinMs: 60_000 }

/** A page that does not want to go is asked about, one that died comes back: the softphone in it has calls to take. */
export function guardPageLife(contents: LivingContents, deps: PageLifeDeps): void {
  let died: number[] = []
  // Electron reads `beforeunload` as a refusal and would keep the window open without a word.
  contents.on('will-prevent-unload', (event) => {
    if (deps.confirmUnload()) event.preventDefault()
  })
  contents.on('did-navigate', deps.onGone)
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    const nowMs = deps.now()
    died = [...died.filter((ms) => nowMs - ms < reloads.withinMs), nowMs]
    const again = died.length <= reloads.most
    deps.log.warn('A page died', { reason, reloaded: again })
    deps.onGone()
    if (again) contents.reload()
  })
}
