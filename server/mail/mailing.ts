import type { MailTrouble } from '../contract/index.ts'

/** What is known of one period's e-mail. */
export interface Mailing {
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed' | 'dropped'
  readonly attempts: number
  /** When it is tried next; null: no more. */
  readonly nextAtMs: number | null
  readonly sentAtMs: number | null
  readonly trouble: MailTrouble | null
}

export type MailingEvent =
  | { readonly kind: 'taken' }
  /** Somebody refused does not stop the others: `trouble` says who. */
  | { readonly kind: 'sent'; readonly trouble: MailTrouble | null }
  | { readonly kind: 'failed'; readonly trouble: MailTrouble }
  /** The server came back and does not know how far it was. */
  | { readonly kind: 'restarted' }
  | { readonly kind: 'asked' }
  /** What was due by the schedule's times of before is wanted no more. */
  | { readonly kind: 'dropped' }

const minuteMs = 60_000
/** How long after each failure it is tried again; after the last it is given up. */
export const retryAfterMs = [1, 5, 15, 60, 180, 360, 720].map((minutes) => minutes * minuteMs)

export const dueMailing = (atMs: number): Mailing => ({
  state: 'waiting',
  attempts: 0,
  nextAtMs: atMs,
  sentAtMs: null,
  trouble: null,
})

/**
 * One period's e-mail, from falling due to its end; anything else changes nothing.
 *
 *     due → waiting ──taken──→ sending ──sent──→ sent
 *             ↑ ↑                 │ │
 *             │ └───restarted─────┘ failed
 *             ├──tries are left────────┤
 *             ├──asked── failed ←──────┘ none are left
 *             └──dropped──→ dropped
 */
export function nextMailing(mailing: Mailing, event: MailingEvent, nowMs: number): Mailing {
  const { state, attempts } = mailing
  switch (event.kind) {
    case 'taken':
      return state === 'waiting' ? { ...mailing, state: 'sending', attempts: attempts + 1, nextAtMs: null } : mailing
    case 'sent':
      return state === 'sending' ? { ...mailing, state: 'sent', sentAtMs: nowMs, trouble: event.trouble } : mailing
    case 'failed': {
      if (state !== 'sending') return mailing
      const after = retryAfterMs[attempts - 1]
      return after === undefined
        ? { ...mailing, state: 'failed', trouble: event.trouble }
        : { ...mailing, state: 'waiting', nextAtMs: nowMs + after, trouble: event.trouble }
    }
    case 'restarted':
      return state === 'sending' ? { ...mailing, state: 'waiting', nextAtMs: nowMs } : mailing
    case 'asked':
      return state === 'waiting' || state === 'failed'
        ? { ...mailing, state: 'waiting', attempts: state === 'failed' ? 0 : attempts, nextAtMs: nowMs }
        : mailing
    case 'dropped':
      return state === 'waiting' ? { ...mailing, state: 'dropped', nextAtMs: null } : mailing
  }
}
