import type { AmiEvent } from '../ami-event.ts'
import type { PbxChange } from '../pbx-state.ts'
import { callEvents } from './call-events.ts'
import { closeDraft, type Draft, type LiveState, openDraft } from './live-state.ts'
import { queueEvents } from './queue-events.ts'
import { settle } from './settle.ts'

/**
 * What an event does to the working copy. Handlers take any input: a header that is missing or names something
 * unknown makes them do nothing, for an event may be lost and the next snapshot heals what that left behind.
 */
export type EventHandler = (draft: Draft, event: AmiEvent) => void

const handlers: ReadonlyMap<string, EventHandler> = new Map([...Object.entries(callEvents), ...Object.entries(queueEvents)])

/** Pure: the same state and event give the same answer, and the given state is not touched. */
export function reduce(state: LiveState, event: AmiEvent): { state: LiveState; changes: readonly PbxChange[] } {
  return reduceAll(state, [event])
}

/** As `reduce` for each event in turn, but the maps are copied once for all of them. */
export function reduceAll(state: LiveState, events: readonly AmiEvent[]): { state: LiveState; changes: readonly PbxChange[] } {
  const draft = openDraft(state)
  const changes: PbxChange[] = []
  let known = false
  for (const event of events) {
    const handler = handlers.get(event.name)
    if (!handler) continue
    known = true
    handler(draft, event)
    settle(draft, event.atMs, changes)
  }
  return { state: known ? closeDraft(draft) : state, changes }
}
