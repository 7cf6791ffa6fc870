import type { CallStats } from './phone.ts'

export interface CallQuality {
  readonly grade: 'good' | 'fair' | 'poor'
  /** 0..1 of what should have come since the earlier reading. */
  readonly loss: number
  readonly jitterMs: number
  readonly roundTripMs: number | null
}

/** Speech starts to suffer at about 2 % loss or 30 ms of jitter and is hard to follow at twice to three times that. */
const limits = { fair: { loss: 0.02, jitterMs: 30, roundTripMs: 300 }, poor: { loss: 0.05, jitterMs: 80, roundTripMs: 600 } }

/** Quality between two readings; null when nothing was to be heard (held, or no time passed). */
export function qualityBetween(earlier: CallStats, later: CallStats): CallQuality | null {
  const received = later.packetsReceived - earlier.packetsReceived
  const lost = Math.max(0, later.packetsLost - earlier.packetsLost)
  if (received <= 0) return null
  const loss = lost / (received + lost)
  const { jitterMs, roundTripMs } = later
  const beyond = (limit: { loss: number; jitterMs: number; roundTripMs: number }) =>
    loss >= limit.loss || jitterMs >= limit.jitterMs || (roundTripMs ?? 0) >= limit.roundTripMs
  return { grade: beyond(limits.poor) ? 'poor' : beyond(limits.fair) ? 'fair' : 'good', loss, jitterMs, roundTripMs }
}
