import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AmiEvent, PbxSnapshot } from '../ami-event.ts'
import type { PbxCall, PbxChange, PbxState } from '../pbx-state.ts'
import { heal } from './heal.ts'
import { emptyLiveState, type LiveState } from './live-state.ts'
import { reduce, reduceAll } from './reducer.ts'
import { timeline } from './timeline.ts'

interface Recording {
  readonly name: string
  readonly events: readonly AmiEvent[]
  readonly snapshots: readonly { readonly after: number; readonly snapshot: PbxSnapshot }[]
}

const folder = join(import.meta.dirname, 'fixtures')

function lines<T>(name: string): T[] {
  return readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): T => JSON.parse(line))
}

/** Recorded on a real Asterisk by tests/record-events.ts. The expected timelines beside them were read and found right by people. */
const recordings: readonly Recording[] = readdirSync(folder)
  .filter((name) => name.endsWith('.snapshots.jsonl'))
  .map((file) => file.replace('.snapshots.jsonl', ''))
  .map((name) => ({ name, events: lines(`${name}.jsonl`), snapshots: lines(`${name}.snapshots.jsonl`) }))

function begin(recording: Recording): LiveState {
  const first = recording.snapshots[0]
  if (!first) throw new Error(`${recording.name} has no snapshot`)
  return heal(emptyLiveState, first.snapshot).state
}

function play(state: LiveState, events: readonly AmiEvent[]): { state: LiveState; changes: PbxChange[] } {
  const changes: PbxChange[] = []
  for (const event of events) {
    const step = reduce(state, event)
    state = step.state
    changes.push(...step.changes)
  }
  return { state, changes }
}

describe('recorded calls', () => {
  test('are all there', () => {
    expect(recordings.map(({ name }) => name).sort()).toEqual([
      'announcement',
      'attended-transfer',
      'attended-transfer-asked-first',
      'attended-transfer-called-for',
      'attended-transfer-declined',
      'blind-transfer',
      'called-back',
      'conference-colleague',
      'conference-moved',
      'conference-outside',
      'direct',
      'hold',
      'internal',
      'members',
      'moved-to-another-queue',
      'outgoing',
      'outgoing-busy',
      'parked',
      'pickup',
      'queue-abandoned',
      'queue-abandoned-ringing',
      'queue-answered',
      'queue-customer-hangs-up',
      'queue-transfer',
      'recording-paused',
      'rejected',
      'replaces',
      'ring-all',
      'ring-all-twice',
      'ring-no-answer',
      'second-net-back',
      'second-net-queue',
      'spy-by-code',
      'spy-call-ends',
      'spy-follows-a-move',
      'spy-modes',
      'spy-reloaded',
      'spy-takes-over',
      'trunk-in',
      'trunk-out',
      'voicemail-drop',
    ])
  })

  describe.each(recordings)('$name', (recording) => {
    const { name, events, snapshots } = recording

    test('gives the expected timeline', () => {
      const expected = readFileSync(join(folder, `${name}.timeline.txt`), 'utf8')
        .trimEnd()
        .split('\n')
      expect(timeline(play(begin(recording), events).changes)).toEqual(expected)
    })

    test('leaves nothing behind', () => {
      const { state } = play(begin(recording), events)
      expect(state.channels.size).toBe(0)
      expect(state.calls.size).toBe(0)
      expect(state.bridges.size).toBe(0)
      expect(state.pbx.calls.size).toBe(0)
      for (const queue of state.pbx.queues.values()) expect(queue.waiting).toEqual([])
    })

    test('agrees with what Asterisk says when asked', () => {
      for (const { after, snapshot } of snapshots) {
        const { state } = play(begin(recording), events.slice(0, after))
        expect(timeline(heal(state, snapshot).changes)).toEqual([])
      }
    })

    test('is the same in batches', () => {
      const one = play(begin(recording), events)
      const batch = reduceAll(begin(recording), events)
      expect(batch.state).toEqual(one.state)
      expect(batch.changes).toEqual(one.changes)
    })
  })
})

