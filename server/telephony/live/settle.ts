import { isDeepStrictEqual } from 'node:util'
import type { PbxCall, PbxChange, PbxLeg, PbxParticipant, PbxQueue, PbxSpy } from '../pbx-state.ts'
import { type CallRecord, type Channel, type Draft, type QueueRecord, withLeg } from './live-state.ts'

/**
 * Brings what is shown in line with what is known, for everything touched since the last time, and says what changed.
 * A leg that moved to another call (a transfer) is neither ended nor new: both calls change, the leg goes on.
 */
export function settle(draft: Draft, atMs: number, changes: PbxChange[]): void {
  if (draft.touchedCalls.size > 0) settleCalls(draft, atMs, changes)
  for (const { callId, by, to } of draft.transfers.splice(0)) {
    const call = draft.shownCalls.get(callId)
    if (call) changes.push({ kind: 'transferred', call, by, to })
  }
  for (const name of draft.touchedQueues) settleQueue(draft, name, changes)
  draft.touchedQueues.clear()
  for (const name of draft.touchedEndpoints) {
    const endpoint = draft.endpoints.get(name)
    changes.push(endpoint ? { kind: 'endpoint', endpoint } : { kind: 'endpointGone', name })
  }
  draft.touchedEndpoints.clear()
}

function settleCalls(draft: Draft, atMs: number, changes: PbxChange[]): void {
  const pairs: { id: string; before: PbxCall | undefined; after: PbxCall | undefined }[] = []
  const legsBefore = new Map<string, PbxLeg>()
  for (const id of draft.touchedCalls) {
    const before = draft.shownCalls.get(id)
    const record = draft.calls.get(id)
    const after = record && showCall(draft, record, before, atMs)
    if (before === after) continue
    pairs.push({ id, before, after })
    for (const leg of before?.legs ?? []) legsBefore.set(leg.uniqueid, leg)
    if (after) draft.shownCalls.set(id, after)
    else draft.shownCalls.delete(id)
  }
  draft.touchedCalls.clear()

  for (const { callId, from } of draft.joined.splice(0)) {
    const call = draft.shownCalls.get(callId)
    if (call) changes.push({ kind: 'joined', call, from })
  }
  for (const { after } of pairs) {
    for (const leg of after?.legs ?? []) {
      if (after) announceLeg(legsBefore.get(leg.uniqueid), leg, after, changes)
    }
  }
  for (const { before, after } of pairs) {
    for (const leg of before?.legs ?? []) {
      if (draft.channels.get(leg.uniqueid)?.leg) continue
      const call = after ?? before
      if (!call) continue
      const cause = draft.causes.get(leg.uniqueid) ?? 0
      const cancelled = draft.cancelledRings.has(leg.uniqueid)
      changes.push({ kind: 'legEnded', call, leg, answered: leg.answeredAtMs !== null, cause, cancelled })
    }
  }
  draft.causes.clear()
  draft.cancelledRings.clear()
  for (const { before, after } of pairs) {
    if (after) changes.push({ kind: 'call', call: after })
    else if (before) changes.push({ kind: 'callEnded', call: before })
  }
}

function announceLeg(before: PbxLeg | undefined, leg: PbxLeg, call: PbxCall, changes: PbxChange[]): void {
  if (before === leg) return
  if (leg.state === 'ringing' && before?.state !== 'ringing') changes.push({ kind: 'legRinging', call, leg })
  else if (leg.answeredAtMs !== null && (before === undefined || before.answeredAtMs === null)) {
    changes.push({ kind: 'legAnswered', call, leg })
  }
}

function showCall(draft: Draft, record: CallRecord, before: PbxCall | undefined, atMs: number): PbxCall {
  const channels: Channel[] = []
  for (const uniqueid of record.channels) {
    const channel = draft.channels.get(uniqueid)
    if (channel) channels.push(channel)
  }
  const up = (channel: Channel) => channel.leg !== null && channel.state === 'up'
  const isRoot = (channel: Channel) => channel.uniqueid === record.id
  const answering = channels.find((channel) => up(channel) && channel.role === 'callee' && !isRoot(channel))
  // The answer comes some events before the bridge, and the bridge ends some events before the legs: the same talk.
  const talking =
    answering !== undefined ||
    (record.direction !== 'inbound' && record.answeredAtMs !== null && channels.some((channel) => up(channel) && isRoot(channel)))
  const awaits = awaitedOf(channels)
  const state = stateOf(draft, record, channels, talking && awaits === null, awaits !== null)
  const together = state === 'talking' || (state === 'held' && !channels.some((channel) => isParked(draft, channel)))
  const answeredAtMs = record.answeredAtMs ?? answering?.answeredAtMs ?? (together ? atMs : null)
  if (answeredAtMs !== record.answeredAtMs) draft.calls.set(record.id, { ...record, answeredAtMs })
  const legs: PbxLeg[] = []
  for (const channel of channels) {
    // Somebody, not just the dialplan, has answered the caller.
    const joins = answeredAtMs !== null && up(channel) && channel.answeredAtMs === null
    const { leg } = joins ? setAnswered(draft, channel, atMs) : channel
    if (leg) legs.push(leg)
  }
  const conference = roomOf(draft, channels)
  const participants = conference === null ? noParticipants : participantsIn(draft, conference, before)
  const recording = recordingOf(channels)
  const spies = spiesOn(draft, record, before)
  if (
    before &&
    before.conference === conference &&
    before.participants === participants &&
    before.recording === recording &&
    before.awaits === awaits &&
    before.spies === spies &&
    before.state === state &&
    before.answeredAtMs === answeredAtMs &&
    before.direction === record.direction &&
    before.number === record.number &&
    before.callerName === record.callerName &&
    before.queue === record.queue &&
    before.queuedAtMs === record.queuedAtMs &&
    before.startedAtMs === record.startedAtMs &&
    sameItems(before.legs, legs)
  ) {
    return before
  }
  const { channels: _, ...shown } = record
  return {
    ...shown,
    answeredAtMs,
    state,
    legs: before && sameItems(before.legs, legs) ? before.legs : legs,
    conference,
    participants,
    recording,
    awaits,
    spies,
  }
}

