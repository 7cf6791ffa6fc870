import type { ByeReason } from '../contract/index.ts'
import type { Disposer } from '../telephony/telephony.ts'

/** What a reader has shown of itself: a token of its first message, the cookie its page was opened with, and where it is. */
export interface Shown {
  readonly token: string | null
  readonly cookie: string | null
  readonly address: string
}

/** One kind of live view: who may read it, and what each reader gets. */
export interface LiveChannel<Who extends object, View, Change extends object> {
  /** Address of its socket. */
  readonly path: string
  /** Who it is, or why nobody. */
  identify(shown: Shown): Promise<Who | ByeReason> | Who | ByeReason
  /** Asked of an open reader now and then: why its right has ended by the clock; null: it has not. */
  endOf(who: Who): Promise<ByeReason | null> | ByeReason | null
  viewFor(who: Who): View
  /** Changes from now on; never an empty list. Readers who see the same get the very same change objects. */
  subscribe(who: Who, listener: (changes: readonly Change[]) => void): Disposer
  /** Tells at once whose right was taken away. */
  onLost(listener: (lost: (who: Who) => boolean) => void): Disposer
}
