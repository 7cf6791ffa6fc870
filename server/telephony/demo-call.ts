import type { OriginateRequest } from './telephony.ts'

/**
 * A demo customer calls a queue of the demo PBX: its context `demo-customer` waits for the operator, says what it wants
 * in Russian and stays on the line for up to five minutes. On any other PBX the originate fails, as that context is missing.
 */
export function demoCallRequest(call: { queue: string; number: string; name: string }): OriginateRequest {
  return {
    channel: 'Local/s@demo-customer',
    context: 'internal',
    exten: call.queue,
    callerNumber: call.number,
    callerName: call.name,
    timeoutMs: 10_000,
  }
}