describe('a transfer', () => {
  /** Up to the transfer, which says this instead of what was recorded. */
  const toldOf = (name: string, fields: Record<string, string>) => {
    const recording = recordings.find((one) => one.name === name)
    const at = recording?.events.findIndex((event) => event.name.endsWith('Transfer')) ?? -1
    const given = recording?.events[at]
    if (!recording || !given) throw new Error('not recorded')
    const { state } = play(begin(recording), recording.events.slice(0, at))
    const step = reduce(state, { ...given, fields: { ...given.fields, ...fields } })
    expect(step.state.pbx).toEqual(state.pbx)
    return step.changes.flatMap((change) =>
      change.kind === 'transferred' ? [`${change.call.id} ${change.by} ${change.to}`] : [],
    )
  }

  test('is told with who gave the caller away, and to whom', () => {
    expect(toldOf('blind-transfer', {})).toEqual(['customer 1001 1002'])
    expect(toldOf('attended-transfer', {})).toEqual(['customer 1001 1002'])
    const [later] = toldOf('attended-transfer-asked-first', {})
    expect(later?.split(' ').slice(1)).toEqual(['1001', '1002'])
    // The colleague was on the line that was transferred, and the customer on the other.
    const [calledFor] = toldOf('attended-transfer-called-for', {})
    expect(calledFor?.split(' ').slice(1)).toEqual(['1001', '1002'])
    expect(toldOf('blind-transfer', { extension: '+79160000600' })).toEqual(['customer 1001 +79160000600'])
  })

  test('to somebody outside is to the number that was dialled, not to the trunk', () => {
    const trunk = { transfertargetuniqueid: 'nobody', secondtransfererexten: '+79160000600' }
    expect(toldOf('attended-transfer', trunk)).toEqual(['customer 1001 +79160000600'])
  })

  test('that failed, or is of a call nobody knows, is none', () => {
    expect(toldOf('blind-transfer', { result: 'Fail' })).toEqual([])
    expect(toldOf('attended-transfer', { result: 'Not Permitted' })).toEqual([])
    expect(toldOf('blind-transfer', { transfereeuniqueid: 'x', transfereruniqueid: 'y' })).toEqual([])
  })
})

describe('a talk of colleagues that somebody outside was transferred into', () => {
  const shown = ({ calls }: PbxState) =>
    [...calls.values()].map(({ direction, number, legs }) => [direction, number, ...legs.map(({ endpoint }) => endpoint ?? '')])

  test.each([
    ['attended-transfer-asked-first', ['inbound', '+79161234567', '1002']],
    ['attended-transfer-called-for', ['outbound', '+79165550002', '1002', 'trunk']],
  ])('is known from a snapshot, when nothing of the transfer was heard: %s', (name, expected) => {
    const recording = recordings.find((one) => one.name === name)
    const [, before, after] = recording?.snapshots ?? []
    if (!recording || !before || !after) throw new Error('not recorded')
    const { state } = play(begin(recording), recording.events.slice(0, before.after))
    const healed = heal(state, after.snapshot)
    expect(shown(healed.state.pbx)).toEqual([expected])
    expect(healed.changes.filter(({ kind }) => kind === 'joined')).toHaveLength(1)
    expect(heal(healed.state, after.snapshot).changes).toEqual([])
  })
})

test('a ring that its caller ended is told so, a look at all channels in between or not', () => {
  const recording = recordings.find(({ name }) => name === 'queue-abandoned-ringing')
  const whileRinging = recording?.snapshots.find(({ snapshot }) =>
    snapshot.channels.some(({ channel }) => channel?.startsWith('PJSIP/1001')),
  )
  if (!recording || !whileRinging) throw new Error('not recorded')
  const { state } = play(begin(recording), recording.events.slice(0, whileRinging.after))
  const rest = recording.events.slice(whileRinging.after)
  for (const from of [state, heal(state, whileRinging.snapshot).state]) {
    const ended = play(from, rest).changes.flatMap((change) => (change.kind === 'legEnded' ? change : []))
    expect(ended.filter(({ leg }) => leg.endpoint === '1001')).toMatchObject([{ answered: false, cancelled: true }])
  }
})

test('a supervisor’s channel that is renamed, as by a reload of the page, still hears the call', () => {
  const recording = recordings.find(({ name }) => name === 'spy-modes')
  if (!recording) throw new Error('not recorded')
  const heardAt = recording.events.findIndex((event) => event.name === 'ChanSpyStart')
  const { state } = play(begin(recording), recording.events.slice(0, heardAt + 1))
  const [spy] = state.spies.values()
  const name = 'PJSIP/1004-0000ffff'
  const fields = { uniqueid: spy?.uniqueid ?? '', newname: name }
  const renamed = reduce(state, { name: 'Rename', fields, atMs: 0 })
  expect(renamed.state.channels.get(spy?.uniqueid ?? '')?.name).toBe(name)
  expect([...renamed.state.spies.values()]).toEqual([spy])
})

/**
 * Left out is what only the past can tell: times, the number dialled, a queue left by a transfer, who called whom, and who in
 * a conference is on hold.
 */
