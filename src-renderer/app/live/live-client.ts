import { replaceEqualDeep } from '@tanstack/react-query'
import { type Card, contractVersion, type LiveChange, type LiveView, ServerMessage } from '../../../server/contract/index.ts'
import type { LiveState } from './live.ts'
import { LiveLink, type LiveLinkDeps } from './live-link.ts'
import { apply } from './view.ts'

export interface LiveClientDeps extends Pick<LiveLinkDeps<LiveView, LiveChange>, 'openSocket' | 'token' | 'now' | 'random'> {
  readonly read: () => LiveState
  readonly update: (change: Partial<LiveState>) => void
  readonly onCard: (card: Card) => void
  /** The session is over. The client stops; start it again after signing in. */
  readonly onUnauthenticated: () => void
}

/** Smaller corrections of the clock would only make running timers jump. */
const clockToleranceMs = 250

/** Keeps the signed-in person's live view in the page's state. */
export class LiveClient {
  readonly #deps: LiveClientDeps
  readonly #link: LiveLink<LiveView, LiveChange>

  constructor(deps: LiveClientDeps) {
    this.#deps = deps
    const { openSocket, token, now, random, read, update } = deps
    this.#link = new LiveLink({
      ...{ openSocket, token, now, random, contractVersion, parse },
      onSnapshot: (view) => {
        const { connection, worklistChanges, view: before } = read()
        // Lists may have been asked for before we listened: what has changed in between was told to nobody.
        const unheard = connection === 'connecting' && { worklistChanges: worklistChanges + 1 }
        update({ connection: 'open', outdated: false, serverContract: null, view: replaceEqualDeep(before, view), ...unheard })
      },
      onChanges: (changes) => this.#change(changes),
      onLost: () => update({ connection: 'lost' }),
      onClock: (offsetMs) => {
        if (Math.abs(offsetMs - read().clockOffsetMs) > clockToleranceMs) update({ clockOffsetMs: offsetMs })
      },
      onForeignContract: (serverContract) => update({ outdated: true, serverContract }),
      onRefused: () => {
        update({ connection: 'lost' })
        deps.onUnauthenticated()
      },
    })
  }

  start(): void {
    this.#deps.update({ connection: 'connecting' })
    this.#link.start()
  }

  stop(): void {
    this.#link.stop()
  }

  /** The network or the computer came back: try at once, and doubt a connection that looks open. */
  wake(): void {
    this.#link.wake()
  }

  #change(changes: readonly LiveChange[]): void {
    const { read, update, onCard } = this.#deps
    // The last word on a card before the view without it: its absence alone would make readers ask what became of it.
    for (const change of changes) if (change.kind === 'card') onCard(change.card)
    const { view, worklistChanges } = read()
    if (view === null) return
    const written = changes.findLast((change) => change.kind === 'message')
    update({
      view: apply(view, changes),
      ...(written && { message: written.message }),
      ...(changes.some((change) => change.kind === 'worklists') && { worklistChanges: worklistChanges + 1 }),
    })
  }
}

function parse(text: string): ServerMessage | null {
  try {
    return ServerMessage.parse(JSON.parse(text))
  } catch {
    return null
  }
}
