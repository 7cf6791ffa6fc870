import type { AmiEvent, AmiFields } from '../ami-event.ts'
import { numberOfDialString, readChannelName } from './channel-name.ts'
import {
  awaitedBy,
  channelState,
  isExtension,
  joinCall,
  leaveCall,
  makeChannel,
  setCall,
  text,
  updateChannel,
} from './channels.ts'
import { moveToCall } from './join.ts'
import type { Channel, Draft } from './live-state.ts'
import { dropWaiting } from './queue-events.ts'
import type { EventHandler } from './reducer.ts'
import { beginSpying, forgetSpying, moveSpying, spyModeOf } from './spies.ts'

/**
 * Takes over what the channel's snapshot in an event says of it. A linkedid changes without an event of its own: the
 * channel's next event just carries another one. A state never goes back, for events of a snapshot's time come twice.
 */
function refresh(draft: Draft, event: AmiEvent, prefix = ''): Channel | undefined {
  const { fields, atMs } = event
  const channel = draft.channels.get(fields[`${prefix}uniqueid`] ?? '')
  if (!channel) return undefined
  const adopted = channel.adopted && event.name !== 'BridgeEnter'
  const linkedid = (adopted ? null : fields[`${prefix}linkedid`]) || channel.linkedid
  const name = fields[`${prefix}channel`] || channel.name
  const state = forward(channel.state, channelState(fields, prefix))
  const awaited = awaitedBy(fields, prefix)
  const awaits = awaited === undefined ? channel.awaits : awaited
  const same = linkedid === channel.linkedid && name === channel.name && state === channel.state && awaits === channel.awaits
  if (same) return channel
  const kind = readChannelName(name)
  const next = updateChannel(draft, channel, {
    adopted,
    name,
    endpoint: kind.kind === 'leg' ? kind.endpoint : channel.endpoint,
    state,
    awaits,
    // A caller is up when the dialplan answers; what counts for it is the call's answer, see settle.
    answeredAtMs: state === 'up' && channel.role === 'callee' ? (channel.answeredAtMs ?? atMs) : channel.answeredAtMs,
  })
  if (linkedid !== channel.linkedid) {
    moveToCall(draft, next, linkedid, callFacts(event, prefix))
    for (const queue of draft.queues.values()) {
      if (queue.waiting.some((caller) => caller.uniqueid === channel.uniqueid)) draft.touchedQueues.add(queue.name)
    }
  }
  return draft.channels.get(next.uniqueid)
}

const order: Readonly<Record<Channel['state'], number>> = { dialing: 0, ringing: 1, up: 2 }

function forward(before: Channel['state'], now: Channel['state'] | null): Channel['state'] {
  return now !== null && order[now] > order[before] ? now : before
}

function callFacts(event: AmiEvent, prefix = ''): { number: string; callerName: string; exten: string } {
  return {
    number: text(event.fields, `${prefix}calleridnum`),
    callerName: text(event.fields, `${prefix}calleridname`),
    exten: text(event.fields, `${prefix}exten`),
  }
}

const newChannel: EventHandler = (draft, event) => {
  const { fields, atMs } = event
  const uniqueid = fields['uniqueid'] ?? ''
  if (uniqueid === '') return
  if (draft.channels.get(uniqueid)) {
    refresh(draft, event)
    return
  }
  const channel = makeChannel({
    uniqueid,
    name: fields['channel'] ?? '',
    linkedid: fields['linkedid'] || uniqueid,
    // `Ring` (4) is a phone that calls Asterisk; whatever Asterisk calls begins `Down`.
    role: fields['channelstate'] === '4' ? 'caller' : 'callee',
    state: channelState(fields) ?? 'dialing',
    startedAtMs: atMs,
  })
  if (!channel) return
  draft.channels.set(uniqueid, channel)
  joinCall(draft, channel, callFacts(event))
}

