import type { DeskState } from '../../src-preload/contract/index.ts'

/** Tells when the ringing ends, and only then: a card may ring before its line does. Returns what to call when the desk changes. */
export function createRingEnd(onEnd: () => void): (state: DeskState | null) => void {
  let rang = false
  return (state) => {
    const rings = state?.call?.phase === 'ringingIn'
    if (rang && !rings) onEnd()
    rang = rings
  }
}
