import type { MoveOutcome, RenegotiationOutcome } from '../sip/sip-link.ts'

/**
 * One call's way through an outage. Pure: news of the socket and the sound come in, commands go out.
 *
 *            socketLost                 socketOpen: re-INVITE            200
 *   good ───────────────▶ signalLost ──────────────────────▶ resync ───────────▶ good
 *    ▲ ▲                      │  ▲                             │  └─ refused: again after a pause
 *    │ │ packets              │  └──────── socketLost ─────────┤
 *    │ │                      ▼ stalled, pathFailed            ▼ stalled, pathFailed (from good too)
 *    │ └───────────────── mediaLost: a new socket, unless the one there is young
 *    │                        │  ▲
 *    │             socketOpen │  │ no path, no answer, refused, silent: again after 0.3, 0.5, 1, 2, 2 … s
 *    └────── moved ───────  move: INVITE with Replaces from a new peer connection
 *
 *   boot (the page was loaded anew, there is no session) ── as move
 *   any ──481, ended──▶ ended
 *
 * Held for good: one INVITE at a time; none without a socket (but boot's, which waits for it); a held call is never missed for its silence.
 */
export interface RecoveryState {
  readonly phase: 'good' | 'signalLost' | 'resync' | 'mediaLost' | 'move' | 'boot' | 'ended'
  /** When the open socket was opened; null without one. */
  readonly socketAtMs: number | null
  /** Failed INVITEs or re-INVITEs since the last good moment. */
  readonly tries: number
  /** A timer runs before the next try. */
  readonly pausing: boolean
}

export type RecoveryEvent =
  | { readonly type: 'socketLost' | 'socketOpen' }
  /** No packets come though they should, or the peer connection gave up. */
  | { readonly type: 'stalled' | 'pathFailed' }
  /** Packets come again by themselves. */
  | { readonly type: 'packets' }
  | { readonly type: 'refreshed'; readonly outcome: RenegotiationOutcome }
  | { readonly type: 'moved'; readonly outcome: MoveOutcome }
  | { readonly type: 'timer' }
  /** By a person or the other side. */
  | { readonly type: 'ended' }

export type RecoveryCommand =
  /** A plain re-INVITE. */
  | { readonly type: 'refresh' }
  | { readonly type: 'move' }
  /** The socket goes the way of the sound: take a new one. */
  | { readonly type: 'reconnect' }
  /** Replaces the timer there was. */
  | { readonly type: 'startTimer'; readonly delayMs: number }
  | { readonly type: 'cancelTimer' }
  /** The PBX has no such call any more, or would not give it back. */
  | { readonly type: 'end' }

type Step = readonly [RecoveryState, readonly RecoveryCommand[]]

/** A socket this young was opened after the sound had stopped, or so: it is not to blame. */
const youngSocketMs = 3_000
const pausesMs = [300, 500, 1_000, 2_000]
/** Without a usable address nothing was sent: look again soon. */
const pathPauseMs = 250
/** About as long as the PBX keeps a call whose phone is silent. */
const maxTries = 40

export const goodCall = (nowMs: number): RecoveryState => ({ phase: 'good', socketAtMs: nowMs, tries: 0, pausing: false })

/** A call that an earlier page had. */
export const bootCall: Step = [{ phase: 'boot', socketAtMs: null, tries: 0, pausing: false }, [{ type: 'move' }]]

const stay = (state: RecoveryState): Step => [state, []]

const toGood = (state: RecoveryState): Step => [
  { ...state, phase: state.socketAtMs === null ? 'signalLost' : 'good', tries: 0, pausing: false },
  [{ type: 'cancelTimer' }],
]

const toResync = (state: RecoveryState): Step => [
  { ...state, phase: 'resync', pausing: false },
  [{ type: 'cancelTimer' }, { type: 'refresh' }],
]

const toMove = (state: RecoveryState): Step => [
  { ...state, phase: 'move', pausing: false },
  [{ type: 'cancelTimer' }, { type: 'move' }],
]

