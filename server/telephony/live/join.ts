import { type CallFacts, joinCall, leaveCall, setCall, updateChannel } from './channels.ts'
import type { CallRecord, Channel, Draft } from './live-state.ts'

/** Asterisk's cause of an ordinary hang-up. */
const normalClearing = 16

/** Takes a channel out of its call and puts it into another one, with whoever is behind it. */
export function moveToCall(draft: Draft, channel: Channel, linkedid: string, facts: CallFacts): void {
  const from = draft.calls.get(channel.linkedid)
  leaveCall(draft, channel)
  const moved = updateChannel(draft, channel, { linkedid })
  joinCall(draft, moved, facts)
  if (!from) return
  bringOutside(draft, moved, from)
  const left = channelsOf(draft, draft.calls.get(from.id))
  const pair = pairOf(moved)
  if (pair === null || !left.some((other) => pairOf(other) === pair)) return
  const here = channelsOf(draft, draft.calls.get(linkedid))
  for (const other of left) {
    if (isIn(here, other)) continue
    leaveCall(draft, other)
    joinCall(draft, updateChannel(draft, other, { linkedid, adopted: true }), facts)
  }
}

/**
 * An attended transfer moves whoever is outside into a talk of colleagues, when that is the older one: it is their call from
 * then on.
 */
export function bringOutside(draft: Draft, moved: Channel, from: CallRecord): void {
  const call = draft.calls.get(moved.linkedid)
  if (from.direction === 'internal' || call?.direction !== 'internal') return
  setCall(draft, { ...from, id: call.id, channels: call.channels })
  draft.joined.push({ callId: call.id, from: from.id })
  const there = channelsOf(draft, from)
  for (const other of channelsOf(draft, call)) {
    if (other.kind !== 'leg' || other.uniqueid === moved.uniqueid) continue
    const talks = other.bridge !== null && other.bridge === moved.bridge
    if (!talks && isIn(there, other)) {
      updateChannel(draft, other, { given: true })
      draft.causes.set(other.uniqueid, normalClearing)
      // Whoever of the two had called the other: the call is one that came to this phone.
    } else updateChannel(draft, other, { role: 'callee' })
  }
}

/** The two halves of a Local channel are one wire. Asterisk may give only one of them another Linkedid. */
export const pairOf = ({ kind, name }: Pick<Channel, 'kind' | 'name'>): string | null =>
  kind === 'local' ? name.replace(/;[12]$/, '') : null

/** The phone is in both calls: who has connected them. */
export const isIn = (channels: readonly Channel[], { kind, endpoint }: Channel): boolean =>
  kind === 'leg' && endpoint !== null && channels.some((other) => other.kind === 'leg' && other.endpoint === endpoint)

const channelsOf = (draft: Draft, call: CallRecord | undefined): Channel[] =>
  call?.channels.flatMap((uniqueid) => draft.channels.get(uniqueid) ?? []) ?? []
