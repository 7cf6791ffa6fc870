import type { AmiFields, PbxSnapshot } from '../ami-event.ts'
import type { PbxChange, PbxEndpoint, PbxQueueMember } from '../pbx-state.ts'
import { byAge, conferenceOf } from './call-events.ts'
import { endpointOfInterface } from './channel-name.ts'
import { awaitedBy, channelState, isExtension, joinCall, makeChannel, setCall, text } from './channels.ts'
import { bringOutside, isIn, pairOf } from './join.ts'
import {
  type Bridge,
  type Channel,
  closeDraft,
  type Draft,
  type LiveState,
  openDraft,
  type WaitingCaller,
  withLeg,
} from './live-state.ts'
import { dropWaiting, queueOf, readMember, sameMember } from './queue-events.ts'
import { settle } from './settle.ts'
import { healSpies } from './spies.ts'

/**
 * Brings a state that may have missed events in line with what Asterisk has now. What only the past can tell (when
 * it began, who called whom, the number dialled) is kept where it is known and guessed from the snapshot where not.
 */
export function heal(state: LiveState, snapshot: PbxSnapshot): { state: LiveState; changes: readonly PbxChange[] } {
  const draft = openDraft(state)
  healQueues(draft, snapshot)
  healChannels(draft, state, snapshot)
  healSpies(draft, snapshot.channels, snapshot.atMs)
  healWaiting(draft, snapshot)
  healEndpoints(draft, snapshot)
  for (const id of state.pbx.calls.keys()) draft.touchedCalls.add(id)
  const changes: PbxChange[] = []
  settle(draft, snapshot.atMs, changes)
  return { state: closeDraft(draft), changes }
}

/** Applications of channels that Dial, Queue and Originate called. */
const calledBy = new Set(['AppDial', 'AppDial2', 'AppQueue'])

function healChannels(draft: Draft, before: LiveState, snapshot: PbxSnapshot): void {
  const members = new Map<string, AmiFields[]>()
  for (const fields of snapshot.channels) {
    const bridge = fields['bridgeid'] ?? ''
    if (bridge !== '') members.set(bridge, [...(members.get(bridge) ?? []), fields])
  }
  const holding = new Set(
    snapshot.bridges
      .filter((bridge) => (bridge['bridgetechnology'] ?? '').startsWith('holding'))
      .map((bridge) => bridge['bridgeuniqueid'] ?? ''),
  )
  const rooms = new Map(snapshot.bridges.map((bridge) => [bridge['bridgeuniqueid'] ?? '', conferenceOf(bridge)]))
  for (const id of before.bridges.keys()) if (!members.has(id)) draft.bridges.delete(id)
  for (const [id, inside] of members) {
    const present = inside.map((fields) => fields['uniqueid'] ?? '')
    // In the order they came, as far as it was seen.
    const known = before.bridges.get(id)?.members.filter((uniqueid) => present.includes(uniqueid)) ?? []
    const members = [...known, ...present.filter((uniqueid) => !known.includes(uniqueid))]
    const bridge: Bridge = { id, holding: holding.has(id), conference: rooms.get(id) ?? null, members }
    draft.bridges.set(id, bridge)
  }

  const found = new Map<string, { channel: Channel; fields: AmiFields }>()
  for (const fields of snapshot.channels) {
    const channel = readChannel(fields, before, members, snapshot.atMs)
    if (channel) found.set(channel.uniqueid, { channel, fields })
  }
  adopt(found, draft)
  unite(found)
  for (const uniqueid of before.channels.keys()) if (!found.has(uniqueid)) draft.channels.delete(uniqueid)
  for (const id of before.calls.keys()) {
    draft.touchedCalls.add(id)
    const record = before.calls.get(id)
    const isOf = (channel: Channel | undefined) => channel?.linkedid === id && channel.kind !== 'spy'
    const channels = record?.channels.filter((uniqueid) => isOf(found.get(uniqueid)?.channel)) ?? []
    if (record && channels.length > 0) draft.calls.set(id, { ...record, channels })
    else draft.calls.delete(id)
  }
  // A call is begun by the channel that gave it its id, or else by its oldest.
  const ordered = [...found.values()].sort((a, b) => {
    const rank = ({ channel }: { channel: Channel }) => (channel.uniqueid === channel.linkedid ? 0 : 1)
    return rank(a) - rank(b) || a.channel.startedAtMs - b.channel.startedAtMs
  })
  for (const { channel, fields } of ordered) {
    draft.channels.set(channel.uniqueid, channel)
    if (channel.kind === 'spy') continue
    const past = before.calls.get(channel.linkedid)
    if (past && !draft.calls.get(channel.linkedid)) draft.calls.set(past.id, { ...past, channels: [] })
    // Only the root carries the outside number as its own; the rest see it as the connected line.
    const root = channel.uniqueid === channel.linkedid
    joinCall(draft, channel, {
      number: text(fields, root || channel.role === 'caller' ? 'calleridnum' : 'connectedlinenum'),
      callerName: text(fields, root || channel.role === 'caller' ? 'calleridname' : 'connectedlinename'),
      exten: text(fields, 'dnid') || text(fields, 'exten'),
    })
  }
  bringAllOutside(found, { before, draft })
}

