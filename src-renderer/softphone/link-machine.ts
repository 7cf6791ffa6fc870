import type { LinkPhase } from './phone.ts'

/**
 * When to open a socket and when to register. Pure: time and chance come in, commands go out.
 *
 *            start, online
 *   off ─────────────────────▶ connecting ──socketOpen──▶ connected ──registerOk──▶ registered
 *    ▲   offline ◀─socketClosed─┐   │  ▲                   │  ▲                        │
 *    │      │     (not online)  │   │  │ timer, online,    │  └── timer: REGISTER ─────┤ registerFailed 5xx, no answer
 *   stop    └────── online ─────┼───┘  │ resume, retry     │                           │ (three times: new socket)
 *    │                          │  socketClosed            │ 401 403 404 407           │
 *   any                         └─▶ backingOff ◀───────────┼──── socketClosed ─────────┘ (at once when it had been up for long)
 *                                                          ▼
 *                                                     authFailed ──retry──▶ connecting
 *
 * `online`, `resume` and `socketDead` replace an open socket by a new one; calls stay through all of it.
 *
 * registered, connected ──displaced──▶ connected, and registers no more until `start`: two phones that each take the
 * extension back from the other would leave the person with calls that ring now here, now there.
 */
export interface LinkState {
  readonly phase: LinkPhase
  readonly online: boolean
  /** False once another page or computer has taken the extension: calls in progress still need the socket. */
  readonly wantRegistered: boolean
  /** A person opened this phone, or asked for it: the next REGISTER may take the extension from another. Else one that has it keeps it. */
  readonly claims: boolean
  /** The phone of another computer took the extension. */
  readonly displaced: boolean
  /** Failures since the last registration that lasted. */
  readonly failures: number
  /** REGISTERs without an answer on this socket. */
  readonly silent: number
  readonly registeredAtMs: number | null
  readonly retryAtMs: number | null
}

export type LinkEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  /** Another page has the extension now. */
  | { readonly type: 'yield' }
  /** The PBX has another phone's contact in place of ours. */
  | { readonly type: 'displaced' }
  | { readonly type: 'socketOpen' }
  | { readonly type: 'socketClosed' }
  /** The probe got no answer: the socket looks open but carries nothing. */
  | { readonly type: 'socketDead' }
  | { readonly type: 'online' }
  | { readonly type: 'offline' }
  /** The computer woke up. */
  | { readonly type: 'resume' }
  | { readonly type: 'registerOk' }
  /** `status` 0: no answer. */
  | { readonly type: 'registerFailed'; readonly status: number; readonly retryAfterMs: number | null }
  | { readonly type: 'timer' }
  /** A person asks to try again. */
  | { readonly type: 'retry' }

export type LinkCommand =
  /** Opens a new socket, giving up the one there was. */
  | { readonly type: 'connect' }
  | { readonly type: 'disconnect' }
  | { readonly type: 'register' }
  /** Left alone, our registration would refresh itself and take the extension back from the other page. */
  | { readonly type: 'unregister' }
  /** A re-INVITE for every established call: the PBX still knows the old address. */
  | { readonly type: 'resyncCalls' }
  /** Replaces the timer there was. */
  | { readonly type: 'startTimer'; readonly delayMs: number }
  | { readonly type: 'cancelTimer' }

export interface LinkInput {
  readonly nowMs: number
  /** 0..1, for the jitter. */
  readonly chance: number
}

export const initialLink: LinkState = {
  phase: 'off',
  online: true,
  wantRegistered: true,
  claims: true,
  displaced: false,
  failures: 0,
  silent: 0,
  registeredAtMs: null,
  retryAtMs: null,
}

const stepsMs = [0, 300, 500, 1000, 2000]
/** A registration shorter than this counts as one more failure, so that a PBX in trouble is not hammered. */
const stableMs = 5000
const maxSilent = 3
/** The PBX knows us not: trying again by ourselves would only lock the account. */
const refusals = new Set([401, 403, 404, 407])

/** 0, 0.3, 0.5, 1, 2, 2 … s, each up to a fifth longer or shorter, so that fifty phones do not return in one instant. */
export function backOffMs(failures: number, chance: number): number {
  const step = stepsMs[Math.min(failures, stepsMs.length - 1)] ?? 0
  return Math.round(step * (0.8 + 0.4 * chance))
}

type Step = readonly [LinkState, readonly LinkCommand[]]

const unchanged = (state: LinkState): Step => [state, []]

const connectNow = (state: LinkState): Step => [
  { ...state, phase: 'connecting', silent: 0, registeredAtMs: null, retryAtMs: null },
  [{ type: 'cancelTimer' }, { type: 'connect' }],
]

function afterLoss(state: LinkState, input: LinkInput): Step {
  const lost: LinkState = { ...state, silent: 0, registeredAtMs: null, retryAtMs: null }
  if (!state.online) return [{ ...lost, phase: 'offline' }, [{ type: 'cancelTimer' }]]
  const wasStable = state.registeredAtMs !== null && input.nowMs - state.registeredAtMs >= stableMs
  const failures = wasStable ? 0 : state.failures + 1
  if (failures === 0) return connectNow({ ...lost, failures })
  const delayMs = backOffMs(failures, input.chance)
  return [{ ...lost, failures, phase: 'backingOff', retryAtMs: input.nowMs + delayMs }, [{ type: 'startTimer', delayMs }]]
}

