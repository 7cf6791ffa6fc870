import type { EndReason } from '../phone.ts'

/** What a final response to our INVITE means to a person. */
export function reasonOfRefusal(status: number): EndReason {
  if (status === 486 || status === 600) return 'busy'
  if (status === 408 || status === 480 || status === 487) return 'noAnswer'
  if (status === 404 || status === 410 || status === 484 || status === 604) return 'notFound'
  if (status === 488 || status === 606) return 'mediaFailed'
  // Asterisk turns "call rejected" (Q.850 cause 21) into a 403.
  if (status === 603 || status === 403) return 'rejected'
  return 'failed'
}

/** The CANCEL of an incoming call: its Reason header tells whether a colleague took it (Q.850 cause 26, or the 200 of another branch). */
export function reasonOfCancel(reasonHeaders: readonly string[]): EndReason {
  return reasonHeaders.some((header) => /q\.850\s*;.*cause=26\b/i.test(header) || /sip\s*;.*cause=200\b/i.test(header))
    ? 'answeredElsewhere'
    : 'missed'
}
