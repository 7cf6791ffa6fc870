import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AmiEvent, AmiFields, PbxSnapshot } from '../../server/telephony/ami-event.ts'
import { heal } from '../../server/telephony/live/heal.ts'
import { emptyLiveState, type LiveState } from '../../server/telephony/live/live-state.ts'
import { reduce } from '../../server/telephony/live/reducer.ts'
import type { PbxChange } from '../../server/telephony/pbx-state.ts'

const fixtures = join(import.meta.dirname, '../../server/telephony/live/fixtures')

/** What is seen of the live state after an event: a free phone that is called, a call in a state it was not in before. */
export type Mark = { readonly kind: 'rings'; readonly phone: string } | { readonly kind: 'call'; readonly state: string }

export interface RecordedEvent {
  /** As on the wire, with the recording's own ids, phones and queues. */
  readonly text: string
  /** After the event before it. */
  readonly gapMs: number
  readonly marks: readonly Mark[]
  /** Somebody takes the call: people need longer for that than scripted phones. */
  readonly answers: boolean
  /** Of a `QueueMemberStatus`: whose, and which state. */
  readonly member: { readonly phone: string; readonly status: string } | null
}

/** What Asterisk had when it was asked, after that many events. */
export interface Stop {
  readonly after: number
  readonly channels: readonly string[]
  readonly bridges: readonly string[]
  readonly waiting: readonly string[]
}

export interface RecordedCall {
  readonly events: readonly RecordedEvent[]
  readonly stops: readonly Stop[]
  /** Operators' phones that take part. */
  readonly phones: readonly string[]
  /** The supervisor's phone, 1004, does. */
  readonly monitored: boolean
}

/** The recorder left out what tells the reducer nothing and is on the wire all the same. */
const leftOut = { language: 'ru', accountcode: '', priority: '1' }

function onTheWire(name: string, fields: AmiFields, privilege: string): string {
  const lines = [`Event: ${name}`, `Privilege: ${privilege}`, 'Timestamp: 1795183702.123456', 'SystemName: bench']
  for (const [field, value] of Object.entries(fields)) {
    if (field === 'event' || field === 'actionid') continue
    for (const line of value.split('\n')) lines.push(`${field}: ${line}`)
    if (!field.endsWith('uniqueid') || field === 'bridgeuniqueid') continue
    const prefix = field.slice(0, -'uniqueid'.length)
    for (const [more, text] of Object.entries(leftOut)) lines.push(`${prefix}${more}: ${text}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

const lines = (file: string): string[] => readFileSync(join(fixtures, file), 'utf8').trimEnd().split('\n')

/** Over before anybody could be told, where the next event came in the same moment. */
const passing = new Set(['connecting', 'waiting', 'ringing'])

function marksOf(changes: readonly PbxChange[], seen: Set<string>): Mark[] {
  const marks: Mark[] = []
  for (const change of changes) {
    if (change.kind !== 'call' && change.kind !== 'callEnded') continue
    const state = change.kind === 'callEnded' ? 'gone' : change.call.state
    if (change.call.id !== 'customer' || seen.has(state) || passing.has(state)) continue
    seen.add(state)
    marks.push({ kind: 'call', state })
  }
  return marks
}

/** Phones with a leg, and whether it was called. */
function phonesIn(state: LiveState): Map<string, boolean> {
  const legs = [...state.pbx.calls.values()].flatMap((call) => call.legs)
  return new Map(legs.flatMap(({ endpoint, role }) => (endpoint === null ? [] : [[endpoint, role === 'callee']])))
}

export function readRecordedCall(name: string): RecordedCall {
  const snapshots = lines(`${name}.snapshots.jsonl`).map((line): { after: number; snapshot: PbxSnapshot } => JSON.parse(line))
  const [first] = snapshots
  if (!first) throw new Error(`${name} has no snapshot`)
  let { state } = heal(emptyLiveState, first.snapshot)
  let beforeMs = 0
  const seen = new Set<string>()
  const phones = new Set<string>()
  const events = lines(`${name}.jsonl`).map((line, index): RecordedEvent => {
    const event: AmiEvent = JSON.parse(line)
    const before = phonesIn(state)
    const step = reduce(state, event)
    state = step.state
    const rings = [...phonesIn(state)].flatMap(([phone, called]): Mark[] =>
      called && !before.has(phone) ? [{ kind: 'rings', phone }] : [],
    )
    for (const { endpoint } of state.channels.values()) if (endpoint !== null) phones.add(endpoint)
    const gapMs = index === 0 ? 0 : event.atMs - beforeMs
    beforeMs = event.atMs
    const { fields } = event
    return {
      text: onTheWire(event.name, fields, event.name.startsWith('Queue') ? 'agent,all' : 'call,all'),
      gapMs,
      marks: [...rings, ...marksOf(step.changes, seen)],
      answers: step.changes.some(({ kind }) => kind === 'legAnswered'),
      member: event.name === 'QueueMemberStatus' ? { phone: fields['membername'] ?? '', status: fields['status'] ?? '1' } : null,
    }
  })
  const stops = snapshots.map(({ after, snapshot }): Stop => {
    const list = (items: readonly AmiFields[], event: string) =>
      items.filter((item) => (item['event'] ?? event) === event).map((item) => onTheWire(event, item, 'call,all'))
    return {
      after,
      channels: list(snapshot.channels, 'Status'),
      bridges: list(snapshot.bridges, 'BridgeListItem'),
      waiting: list(
        snapshot.queues.filter((item) => item['event'] === 'QueueEntry'),
        'QueueEntry',
      ),
    }
  })
  return {
    events,
    stops,
    phones: [...phones].filter((phone) => phone !== '1004').sort(),
    monitored: phones.has('1004'),
  }
}