const noSpies: readonly PbxSpy[] = []

function spiesOn(draft: Draft, record: CallRecord, before: PbxCall | undefined): readonly PbxSpy[] {
  const spies: PbxSpy[] = []
  for (const spy of draft.spies.values()) if (record.channels.includes(spy.on)) spies.push(spy)
  if (before && sameItems(before.spies, spies)) return before.spies
  return spies.length === 0 ? noSpies : spies
}

/** Kept for an operator only while nobody is with the caller. */
const awaitedOf = (channels: readonly Channel[]): string | null =>
  channels.find((channel) => channel.awaits !== null && channel.bridge === null)?.awaits ?? null

function recordingOf(channels: readonly Channel[]): PbxCall['recording'] {
  const states = channels.map((channel) => channel.recording)
  return states.includes('paused') ? 'paused' : states.includes('on') ? 'on' : 'none'
}

function roomOf(draft: Draft, channels: readonly Channel[]): string | null {
  for (const { bridge } of channels) {
    const room = bridge === null ? null : (draft.bridges.get(bridge)?.conference ?? null)
    if (room !== null) return room
  }
  return null
}

const noParticipants: readonly PbxParticipant[] = []

function participantsIn(draft: Draft, room: string, before: PbxCall | undefined): readonly PbxParticipant[] {
  const participants: PbxParticipant[] = []
  for (const bridge of draft.bridges.values()) {
    if (bridge.conference !== room) continue
    for (const uniqueid of bridge.members) {
      const channel = draft.channels.get(uniqueid)
      if (!channel) continue
      const call = draft.calls.get(channel.linkedid)
      participants.push({
        uniqueid,
        endpoint: channel.endpoint,
        number: call?.number ?? '',
        callerName: call?.callerName ?? '',
        muted: channel.muted,
      })
    }
  }
  const same =
    before !== undefined &&
    before.participants.length === participants.length &&
    before.participants.every((was, index) => isDeepStrictEqual(was, participants[index]))
  return same ? before.participants : participants
}

function setAnswered(draft: Draft, channel: Channel, answeredAtMs: number): Channel {
  const { leg, ...rest } = channel
  const next = withLeg({ ...rest, answeredAtMs }, leg)
  draft.channels.set(next.uniqueid, next)
  return next
}

function stateOf(
  draft: Draft,
  record: CallRecord,
  channels: readonly Channel[],
  talking: boolean,
  awaited: boolean,
): PbxCall['state'] {
  if (channels.some((channel) => channel.leg?.state === 'held')) return 'held'
  if (talking || channels.some((channel) => isTogether(draft, channel))) return 'talking'
  if (channels.some((channel) => channel.state === 'ringing' && channel.role === 'callee')) return 'ringing'
  if (awaited) return 'waiting'
  if (channels.some((channel) => isParked(draft, channel))) return 'held'
  const queue = record.queue === null ? undefined : draft.queues.get(record.queue)
  if (queue?.waiting.some((caller) => record.channels.includes(caller.uniqueid))) return 'waiting'
  return 'connecting'
}

function isTogether(draft: Draft, channel: Channel): boolean {
  if (channel.bridge === null) return false
  const bridge = draft.bridges.get(channel.bridge)
  return bridge !== undefined && !bridge.holding && bridge.members.length >= 2
}

/** With music, until somebody takes it back. */
const isParked = (draft: Draft, { bridge }: Channel): boolean => bridge !== null && draft.bridges.get(bridge)?.holding === true

function settleQueue(draft: Draft, name: string, changes: PbxChange[]): void {
  const before = draft.shownQueues.get(name)
  const record = draft.queues.get(name)
  if (!record) {
    if (before) {
      draft.shownQueues.delete(name)
      changes.push({ kind: 'queueGone', name })
    }
    return
  }
  const queue = showQueue(draft, record, before)
  if (queue === before) return
  draft.shownQueues.set(name, queue)
  changes.push({ kind: 'queue', queue })
}

function showQueue(draft: Draft, record: QueueRecord, before: PbxQueue | undefined): PbxQueue {
  const waiting = record.waiting.map(({ uniqueid, number, sinceMs }) => ({
    callId: draft.channels.get(uniqueid)?.linkedid ?? uniqueid,
    number,
    sinceMs,
  }))
  const sameWaiting =
    before !== undefined &&
    before.waiting.length === waiting.length &&
    before.waiting.every((caller, index) => {
      const other = waiting[index]
      return other && caller.callId === other.callId && caller.number === other.number && caller.sinceMs === other.sinceMs
    })
  if (before && sameWaiting && before.members === record.members) return before
  return { name: record.name, waiting: sameWaiting ? before.waiting : waiting, members: record.members }
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
