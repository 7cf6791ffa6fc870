import type { MissedCause } from '../contract/index.ts'

/** What was seen of a call that nobody answered. */
export interface MissedFacts {
  readonly queue: string | null
  /** At some time while the caller waited there was a member of the queue… */
  readonly sawLoggedIn: boolean
  /** …who was not paused… */
  readonly sawUnpaused: boolean
  /** …and not in a call. */
  readonly sawFree: boolean
  /** An operator's phone rang. */
  readonly rang: boolean
  readonly waitMs: number
  /** How long the call went on after the caller had left the queue; null when it never left before its end. */
  readonly afterQueueMs: number | null
  /** Asterisk's hang-up cause of the caller's channel; 0 when it is not known. */
  readonly hangUpCause: number
}

/** Who hangs up sooner has hardly waited. */
export const earlyMs = 5_000
/** A caller's own hang-up ends queue and call together; what comes later is the dialplan after a time-out. */
const timeoutTailMs = 700
/** Normal clearing, busy, no response, no answer, rejected, unspecified: the caller or a phone, not the network. */
const ordinary = new Set([0, 16, 17, 18, 19, 21, 26, 31, 127])

/** The first cause that holds, in the order of the list of metrics. */
export function missedCause(facts: MissedFacts): MissedCause {
  if (facts.queue !== null) {
    if (!facts.sawLoggedIn) return 'nobodyLoggedIn'
    if (!facts.sawUnpaused) return 'allPaused'
    if (!facts.sawFree && !facts.rang) return 'allBusy'
  }
  if (facts.rang) return 'nobodyAnswered'
  if (!ordinary.has(facts.hangUpCause)) return 'failed'
  if (facts.waitMs < earlyMs) return 'hungUpEarly'
  if (facts.afterQueueMs !== null && facts.afterQueueMs > timeoutTailMs) return 'queueTimeout'
  return 'hungUpWaiting'
}
