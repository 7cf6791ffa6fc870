import type { MissedCause } from '../../contract/index.ts'
import type { VisitOutcome } from '../record/schema.ts'

/** Asterisk's members of a queue over the time somebody waited; null: who belongs to the queue is not known. */
export interface Presence {
  /** At some time there was a member… */
  readonly loggedIn: boolean
  /** …who was not paused… */
  readonly unpaused: boolean
  /** …and not in a talk. */
  readonly free: boolean
}

const lost = new Set<VisitOutcome>(['abandoned', 'timeout', 'leftEmpty', 'incompatible'])

/** The probable cause of a visit that was lost: the first that holds, in the order of the list of metrics. */
export function visitCause(visit: {
  outcome: VisitOutcome
  waitMs: number
  shortMs: number
  rang: boolean
  presence: Presence | null
}): MissedCause | null {
  const { outcome, presence, rang } = visit
  // Who chose another way, or was given one, missed nobody; of a visit without an end nothing is known.
  if (!lost.has(outcome)) return null
  if (presence && !rang) {
    if (!presence.loggedIn) return 'nobodyLoggedIn'
    if (!presence.unpaused) return 'allPaused'
    if (!presence.free) return 'allBusy'
  }
  if (rang) return 'nobodyAnswered'
  if (outcome === 'incompatible') return 'failed'
  if (outcome === 'abandoned') return visit.waitMs < visit.shortMs ? 'hungUpEarly' : 'hungUpWaiting'
  // Asterisk empties a queue when nobody in it can take a call.
  return outcome === 'leftEmpty' ? 'nobodyLoggedIn' : 'queueTimeout'
}

/** The cause of a missed call: its last lost visit's; past no queue what its own channel tells; null: it left the queue by a key. */
export function callCause(call: {
  visits: readonly { readonly cause: MissedCause | null }[]
  rang: boolean
  failed: boolean
  waitMs: number
  shortMs: number
}): MissedCause | null {
  if (call.visits.length > 0) {
    const cause = call.visits.findLast((visit) => visit.cause !== null)?.cause ?? null
    // Early in the last of several queues is not early.
    return cause === 'hungUpEarly' && call.waitMs >= call.shortMs ? 'hungUpWaiting' : cause
  }
  if (call.rang) return 'nobodyAnswered'
  if (call.failed) return 'failed'
  return call.waitMs < call.shortMs ? 'hungUpEarly' : 'hungUpWaiting'
}
