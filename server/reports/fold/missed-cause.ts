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

/** The probable cause of a visit nobody answered: the first that holds, in the order of the list of metrics. */
export function visitCause(visit: {
  outcome: VisitOutcome
  waitMs: number
  shortMs: number
  rang: boolean
  presence: Presence | null
}): MissedCause | null {
  const { outcome, presence, rang } = visit
  if (outcome === 'answered' || outcome === 'waiting' || outcome === 'lost') return null
  // Asterisk empties a queue when nobody in it can take a call.
  if (presence && !rang) {
    if (!presence.loggedIn) return 'nobodyLoggedIn'
    if (!presence.unpaused) return 'allPaused'
    if (!presence.free) return 'allBusy'
  }
  if (rang) return 'nobodyAnswered'
  if (outcome === 'incompatible') return 'failed'
  if (outcome === 'abandoned') return visit.waitMs < visit.shortMs ? 'hungUpEarly' : 'hungUpWaiting'
  if (outcome === 'leftEmpty') return 'nobodyLoggedIn'
  return outcome === 'timeout' ? 'queueTimeout' : 'hungUpWaiting'
}

/** The cause of a missed call: its last visit's; past no queue what its own channel tells. */
export function callCause(call: {
  visits: readonly { readonly cause: MissedCause | null }[]
  rang: boolean
  failed: boolean
  waitMs: number
  shortMs: number
}): MissedCause {
  const cause = call.visits.findLast((visit) => visit.cause !== null)?.cause
  if (cause) return cause
  if (call.rang) return 'nobodyAnswered'
  if (call.failed) return 'failed'
  return call.waitMs < call.shortMs ? 'hungUpEarly' : 'hungUpWaiting'
}
