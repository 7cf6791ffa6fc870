import type { AmiEvent, AmiFields } from '../ami-event.ts'
import type { PbxQueueMember } from '../pbx-state.ts'
import { endpointOfInterface } from './channel-name.ts'
import { isMember, setCall, text, updateChannel } from './channels.ts'
import type { Channel, Draft, QueueRecord } from './live-state.ts'
import type { EventHandler } from './reducer.ts'

export function queueOf(draft: Draft, name: string): QueueRecord {
  return draft.queues.get(name) ?? { name, waiting: [], members: new Map() }
}

function setQueue(draft: Draft, queue: QueueRecord): void {
  draft.queues.set(queue.name, queue)
  draft.touchedQueues.add(queue.name)
}

/** A caller who does not wait any more, in this queue or in any: taken by a member, gone, or hung up. */
export function dropWaiting(draft: Draft, uniqueid: string, only?: string): void {
  for (const queue of draft.queues.values()) {
    if (only !== undefined && queue.name !== only) continue
    const waiting = queue.waiting.filter((caller) => caller.uniqueid !== uniqueid)
    if (waiting.length === queue.waiting.length) continue
    setQueue(draft, { ...queue, waiting })
    const channel = draft.channels.get(uniqueid)
    if (channel) draft.touchedCalls.add(channel.linkedid)
  }
}

const callerJoin: EventHandler = (draft, { fields, atMs }) => {
  const name = fields['queue'] ?? ''
  const uniqueid = fields['uniqueid'] ?? ''
  const channel = draft.channels.get(uniqueid)
  if (name === '' || !channel) return
  const queue = queueOf(draft, name)
  const known = queue.waiting.some((caller) => caller.uniqueid === uniqueid)
  if (!known) {
    const place = Math.max(0, (Number.parseInt(fields['position'] ?? '', 10) || queue.waiting.length + 1) - 1)
    const caller = { uniqueid, number: text(fields, 'calleridnum'), sinceMs: atMs }
    setQueue(draft, { ...queue, waiting: queue.waiting.toSpliced(place, 0, caller) })
  }
  if (channel.awaits !== null) updateChannel(draft, channel, { awaits: null })
  const call = draft.calls.get(channel.linkedid)
  if (!call) return
  const queued = { ...call, queue: name, queuedAtMs: known && call.queue === name ? (call.queuedAtMs ?? atMs) : atMs }
  // Who comes to a queue and works in none is a customer, however the call began.
  const fromOutside =
    call.direction !== 'inbound' && call.id === uniqueid && !(channel.endpoint && isMember(draft, channel.endpoint))
  setCall(draft, fromOutside ? { ...queued, direction: 'inbound', number: text(fields, 'calleridnum') } : queued)
}

const callerLeave: EventHandler = (draft, { fields }) => {
  dropWaiting(draft, fields['uniqueid'] ?? '')
}

/** Said before the phone's channel ends, of every ring that becomes a RINGNOANSWER of queue_log: of one that ends without, the caller was gone. */
const setQueueRing =
  (queueRing: Channel['queueRing']): EventHandler =>
  (draft, { fields }) => {
    const channel = draft.channels.get(fields['destuniqueid'] ?? '')
    if (channel?.role === 'callee' && channel.kind === 'leg') updateChannel(draft, channel, { queueRing })
  }

/** `QueueMember…` events and the snapshot's `QueueMember` say the same with nearly the same headers. */
export function readMember(fields: AmiFields, before: PbxQueueMember | undefined, atMs: number): PbxQueueMember | null {
  const memberInterface = fields['interface'] ?? fields['location'] ?? ''
  const endpoint = endpointOfInterface(fields['stateinterface'] || memberInterface)
  if (endpoint === '') return null
  const paused = fields['paused'] === '1'
  const lastPauseMs = (Number.parseInt(fields['lastpause'] ?? '', 10) || 0) * 1_000
  return {
    endpoint,
    interface: memberInterface,
    paused,
    pauseReason: paused ? (fields['pausedreason'] ?? '') : '',
    pausedSinceMs: !paused ? null : before?.paused ? before.pausedSinceMs : lastPauseMs > 0 && !before ? lastPauseMs : atMs,
    deviceState: Number.parseInt(fields['status'] ?? '', 10) || 0,
    penalty: Number.parseInt(fields['penalty'] ?? '', 10) || 0,
    fixed: fields['membership'] === 'static',
  }
}

