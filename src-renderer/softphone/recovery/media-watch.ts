/** Judges by packets whether the other side can be heard. An ICE state is no proof: it says `connected` over a dead path. Pure. */
export interface MediaWatch {
  readonly packets: number | null
  /** When the count last rose. */
  readonly roseAtMs: number
  readonly seenAtMs: number
  /** Packets have come, or have to: their absence means something. */
  readonly armed: boolean
  /** Packets came on this connection. */
  readonly heard: boolean
  /** This connection came up: its silence means something. */
  readonly wasUp: boolean
  readonly told: 'flowing' | 'stalled' | 'failed'
  /** The network changed or the computer woke: look closer until then. */
  readonly doubtUntilMs: number
}

export interface MediaSample {
  readonly nowMs: number
  readonly packets: number
  readonly connection: RTCPeerConnectionState
  readonly held: boolean
}

const stallMs = 900
const doubtedStallMs = 250
const doubtMs = 3_000
/** Nobody looked for so long: what came in the meantime is only being counted now. */
const blinkMs = 1_000
/** The other side takes its time to talk again after a hold. */
const afterHoldMs = 1_000
/** From a move's success to the first packet. */
const afterMoveMs = 2_000

export const newWatch = (nowMs: number): MediaWatch => ({
  packets: null,
  roseAtMs: nowMs,
  seenAtMs: nowMs,
  armed: false,
  heard: false,
  wasUp: false,
  told: 'flowing',
  doubtUntilMs: 0,
})

export const isInDoubt = (watch: MediaWatch, nowMs: number): boolean => nowMs < watch.doubtUntilMs

export const doubt = (watch: MediaWatch, nowMs: number): MediaWatch => ({ ...watch, doubtUntilMs: nowMs + doubtMs })

/** From now on packets have to come. */
export const afterHold = (watch: MediaWatch, nowMs: number): MediaWatch => ({
  ...watch,
  armed: true,
  roseAtMs: nowMs + afterHoldMs - stallMs,
})

/**
 * The call is on a new connection. One that was heard before has to be heard there; moved once more in vain, it may be silent by
 * right. A connection that never came up proves nothing.
 */
export const afterMove = (watch: MediaWatch, nowMs: number): MediaWatch => ({
  ...newWatch(nowMs),
  armed: watch.heard || (watch.armed && !watch.wasUp),
  roseAtMs: nowMs + afterMoveMs - stallMs,
})

export function lookAtMedia(
  before: MediaWatch,
  { nowMs, packets, connection, held }: MediaSample,
): readonly [MediaWatch, 'stalled' | 'packets' | 'pathFailed' | null] {
  const rose = packets > (before.packets ?? 0)
  const blinked = nowMs - before.seenAtMs > blinkMs
  const fresh = rose || blinked || held || before.packets === null
  const watch: MediaWatch = {
    ...before,
    packets,
    seenAtMs: nowMs,
    roseAtMs: fresh ? Math.max(nowMs, before.roseAtMs) : before.roseAtMs,
    armed: before.armed || rose,
    heard: before.heard || rose,
    wasUp: before.wasUp || connection === 'connected',
    doubtUntilMs: blinked ? nowMs + doubtMs : before.doubtUntilMs,
  }
  if (rose) return before.told === 'flowing' ? [watch, null] : [{ ...watch, told: 'flowing' }, 'packets']
  // A held call is silent by right; only its connection can tell.
  const failed = connection === 'failed' || (held && connection === 'disconnected')
  if (failed) return before.told === 'failed' ? [watch, null] : [{ ...watch, told: 'failed' }, 'pathFailed']
  if (held || !watch.armed || before.told !== 'flowing') return [watch, null]
  const limitMs = isInDoubt(watch, nowMs) ? doubtedStallMs : stallMs
  return nowMs - watch.roseAtMs >= limitMs ? [{ ...watch, told: 'stalled' }, 'stalled'] : [watch, null]
}
