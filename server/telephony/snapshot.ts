import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { AmiAction, AmiConnection } from './ami-connection.ts'
import type { AmiFields, PbxSnapshot } from './ami-event.ts'
import { TelephonyError } from './telephony-error.ts'

const listTimeoutMs = 8_000

/** Everything Asterisk has now. A list that it refuses (no right, no such module, no endpoints at all) counts as empty. */
export async function takeSnapshot(deps: { connection: AmiConnection; clock: Clock; logger: Logger }): Promise<PbxSnapshot> {
  const list = async (action: AmiAction & { action: string }): Promise<readonly AmiFields[]> => {
    try {
      const reply = await deps.connection.action(action, { list: true, timeoutMs: listTimeoutMs })
      return reply.items
    } catch (error) {
      if (!(error instanceof TelephonyError) || error.code !== 'refused') throw error
      deps.logger.warn({ action: action.action, answer: error.message }, 'Asterisk refused a list')
      return []
    }
  }
  const channels = await list({ action: 'Status', variables: 'CHANNEL(onhold),MIXMONITOR_FILENAME,CALLSYNC_PAUSED' })
  const bridges = await list({ action: 'BridgeList' })
  const queues = await list({ action: 'QueueStatus' })
  const endpoints = await list({ action: 'PJSIPShowEndpoints' })
  return { atMs: deps.clock.nowMs(), channels, bridges, queues, endpoints }
}
