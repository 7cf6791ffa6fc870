import { firstServer, nameAt } from '../contract/server-mark.ts'
import type { PbxCall, PbxChange, PbxEndpoint, PbxLeg, PbxParticipant, PbxQueue, PbxQueueMember, PbxSpy } from './pbx-state.ts'
import type { PbxChannel } from './telephony.ts'

/** What one server says, under the names it has among several: see contract/server-mark.ts. The same is given for the same. */
export interface Naming {
  calls(calls: ReadonlyMap<string, PbxCall>): ReadonlyMap<string, PbxCall>
  endpoints(endpoints: ReadonlyMap<string, PbxEndpoint>): ReadonlyMap<string, PbxEndpoint>
  queues(queues: ReadonlyMap<string, PbxQueue>): ReadonlyMap<string, PbxQueue>
  channels(channels: ReadonlyMap<string, PbxChannel>): ReadonlyMap<string, PbxChannel>
  change(change: PbxChange): PbxChange
}

const asGiven: Naming = {
  calls: (calls) => calls,
  endpoints: (endpoints) => endpoints,
  queues: (queues) => queues,
  channels: (channels) => channels,
  change: (change) => change,
}

/** Of the first server. Nothing is made anew for it unless one of its names ends like a mark. */
export function unmarked(): Naming {
  let naming = asGiven
  return {
    calls: (calls) => naming.calls(calls),
    endpoints: (endpoints) => naming.endpoints(endpoints),
    queues: (queues) => naming.queues(queues),
    channels: (channels) => naming.channels(channels),
    change(change) {
      if (naming === asGiven && namesIn(change).some((name) => nameAt(firstServer, name) !== name)) naming = markedBy(firstServer)
      return naming.change(change)
    },
  }
}

function namesIn(change: PbxChange): string[] {
  if ('call' in change) {
    const { queue, conference, legs } = change.call
    return [queue, conference, ...legs.map(({ endpoint }) => endpoint)].flatMap((name) => name ?? [])
  }
  if (change.kind === 'queue') return [change.queue.name, ...change.queue.members.keys()]
  return [change.kind === 'endpoint' ? change.endpoint.name : change.name]
}

/** Numbers that people call or call from (`call.number`, a waiting caller's) stay plain: they are nobody's name. */
export function markedBy(server: string): Naming {
  const at = (name: string): string => nameAt(server, name)
  const orNull = (name: string | null): string | null => (name === null ? null : at(name))
  const keyed = <T extends object>(each: (value: T) => T) =>
    once(
      (values: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
        new Map([...values].map(([key, value]) => [at(key), each(value)])),
    )

  const leg = once(
    (own: PbxLeg): PbxLeg => ({
      ...own,
      uniqueid: at(own.uniqueid),
      channel: at(own.channel),
      endpoint: orNull(own.endpoint),
      ...(own.replaces === undefined ? {} : { replaces: at(own.replaces) }),
    }),
  )
  const participant = once(
    (own: PbxParticipant): PbxParticipant => ({ ...own, uniqueid: at(own.uniqueid), endpoint: orNull(own.endpoint) }),
  )
  const spy = once(
    (own: PbxSpy): PbxSpy => ({ ...own, uniqueid: at(own.uniqueid), endpoint: orNull(own.endpoint), on: at(own.on) }),
  )
  const call = once(
    (own: PbxCall): PbxCall => ({
      ...own,
      id: at(own.id),
      queue: orNull(own.queue),
      conference: orNull(own.conference),
      awaits: orNull(own.awaits),
      legs: own.legs.map(leg),
      participants: own.participants.map(participant),
      spies: own.spies.map(spy),
    }),
  )
  // The interface stays Asterisk's: only the commands of that server use it.
  const members = keyed(once((own: PbxQueueMember): PbxQueueMember => ({ ...own, endpoint: at(own.endpoint) })))
  const queue = once(
    (own: PbxQueue): PbxQueue => ({
      name: at(own.name),
      waiting: own.waiting.map((caller) => ({ ...caller, callId: at(caller.callId) })),
      members: members(own.members),
    }),
  )
  const endpoint = once((own: PbxEndpoint): PbxEndpoint => ({ ...own, name: at(own.name) }))
  const channel = once(
    (own: PbxChannel): PbxChannel => ({
      uniqueid: at(own.uniqueid),
      name: at(own.name),
      endpoint: orNull(own.endpoint),
      linkedid: at(own.linkedid),
      bridge: orNull(own.bridge),
      kind: own.kind,
      recording: own.recording,
    }),
  )

  return {
    calls: keyed(call),
    endpoints: keyed(endpoint),
    queues: keyed(queue),
    channels: keyed(channel),
    change(change) {
      if (change.kind === 'call' || change.kind === 'callEnded') return { ...change, call: call(change.call) }
      if (change.kind === 'joined') return { ...change, call: call(change.call), from: at(change.from) }
      if (change.kind === 'transferred') return { ...change, call: call(change.call), by: orNull(change.by), to: at(change.to) }
      if ('leg' in change) return { ...change, call: call(change.call), leg: leg(change.leg) }
      if (change.kind === 'endpoint') return { ...change, endpoint: endpoint(change.endpoint) }
      if (change.kind === 'queue') return { ...change, queue: queue(change.queue) }
      return { ...change, name: at(change.name) }
    },
  }
}

/** The state is immutable: what is made of a part of it is made once, so that what did not change stays the same. */
function once<From extends object, To extends object>(make: (from: From) => To): (from: From) => To {
  const made = new WeakMap<From, To>()
  return (from) => {
    const known = made.get(from)
    if (known) return known
    const to = make(from)
    made.set(from, to)
    return to
  }
}