function comparable(state: PbxState): unknown {
  return {
    calls: [...state.calls.values()]
      .map((call) => ({
        id: call.id,
        state: withoutHold(call, call.state),
        conference: call.conference,
        participants: call.participants.map(({ uniqueid }) => uniqueid).sort(),
        awaits: call.awaits,
        spies: call.spies.map(({ uniqueid, on, mode }) => ({ uniqueid, on, mode })),
        legs: call.legs
          .map(({ uniqueid, channel, endpoint, state }) => ({ uniqueid, channel, endpoint, state: withoutHold(call, state) }))
          .sort((a, b) => a.uniqueid.localeCompare(b.uniqueid)),
      }))
      .sort((a, b) => a.id.localeCompare(b.id)),
    endpoints: [...state.endpoints.values()]
      .map(({ name, online }) => ({ name, online }))
      .sort((a, b) => a.name.localeCompare(b.name)),
    queues: [...state.queues.values()]
      .map((queue) => ({
        name: queue.name,
        waiting: queue.waiting.map(({ callId, number }) => ({ callId, number })),
        members: [...queue.members.values()]
          .map(({ endpoint, paused, pauseReason, deviceState }) => ({ endpoint, paused, pauseReason, deviceState }))
          .sort((a, b) => a.endpoint.localeCompare(b.endpoint)),
      }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  }
}

const withoutHold = (call: PbxCall, state: string): string =>
  call.conference !== null && ['held', 'talking', 'up'].includes(state) ? 'there' : state

/** What may happen to an event on its way. */
const fates = fc.infiniteStream(fc.constantFrom(...(['kept', 'kept', 'kept', 'lost', 'twice', 'late'] as const)))

function damaged(events: readonly AmiEvent[], stream: Stream<'kept' | 'lost' | 'twice' | 'late'>): AmiEvent[] {
  const out: AmiEvent[] = []
  const late: AmiEvent[] = []
  for (const event of events) {
    const fate = stream.next().value ?? 'kept'
    if (fate === 'lost') continue
    if (fate === 'late') late.push(event)
    else out.push(event)
    if (fate === 'twice') out.push(event)
    if (late.length > 3) out.push(...late.splice(0))
  }
  return [...out, ...late]
}

type Stream<T> = Iterator<T>

const nothing: PbxSnapshot = { atMs: 0, channels: [], bridges: [], queues: [], endpoints: [] }

test.each([
  ['89161234567', 'outbound'],
  ['9+79165550002', 'outbound'],
  ['1002', 'internal'],
  ['*811001', 'internal'],
  ['*8110012', 'internal'],
])('%s, dialled by an operator, is %s', (exten, direction) => {
  const fields = { uniqueid: '1', linkedid: '1', channel: 'PJSIP/1001-01', channelstate: '4', calleridnum: '1001', exten }
  const { state } = reduce(emptyLiveState, { name: 'Newchannel', fields, atMs: 1 })
  expect(state.pbx.calls.get('1')).toMatchObject({ direction })
})

test('a caller who comes to the same queue again waits anew; what is told twice of one wait changes nothing', () => {
  const fields = { uniqueid: '1', linkedid: '1', channel: 'PJSIP/trunk-01', channelstate: '6', queue: '701', position: '1' }
  const events: AmiEvent[] = [
    { name: 'Newchannel', fields, atMs: 1_000 },
    { name: 'QueueCallerJoin', fields, atMs: 2_000 },
    { name: 'QueueCallerJoin', fields, atMs: 3_000 },
    { name: 'QueueCallerLeave', fields, atMs: 62_000 },
    { name: 'QueueCallerJoin', fields, atMs: 70_000 },
  ]
  const queuedAt = (count: number) => play(emptyLiveState, events.slice(0, count)).state.pbx.calls.get('1')?.queuedAtMs
  expect([2, 3, 4, 5].map(queuedAt)).toEqual([2_000, 2_000, 2_000, 70_000])
})

describe('events that went astray', () => {
  test.each(recordings)('in $name break nothing, and the next snapshot mends it all', (recording) => {
    fc.assert(
      fc.property(fc.nat({ max: recording.snapshots.length - 1 }), fates, (index, stream) => {
        const { after, snapshot } = recording.snapshots[index] ?? { after: 0, snapshot: nothing }
        const whole = recording.events.slice(0, after)
        const right = heal(play(begin(recording), whole).state, snapshot).state
        const healed = heal(play(begin(recording), damaged(whole, stream[Symbol.iterator]())).state, snapshot).state
        expect(comparable(healed.pbx)).toEqual(comparable(right.pbx))
        expect(heal(healed, snapshot).changes).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test('in nonsense are ignored', () => {
    const text = fc.constantFrom(
      '',
      'customer',
      'record-1',
      'PJSIP/1001-00000001',
      'Local/s@x-1;1',
      '701',
      '6',
      '4',
      'x'.repeat(300),
      'callsync-wait',
      'ConfBridge',
      'basic',
      'Local/s@callsync-announce-1;1',
    )
    const names = [
      'Newchannel',
      'Newstate',
      'Hangup',
      'BridgeEnter',
      'BridgeLeave',
      'ConfbridgeMute',
      'MixMonitorStart',
      'MixMonitorMute',
      'DialBegin',
      'QueueCallerJoin',
      'QueueMemberPause',
      'PeerStatus',
      'Rename',
      'Nothing',
    ]
    const keys = [
      'uniqueid',
      'linkedid',
      'channel',
      'channelstate',
      'destuniqueid',
      'destlinkedid',
      'bridgeuniqueid',
      'swapuniqueid',
      'queue',
      'interface',
      'position',
      'newname',
      'peer',
      'peerstatus',
      'calleridnum',
      'context',
      'bridgetype',
      'bridgecreator',
      'bridgename',
    ]
    const event = fc.record({
      name: fc.constantFrom(...names),
      fields: fc.dictionary(fc.constantFrom(...keys), text),
      atMs: fc.nat(),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const batch = reduceAll(emptyLiveState, events)
        expect(play(emptyLiveState, events).state).toEqual(batch.state)
        const gone = heal(batch.state, nothing).state
        expect(gone.pbx).toEqual(emptyLiveState.pbx)
      }),
    )
  })
})

describe('the state', () => {
  const recording = recordings.find(({ name }) => name === 'hold')
  if (!recording) throw new Error('no recording of a hold')

  test('given is not touched', () => {
    const before = begin(recording)
    const copy = structuredClone(before)
    play(before, recording.events)
    expect(before).toEqual(copy)
  })

  test('is the same object when an event says nothing new', () => {
    const { state } = play(begin(recording), recording.events)
    expect(reduce(state, { name: 'VarSet', fields: { uniqueid: 'x' }, atMs: 1 }).state).toBe(state)
    const [queue] = state.pbx.queues.values()
    const after = reduce(state, { name: 'PeerStatus', fields: { peer: 'PJSIP/1002', peerstatus: 'Reachable' }, atMs: 1 }).state
    expect(after.pbx.queues.get(queue?.name ?? '')).toBe(queue)
    expect(after.pbx.calls).toBe(state.pbx.calls)
  })

  test('ends what a snapshot no longer has, with no cause', () => {
    const half = recording.snapshots[1]
    const empty = recording.snapshots[0]?.snapshot
    if (!half || !empty) throw new Error('no snapshots')
    const { state } = play(begin(recording), recording.events.slice(0, half.after))
    const kinds = heal(state, empty).changes.map((change) =>
      change.kind === 'legEnded' ? `${change.kind} ${change.cause} ${change.answered}` : change.kind,
    )
    expect(kinds.slice(0, 2)).toEqual(['legEnded 0 true', 'callEnded'])
  })

  test('has a line of callers as the snapshot has it, whoever left its head unseen while another joined its end', () => {
    const at = (atMs: number, ...uniqueids: readonly string[]): PbxSnapshot => ({
      ...nothing,
      atMs,
      channels: uniqueids.map((uniqueid) => ({
        ...{ uniqueid, linkedid: uniqueid, channel: `PJSIP/trunk-${uniqueid}`, channelstate: '6' },
        ...{ calleridnum: `+7916000000${uniqueid}`, application: 'Queue', data: '701' },
      })),
      queues: [
        { event: 'QueueParams', queue: '701' },
        ...uniqueids.map((uniqueid, place) => ({
          ...{ event: 'QueueEntry', queue: '701', uniqueid, position: String(place + 1), wait: '3' },
          calleridnum: `+7916000000${uniqueid}`,
        })),
      ],
    })
    const line = (state: LiveState) => state.pbx.queues.get('701')?.waiting.map(({ callId }) => callId)
    const before = heal(emptyLiveState, at(10_000, '1', '2', '3')).state
    expect(line(before)).toEqual(['1', '2', '3'])
    const since = before.pbx.queues.get('701')?.waiting[2]?.sinceMs
    const after = heal(before, at(70_000, '3', '4', '5')).state
    expect(line(after)).toEqual(['3', '4', '5'])
    expect(after.pbx.queues.get('701')?.waiting[0]?.sinceMs).toBe(since)
    expect([...after.pbx.calls.keys()].sort()).toEqual(['3', '4', '5'])
  })

  test('begins what a snapshot has and nobody told of', () => {
    const half = recording.snapshots[1]
    if (!half) throw new Error('no snapshot')
    const { state, changes } = heal(emptyLiveState, half.snapshot)
    expect(timeline(changes).slice(0, 2)).toEqual([
      'legAnswered 1001 callee up · inbound +79161234567 queue 701 talking (answered)',
      'call inbound +79161234567 queue 701 talking (answered) · 1001 callee up',
    ])
    expect(state.pbx.calls.size).toBe(1)
  })
})
