import type { PbxCall, PbxChange, PbxLeg } from '../pbx-state.ts'

/** One readable line a change, without ids and times: what the tests expect of a recorded log. */
export function timeline(changes: readonly PbxChange[]): string[] {
  return changes.map(line)
}

function line(change: PbxChange): string {
  switch (change.kind) {
    case 'legRinging':
    case 'legAnswered':
      return `${change.kind} ${legText(change.leg)} · ${callText(change.call)}`
    case 'legEnded':
      return `legEnded ${legText(change.leg)} · ${change.answered ? 'answered' : 'not answered'}, cause ${change.cause}`
    case 'joined':
      return `joined ${callText(change.call)}`
    case 'transferred':
      return `transferred by ${change.by} to ${change.to} · ${callText(change.call)}`
    case 'call':
      return `call ${callText(change.call)} · ${change.call.legs.map(legText).join(', ') || 'no legs'}`
    case 'callEnded':
      return `callEnded ${callText(change.call)}`
    case 'endpoint':
      return `endpoint ${change.endpoint.name} ${change.endpoint.online ? 'online' : 'offline'}`
    case 'endpointGone':
    case 'queueGone':
      return `${change.kind} ${change.name}`
    case 'queue': {
      const members = [...change.queue.members.values()].map(
        ({ endpoint, paused, pauseReason, deviceState }) =>
          `${endpoint}=${deviceState}${paused ? ` paused(${pauseReason})` : ''}`,
      )
      return `queue ${change.queue.name} waiting [${change.queue.waiting.map(({ number }) => number).join(', ')}] ${members.join(' ')}`
    }
  }
}

function legText(leg: PbxLeg): string {
  return `${leg.endpoint} ${leg.role} ${leg.state}${leg.replaces === undefined ? '' : ' in the place of another'}`
}

function callText(call: PbxCall): string {
  const queue = call.queue === null ? '' : ` queue ${call.queue}`
  const more = [
    call.recording === 'paused' ? ' recording paused' : '',
    call.awaits === null ? '' : ` awaits ${call.awaits}`,
    ...call.spies.map(({ endpoint, mode }) => ` ${endpoint} ${mode}`),
    call.conference === null
      ? ''
      : ` conference [${call.participants.map(({ endpoint, number, muted }) => `${endpoint ?? number}${muted ? ' muted' : ''}`).join(', ')}]`,
  ]
  return `${call.direction} ${call.number}${queue} ${call.state}${call.answeredAtMs === null ? '' : ' (answered)'}${more.join('')}`
}
