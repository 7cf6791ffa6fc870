import { QueueMembers } from './queue-members.ts'
import type { CelRow, QueueLogRow } from './source.ts'

/** An AMI event as telephony reads it: names of headers in lower case. */
export interface QueueAmiEvent {
  readonly name: string
  readonly fields: Readonly<Record<string, string>>
  readonly atMs: number
}

interface Waiting {
  readonly queue: string
  readonly joinedMs: number
  readonly originalPosition: string
  position: string
  /** Members whose phones ring for this caller: since when, by name. */
  readonly rings: Map<string, number>
  /** Left the queue, nobody knows yet how. */
  leftMs: number | null
  abandoned: boolean
  /** The caller's side asked to end: when first. */
  requestMs: number | null
}

interface Served {
  readonly callId: string
  readonly queue: string
  readonly member: string
  /** Its place when it came, which COMPLETE… carries. */
  readonly originalPosition: string
}

const mostServed = 2_000

/** QUEUESTATUS, which Queue() sets when it gives a caller back to the dialplan. */
const exits: Readonly<Record<string, string>> = { TIMEOUT: 'EXITWITHTIMEOUT', LEAVEEMPTY: 'EXITEMPTY', WITHDRAW: 'WITHDRAW' }

/**
 * The lines app_queue would write to queue_log, out of what AMI tells: for sites whose queue_log can be reached neither as
 * a file nor as a table. One pass over the events in their order; it holds no clock.
 *
 * AMI tells less: QueueCallerAbandon is said of callers who hung up, waited too long, were withdrawn, redirected, and whom
 * an emptied queue let go, and nothing is said of an exit by key. A caller who hangs up is known by the request to hang up
 * before or right after the leave; the others by QUEUESTATUS where AMI is asked for dialplan events, else they count as
 * time-outs. So such a row may come as late as the call's end, with the time of the leave. PAUSEALL is a PAUSE in each queue.
 */
export class QueueLogEvents {
  readonly #waiting = new Map<string, Waiting>()
  /** By the member's channel, the oldest first. AgentComplete tells nothing of a channel, of either side, that is gone already. */
  readonly #served = new Map<string, Served>()
  readonly #transfers = new Map<string, readonly [string, string]>()
  /** As they were told last. */
  readonly members = new QueueMembers()
  #bootMs: number | null = null