/** Of a Local pair with two Linkedids the younger one's call has gone on in the older: see `moveToCall`. */
function unite(found: Map<string, { channel: Channel; fields: AmiFields }>): void {
  const channels = () => [...found.values()].map(({ channel }) => channel)
  const linkedids = new Map<string, string[]>()
  for (const channel of channels()) {
    const pair = pairOf(channel)
    if (pair !== null) linkedids.set(pair, [...(linkedids.get(pair) ?? []), channel.linkedid])
  }
  for (const both of linkedids.values()) {
    const [older = '', younger = older] = both.sort(byAge)
    if (older === younger) continue
    const here = channels().filter(({ linkedid }) => linkedid === older)
    for (const half of found.values()) {
      if (half.channel.linkedid !== younger || isIn(here, half.channel)) continue
      half.channel = { ...half.channel, linkedid: older, adopted: true }
    }
  }
}

/** Transfers that nobody told of. */
function bringAllOutside(
  found: ReadonlyMap<string, { channel: Channel }>,
  { before, draft }: { before: LiveState; draft: Draft },
) {
  for (const uniqueid of found.keys()) {
    const channel = draft.channels.get(uniqueid)
    const from = before.calls.get(before.channels.get(uniqueid)?.linkedid ?? '')
    if (channel && from && from.id !== channel.linkedid) bringOutside(draft, channel, from)
  }
}

/**
 * Nobody dials into the context conferences are made in: an operator's channel that is a call of its own there has taken the
 * place of another. Of whose call is not told, so it goes to the oldest one.
 */
function adopt(found: Map<string, { channel: Channel; fields: AmiFields }>, draft: Draft): void {
  const all = [...found.values()].map(({ channel }) => channel)
  for (const [uniqueid, { channel, fields }] of found) {
    if (fields['context'] !== 'callsync-conference' || channel.kind !== 'leg' || channel.linkedid !== uniqueid) continue
    if (!isExtension(draft, channel.endpoint, text(fields, 'calleridnum'))) continue
    const others = all.filter((other) => other.uniqueid !== uniqueid)
    if (others.some(({ linkedid }) => linkedid === uniqueid)) continue
    const inRoom = others.filter(({ bridge }) => bridge !== null && bridge === channel.bridge)
    const [oldest] = inRoom.map(({ linkedid }) => linkedid).sort(byAge)
    if (oldest !== undefined) found.set(uniqueid, { channel: { ...channel, linkedid: oldest, adopted: true }, fields })
  }
}

function readChannel(
  fields: AmiFields,
  before: LiveState,
  members: ReadonlyMap<string, readonly AmiFields[]>,
  atMs: number,
): Channel | null {
  const uniqueid = fields['uniqueid'] ?? ''
  const name = fields['channel'] ?? ''
  if (uniqueid === '' || name === '') return null
  const past = before.channels.get(uniqueid)
  const state = channelState(fields) ?? 'dialing'
  const startedAtMs = past?.startedAtMs ?? atMs - (Number.parseInt(fields['seconds'] ?? '', 10) || 0) * 1_000
  const bridge = fields['bridgeid'] || null
  const role: Channel['role'] = past?.role ?? (calledBy.has(fields['application'] ?? '') ? 'callee' : 'caller')
  // Of a callee that was not seen ringing the answer is taken to be its beginning.
  const answeredAtMs = past?.answeredAtMs ?? (role === 'callee' && state === 'up' ? (past ? atMs : startedAtMs) : null)
  const awaited = awaitedBy(fields)
  const facts = {
    uniqueid,
    name,
    linkedid: past?.adopted ? past.linkedid : fields['linkedid'] || uniqueid,
    adopted: past?.adopted ?? false,
    given: past?.given ?? false,
    role,
    state,
    held: heldBy(fields, members.get(bridge ?? '') ?? []) ?? past?.held ?? false,
    bridge,
    startedAtMs,
    answeredAtMs,
    replaces: past?.replaces ?? null,
    recording: recordingIn(fields) ?? past?.recording ?? 'none',
    awaits: bridge === null ? ((awaited === undefined ? past?.awaits : awaited) ?? null) : null,
    muted: bridge !== null && (past?.muted ?? false),
    queueRing: past?.queueRing ?? null,
    // Nobody dials into this context.
    spying: fields['context'] === 'callsync-spy',
  }
  const channel = makeChannel(facts)
  if (!channel) return null
  const { leg: _, ...rest } = channel
  return withLeg(rest, past?.leg ?? null)
}

const variablesOf = (fields: AmiFields): string => `${fields['variable'] ?? ''}\n${fields['chanvariable'] ?? ''}`

/** By the variables MixMonitor and our pause leave on the channel. Null: not asked for. */
function recordingIn(fields: AmiFields): Channel['recording'] | null {
  const variables = variablesOf(fields)
  const file = /^MIXMONITOR_FILENAME=(.*)$/m.exec(variables)
  if (!file) return null
  if (!file[1] || file[1] === '(null)') return 'none'
  return /^CALLSYNC_PAUSED=1$/m.test(variables) ? 'paused' : 'on'
}

