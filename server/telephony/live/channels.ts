import type { AmiFields } from '../ami-event.ts'
import type { PbxCall } from '../pbx-state.ts'
import { isSpyUniqueid, readChannelName } from './channel-name.ts'
import type { CallRecord, Channel, Draft } from './live-state.ts'
import { withLeg } from './live-state.ts'

/** Asterisk's channel states that matter here; the rest (down, reserved, off hook, dialing, ring) is `dialing`. */
export function channelState(fields: AmiFields, prefix = ''): Channel['state'] | null {
  const state = fields[`${prefix}channelstate`]
  if (state === undefined) return null
  return state === '6' ? 'up' : state === '5' ? 'ringing' : 'dialing'
}

export function text(fields: AmiFields, name: string): string {
  const value = fields[name] ?? ''
  return value === '<unknown>' || value === '<none>' ? '' : value
}

/**
 * The endpoint callsync.conf keeps this channel for. In `callsync-back` it rings that endpoint, and stays there when it has
 * answered: undefined, as for an event that does not say where the channel is.
 */
export function awaitedBy(fields: AmiFields, prefix = ''): string | null | undefined {
  const context = fields[`${prefix}context`]
  if (context === undefined || context === 'callsync-back') return undefined
  return context === 'callsync-wait' ? text(fields, `${prefix}exten`) || null : null
}

/** A member of a queue works here, and so does whoever calls with the extension's own number. */
export function isExtension(draft: Draft, endpoint: string | null, number: string): boolean {
  if (endpoint === null) return false
  return endpoint === number || isMember(draft, endpoint)
}

export function isMember(draft: Draft, endpoint: string): boolean {
  for (const queue of draft.queues.values()) if (queue.members.has(endpoint)) return true
  return false
}

/** Changes a channel and marks its call. */
export function updateChannel(draft: Draft, channel: Channel, patch: Partial<Omit<Channel, 'leg' | 'uniqueid'>>): Channel {
  const { leg, ...rest } = channel
  const next = withLeg({ ...rest, ...patch }, leg)
  draft.channels.set(next.uniqueid, next)
  draft.touchedCalls.add(next.linkedid)
  return next
}

/** Puts a channel into the call its linkedid names, which begins with it when there is none yet. */
export function joinCall(draft: Draft, channel: Channel, facts: CallFacts): void {
  if (channel.kind === 'spy') return
  const call = draft.calls.get(channel.linkedid)
  draft.touchedCalls.add(channel.linkedid)
  if (call) {
    if (!call.channels.includes(channel.uniqueid)) {
      draft.calls.set(call.id, { ...call, channels: [...call.channels, channel.uniqueid] })
    }
    return
  }
  draft.calls.set(channel.linkedid, beginCall(draft, channel, facts))
}

export function leaveCall(draft: Draft, channel: Channel): void {
  draft.touchedCalls.add(channel.linkedid)
  const call = draft.calls.get(channel.linkedid)
  if (!call) return
  const channels = call.channels.filter((uniqueid) => uniqueid !== channel.uniqueid)
  if (channels.length === 0) draft.calls.delete(call.id)
  else draft.calls.set(call.id, { ...call, channels })
}

export function setCall(draft: Draft, call: CallRecord): void {
  draft.calls.set(call.id, call)
  draft.touchedCalls.add(call.id)
}

export interface CallFacts {
  readonly number: string
  readonly callerName: string
  /** What the channel dialled, or is sent to. */
  readonly exten: string
}

/** At least this many digits make a dialled number an outside one; shorter ones show it by the trunk they leave through. */
const outsideDigits = 7
/** `*8110012` is a feature code; where one leads outside, the trunk shows it. */
const isOutside = (exten: string): boolean => !/^[*#]/.test(exten) && exten.replace(/\D/g, '').length >= outsideDigits

function beginCall(draft: Draft, channel: Channel, facts: CallFacts): CallRecord {
  const call = {
    id: channel.linkedid,
    callerName: facts.callerName,
    queue: null,
    queuedAtMs: null,
    startedAtMs: channel.startedAtMs,
    answeredAtMs: null,
    channels: [channel.uniqueid],
  }
  const as = (direction: PbxCall['direction'], number: string): CallRecord => ({ ...call, direction, number })
  if (!isExtension(draft, channel.endpoint, facts.number)) return as('inbound', facts.number)
  // Rung first and connected afterwards: click to call, whose caller id is the number to be called.
  if (channel.role === 'callee') return as('outbound', facts.number === channel.endpoint ? '' : facts.number)
  // The name is that of who calls, not of who is called.
  if (isOutside(facts.exten)) return { ...as('outbound', facts.exten), callerName: '' }
  return as('internal', facts.number === '' ? (channel.endpoint ?? '') : facts.number)
}

/** A channel for this name and these facts; null for the kinds that carry nobody. */
export function makeChannel(
  facts: Pick<Channel, 'uniqueid' | 'name' | 'linkedid' | 'role' | 'state' | 'startedAtMs'> &
    Partial<
      Pick<
        Channel,
        'answeredAtMs' | 'held' | 'bridge' | 'replaces' | 'recording' | 'awaits' | 'muted' | 'queueRing' | 'adopted' | 'given'
      >
    > & {
      readonly spying?: boolean
    },
): Channel | null {
  const { kind: named, endpoint } = readChannelName(facts.name)
  if (named === 'other') return null
  // One that is in a bridge has taken the call over.
  const { spying, ...known } = facts
  const kind = (spying || isSpyUniqueid(facts.uniqueid)) && (facts.bridge ?? null) === null ? 'spy' : named
  return withLeg(
    {
      ...known,
      kind,
      endpoint,
      held: facts.held ?? false,
      bridge: facts.bridge ?? null,
      answeredAtMs: facts.answeredAtMs ?? null,
      replaces: facts.replaces ?? null,
      recording: facts.recording ?? 'none',
      awaits: facts.awaits ?? null,
      muted: facts.muted ?? false,
      queueRing: facts.queueRing ?? null,
      adopted: facts.adopted ?? false,
      given: facts.given ?? false,
      spyStopped: false,
    },
    null,
  )
}
