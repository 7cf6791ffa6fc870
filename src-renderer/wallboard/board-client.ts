import { contractVersion } from '../../server/contract/live-wire.ts'
import { type WallboardChange, WallboardMessage, type WallboardView } from '../../server/contract/wallboard-view.ts'
import { LiveLink, type LiveLinkDeps } from '../app/live/live-link.ts'
import type { BoardState } from './board-store.ts'
import { apply } from './view.ts'

/** A link that was taken away does not come back, but for a server whose backup was restored: nobody has to walk to the screen. */
export const refusedRetryMs = 24 * 3_600_000
/** The longest until a link whose time is over is asked for again: it may have a new end. */
export const expiredRetryMs = 10 * 60_000
const clockToleranceMs = 250

export interface BoardClientDeps extends Pick<LiveLinkDeps<WallboardView, WallboardChange>, 'openSocket' | 'now' | 'random'> {
  readonly token: string
  readonly read: () => BoardState
  readonly update: (change: Partial<BoardState>) => void
  /** The server is of another version: this page has to be loaded again. */
  readonly onOutdated: () => void
}

/** Keeps the figures of one link fresh, for as long as the screen is on. */
export class BoardClient {
  readonly #deps: BoardClientDeps
  readonly #link: LiveLink<WallboardView, WallboardChange>
  #retry: ReturnType<typeof setTimeout> | undefined

  constructor(deps: BoardClientDeps) {
    this.#deps = deps
    const { openSocket, now, random, token, read, update } = deps
    this.#link = new LiveLink({
      ...{ openSocket, now, random, contractVersion, parse, token: () => token },
      onSnapshot: (view) => update({ connection: 'open', view, ...this.#heard() }),
      onChanges: (changes) => {
        const { view } = read()
        if (view) update({ view: apply(view, changes), ...this.#heard() })
      },
      onLost: () => {
        const { connection } = read()
        if (connection === 'open' || connection === 'busy') update({ connection: 'lost' })
      },
      onBusy: () => update({ connection: 'busy' }),
      onClock: (offsetMs) => {
        if (Math.abs(offsetMs - read().clockOffsetMs) > clockToleranceMs) update({ clockOffsetMs: offsetMs })
        update(this.#heard())
      },
      onForeignContract: () => deps.onOutdated(),
      onRefused: (reason) => {
        const expired = reason === 'expired'
        // Not a moment longer: it was taken away.
        update({ connection: expired ? 'expired' : 'refused', view: null })
        const retryMs = expired ? expiredRetryMs * (0.5 + random() / 2) : refusedRetryMs
        this.#retry = setTimeout(() => this.#link.start(), retryMs)
      },
    })
  }

  start(): void {
    this.#link.start()
  }

  stop(): void {
    clearTimeout(this.#retry)
    this.#link.stop()
  }

  /** The network or the screen came back. */
  wake(): void {
    if (this.#deps.read().connection === 'expired') {
      clearTimeout(this.#retry)
      this.#link.start()
    }
    this.#link.wake()
  }

  #heard(): Pick<BoardState, 'heardAtMs'> {
    return { heardAtMs: this.#deps.now() + this.#deps.read().clockOffsetMs }
  }
}

function parse(text: string): WallboardMessage | null {
  try {
    return WallboardMessage.parse(JSON.parse(text))
  } catch {
    return null
  }
}
