import { z } from 'zod'
import type { GivenUpCall } from '../phone.ts'

/** What a page leaves for the next one to say. */
export interface GivenUpMemory {
  /** A call that is not up yet, should this page crash, now and then while it rings; null: there is none any more. */
  rings(call: Omit<GivenUpCall, 'crashed'> | null, nowMs: number): void
  /** The page goes, and gives the call up. */
  leave(call: Omit<GivenUpCall, 'crashed'>, nowMs: number): void
  /** Once: it is wiped with that. */
  take(nowMs: number): GivenUpCall | null
}

const key = 'callsync.phone.givenUp'
const stored = z.object({
  owner: z.string(),
  atMs: z.number(),
  call: z.object({
    direction: z.enum(['inbound', 'outbound']),
    number: z.string(),
    extension: z.string().nullable(),
    crashed: z.boolean(),
  }),
})

/** A tab may be opened again long after its page: that a call rang then is no news. */
const newsMs = 120_000
/** The two minutes begin when the page went, not when it began to ring. */
export const stillRingsMs = 15_000

/** In the tab's session storage, as the calls that outlive their page: it is there after a crash, too. */
export class TabGivenUp implements GivenUpMemory {
  readonly #owner: string
  readonly #tab: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  #ringing: string | null = null
  #writtenAtMs = 0

  constructor(owner: string, tab: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = sessionStorage) {
    this.#owner = owner
    this.#tab = tab
  }

  rings(call: Omit<GivenUpCall, 'crashed'> | null, nowMs: number): void {
    const ringing = call === null ? null : JSON.stringify(call)
    if (ringing === this.#ringing && (ringing === null || nowMs - this.#writtenAtMs < stillRingsMs)) return
    this.#ringing = ringing
    this.#writtenAtMs = nowMs
    if (call === null) this.#wipe()
    else this.#store({ ...call, crashed: true }, nowMs)
  }

  leave(call: Omit<GivenUpCall, 'crashed'>, nowMs: number): void {
    // The end of its ringing, which may still be heard, does not wipe the word.
    this.#ringing = null
    this.#store({ ...call, crashed: false }, nowMs)
  }

  take(nowMs: number): GivenUpCall | null {
    try {
      const text = this.#tab.getItem(key)
      this.#tab.removeItem(key)
      const { owner, atMs, call } = stored.parse(JSON.parse(text ?? ''))
      return owner === this.#owner && nowMs - atMs <= newsMs ? call : null
    } catch {
      return null
    }
  }

  #store(call: GivenUpCall, atMs: number): void {
    try {
      this.#tab.setItem(key, JSON.stringify({ owner: this.#owner, atMs, call }))
    } catch {
      // Storage is closed to us: nothing is said of it.
    }
  }

  #wipe(): void {
    try {
      this.#tab.removeItem(key)
    } catch {
      // Closed to us: nothing lies there.
    }
  }
}