export function sameMember(a: PbxQueueMember, b: PbxQueueMember): boolean {
  return (
    a.interface === b.interface &&
    a.paused === b.paused &&
    a.pauseReason === b.pauseReason &&
    a.pausedSinceMs === b.pausedSinceMs &&
    a.deviceState === b.deviceState &&
    a.penalty === b.penalty &&
    a.fixed === b.fixed
  )
}

const memberSet: EventHandler = (draft, { fields, atMs }) => {
  const name = fields['queue'] ?? ''
  if (name === '') return
  const queue = queueOf(draft, name)
  const endpoint = endpointOfInterface(fields['stateinterface'] || (fields['interface'] ?? ''))
  const before = queue.members.get(endpoint)
  const member = readMember(fields, before, atMs)
  if (!member || (before && sameMember(before, member))) return
  setQueue(draft, { ...queue, members: new Map(queue.members).set(endpoint, member) })
}

const memberRemoved: EventHandler = (draft, { fields }) => {
  const queue = draft.queues.get(fields['queue'] ?? '')
  const endpoint = endpointOfInterface(fields['stateinterface'] || (fields['interface'] ?? ''))
  if (!queue?.members.has(endpoint)) return
  const members = new Map(queue.members)
  members.delete(endpoint)
  setQueue(draft, { ...queue, members })
}

function setOnline(draft: Draft, name: string, online: boolean, atMs: number): void {
  if (name === '' || draft.endpoints.get(name)?.online === online) return
  draft.endpoints.set(name, { name, online, sinceMs: atMs })
  draft.touchedEndpoints.add(name)
}

/** Comes when an endpoint as a whole gets or loses its last contact. */
const peerStatus: EventHandler = (draft, { fields, atMs }) => {
  const peer = fields['peer'] ?? ''
  const status = fields['peerstatus']
  if (!peer.startsWith('PJSIP/')) return
  if (status === 'Reachable' || status === 'Registered') setOnline(draft, peer.slice('PJSIP/'.length), true, atMs)
  else if (status === 'Unreachable' || status === 'Unregistered') setOnline(draft, peer.slice('PJSIP/'.length), false, atMs)
}

/** Only the two states that speak of contacts; `In use` holds for a call whose phone has lost its registration too. */
const deviceState: EventHandler = (draft, { fields, atMs }: AmiEvent) => {
  const device = fields['device'] ?? ''
  if (!device.startsWith('PJSIP/')) return
  const name = device.slice('PJSIP/'.length)
  if (fields['state'] === 'UNAVAILABLE') setOnline(draft, name, false, atMs)
  else if (fields['state'] === 'NOT_INUSE') setOnline(draft, name, true, atMs)
}

export const queueEvents: Readonly<Record<string, EventHandler>> = {
  QueueCallerJoin: callerJoin,
  QueueCallerLeave: callerLeave,
  QueueCallerAbandon: callerLeave,
  AgentCalled: setQueueRing('ringing'),
  AgentRingNoAnswer: setQueueRing('unanswered'),
  QueueMemberAdded: memberSet,
  QueueMemberStatus: memberSet,
  QueueMemberPause: memberSet,
  QueueMemberPenalty: memberSet,
  QueueMemberRinginuse: memberSet,
  QueueMemberRemoved: memberRemoved,
  PeerStatus: peerStatus,
  DeviceStateChange: deviceState,
}
