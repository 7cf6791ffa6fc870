import { z } from 'zod'
import type { GivenUpCall } from '../phone.ts'

/** What a page that goes leaves for the next one to say. */
export interface GivenUpMemory {
  leave(call: GivenUpCall): void
  /** Once: it is wiped with that. */
  take(): GivenUpCall | null
}

const key = 'callsync.phone.givenUp'
const stored = z.object({
  owner: z.string(),
  call: z.object({ direction: z.enum(['inbound', 'outbound']), number: z.string(), extension: z.string().nullable() }),
})

/** In the tab's session storage, as the calls that outlive their page. */
export class TabGivenUp implements GivenUpMemory {
  readonly #owner: string
  readonly #tab: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

  constructor(owner: string, tab: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = sessionStorage) {
    this.#owner = owner
    this.#tab = tab
  }

  leave(call: GivenUpCall): void {
    try {
      this.#tab.setItem(key, JSON.stringify({ owner: this.#owner, call }))
    } catch {
      // Storage is closed to us: nothing is said of it.
    }
  }

  take(): GivenUpCall | null {
    try {
      const text = this.#tab.getItem(key)
      this.#tab.removeItem(key)
      const { owner, call } = stored.parse(JSON.parse(text ?? ''))
      return owner === this.#owner ? call : null
    } catch {
      return null
    }
  }
}