/** `CHANNEL(onhold)` is 1 on the side that is made to wait: of two in a bridge the other one holds. Null: cannot be told. */
function heldBy(fields: AmiFields, inside: readonly AmiFields[]): boolean | null {
  const other = inside.find((member) => member['uniqueid'] !== fields['uniqueid'])
  if (inside.length !== 2 || !other) return null
  const onHold = /CHANNEL\(onhold\)=([01])/.exec(variablesOf(other))
  return onHold?.[1] === undefined ? null : onHold[1] === '1'
}

function healQueues(draft: Draft, snapshot: PbxSnapshot): void {
  const names = new Set<string>()
  for (const fields of snapshot.queues) if (fields['event'] === 'QueueParams' && fields['queue']) names.add(fields['queue'])
  for (const name of [...draft.queues.keys()]) {
    if (names.has(name)) continue
    draft.queues.delete(name)
    draft.touchedQueues.add(name)
  }
  for (const name of names) {
    const queue = queueOf(draft, name)
    const members = new Map<string, PbxQueueMember>()
    let changed = false
    for (const fields of snapshot.queues) {
      if (fields['event'] !== 'QueueMember' || fields['queue'] !== name) continue
      const past = queue.members.get(endpointOfInterface(fields['stateinterface'] || (fields['location'] ?? '')))
      const member = readMember(fields, past, snapshot.atMs)
      if (!member) continue
      const same = past !== undefined && sameMember(past, member)
      members.set(member.endpoint, same ? past : member)
      if (!same) changed = true
    }
    changed ||= members.size !== queue.members.size
    draft.queues.set(name, changed ? { ...queue, members } : queue)
    draft.touchedQueues.add(name)
  }
}

function healWaiting(draft: Draft, snapshot: PbxSnapshot): void {
  const lines = new Map<string, { place: number; caller: WaitingCaller }[]>()
  for (const fields of snapshot.queues) {
    if (fields['event'] !== 'QueueEntry') continue
    const name = fields['queue'] ?? ''
    const uniqueid = fields['uniqueid'] ?? ''
    const channel = draft.channels.get(uniqueid)
    const queue = draft.queues.get(name)
    if (!queue || !channel) continue
    const sinceMs = snapshot.atMs - (Number.parseInt(fields['wait'] ?? '', 10) || 0) * 1_000
    const known = queue.waiting.find((caller) => caller.uniqueid === uniqueid)
    const call = draft.calls.get(channel.linkedid)
    if (call && (call.queue !== name || call.queuedAtMs === null)) setCall(draft, { ...call, queue: name, queuedAtMs: sinceMs })
    const place = Number.parseInt(fields['position'] ?? '', 10) || Number.POSITIVE_INFINITY
    const caller = known ?? { uniqueid, number: text(fields, 'calleridnum'), sinceMs }
    lines.set(name, [...(lines.get(name) ?? []), { place, caller }])
  }
  // A caller whom a member took stays in the application, but no longer in the line.
  for (const fields of snapshot.channels) {
    const call = draft.calls.get(draft.channels.get(fields['uniqueid'] ?? '')?.linkedid ?? '')
    const [name] = fields['application'] === 'Queue' ? (fields['data'] ?? '').split(',') : []
    if (call?.queue === null && name && draft.queues.get(name)) setCall(draft, { ...call, queue: name })
  }
  for (const { name, waiting } of [...draft.queues.values()]) {
    const line = (lines.get(name) ?? []).toSorted((a, b) => a.place - b.place).map(({ caller }) => caller)
    for (const caller of waiting) {
      // From this queue only: the caller may have gone on to another one.
      if (!line.includes(caller)) dropWaiting(draft, caller.uniqueid, name)
    }
    // All of it anew: a place in the line as it is now is none in the line that was known.
    draft.queues.set(name, { ...queueOf(draft, name), waiting: line })
  }
}

function healEndpoints(draft: Draft, snapshot: PbxSnapshot): void {
  const names = new Set<string>()
  for (const fields of snapshot.endpoints) {
    const name = fields['objectname'] ?? ''
    if (name === '') continue
    names.add(name)
    const online = isOnline(fields)
    const before: PbxEndpoint | undefined = draft.endpoints.get(name)
    if (before?.online === online) continue
    draft.endpoints.set(name, { name, online, sinceMs: snapshot.atMs })
    draft.touchedEndpoints.add(name)
  }
  for (const name of [...draft.endpoints.keys()]) {
    if (names.has(name)) continue
    draft.endpoints.delete(name)
    draft.touchedEndpoints.add(name)
  }
}

function isOnline(fields: AmiFields): boolean {
  const state = fields['devicestate'] ?? ''
  if (state === 'Unavailable' || state === 'Invalid') return false
  return state === 'Not in use' || (fields['contacts'] ?? '').trim() !== ''
}
