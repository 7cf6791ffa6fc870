/** How long a phone may be out of reach and silent before its caller is taken to the music. */
export const patienceMs = 3_000
/** A caller on hold hears music already: only the way back, or on to the queue, is at stake. */
export const holdPatienceMs = 30_000
/** How often the packets of a phone out of reach are counted. */
export const lookEveryMs = 1_000

/**
 * One operator's leg whose phone has lost its last contact while the call is up.
 *
 *     watching ──packets: as many as a second ago, and out of reach for 3 s (30 s on hold)──▶ kept
 *        │  ▲
 *        │  └──packets: more than before; the audio lives, only the signalling is gone
 *        └──the contact is back, or the leg has ended──▶ forgotten
 *
 * In `kept` the caller is with the music, and the dialplan goes on by itself: back to the operator, or on to the queue. The
 * phone's own recovery (INVITE with Replaces, re-INVITE) needs less than 3 s as a rule and then nothing happens here.
 */
export interface LegWatch {
  readonly phase: 'watching' | 'kept'
  readonly sinceMs: number
  /** RTP packets from the phone at the last look. */
  readonly packets: number | null
}

export const beginWatch = (nowMs: number): LegWatch => ({ phase: 'watching', sinceMs: nowMs, packets: null })

/** What is seen at a look. `packets` is null where Asterisk could not tell: then it is not known to be silent. */
export interface Look {
  readonly packets: number | null
  readonly held: boolean
}

export function stepWatch(watch: LegWatch, look: Look, nowMs: number): LegWatch {
  if (watch.phase === 'kept') return watch
  const silent = look.packets !== null && look.packets === watch.packets
  const patience = look.held ? holdPatienceMs : patienceMs
  if (silent && nowMs - watch.sinceMs >= patience) return { ...watch, phase: 'kept' }
  return { ...watch, packets: look.packets }
}
