import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { PbxStatus } from '../contract/live.ts'
import { firstServer, nameAt, plainName, serverOf } from '../contract/server-mark.ts'
import { Listeners } from './listeners.ts'
import { markedBy, type Naming, unmarked } from './naming.ts'
import type { Disposer, OneTelephony, SeveralTelephony, TelephonyCommands } from './telephony.ts'
import { TelephonyError } from './telephony-error.ts'

interface Member {
  readonly id: string
  readonly telephony: OneTelephony
  readonly naming: Naming
  readonly dispose: Disposer
}

/**
 * Several Asterisk servers as one: each has its own link, state and snapshots, and names that tell it from the others
 * (contract/server-mark.ts). One that is away keeps its last state until its own next snapshot and changes nothing for the rest.
 */
export function createSeveralTelephony(deps: {
  create: (server: string) => OneTelephony
  clock: Clock
  logger: Logger
}): SeveralTelephony {
  const { create, logger } = deps
  const changeListeners = new Listeners<Parameters<Parameters<SeveralTelephony['onChange']>[0]>>(logger)
  const statusListeners = new Listeners<Parameters<Parameters<SeveralTelephony['onStatus']>[0]>>(logger)
  const eventListeners = new Listeners<Parameters<Parameters<SeveralTelephony['onEvents']>[0]>>(logger)
  const members = new Map<string, Member>()
  const none: PbxStatus = { state: 'down', problem: 'notConfigured', sinceMs: deps.clock.nowMs() }
  const joined = {
    calls: joiner((member) => member.naming.calls(member.telephony.state().calls)),
    endpoints: joiner((member) => member.naming.endpoints(member.telephony.state().endpoints)),
    queues: joiner((member) => member.naming.queues(member.telephony.state().queues)),
    channels: joiner((member) => member.naming.channels(member.telephony.channels())),
  }

  const admit = (id: string): Member => {
    const telephony = create(id)
    const naming = id === firstServer ? unmarked() : markedBy(id)
    const disposers = [
      telephony.onChange((changes, healed) => changeListeners.tell(changes.map(naming.change), healed, id)),
      telephony.onStatus((status) => statusListeners.tell(status, id)),
      telephony.onEvents((events) => eventListeners.tell(events, id)),
    ]
    const member = { id, telephony, naming, dispose: () => disposers.forEach((dispose) => void dispose()) }
    members.set(id, member)
    return member
  }

  /** First its calls end for who listens, as ends that nobody saw; then it is none of the servers. */
  const dismiss = (member: Member): void => {
    member.telephony.use(null)
    members.delete(member.id)
    member.dispose()
    void member.telephony.stop()
  }

  return {
    commands: routed((id) => members.get(id)?.telephony.commands ?? null),
    state: () => ({ calls: joined.calls(members), endpoints: joined.endpoints(members), queues: joined.queues(members) }),
    channels: () => joined.channels(members),
    status(server) {
      if (server !== undefined) return members.get(server)?.telephony.status() ?? none
      return worst([...members.values()].map(({ telephony }) => telephony.status())) ?? none
    },
    onChange: changeListeners.add,
    onStatus: statusListeners.add,
    onEvents: eventListeners.add,
    use(server, account) {
      const member = members.get(server)
      if (account !== null) return (member ?? admit(server)).telephony.use(account)
      if (member) dismiss(member)
      // What was kept of it from before this start never came into the live state: that is over too.
      changeListeners.tell([], true, server)
      if (member) statusListeners.tell(none, server)
    },
    async stop() {
      const stopped = [...members.values()]
      members.clear()
      await Promise.all(stopped.map(({ telephony }) => telephony.stop()))
      changeListeners.clear()
      statusListeners.clear()
      eventListeners.clear()
    },
  }
}

/** All servers' parts in one map, which stays the same one while none of them changes. One server's is as it is. */
function joiner<Part>(part: (member: Member) => ReadonlyMap<string, Part>) {
  let parts: readonly ReadonlyMap<string, Part>[] = []
  let whole: ReadonlyMap<string, Part> = new Map()
  return (members: ReadonlyMap<string, Member>): ReadonlyMap<string, Part> => {
    const now = [...members.values()].map(part)
    if (now.length === parts.length && now.every((each, index) => each === parts[index])) return whole
    parts = now
    const [only] = now
    whole = now.length === 1 && only ? only : new Map(now.flatMap((each) => [...each]))
    return whole
  }
}

const ranks = { up: 0, connecting: 1, down: 2 } as const satisfies Record<PbxStatus['state'], number>

/** Of equally bad ones the one that is so for longest. */
const worst = (all: readonly PbxStatus[]): PbxStatus | null =>
  all.toSorted((a, b) => ranks[b.state] - ranks[a.state] || a.sinceMs - b.sinceMs)[0] ?? null

/** Each command to the server of what it is about, in that server's own words. */
function routed(commandsOf: (server: string) => TelephonyCommands | null): TelephonyCommands {
  const of = (server: string): TelephonyCommands => {
    const commands = commandsOf(server)
    if (!commands) throw new TelephonyError('unavailable', 'This Asterisk server is linked no more')
    return commands
  }
  const at = (name: string): TelephonyCommands => of(serverOf(name))
  return {
    pauseMember: async ({ endpoint, queues, ...request }) =>
      at(endpoint).pauseMember({ ...request, endpoint: plainName(endpoint), ...(queues && { queues: queues.map(plainName) }) }),
    async originate({ server = firstServer, ...request }) {
      // Only that server's own mark: another text that ends like one goes out as it is.
      const own = (text: string): string => (nameAt(server, plainName(text)) === text ? plainName(text) : text)
      const { channel, exten, callerNumber, variables, halves, uniqueid } = request
      await of(server).originate({
        ...request,
        channel: own(channel),
        exten: own(exten),
        callerNumber: own(callerNumber),
        ...(variables && { variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, own(value)])) }),
        ...(halves && { halves: [own(halves[0]), own(halves[1])] }),
        ...(uniqueid !== undefined && { uniqueid: own(uniqueid) }),
      })
    },
    redirect: async ({ channel, place, extra }) =>
      at(channel).redirect({
        channel: plainName(channel),
        place: { ...place, exten: plainName(place.exten) },
        ...(extra !== undefined && { extra: plainName(extra) }),
      }),
    transfer: async ({ channel, place }) =>
      at(channel).transfer({ channel: plainName(channel), place: { ...place, exten: plainName(place.exten) } }),
    hangUp: async (channel) => at(channel).hangUp(plainName(channel)),
    setVariable: async ({ channel, name, value }) =>
      at(channel).setVariable({
        channel: plainName(channel),
        name,
        value: sameServer(channel, value) ? plainName(value) : value,
      }),
    variable: async (name, channel) => at(channel).variable(name, plainName(channel)),
    globalVariable: async (name, server) => of(server).globalVariable(name, server),
    muteRecording: async ({ channel, muted }) => at(channel).muteRecording({ channel: plainName(channel), muted }),
    addMember: async ({ queue, endpoint, penalty, name }) =>
      at(queue).addMember({ queue: plainName(queue), endpoint: plainName(endpoint), penalty, name: plainName(name) }),
    removeMember: async ({ queue, endpoint }) =>
      at(queue).removeMember({ queue: plainName(queue), endpoint: plainName(endpoint) }),
  }
}

/** A value that names something of the channel's own server; text that merely looks like a mark of another one stays. */
const sameServer = (channel: string, value: string): boolean => serverOf(channel) === serverOf(value)
