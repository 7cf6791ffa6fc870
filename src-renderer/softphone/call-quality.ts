import type { CallStats } from './phone.ts'

export interface CallQuality {
  readonly grade: 'good' | 'fair' | 'poor'
  /** Mean opinion score, 1 to 4.5. */
  readonly mos: number
  /** 0..1 of what should have come since the earlier reading. */
  readonly loss: number
  /** 0..1 of what we sent; null while the PBX has not reported. */
  readonly lossSent: number | null
  readonly jitterMs: number
  readonly roundTripMs: number | null
  /** It is not good for the loss of what we send: the other side is the one who hears badly. */
  readonly theirs: boolean
}

/** Packetization and look-ahead at both ends, before the network and the jitter buffer. */
const codecDelayMs = 30
/** ITU-T G.107's R with all other inputs at their defaults. */
const bestR = 93.2
/** Robustness of G.711 with packet loss concealment, ITU-T G.113 Appendix I; Opus does no worse. */
const lossRobustness = 25.1
/** ITU-T G.109: below an R of 80 some users are dissatisfied, below 70 many. */
const limits = { good: 80, fair: 70 }

/**
 * The E-model (ITU-T G.107) in its usual simplification (Cole & Rosenbluth, 2001): R = 93.2 − Id − Ie,eff, random loss.
 * The delay impairment Id counts one way: half the round trip, two jitters of buffer, the codecs.
 */
function ratingOf(network: { loss: number; jitterMs: number; roundTripMs: number | null }): number {
  const delayMs = (network.roundTripMs ?? 0) / 2 + 2 * network.jitterMs + codecDelayMs
  const delayImpairment = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0)
  const lossPercent = 100 * network.loss
  const lossImpairment = (95 * lossPercent) / (lossPercent + lossRobustness)
  return Math.min(100, Math.max(0, bestR - delayImpairment - lossImpairment))
}

/** Annex B of G.107. */
export function estimateMos(network: { loss: number; jitterMs: number; roundTripMs: number | null }): number {
  const r = ratingOf(network)
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)
}

/** Quality between two readings; null when nothing was to be heard (held, or no time passed). */
export function qualityBetween(earlier: CallStats, later: CallStats): CallQuality | null {
  const received = later.packetsReceived - earlier.packetsReceived
  const lost = Math.max(0, later.packetsLost - earlier.packetsLost)
  if (received <= 0) return null
  const { jitterMs, roundTripMs, lossSent } = later
  const network = { loss: lost / (received + lost), jitterMs, roundTripMs }
  const theirs = lossSent !== null && lossSent > network.loss
  const r = ratingOf(theirs ? { ...network, loss: lossSent } : network)
  const grade = r >= limits.good ? 'good' : r >= limits.fair ? 'fair' : 'poor'
  return { grade, mos: estimateMos(network), lossSent, theirs: theirs && grade !== 'good', ...network }
}