  rows(event: QueueAmiEvent): readonly QueueLogRow[] {
    const { name, fields } = event
    const atMs = timeOf(event)
    const of = (header: string): string => fields[header] ?? ''
    const uniqueId = of('uniqueid')
    const queue = of('queue')
    const member = of('membername') || of('interface')
    const row = (event: string, agent: string, data: readonly string[], callId = uniqueId): QueueLogRow => ({
      atMs,
      callId,
      queue,
      agent,
      event,
      data,
    })
    switch (name) {
      case 'QueueCallerJoin': {
        const before = this.#settle(uniqueId, null)
        const position = of('position')
        this.#waiting.set(uniqueId, {
          queue,
          joinedMs: atMs,
          originalPosition: position,
          position,
          rings: new Map(),
          leftMs: null,
          abandoned: false,
          requestMs: null,
        })
        return [...before, row('ENTERQUEUE', 'NONE', ['', number(of('calleridnum')), position])]
      }
      case 'AgentCalled':
        this.#waiting.get(uniqueId)?.rings.set(member, atMs)
        return []
      case 'AgentRingNoAnswer': {
        const since = this.#waiting.get(uniqueId)?.rings.get(member)
        this.#waiting.get(uniqueId)?.rings.delete(member)
        // the header is in seconds, or in milliseconds, as the version will have it; queue_log's are whole seconds in ms
        const ringMs = since === undefined ? 0 : Math.floor((atMs - since) / 1000) * 1000
        return [row('RINGNOANSWER', member, [String(ringMs)])]
      }
      case 'QueueCallerAbandon': {
        const waiting = this.#waiting.get(uniqueId)
        if (!waiting) return []
        waiting.abandoned = true
        waiting.position = of('position') || waiting.position
        const canceled = [...waiting.rings].map(([agent, sinceMs]) => row('RINGCANCELED', agent, [String(atMs - sinceMs)]))
        waiting.rings.clear()
        return canceled
      }
      case 'QueueCallerLeave': {
        const waiting = this.#waiting.get(uniqueId)
        if (!waiting) return []
        waiting.leftMs = atMs
        waiting.position = of('position') || waiting.position
        return []
      }
      case 'AgentConnect': {
        const originalPosition = this.#waiting.get(uniqueId)?.originalPosition ?? ''
        this.#waiting.delete(uniqueId)
        this.#serve(of('destuniqueid'), { callId: uniqueId, queue, member, originalPosition })
        return [row('CONNECT', member, [of('holdtime'), of('destuniqueid'), of('ringtime')])]
      }
      case 'AgentComplete': {
        const served = this.#takeServed(of('destuniqueid'), uniqueId, queue, member)
        const callId = uniqueId || (served?.callId ?? '')
        const times = [of('holdtime'), of('talktime'), served?.originalPosition ?? '']
        if (of('reason') !== 'transfer')
          return [row(of('reason') === 'agent' ? 'COMPLETEAGENT' : 'COMPLETECALLER', member, times, callId)]
        const blind = this.#transfers.get(callId)
        this.#transfers.delete(callId)
        return [
          blind
            ? row('BLINDTRANSFER', member, [...blind, ...times], callId)
            : row('ATTENDEDTRANSFER', member, ['BRIDGE', '', ...times], callId),
        ]
      }
      case 'AgentDump':
        return [row('AGENTDUMP', member, [])]
      case 'BlindTransfer':
        if (of('result') === 'Success') this.#transfers.set(of('transfereeuniqueid'), [of('extension'), of('context')])
        return []
      case 'HangupRequest':
      case 'SoftHangupRequest': {
        const waiting = this.#waiting.get(uniqueId)
        if (waiting) waiting.requestMs ??= atMs
        return []
      }
      case 'VarSet':
        return of('variable') === 'QUEUESTATUS' ? this.#settle(uniqueId, exits[of('value')] ?? null) : []
      case 'Newexten':
        return this.#settle(uniqueId, null, of('extension'))
      case 'DialBegin':
        return this.#settle(uniqueId, null)
      case 'Hangup':
        this.#transfers.delete(uniqueId)
        return this.#end(uniqueId, atMs)
      case 'QueueMemberAdded':
        this.members.set({ queue, interface: of('interface'), paused: of('paused') === '1', reason: of('pausedreason') })
        return [row('ADDMEMBER', of('interface'), of('paused') === '1' ? ['PAUSED'] : [], 'MANAGER')]
      case 'QueueMemberRemoved':
        this.members.remove(queue, of('interface'))
        return [row('REMOVEMEMBER', of('interface'), [], 'MANAGER')]
      case 'QueueMemberPause':
        return this.#pause(event, row, member)
      case 'AgentLogin':
        return [row('AGENTLOGIN', of('agent'), [of('channel')])]
      case 'AgentLogoff':
        return [row('AGENTLOGOFF', of('agent'), [of('channel'), of('logintime')])]
      case 'FullyBooted': {
        const bootMs = atMs - Number(of('uptime') || 0) * 1000
        const before = this.#bootMs
        this.#bootMs = bootMs
        // said at each sign-in; a restart is a new beginning
        if (before === null || Math.abs(bootMs - before) < 10_000) return []
        this.#waiting.clear()
        this.#served.clear()
        return [{ atMs: bootMs, callId: 'NONE', queue: 'NONE', agent: 'NONE', event: 'QUEUESTART', data: [] }]
      }
      default:
        return []
    }
  }

  #serve(memberChannel: string, served: Served): void {
    // talks whose end was not seen
    if (this.#served.size >= mostServed) this.#served.delete([...this.#served.keys()][0] ?? '')
    this.#served.set(memberChannel, served)
  }

  #takeServed(memberChannel: string, callId: string, queue: string, member: string): Served | undefined {
    const isIt = ([channel, served]: [string, Served]): boolean => {
      if (memberChannel !== '') return channel === memberChannel
      return callId === '' ? served.queue === queue && served.member === member : served.callId === callId
    }
    const found = [...this.#served].findLast(isIt)
    if (found) this.#served.delete(found[0])
    return found?.[1]
  }

  #pause(
    { fields }: QueueAmiEvent,
    row: (event: string, agent: string, data: readonly string[], callId: string) => QueueLogRow,
    member: string,
  ): readonly QueueLogRow[] {
    const { queue = '', interface: own = '', pausedreason: reason = '' } = fields
    const before = this.members.of(queue, own)
    const paused = fields['paused'] === '1'
    this.members.set({ queue, interface: own, paused, reason })
    const data = reason === '' ? [] : [reason]
    if (!paused) return [row('UNPAUSE', member, data, 'NONE')]
    if (!before?.paused) return [row('PAUSE', member, data, 'NONE')]
    if (before.reason === reason) return []
    return [row('UNPAUSE', member, ['Auto-Unpause'], 'NONE'), row('PAUSE', member, data, 'NONE')]
  }

  /** A caller's channel is gone: whoever still waits by our account has left with it. */
  #end(callId: string, atMs: number): readonly QueueLogRow[] {
    const waiting = this.#waiting.get(callId)
    if (waiting && waiting.leftMs === null) {
      waiting.leftMs = atMs
      waiting.abandoned = true
      waiting.requestMs ??= atMs
    }
    return this.#settle(callId, null)
  }

  /** How a caller who has left a queue unserved did so; `exit`: what Asterisk itself said. */
  #settle(callId: string, exit: string | null, exten = ''): readonly QueueLogRow[] {
    const waiting = this.#waiting.get(callId)
    if (!waiting || waiting.leftMs === null) return []
    this.#waiting.delete(callId)
    const { position, originalPosition, queue, leftMs, joinedMs, requestMs, abandoned } = waiting
    const waited = String(Math.floor((leftMs - joinedMs) / 1000))
    const hungUp = abandoned && requestMs !== null && requestMs <= leftMs + hangupTakesMs
    const event = exit ?? (hungUp ? 'ABANDON' : abandoned ? 'EXITWITHTIMEOUT' : 'EXITWITHKEY')
    const places = [position, originalPosition, waited]
    const data = event === 'EXITWITHKEY' ? [exten.length === 1 ? exten : '', ...places] : places
    return [{ atMs: leftMs, callId, queue, agent: 'NONE', event, data }]
  }
}

/** Between the leave and the request to hang up, when the leave comes first. */
const hangupTakesMs = 1_000

/** A hold begun or ended, of which neither CDR nor CEL nor queue_log keeps anything; null for any other event. */
export function holdRow(event: QueueAmiEvent): CelRow | null {
  const { name, fields } = event
  if (name !== 'Hold' && name !== 'Unhold') return null
  const { uniqueid = '', linkedid = '', channel = '' } = fields
  return {
    atMs: timeOf(event),
    eventType: name.toUpperCase(),
    uniqueId: uniqueid,
    linkedId: linkedid,
    channel,
    peer: '',
    extra: '',
  }
}

/** Asterisk's own clock where it says it (timestampevents), like that of CDR. */
function timeOf({ fields, atMs }: QueueAmiEvent): number {
  const stamp = Number(fields['timestamp'])
  return Number.isFinite(stamp) && stamp > 0 ? Math.round(stamp * 1000) : atMs
}

const number = (text: string): string => (text === '<unknown>' ? '' : text)