const hangup: EventHandler = (draft, event) => {
  const channel = refresh(draft, event)
  if (!channel) return
  if (channel.bridge !== null) {
    takePlace(draft, channel, event.atMs)
    leaveBridge(draft, channel.bridge, channel.uniqueid)
  }
  leaveCall(draft, channel)
  dropWaiting(draft, channel.uniqueid)
  hearOn(draft, channel)
  forgetSpying(draft, channel.uniqueid)
  draft.channels.delete(channel.uniqueid)
  draft.causes.set(channel.uniqueid, Number.parseInt(event.fields['cause'] ?? '', 10) || 0)
  if (channel.queueRing === 'ringing' && channel.answeredAtMs === null) draft.cancelledRings.add(channel.uniqueid)
}

/**
 * Who ends leaves the bridge first. A channel that ends inside a conference was replaced: Asterisk gives its place in a
 * ConfBridge to the new one, and tells nothing of that.
 */
function takePlace(draft: Draft, ended: Channel, atMs: number): void {
  const bridge = draft.bridges.get(ended.bridge ?? '')
  if (!bridge || bridge.conference === null || ended.kind !== 'leg') return
  const isNext = ({ uniqueid, kind, endpoint, state, bridge: other }: Channel) =>
    uniqueid !== ended.uniqueid && kind === 'leg' && endpoint === ended.endpoint && state === 'up' && other === null
  const next = [...draft.channels.values()].filter(isNext).sort((a, b) => byAge(b.uniqueid, a.uniqueid))[0]
  if (!next) return
  leaveCall(draft, next)
  const taken = updateChannel(draft, next, {
    linkedid: ended.linkedid,
    adopted: true,
    bridge: bridge.id,
    role: ended.role,
    replaces: ended.uniqueid,
    answeredAtMs: atMs,
    muted: ended.muted,
  })
  joinCall(draft, taken, { number: '', callerName: '', exten: '' })
  draft.bridges.set(bridge.id, { ...bridge, members: [...bridge.members, next.uniqueid] })
}

/** The supervisor's page was loaded again: Asterisk gives the spy's place to the phone's new channel, and tells only the end of the old. */
function hearOn(draft: Draft, ended: Channel): void {
  if (ended.kind !== 'spy' || ended.spyStopped || !draft.spies.get(ended.uniqueid)) return
  const isNext = ({ uniqueid, kind, endpoint, state, bridge, linkedid }: Channel) =>
    kind === 'leg' && endpoint === ended.endpoint && state === 'up' && bridge === null && linkedid === uniqueid
  const next = [...draft.channels.values()].filter(isNext).sort((a, b) => byAge(b.uniqueid, a.uniqueid))[0]
  if (!next) return
  leaveCall(draft, next)
  updateChannel(draft, next, { kind: 'spy' })
  moveSpying(draft, ended.uniqueid, next.uniqueid)
}

/** The dialplan may put the caller's number right after the call began; once somebody answered it is final. */
const newCallerId: EventHandler = (draft, event) => {
  const channel = refresh(draft, event)
  const call = channel && draft.calls.get(channel.linkedid)
  if (!channel || !call || call.id !== channel.uniqueid || call.direction !== 'inbound' || call.answeredAtMs !== null) return
  const { number, callerName } = callFacts(event)
  if (number !== '' && (number !== call.number || callerName !== call.callerName)) {
    setCall(draft, { ...call, number, callerName })
  }
}