function afterRefusal(
  state: LinkState,
  event: { readonly status: number; readonly retryAfterMs: number | null },
  input: LinkInput,
): Step {
  if (state.phase !== 'connected' && state.phase !== 'registered') return unchanged(state)
  if (refusals.has(event.status)) {
    return [{ ...state, phase: 'authFailed', registeredAtMs: null, retryAtMs: null }, [{ type: 'cancelTimer' }]]
  }
  const silent = event.status === 0 ? state.silent + 1 : 0
  const failures = state.failures + 1
  if (silent >= maxSilent) return connectNow({ ...state, failures })
  // Without an answer the next REGISTER goes out at once: a PBX that has just started drops the first.
  const delayMs = event.retryAfterMs ?? (event.status === 0 ? 0 : backOffMs(failures, input.chance))
  return [
    { ...state, phase: 'connected', silent, failures, registeredAtMs: null, retryAtMs: input.nowMs + delayMs },
    [{ type: 'startTimer', delayMs }],
  ]
}

export function stepLink(state: LinkState, event: LinkEvent, input: LinkInput): Step {
  if (event.type === 'start') {
    const wanted: LinkState = { ...state, wantRegistered: true, claims: state.claims || !state.wantRegistered, displaced: false }
    if (state.phase === 'connected' && !state.wantRegistered) return [wanted, [{ type: 'register' }]]
    if (state.phase !== 'off') return unchanged(wanted)
    return state.online ? connectNow({ ...wanted, failures: 0 }) : [{ ...wanted, phase: 'offline' }, []]
  }
  if (event.type === 'stop') {
    return state.phase === 'off'
      ? unchanged(state)
      : [{ ...initialLink, online: state.online, displaced: state.displaced }, [{ type: 'cancelTimer' }, { type: 'disconnect' }]]
  }
  if (event.type === 'online' || event.type === 'offline') {
    const known: LinkState = { ...state, online: event.type === 'online' }
    // Offline is a hint, not the truth: an open socket stays, the probe decides.
    if (event.type === 'offline') {
      return state.phase === 'backingOff'
        ? [{ ...known, phase: 'offline', retryAtMs: null }, [{ type: 'cancelTimer' }]]
        : unchanged(known)
    }
    return state.phase === 'off' || state.phase === 'authFailed' ? unchanged(known) : connectNow({ ...known, failures: 0 })
  }
  if (state.phase === 'off') return unchanged(state)

  switch (event.type) {
    case 'yield':
      return [
        { ...state, wantRegistered: false, phase: state.phase === 'registered' ? 'connected' : state.phase, retryAtMs: null },
        state.phase === 'registered' ? [{ type: 'unregister' }] : state.phase === 'connected' ? [{ type: 'cancelTimer' }] : [],
      ]
    case 'displaced':
      if (!state.wantRegistered || (state.phase !== 'connected' && state.phase !== 'registered')) return unchanged(state)
      return [
        { ...state, wantRegistered: false, displaced: true, phase: 'connected', retryAtMs: null },
        [{ type: 'cancelTimer' }, { type: 'unregister' }],
      ]
    case 'socketOpen':
      if (state.phase !== 'connecting') return unchanged(state)
      return [
        { ...state, phase: 'connected', silent: 0 },
        state.wantRegistered ? [{ type: 'resyncCalls' }, { type: 'register' }] : [{ type: 'resyncCalls' }],
      ]
    case 'socketClosed':
      return state.phase === 'connecting' || state.phase === 'connected' || state.phase === 'registered'
        ? afterLoss(state, input)
        : unchanged(state)
    case 'socketDead':
      return state.phase === 'connected' || state.phase === 'registered' ? connectNow(state) : unchanged(state)
    case 'resume':
      // Sleep leaves sockets that look open, and a clock of failures that means nothing.
      return state.phase === 'authFailed' || !state.online ? unchanged(state) : connectNow({ ...state, failures: 0 })
    case 'registerOk':
      if (!state.wantRegistered) return [state, [{ type: 'unregister' }]]
      return state.phase === 'connected'
        ? [
            { ...state, phase: 'registered', claims: false, silent: 0, registeredAtMs: input.nowMs, retryAtMs: null },
            [{ type: 'cancelTimer' }],
          ]
        : unchanged(state)
    case 'registerFailed':
      return state.wantRegistered ? afterRefusal(state, event, input) : unchanged(state)
    case 'timer':
      if (state.phase === 'backingOff') return connectNow(state)
      if (state.phase === 'connected' && state.wantRegistered) return [{ ...state, retryAtMs: null }, [{ type: 'register' }]]
      return unchanged(state)
    case 'retry':
      return state.phase === 'authFailed' || state.phase === 'backingOff' || state.phase === 'offline'
        ? connectNow({ ...state, failures: 0, claims: true })
        : unchanged(state)
  }
}
