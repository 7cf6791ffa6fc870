import { type ApiClient, ApiError, type CardWriteResult } from '../../server/contract/index.ts'
import type { Clock } from '../platform/clock.ts'
import { changesOf, markSent, settle } from './card-editor.ts'
import type { Slot } from './desk-state.ts'
import { backoffMs } from './outbox.ts'

export interface DraftSenderDeps {
  readonly api: Pick<ApiClient, 'writeDraft'>
  readonly clock: Clock
  /** Epoch milliseconds by the server's clock. */
  readonly serverNowMs: () => number
  readonly random: () => number
  /** The server can be reached, the card is open and nothing else of it is on its way. */
  readonly maySend: (slot: Slot) => boolean
  /** Resolves when the draft lies on the disk as it is now, or the disk refused. */
  readonly keep: (slot: Slot) => Promise<unknown>
  /** The slot's draft has what is left of it after the answer. */
  readonly onAnswer: (slot: Slot, answer: CardWriteResult) => void
  readonly onRefused: (slot: Slot, error: ApiError) => void
  /** Whatever came of it. */
  readonly onDone: (slot: Slot) => void
}

/** A keystroke waits this long for company before it goes to the server. */
const gatherMs = 500
/** This long before the wrap-up clock saves the card, typing goes out at once. */
const lastMomentMs = 1500

/** Brings drafts of open cards to the server: gathered, one at a time for each card, again after a growing pause. */
export class DraftSender {
  readonly #deps: DraftSenderDeps
  #stopped = false

  constructor(deps: DraftSenderDeps) {
    this.#deps = deps
  }

  schedule(slot: Slot): void {
    if (slot.cancelTimer || !this.#hasWork(slot)) return
    slot.cancelTimer = this.#deps.clock.after(this.#delayMs(slot), () => {
      slot.cancelTimer = null
      void this.send(slot)
    })
  }

  cancel(slot: Slot): void {
    slot.cancelTimer?.()
    slot.cancelTimer = null
  }

  /** Answers that come later change nothing. */
  stop(): void {
    this.#stopped = true
  }

  async send(slot: Slot): Promise<void> {
    if (!this.#hasWork(slot)) return
    this.cancel(slot)
    const marked = markSent(slot.draft)
    const sent = changesOf(marked)
    slot.draft = marked
    slot.sending = true
    try {
      // On disk first, with the note that it was sent: after a crash an own older value is known as such.
      await this.#deps.keep(slot)
      const body = { baseVersion: marked.baseVersion, changes: sent }
      const answer = await this.#deps.api.writeDraft({ params: { id: slot.cardId }, body })
      if (this.#stopped) return
      slot.failures = 0
      slot.draft = settle(slot.draft, sent, answer)
      this.#deps.onAnswer(slot, answer)
    } catch (error) {
      if (!this.#stopped) this.#failed(slot, error)
    } finally {
      slot.sending = false
      if (!this.#stopped) this.#deps.onDone(slot)
    }
  }

  #hasWork(slot: Slot): boolean {
    if (this.#stopped || slot.sending || slot.problem !== null || !this.#deps.maySend(slot)) return false
    return Object.keys(changesOf(slot.draft)).length > 0
  }

  #delayMs(slot: Slot): number {
    if (slot.failures > 0) return backoffMs(slot.failures - 1, this.#deps.random)
    const endsAtMs = slot.card?.wrapUpEndsAtMs ?? null
    const leftMs = endsAtMs === null ? Number.POSITIVE_INFINITY : endsAtMs - this.#deps.serverNowMs() - lastMomentMs
    return Math.max(0, Math.min(gatherMs, leftMs))
  }

  #failed(slot: Slot, error: unknown): void {
    slot.failures += 1
    if (!(error instanceof ApiError) || error.retryable || error.code === 'unauthenticated') return
    slot.problem = error.code
    this.#deps.onRefused(slot, error)
  }
}
