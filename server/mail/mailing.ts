/** What is known of one period's e-mail. */
export interface Mailing {
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed'
  readonly attempts: number
  /** When it is tried next; null: no more. */
  readonly nextAtMs: number | null
  readonly sentAtMs: number | null
  readonly error: string | null
}

export type MailingEvent =
  | { readonly kind: 'taken' }
  /** Somebody refused does not stop the others: `error` says who. */
  | { readonly kind: 'sent'; readonly error: string | null }
  | { readonly kind: 'failed'; readonly error: string }
  /** The server came back and does not know how far it was. */
  | { readonly kind: 'restarted' }
  | { readonly kind: 'asked' }

const minuteMs = 60_000
/** How long after each failure it is tried again; after the last it is given up. */
export const retryAfterMs = [1, 5, 15, 60, 180, 360, 720].map((minutes) => minutes * minuteMs)

export const dueMailing = (atMs: number): Mailing => ({
  state: 'waiting',
  attempts: 0,
  nextAtMs: atMs,
  sentAtMs: null,
  error: null,
})

/**
 * One period's e-mail, from falling due to its end; anything else changes nothing.
 *
 *     due → waiting ──taken──→ sending ──sent──→ sent
 *             ↑ ↑                 │ │
 *             │ └───restarted─────┘ failed
 *             ├──tries are left────────┤
 *             └──asked── failed ←──────┘ none are left
 */
export function nextMailing(mailing: Mailing, event: MailingEvent, nowMs: number): Mailing {
  const { state, attempts } = mailing
  switch (event.kind) {
    case 'taken':
      return state === 'waiting' ? { ...mailing, state: 'sending', attempts: attempts + 1, nextAtMs: null } : mailing
    case 'sent':
      return state === 'sending' ? { ...mailing, state: 'sent', sentAtMs: nowMs, error: event.error } : mailing
    case 'failed': {
      if (state !== 'sending') return mailing
      const after = retryAfterMs[attempts - 1]
      return after === undefined
        ? { ...mailing, state: 'failed', error: event.error }
        : { ...mailing, state: 'waiting', nextAtMs: nowMs + after, error: event.error }
    }
    case 'restarted':
      return state === 'sending' ? { ...mailing, state: 'waiting', nextAtMs: nowMs } : mailing
    case 'asked':
      return state === 'waiting' || state === 'failed'
        ? { ...mailing, state: 'waiting', attempts: state === 'failed' ? 0 : attempts, nextAtMs: nowMs }
        : mailing
  }
}
