import type { PbxStatus } from '../contract/live.ts'

/**
 * The life of the link to one Asterisk, as a pure function.
 *
 *          use                connected            signedIn             synced
 *   off ────────► connecting ────────► signingIn ────────► syncing ────────► up ◄──┐
 *    ▲                ▲  │ failed          │ │ failed         │ failed       │ │    │ synced
 *    │ clear          │  ▼                 │ ▼                ▼       failed │ │ resync
 *    └── (any)        └─ waiting ◄─────────┴────────────────────────────────┘ └► resyncing
 *           retryDue        ▲ refused: slow retries only
 *                           └── 1 s, 2 s, 4 s … 15 s with jitter otherwise
 *
 * The pause grows until a link has held for `steadyMs`, so that an Asterisk that drops us at once is not hammered.
 */
export interface LinkState {
  readonly phase: 'off' | 'connecting' | 'signingIn' | 'syncing' | 'up' | 'resyncing' | 'waiting'
  readonly problem: PbxStatus['problem']
  /** Attempts in a row that led to no steady link. */
  readonly failures: number
  readonly upSinceMs: number | null
}

export type LinkInput = {
  readonly type: 'use' | 'clear' | 'connected' | 'signedIn' | 'refused' | 'synced' | 'resync' | 'failed' | 'retryDue'
}

export type LinkEffect =
  | { readonly type: 'connect' | 'signIn' | 'sync' | 'close' }
  | { readonly type: 'retry'; readonly delayMs: number }

const firstRetryMs = 1_000
export const longestRetryMs = 15_000
export const refusedRetryMs = 60_000
export const steadyMs = 30_000

export const offLink: LinkState = { phase: 'off', problem: 'notConfigured', failures: 0, upSinceMs: null }

/** `random` in [0, 1) is the jitter. */
export function stepLink(
  state: LinkState,
  input: LinkInput,
  at: { nowMs: number; random: number },
): { state: LinkState; effects: readonly LinkEffect[] } {
  const stay = { state, effects: [] }
  const linked = state.phase === 'up' || state.phase === 'resyncing'
  switch (input.type) {
    case 'use':
      return {
        state: { phase: 'connecting', problem: null, failures: 0, upSinceMs: null },
        effects: [{ type: 'close' }, { type: 'connect' }],
      }
    case 'clear':
      return { state: offLink, effects: [{ type: 'close' }] }
    case 'connected':
      return state.phase === 'connecting' ? { state: { ...state, phase: 'signingIn' }, effects: [{ type: 'signIn' }] } : stay
    case 'signedIn':
      return state.phase === 'signingIn' ? { state: { ...state, phase: 'syncing' }, effects: [{ type: 'sync' }] } : stay
    case 'synced':
      if (state.phase === 'resyncing') return { state: { ...state, phase: 'up' }, effects: [] }
      return state.phase === 'syncing'
        ? { state: { ...state, phase: 'up', problem: null, upSinceMs: at.nowMs }, effects: [] }
        : stay
    case 'resync':
      return state.phase === 'up' ? { state: { ...state, phase: 'resyncing' }, effects: [{ type: 'sync' }] } : stay
    case 'refused':
      if (state.phase !== 'signingIn') return stay
      return {
        state: { phase: 'waiting', problem: 'refused', failures: 0, upSinceMs: null },
        effects: [{ type: 'close' }, { type: 'retry', delayMs: Math.round(refusedRetryMs * (1 + at.random / 10)) }],
      }
    case 'failed': {
      if (state.phase === 'off' || state.phase === 'waiting') return stay
      const steady = linked && state.upSinceMs !== null && at.nowMs - state.upSinceMs >= steadyMs
      const failures = steady ? 0 : state.failures
      const pauseMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures, 10))
      return {
        state: {
          phase: 'waiting',
          problem: linked || state.problem === 'lost' ? 'lost' : 'unreachable',
          failures: failures + 1,
          upSinceMs: null,
        },
        effects: [{ type: 'close' }, { type: 'retry', delayMs: Math.round(pauseMs * (0.5 + at.random / 2)) }],
      }
    }
    case 'retryDue':
      return state.phase === 'waiting' ? { state: { ...state, phase: 'connecting' }, effects: [{ type: 'connect' }] } : stay
  }
}

/** What people are told; a problem stays shown while it is being tried again. */
export function linkStatus(state: LinkState): Omit<PbxStatus, 'sinceMs'> {
  if (state.phase === 'up' || state.phase === 'resyncing') return { state: 'up', problem: null }
  return { state: state.problem === null ? 'connecting' : 'down', problem: state.problem }
}
