import type { AmiLink } from './ami-link.ts'
import type { PbxState } from './pbx-state.ts'
import type { OriginateRequest, TelephonyCommands } from './telephony.ts'
import { TelephonyError } from './telephony-error.ts'

/** What Asterisk has longer than the ring itself to tell how an Originate went. */
const originateGraceMs = 5_000

export function createCommands(deps: { link: AmiLink; state: () => PbxState }): TelephonyCommands {
  return {
    async pauseMember({ endpoint, paused, reason, queues }) {
      for (const target of pauseTargets(deps.state(), endpoint, queues)) {
        try {
          await deps.link.action({
            action: 'QueuePause',
            ...target,
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

/** What names the member to `QueuePause`. Without a queue it acts in all of them, and the queue log says so by one line. */
function pauseTargets(
  state: PbxState,
  endpoint: string,
  queues: readonly string[] | undefined,
): { interface: string; queue?: string }[] {
  // Unknown to us may be known to Asterisk: a member added a moment ago.
  const guess = `PJSIP/${endpoint}`
  if (queues) {
    return queues.map((queue) => ({ interface: state.queues.get(queue)?.members.get(endpoint)?.interface ?? guess, queue }))
  }
  const known = [...state.queues.values()].flatMap((queue) => queue.members.get(endpoint)?.interface ?? [])
  return [...new Set(known.length > 0 ? known : [guess])].map((each) => ({ interface: each }))
}
