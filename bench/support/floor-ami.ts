import { setTimeout as delay } from 'node:timers/promises'
import { type AmiHeaders, type AmiPeer, ScriptedAmi } from '../../tests/support/scripted-ami.ts'
import type { BusyFloor, FloorEvent, Member } from './busy-floor.ts'

/** On one clock in all processes of this machine. */
export const nowMs = (): number => performance.timeOrigin + performance.now()

/** As often as real Asterisk writes several events at once. */
const tickMs = 2

/** The manager port of an Asterisk on which the calls of a busy floor go on. */
export class FloorAmi {
  readonly #ami: ScriptedAmi
  readonly #floor: BusyFloor
  /** Until halted there are no calls to tell of when asked. */
  #halted = false

  private constructor(ami: ScriptedAmi, floor: BusyFloor) {
    this.#ami = ami
    this.#floor = floor
    ami.on('QueueStatus', (action, peer) => {
      const queues = floor.queues.map((queue) => ({ Event: 'QueueParams', Queue: queue, Strategy: 'rrmemory' }))
      const members = [...floor.members.values()].flatMap((member) =>
        member.queues.map((queue) => ({ Event: 'QueueMember', ...memberHeaders(member, queue) })),
      )
      this.#list(action, peer, [...queues, ...members], this.#halted ? floor.stops().waiting : [])
    })
    ami.on('PJSIPShowEndpoints', (action, peer) => {
      const phones = [...floor.members.keys(), ...floor.supervisors]
      const items = phones.map((phone) => ({
        Event: 'EndpointList',
        ObjectType: 'endpoint',
        ObjectName: phone,
        Contacts: `${phone}/sip:${phone}@127.0.0.1,`,
        DeviceState: (floor.members.get(phone)?.status ?? '1') === '1' ? 'Not in use' : 'In use',
      }))
      this.#list(action, peer, items, [])
    })
    ami.on('Status', (action, peer) => this.#list(action, peer, [], this.#halted ? floor.stops().channels : []))
    ami.on('BridgeList', (action, peer) => this.#list(action, peer, [], this.#halted ? floor.stops().bridges : []))
    ami.on('QueuePause', (action, peer) => {
      const member = floor.members.get((action['Interface'] ?? '').replace('PJSIP/', ''))
      if (!member) return peer.error(action, 'Interface not found')
      peer.ok(action, { Message: 'Interface paused successfully' })
      this.pause(member.phone, action['Paused'] === 'true' ? (action['Reason'] ?? '') : null)
    })
    for (const name of ['Getvar', 'Setvar', 'ListCommands']) ami.on(name, (action, peer) => peer.ok(action))
  }

  static async start(floor: BusyFloor): Promise<FloorAmi> {
    return new FloorAmi(await ScriptedAmi.start(), floor)
  }

  get port(): number {
    return this.#ami.port
  }

  get secret(): string {
    return this.#ami.secret
  }

  get connections(): number {
    return this.#ami.peers.length
  }

  /** Signed in, and all four lists given. */
  async ready(): Promise<void> {
    const before = this.#ami.count('PJSIPShowEndpoints')
    await this.#ami.until(() => this.#ami.count('PJSIPShowEndpoints') > before)
  }

  pause(phone: string, reason: string | null): void {
    const member = this.#floor.members.get(phone)
    if (!member) throw new Error(`${phone} is no member`)
    member.pauseReason = reason
    for (const queue of member.queues)
      this.#peer().send({ Event: 'QueueMemberPause', Privilege: 'agent,all', ...memberHeaders(member, queue) })
  }

  /** In the floor's own time. `sent` is told of each event that changes what people see. */
  async replay(options: {
    fromMs: number
    forMs: number
    sent: (marks: readonly string[], atMs: number) => void
  }): Promise<number> {
    const beganMs = nowMs()
    let events = 0
    let event = this.#due ?? this.#floor.next()
    while (event.atMs < options.fromMs + options.forMs) {
      const floorMs = options.fromMs + nowMs() - beganMs
      if (event.atMs > floorMs) {
        await delay(tickMs)
        continue
      }
      const atMs = nowMs()
      this.#write(event)
      events += 1
      if (event.marks.length > 0) options.sent(event.marks, atMs)
      event = this.#floor.next()
    }
    this.#due = event
    return events
  }

  /** As fast as they are taken. */
  async rush(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const event = this.#due ?? this.#floor.next()
      this.#due = null
      this.#write(event)
      if (index % 500 === 499) await delay(0)
    }
  }

  /** From now on nothing happens, and who asks is told of the calls that stand still. */
  halt(): void {
    if (this.#due) this.#write(this.#due)
    this.#due = null
    for (const event of this.#floor.halt()) this.#write(event)
    this.#halted = true
  }

  async stop(): Promise<void> {
    await this.#ami.stop()
  }

  /** Taken from the floor and not sent yet. */
  #due: FloorEvent | null = null

  #write({ text }: FloorEvent): void {
    this.#peer().write(text + channelEvent(text))
  }

  #peer(): AmiPeer {
    const peer = this.#ami.peers.at(-1)
    if (!peer) throw new Error('nobody is connected')
    return peer
  }

  #list(action: AmiHeaders, peer: AmiPeer, items: readonly AmiHeaders[], texts: readonly string[]): void {
    const id = { ActionID: action['ActionID'] ?? '' }
    peer.send({ Response: 'Success', ...id, EventList: 'start' }, ...items.map((item) => ({ ...item, ...id })))
    peer.write(texts.map((text) => text.replace('\r\n', `\r\nActionID: ${id.ActionID}\r\n`)).join(''))
    peer.send({ Event: `${action['Action']}Complete`, ...id, EventList: 'Complete' })
  }
}

