import type { SignInLimiter } from '../accounts/index.ts'
import type { Clock } from '../clock.ts'
import type { ByeReason, User, WallboardChange, WallboardView } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { LiveBoard } from '../live/live-board.ts'
import type { Disposer } from '../telephony/telephony.ts'
import type { WallboardLinks } from './links.ts'
import { projectWallboard, wallboardChanges } from './project.ts'

/** A link that spreads is a leak: more screens than this do not open at once. */
export const mostScreens = 20
/** Calls come and go in many steps; people who look up from their work see a half second as now. */
export const settleMs = 500

/** Everything there is, to be cut down to figures here. */
const everything: User = {
  id: 'wallboard',
  email: 'wallboard@callsync.invalid',
  name: '',
  role: 'supervisor',
  extension: null,
  active: true,
}

export interface ScreensDeps {
  readonly links: WallboardLinks
  readonly board: LiveBoard
  readonly limiter: SignInLimiter
  readonly clock: Clock
  readonly timeZone: string
  /** That a screen was there could not be written down. */
  readonly onTrouble: (error: unknown) => void
}

/** An open screen, by its link. */
export interface Screen {
  readonly linkId: string
}

type Listener = (changes: readonly WallboardChange[]) => void

/** What the open screens of one link have been told. */
interface Shown {
  view: WallboardView
  readonly listeners: Set<Listener>
}

/** The wallboards that are open now. While there is none, nothing is computed. */
export class Screens {
  readonly #deps: ScreensDeps
  readonly #shown = new Map<string, Shown>()
  #stopBoard: Disposer | null = null
  #cancelTold: Disposer | null = null
  #stopLinks: Disposer = () => undefined
  readonly #writing = new Set<Promise<void>>()

  constructor(deps: ScreensDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#stopLinks = this.#deps.links.onChange((id) => {
      if (this.#shown.has(id)) this.#tell()
    })
  }

  /** Resolves when everything is written. */
  async stop(): Promise<void> {
    this.#stopLinks()
    this.#shown.clear()
    this.#rest()
    await Promise.all(this.#writing)
  }

  /** Whose link this token is; why not, otherwise. Guesses are slowed down by address and by link. */
  identify(shown: { token: string | null; address: string }): Screen | ByeReason {
    const { links, limiter } = this.#deps
    const token = shown.token ?? ''
    let attempt: { succeeded(): void }
    try {
      attempt = limiter.begin({ account: token.slice(0, 8), address: shown.address })
    } catch (error) {
      if (error instanceof AppError) return 'busy'
      throw error
    }
    const link = links.find(token)
    if (!link) return 'unauthenticated'
    attempt.succeeded()
    if (!links.open(link.id)) return 'expired'
    return this.screensOf(link.id) < mostScreens ? { linkId: link.id } : 'busy'
  }

  /** Asked of an open screen now and then. One whose link was taken away has been told at once. */
  endOf({ linkId }: Screen): ByeReason | null {
    if (!this.#deps.links.open(linkId)) return 'expired'
    this.#seen(linkId)
    return null
  }

  /** What the other screens of the link were told last: the next changes are differences from that. */
  viewFor({ linkId }: Screen): WallboardView {
    const now = this.#project(linkId)
    return this.#shown.get(linkId)?.view ?? now
  }

  subscribe({ linkId }: Screen, listener: Listener): Disposer {
    const shown = this.#shown.get(linkId) ?? { view: this.#project(linkId), listeners: new Set() }
    this.#shown.set(linkId, shown)
    shown.listeners.add(listener)
    this.#stopBoard ??= this.#deps.board.subscribe(everything, () => this.#tellLater())
    this.#seen(linkId)
    return () => {
      if (!shown.listeners.delete(listener)) return
      if (shown.listeners.size === 0) this.#shown.delete(linkId)
      if (this.#shown.size === 0) this.#rest()
    }
  }

  onLost(listener: (lost: (screen: Screen) => boolean) => void): Disposer {
    return this.#deps.links.onClose((id) => listener(({ linkId }) => linkId === id))
  }

  /** How many show this link now. */
  screensOf(linkId: string): number {
    return this.#shown.get(linkId)?.listeners.size ?? 0
  }

  #project(linkId: string): WallboardView {
    const { links, board, timeZone } = this.#deps
    const link = links.open(linkId)
    if (!link) throw new AppError('unauthenticated', 'this wallboard link opens nothing any more')
    return projectWallboard(board.viewFor(everything), link.settings, timeZone)
  }

  #tellLater(): void {
    this.#cancelTold ??= this.#deps.clock.after(settleMs, () => this.#tell())
  }

  #tell(): void {
    this.#cancelTold?.()
    this.#cancelTold = null
    const { links, board, timeZone } = this.#deps
    const live = board.viewFor(everything)
    for (const [linkId, shown] of this.#shown) {
      const link = links.open(linkId)
      // It has expired: its sockets are about to be closed.
      if (!link) continue
      const view = projectWallboard(live, link.settings, timeZone)
      const changes = wallboardChanges(shown.view, view)
      shown.view = view
      if (changes.length > 0) for (const listener of shown.listeners) listener(changes)
    }
  }

  #rest(): void {
    this.#stopBoard?.()
    this.#stopBoard = null
    this.#cancelTold?.()
    this.#cancelTold = null
  }

  #seen(linkId: string): void {
    const written = this.#deps.links
      .seen(linkId)
      .catch(this.#deps.onTrouble)
      .finally(() => this.#writing.delete(written))
    this.#writing.add(written)
  }
}