const dialBegin: EventHandler = (draft, event) => {
  const caller = refresh(draft, event)
  const dialled = refresh(draft, event, 'dest')
  if (dialled && dialled.role !== 'callee') updateChannel(draft, dialled, { role: 'callee' })
  const call = caller && draft.calls.get(caller.linkedid)
  if (!caller || !call || call.id !== caller.uniqueid || call.direction === 'inbound' || call.queue !== null) return
  const number = numberOfDialString(text(event.fields, 'dialstring'))
  const within = dialled?.kind === 'leg' && isExtension(draft, dialled.endpoint, text(event.fields, 'dialstring'))
  if (number !== null && !within) {
    const callerName = call.direction === 'outbound' ? call.callerName : ''
    if (call.direction !== 'outbound' || call.number !== number)
      setCall(draft, { ...call, direction: 'outbound', number, callerName })
  } else if (within && call.direction === 'outbound') {
    setCall(draft, { ...call, direction: 'internal', number: caller.endpoint ?? call.number })
  }
}

const dialEnd: EventHandler = (draft, event) => {
  const caller = refresh(draft, event)
  refresh(draft, event, 'dest')
  const call = caller && draft.calls.get(caller.linkedid)
  if (call && call.answeredAtMs === null && event.fields['dialstatus'] === 'ANSWER') {
    setCall(draft, { ...call, answeredAtMs: event.atMs })
  }
}

const setHeld =
  (held: boolean): EventHandler =>
  (draft, event) => {
    const channel = refresh(draft, event)
    if (channel && channel.held !== held) updateChannel(draft, channel, { held })
  }

/** A spying channel in a bridge is a leg like any other. */
function takeOver(draft: Draft, channel: Channel | undefined, event: AmiEvent): Channel | undefined {
  if (channel?.kind !== 'spy') return channel
  forgetSpying(draft, channel.uniqueid)
  const leg = updateChannel(draft, channel, { kind: 'leg', role: 'callee', answeredAtMs: event.atMs })
  joinCall(draft, leg, callFacts(event))
  return leg
}

function leaveBridge(draft: Draft, id: string, uniqueid: string): void {
  const bridge = draft.bridges.get(id)
  if (!bridge?.members.includes(uniqueid)) return
  const members = bridge.members.filter((member) => member !== uniqueid)
  if (members.length === 0) draft.bridges.delete(id)
  else draft.bridges.set(id, { ...bridge, members })
  touchMembers(draft, bridge.members)
}

/** Whether a call is talked in depends on who else is in the bridge, so every member's call may have changed. */
function touchMembers(draft: Draft, members: readonly string[]): void {
  for (const uniqueid of members) {
    const channel = draft.channels.get(uniqueid)
    if (channel) draft.touchedCalls.add(channel.linkedid)
  }
}

const bridgeEnter: EventHandler = (draft, event) => {
  const { fields } = event
  const id = fields['bridgeuniqueid'] ?? ''
  const uniqueid = fields['uniqueid'] ?? ''
  if (id === '' || uniqueid === '') return
  const entering = takeOver(draft, refresh(draft, event), event)
  if (entering) {
    if (entering.bridge !== null && entering.bridge !== id) leaveBridge(draft, entering.bridge, uniqueid)
    const replaced = draft.channels.get(fields['swapuniqueid'] ?? '')
    const resumes = replaced !== undefined && replaced.kind === 'leg' && replaced.endpoint === entering.endpoint
    updateChannel(draft, entering, {
      bridge: id,
      awaits: null,
      given: false,
      ...(resumes ? { role: replaced.role, replaces: replaced.uniqueid, answeredAtMs: event.atMs } : {}),
    })
  } else if (readChannelName(fields['channel'] ?? '').kind !== 'other') {
    return
  }
  const bridge = draft.bridges.get(id) ?? {
    id,
    holding: isHolding(fields),
    conference: conferenceOf(fields),
    members: [],
  }
  if (!bridge.members.includes(uniqueid)) draft.bridges.set(id, { ...bridge, members: [...bridge.members, uniqueid] })
  touchMembers(draft, bridge.members)
  if (fields['bridgetype'] === 'basic') mergeLinkedids(draft, event, [...bridge.members, uniqueid])
}

