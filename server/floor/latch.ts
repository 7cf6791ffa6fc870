/** Whether a limit counts as reached. `sinceMs`: when this state began. */
export interface Latch {
  readonly state: 'off' | 'rising' | 'on' | 'falling'
  readonly sinceMs: number
}

export const unlatched: Latch = { state: 'off', sinceMs: 0 }

/**
 * A limit that is reached for a while, and left for a while: what swings about it neither comes nor goes.
 *
 *     off ──beyond──▶ rising ──beyond for afterMs──▶ on
 *      ▲ ◀──inside────┘                              │ ▲
 *      │                                      inside ▼ │ beyond
 *      └──────────────inside for clearMs────────── falling
 */
export function stepLatch(
  latch: Latch,
  now: { readonly beyond: boolean; readonly atMs: number; readonly afterMs: number; readonly clearMs: number },
): Latch {
  const { beyond, atMs, afterMs, clearMs } = now
  const to = (state: Latch['state']): Latch => ({ state, sinceMs: atMs })
  switch (latch.state) {
    case 'off':
      return beyond ? stepLatch(to('rising'), now) : latch
    case 'rising':
      if (!beyond) return to('off')
      return atMs - latch.sinceMs >= afterMs ? to('on') : latch
    case 'on':
      return beyond ? latch : stepLatch(to('falling'), now)
    case 'falling':
      if (beyond) return to('on')
      return atMs - latch.sinceMs >= clearMs ? to('off') : latch
  }
}

export const holds = ({ state }: Latch): boolean => state === 'on' || state === 'falling'
