import type { RenegotiationOutcome } from '../sip/sip-link.ts'

/**
 * Once the channel of the one who dialled is replaced, Asterisk (22.10) may pass nothing on to the one who was called, though it
 * receives the phone's packets. It does again once it has sent them a packet of music: a hold does that, when it lasts for longer
 * than one tick of 20 ms. A hold of 9 ms left them in silence for good. Pure.
 *
 *            moved             packets, or 2.5 s           200            0.2 s              200
 *   closed ─────────▶ waiting ───────────────────▶ holding ─────▶ holds ───────▶ freeing ───────▶ closed, or holding again
 *                                                 │  ▲ refused                    │  ▲            when packets came only now
 *                                         3 times │  │ 3 s, five times at most,   │  │ refused: at once again, while the line
 *                                                 ▼  │ or a way to the PBX again  │  │ does not say held
 *                                                barred                           │  └── 3 s, or a way to the PBX again ──┐
 *                                                                                 └─refused, and the line says so ──▶ stuck
 * An end that is refused while a person asks for a hold does not go out behind that hold: back to `holds`, whose timer waits for it.
 * A hold is refused at once while there is no socket: given up then, the other side would stay in silence for good.
 *   any ──the line goes its own way: resumed by hand, another is talked on──▶ closed
 *
 * Held for good: a call that we put on hold is asked back until the PBX grants it, and its line says `held` as soon as that
 * takes long enough to be noticed.
 */
export interface BridgeOpening {
  readonly phase: 'closed' | 'waiting' | 'holding' | 'barred' | 'holds' | 'freeing' | 'stuck'
  /** Refused in this phase. */
  readonly tries: number
  /** Times that the PBX could not be asked for a hold since the move. */
  readonly bars: number
  /** Packets have come since the move. */
  readonly heard: boolean
  /** They had not when the hold began. */
  readonly early: boolean
  /** The line says held. */
  readonly shown: boolean
}

export type OpeningEvent =
  /** The call is on another connection; `heard`: packets have come on it. */
  | { readonly type: 'moved'; readonly heard: boolean }
  /** The first packets came on it. */
  | { readonly type: 'heard' }
  /** Of the hold, or its end. `wished`: a person's own hold of the call is on its way. */
  | { readonly type: 'answered'; readonly outcome: RenegotiationOutcome; readonly wished: boolean }
  /** Waits while a person's hold is on its way. */
  | { readonly type: 'timer' }
  /** There is a way to the PBX again. */
  | { readonly type: 'reached' }
  /** The line is held or talked on by somebody's wish, or over. */
  | { readonly type: 'taken' }

export type OpeningCommand =
  | { readonly type: 'hold' | 'unhold' | 'cancelTimer' }
  /** Replaces the timer there was. */
  | { readonly type: 'startTimer'; readonly delayMs: number }
  /** What the line has to say. */
  | { readonly type: 'tell'; readonly news: 'freeing' | 'freed' | 'held' }

type Step = readonly [BridgeOpening, readonly OpeningCommand[]]

const mostTries = 3
/** A PBX that refuses each hold is not asked on for the length of the call. */
const mostBars = 5
/** Music needs a tick of 20 ms and its file. */
const holdsMs = 200
/** An end that comes sooner was not missed by anybody. */
const patienceMs = 500
const retryMs = 3_000
/** The other side may be silent by right. */
const hearingMs = 2_500

export const closedBridge: BridgeOpening = { phase: 'closed', tries: 0, bars: 0, heard: false, early: false, shown: false }

/** The silence of the other side is ours. */
export const isOpening = ({ phase }: BridgeOpening): boolean => phase !== 'closed' && phase !== 'waiting' && phase !== 'barred'

const hold = (state: BridgeOpening): Step => [
  { ...state, phase: 'holding', tries: 0, early: !state.heard },
  [{ type: 'cancelTimer' }, { type: 'hold' }],
]

const holds = (state: BridgeOpening): Step => [{ ...state, phase: 'holds' }, [{ type: 'startTimer', delayMs: holdsMs }]]

const free = (state: BridgeOpening): Step => [
  { ...state, phase: 'freeing', tries: 0 },
  [state.shown ? { type: 'tell', news: 'freeing' } : { type: 'startTimer', delayMs: patienceMs }, { type: 'unhold' }],
]

/** `freed`: it is not on hold. */
function close(state: BridgeOpening, freed: boolean): Step {
  if (freed && state.early && state.heard) return hold(state)
  const { heard, early, shown } = state
  return [
    freed ? { ...closedBridge, heard, early } : closedBridge,
    shown && freed ? [{ type: 'cancelTimer' }, { type: 'tell', news: 'freed' }] : [{ type: 'cancelTimer' }],
  ]
}

function bar(state: BridgeOpening): Step {
  const bars = state.bars + 1
  return [
    { ...state, phase: 'barred', bars, shown: false },
    [
      ...(state.shown ? ([{ type: 'tell', news: 'freed' }] as const) : []),
      bars < mostBars ? { type: 'startTimer', delayMs: retryMs } : { type: 'cancelTimer' },
    ],
  ]
}

function answered(state: BridgeOpening, { outcome, wished }: Extract<OpeningEvent, { type: 'answered' }>): Step {
  const tries = state.tries + 1
  if (state.phase === 'holding') {
    if (outcome === 'ok') return holds(state)
    // A call that has just moved is not held: there is nothing to ask back.
    if (outcome === 'gone') return close(state, false)
    if (tries < mostTries) return [{ ...state, tries }, [{ type: 'hold' }]]
    return bar(state)
  }
  if (state.phase !== 'freeing') return [state, []]
  if (outcome !== 'refused') return close(state, outcome === 'ok')
  // Behind their hold it would end theirs.
  if (wished) return holds(state)
  if (!state.shown && tries < mostTries) return [{ ...state, tries }, [{ type: 'unhold' }]]
  return [
    { ...state, phase: 'stuck', tries, shown: true },
    [
      { type: 'tell', news: 'held' },
      { type: 'startTimer', delayMs: retryMs },
    ],
  ]
}

export function stepOpening(state: BridgeOpening, event: OpeningEvent): Step {
  switch (event.type) {
    case 'moved': {
      const waiting: BridgeOpening = { ...closedBridge, phase: 'waiting', heard: event.heard, shown: state.shown }
      const [next, commands]: Step = event.heard ? hold(waiting) : [waiting, [{ type: 'startTimer', delayMs: hearingMs }]]
      return [next, state.shown ? [{ type: 'tell', news: 'freeing' }, ...commands] : commands]
    }
    case 'heard': {
      const next = { ...state, heard: true }
      return state.phase === 'waiting' || (state.phase === 'closed' && state.early) ? hold(next) : [next, []]
    }
    case 'answered':
      return answered(state, event)
    case 'timer':
      if (state.phase === 'waiting' || state.phase === 'barred') return hold(state)
      if (state.phase === 'holds' || state.phase === 'stuck') return free(state)
      return state.phase === 'freeing' && !state.shown
        ? [{ ...state, shown: true }, [{ type: 'tell', news: 'freeing' }]]
        : [state, []]
    case 'reached':
      if (state.phase === 'barred') return hold(state)
      return state.phase === 'stuck' ? free(state) : [state, []]
    case 'taken':
      return [closedBridge, state.phase === 'closed' ? [] : [{ type: 'cancelTimer' }]]
  }
}