/** Asterisk gives all in a bridge of two the oldest of their linkedids, and tells so only by the next event of each. */
function mergeLinkedids(draft: Draft, event: AmiEvent, members: readonly string[]): void {
  const swapped = event.fields['swapuniqueid'] ?? ''
  const inside = members.flatMap((uniqueid) => (uniqueid === swapped ? [] : (draft.channels.get(uniqueid) ?? [])))
  const oldest = inside.map(({ linkedid }) => linkedid).sort(byAge)[0]
  for (const { uniqueid } of inside) {
    const channel = draft.channels.get(uniqueid)
    if (!channel || oldest === undefined || channel.linkedid === oldest || !draft.calls.get(oldest)) continue
    moveToCall(draft, channel, oldest, callFacts(event))
  }
}

/** `system-1795193771.13`: by time, then by number. An id that somebody else chose counts as the oldest. */
export function byAge(a: string, b: string): number {
  const [atime, aseq] = ageOf(a)
  const [btime, bseq] = ageOf(b)
  return atime - btime || aseq - bseq
}

function ageOf(uniqueid: string): [number, number] {
  const [, time, seq] = /(?:^|-)(\d+)\.(\d+)$/.exec(uniqueid) ?? []
  return [Number(time ?? 0), Number(seq ?? 0)]
}

/** The name of ConfBridge's bridge is the room. */
export function conferenceOf(fields: AmiFields): string | null {
  return fields['bridgecreator'] === 'ConfBridge' ? text(fields, 'bridgename') || null : null
}

function isHolding(fields: AmiEvent['fields']): boolean {
  return (fields['bridgetechnology'] ?? '').startsWith('holding')
}

const setMuted =
  (muted: boolean): EventHandler =>
  (draft, event) => {
    const channel = refresh(draft, event)
    if (!channel || channel.muted === muted) return
    updateChannel(draft, channel, { muted })
    touchMembers(draft, draft.bridges.get(channel.bridge ?? '')?.members ?? [])
  }

const setRecording =
  (recording: Channel['recording']): EventHandler =>
  (draft, event) => {
    const channel = refresh(draft, event)
    if (channel && channel.recording !== recording) updateChannel(draft, channel, { recording })
  }

const mixMonitorMute: EventHandler = (draft, event) => {
  setRecording(event.fields['state'] === 'True' || event.fields['state'] === '1' ? 'paused' : 'on')(draft, event)
}

const bridgeLeave: EventHandler = (draft, event) => {
  const id = event.fields['bridgeuniqueid'] ?? ''
  const channel = refresh(draft, event)
  leaveBridge(draft, id, event.fields['uniqueid'] ?? '')
  if (channel?.bridge === id) updateChannel(draft, channel, { bridge: null, muted: false })
}

const bridgeDestroy: EventHandler = (draft, event) => {
  const bridge = draft.bridges.get(event.fields['bridgeuniqueid'] ?? '')
  if (!bridge) return
  draft.bridges.delete(bridge.id)
  for (const uniqueid of bridge.members) {
    const channel = draft.channels.get(uniqueid)
    if (channel?.bridge === bridge.id) updateChannel(draft, channel, { bridge: null })
  }
}

const rename: EventHandler = (draft, event) => {
  const channel = draft.channels.get(event.fields['uniqueid'] ?? '')
  const name = event.fields['newname'] ?? ''
  if (!channel || name === '') return
  const { kind, endpoint } = readChannelName(name)
  // A masquerade passes through names of its own (`AsyncGoto/…`); the next rename brings the lasting one.
  if (kind !== channel.kind && channel.kind !== 'spy') return
  updateChannel(draft, channel, { name, endpoint })
}

/** Both halves' linkedids are made one when the pair is bridged. */
const localBridge: EventHandler = (draft, event) => {
  refresh(draft, event, 'localone')
  refresh(draft, event, 'localtwo')
}