function memberHeaders({ phone, status, pauseReason }: Member, queue: string): AmiHeaders {
  return {
    Queue: queue,
    MemberName: phone,
    Name: phone,
    Interface: `PJSIP/${phone}`,
    Location: `PJSIP/${phone}`,
    StateInterface: `PJSIP/${phone}`,
    Membership: 'static',
    Penalty: '0',
    LastPause: '0',
    Status: status,
    Paused: pauseReason === null ? '0' : '1',
    PausedReason: pauseReason ?? '',
  }
}

const celTypes: Readonly<Record<string, string>> = {
  Newchannel: 'CHAN_START',
  Newstate: 'ANSWER',
  BridgeEnter: 'BRIDGE_ENTER',
  BridgeLeave: 'BRIDGE_EXIT',
  Hangup: 'CHAN_END',
}

/** The sample configuration has CEL on the manager port too; the recordings leave it out. */
function channelEvent(text: string): string {
  const type = celTypes[text.slice('Event: '.length, text.indexOf('\r'))]
  if (type === undefined) return ''
  const of = (field: string) => new RegExp(`^${field}: (.*)\\r$`, 'm').exec(text)?.[1] ?? ''
  return `Event: CEL\r\nPrivilege: call,all\r\nEventName: ${type}\r\nAccountCode: \r\nCallerIDnum: ${of('calleridnum')}\r\nCallerIDname: ${of('calleridname')}\r\nCallerIDani: \r\nCallerIDrdnis: \r\nCallerIDdnid: \r\nExten: ${of('exten')}\r\nContext: ${of('context')}\r\nChannel: ${of('channel')}\r\nApplication: \r\nAppData: \r\nEventTime: 2026-11-20 10:00:00.123456\r\nAMAFlags: DOCUMENTATION\r\nUniqueID: ${of('uniqueid')}\r\nLinkedID: ${of('linkedid')}\r\nUserField: \r\nPeer: \r\nPeerAccount: \r\nExtra: \r\n\r\n`
}