const toEnded = (state: RecoveryState, first: readonly RecoveryCommand[]): Step => [
  { ...state, phase: 'ended', pausing: false },
  [{ type: 'cancelTimer' }, ...first],
]

/** Moves at once on a socket that can be trusted; takes a new one first otherwise. */
function recoverMedia(state: RecoveryState, nowMs: number): Step {
  if (state.socketAtMs === null) return [{ ...state, phase: 'mediaLost', pausing: false }, [{ type: 'cancelTimer' }]]
  if (nowMs - state.socketAtMs < youngSocketMs) return toMove(state)
  return [{ ...state, phase: 'mediaLost', socketAtMs: null, pausing: false }, [{ type: 'cancelTimer' }, { type: 'reconnect' }]]
}

function again(state: RecoveryState, phase: 'mediaLost' | 'resync', delayMs: number | null): Step {
  const tries = state.tries + 1
  if (tries > maxTries) return toEnded(state, [{ type: 'end' }])
  const pauseMs = delayMs ?? pausesMs[Math.min(tries, pausesMs.length) - 1] ?? 0
  return [{ ...state, phase, tries, pausing: true }, [{ type: 'startTimer', delayMs: pauseMs }]]
}

function afterMove(state: RecoveryState, outcome: MoveOutcome): Step {
  if (state.phase !== 'move' && state.phase !== 'boot') return stay(state)
  if (outcome === 'ok') return toGood(state)
  if (outcome === 'gone') return toEnded(state, [{ type: 'end' }])
  if (outcome === 'noPath')
    return [{ ...state, phase: 'mediaLost', pausing: true }, [{ type: 'startTimer', delayMs: pathPauseMs }]]
  return again(state, 'mediaLost', null)
}

export function stepRecovery(state: RecoveryState, event: RecoveryEvent, nowMs: number): Step {
  if (state.phase === 'ended') return stay(state)
  switch (event.type) {
    case 'ended':
      return toEnded(state, [])
    case 'socketLost': {
      const lost: RecoveryState = { ...state, socketAtMs: null }
      if (state.phase === 'good' || state.phase === 'resync')
        return [{ ...lost, phase: 'signalLost', pausing: false }, [{ type: 'cancelTimer' }]]
      return stay(lost)
    }
    case 'socketOpen': {
      const open: RecoveryState = { ...state, socketAtMs: nowMs }
      if (state.phase === 'mediaLost') return state.pausing ? stay(open) : toMove(open)
      return state.phase === 'move' || state.phase === 'boot' ? stay(open) : toResync(open)
    }
    case 'stalled':
    case 'pathFailed':
      return state.phase === 'good' || state.phase === 'resync' || state.phase === 'signalLost'
        ? recoverMedia(state, nowMs)
        : stay(state)
    case 'packets':
      // An INVITE that is out goes to its end: the PBX may have moved the call already.
      if (state.phase !== 'mediaLost') return stay(state)
      return state.socketAtMs === null ? toGood(state) : toResync(state)
    case 'refreshed':
      if (state.phase !== 'resync') return stay(state)
      if (event.outcome === 'gone') return toEnded(state, [{ type: 'end' }])
      return event.outcome === 'ok' ? toGood(state) : again(state, 'resync', null)
    case 'moved':
      return afterMove(state, event.outcome)
    case 'timer':
      if (!state.pausing) return stay(state)
      if (state.phase === 'resync') return toResync(state)
      // The last INVITE may have gone into a socket that is dead by now.
      return recoverMedia({ ...state, pausing: false }, nowMs)
  }
}

/** What a person is told meanwhile; null: nothing. */
export function troubleOf({ phase }: Pick<RecoveryState, 'phase'>): 'signal' | 'sound' | null {
  if (phase === 'signalLost' || phase === 'resync') return 'signal'
  return phase === 'mediaLost' || phase === 'move' || phase === 'boot' ? 'sound' : null
}