const spyStart: EventHandler = (draft, { fields, atMs }) => {
  const spy = draft.channels.get(fields['spyeruniqueid'] ?? '')
  const on = fields['spyeeuniqueid'] ?? ''
  if (!spy || !draft.channels.get(on)) return
  if (spy.spyStopped) updateChannel(draft, spy, { spyStopped: false })
  beginSpying(draft, spy, { on, mode: spyModeOf(fields, 'spyer'), atMs })
}

/** One of ours stops for a moment to go on in another way, or ends. */
const spyStop: EventHandler = (draft, { fields }) => {
  const uniqueid = fields['spyeruniqueid'] ?? ''
  const spy = draft.channels.get(uniqueid)
  if (spy?.kind === 'spy') updateChannel(draft, spy, { spyStopped: true })
  else forgetSpying(draft, uniqueid)
}

const onlyRefresh: EventHandler = (draft, event) => {
  refresh(draft, event)
  refresh(draft, event, 'dest')
}

/**
 * Only who gave whom away: the channels in these events are as they were before, and would take the linkedid back that
 * BridgeEnter has brought.
 */
function noteTransfer(draft: Draft, { fields }: AmiEvent, by: { readonly giver: string; readonly to: string }): void {
  const giver = draft.channels.get(fields[`${by.giver}uniqueid`] ?? '')
  const given = draft.channels.get(fields['transfereeuniqueid'] ?? '') ?? giver
  if (fields['result'] !== 'Success' || !given || by.to === '') return
  draft.transfers.push({ callId: given.linkedid, by: giver?.endpoint ?? null, to: by.to })
}

const blindTransfer: EventHandler = (draft, event) => {
  noteTransfer(draft, event, { giver: 'transferer', to: text(event.fields, 'extension') })
}

const attendedTransfer: EventHandler = (draft, event) => {
  const { fields } = event
  const target = draft.channels.get(fields['transfertargetuniqueid'] ?? '')?.endpoint ?? null
  const given = draft.channels.get(fields['transfereeuniqueid'] ?? '')?.endpoint ?? null
  // A queue was dialled, and somebody answered. Or a colleague is given to somebody outside: who is outside has come to them.
  const within = isExtension(draft, target, text(fields, 'transfertargetcalleridnum'))
    ? target
    : isExtension(draft, given, text(fields, 'transfereecalleridnum'))
      ? given
      : null
  const dialled = text(fields, 'secondtransfererexten') || text(fields, 'secondtransfererconnectedlinenum')
  noteTransfer(draft, event, { giver: 'origtransferer', to: within ?? dialled })
}

export const callEvents: Readonly<Record<string, EventHandler>> = {
  Newchannel: newChannel,
  Newstate: onlyRefresh,
  NewConnectedLine: onlyRefresh,
  HangupRequest: onlyRefresh,
  SoftHangupRequest: onlyRefresh,
  MusicOnHoldStart: onlyRefresh,
  MusicOnHoldStop: onlyRefresh,
  AgentConnect: onlyRefresh,
  AgentCalled: onlyRefresh,
  Pickup: onlyRefresh,
  NewCallerid: newCallerId,
  DialBegin: dialBegin,
  DialState: onlyRefresh,
  DialEnd: dialEnd,
  Hold: setHeld(true),
  Unhold: setHeld(false),
  BridgeEnter: bridgeEnter,
  BridgeLeave: bridgeLeave,
  BridgeDestroy: bridgeDestroy,
  BlindTransfer: blindTransfer,
  AttendedTransfer: attendedTransfer,
  LocalBridge: localBridge,
  LocalOptimizationBegin: localBridge,
  Rename: rename,
  ConfbridgeMute: setMuted(true),
  ConfbridgeUnmute: setMuted(false),
  ChanSpyStart: spyStart,
  ChanSpyStop: spyStop,
  MixMonitorStart: setRecording('on'),
  MixMonitorStop: setRecording('none'),
  MixMonitorMute: mixMonitorMute,
  Hangup: hangup,
}
