import type { AmiLink } from './ami-link.ts'
import type { PbxState } from './pbx-state.ts'
import type { OriginateRequest, TelephonyCommands } from './telephony.ts'
import { TelephonyError } from './telephony-error.ts'

/** What Asterisk has longer than the ring itself to tell how an Originate went. */
const originateGraceMs = 5_000

export function createCommands(deps: { link: AmiLink; state: () => PbxState }): TelephonyCommands {
  return {
    async pauseMember({ endpoint, paused, reason }) {
      const interfaces = new Set<string>()
      for (const queue of deps.state().queues.values()) {
        const member = queue.members.get(endpoint)
        if (member) interfaces.add(member.interface)
      }
      // Unknown to us may be known to Asterisk: a member added a moment ago.
      if (interfaces.size === 0) interfaces.add(`PJSIP/${endpoint}`)
      for (const memberInterface of interfaces) {
        try {
          await deps.link.action({
            action: 'QueuePause',
            interface: memberInterface,
            paused: paused ? 'true' : 'false',
            ...(reason === null ? {} : { reason }),
          })
        } catch (error) {
          const inNoQueue = error instanceof TelephonyError && error.code === 'refused' && /not found/i.test(error.message)
          if (!inNoQueue) throw error
        }
      }
    },

    async originate(request: OriginateRequest) {
      const { items } = await deps.link.action(
        {
          action: 'Originate',
          channel: request.channel,
          context: request.context,
          exten: request.exten,
          priority: '1',
          callerid: `"${request.callerName.replaceAll('"', "'")}" <${request.callerNumber}>`,
          timeout: String(request.timeoutMs),
          async: 'true',
          ...(request.variables ? { variable: request.variables } : {}),
        },
        { followUp: 'OriginateResponse', timeoutMs: request.timeoutMs + originateGraceMs },
      )
      const outcome = items[0]
      if (outcome?.['response'] !== 'Success') {
        throw new TelephonyError('refused', `The call was not answered (reason ${outcome?.['reason'] ?? 'unknown'})`)
      }
    },
  }
}
