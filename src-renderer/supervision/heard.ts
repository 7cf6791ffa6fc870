import type { Listener, LiveCall, LiveView } from '../../server/contract/index.ts'

export interface Heard {
  readonly call: LiveCall
  readonly listener: Listener
}

/** The call this person hears as a supervisor; one at most, for it takes their phone. */
export function heardBy(view: LiveView, userId: string): Heard | null {
  for (const call of view.calls) {
    const listener = call.listeners.find((each) => each.userId === userId)
    if (listener) return { call, listener }
  }
  return null
}

/** Who hears this operator's calls, the loudest first: barging, whispering, listening. */
export function listenersTo(view: LiveView, userId: string): Listener[] {
  const loudness = { barge: 0, whisper: 1, listen: 2 } as const
  return view.calls
    .flatMap(({ listeners }) => listeners)
    .filter(({ operatorId }) => operatorId === userId)
    .toSorted((a, b) => loudness[a.mode] - loudness[b.mode] || a.sinceMs - b.sinceMs)
}
