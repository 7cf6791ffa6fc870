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
  // Asterisk empties a queue when nobody in it can take a call.
  if (outcome === 'leftEmpty') return 'nobodyLoggedIn'
  if (outcome === 'abandoned') return visit.waitMs < visit.shortMs ? 'hungUpEarly' : 'hungUpWaiting'
  return outcome === 'timeout' ? 'queueTimeout' : 'failed'
}

/** The cause of a missed call that came to queues: its last lost visit's; null: it left them by a key, or its end is not known. */
export function callCause(call: {
  visits: readonly { readonly cause: MissedCause | null; readonly shortMs: number }[]
  /** Before, between and in the queues. */
  waitMs: number
}): MissedCause | null {
  const last = call.visits.findLast(({ cause }) => cause !== null)
  // Early in the last of several queues is not early.
  return last?.cause === 'hungUpEarly' && call.waitMs >= last.shortMs ? 'hungUpWaiting' : (last?.cause ?? null)
}

/** The cause of a missed call that came to no queue: what its own channel tells. */
export function causePastQueues(call: {
  /** It called a queue that let nobody in. */
  refused: boolean
  rang: boolean
  failed: boolean
  waitMs: number
  shortMs: number
}): MissedCause {
  if (call.refused) return 'nobodyLoggedIn'
  if (call.rang) return 'nobodyAnswered'
  // Where the network ended it, nobody hung up.
  if (!call.failed) return call.waitMs < call.shortMs ? 'hungUpEarly' : 'hungUpWaiting'
  return 'failed'
}

/** No such number, no route, congestion and the like. */
const failures = new Set([1, 2, 3, 20, 27, 28, 34, 38, 41, 42, 44, 50, 58, 63, 66, 88, 102, 111])
/** Asterisk's hang-up cause is of the network, not of a person. */
export const isFailure = (hangUpCause: number): boolean => failures.has(hangUpCause)
