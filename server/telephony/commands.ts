import type { AmiLink } from './ami-link.ts'
import type { PbxState } from './pbx-state.ts'
import type { OriginateRequest, TelephonyCommands } from './telephony.ts'
import { TelephonyError } from './telephony-error.ts'

/** What Asterisk has longer than the ring itself to tell how an Originate went. */
const originateGraceMs = 5_000

export function createCommands(deps: { link: AmiLink; state: () => PbxState }): TelephonyCommands {
  const getvar = async (of: { variable: string; channel?: string }): Promise<string> => {
    const { response } = await deps.link.action({ action: 'Getvar', ...of })
    return response['value'] ?? ''
  }
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
          ...(request.halves ? { channelid: request.halves[0], otherchannelid: request.halves[1] } : {}),
          ...(request.uniqueid ? { channelid: request.uniqueid } : {}),
          ...(request.variables ? { variable: request.variables } : {}),
        },
        { followUp: 'OriginateResponse', timeoutMs: request.timeoutMs + originateGraceMs },
      )
      const outcome = items[0]
      if (outcome?.['response'] !== 'Success') {
        throw new TelephonyError('refused', `The call was not answered (reason ${outcome?.['reason'] ?? 'unknown'})`)
      }
    },

    async redirect({ channel, place: { context, exten }, extra }) {
      await deps.link.action({
        action: 'Redirect',
        channel,
        context,
        exten,
        priority: '1',
        ...(extra === undefined ? {} : { extrachannel: extra, extracontext: context, extraexten: exten, extrapriority: '1' }),
      })
    },

    async transfer({ channel, place: { context, exten } }) {
      await deps.link.action({ action: 'BlindTransfer', channel, context, exten })
    },

    async hangUp(channel) {
      await deps.link.action({ action: 'Hangup', channel, cause: '16' })
    },

    async setVariable({ channel, name, value }) {
      await deps.link.action({ action: 'Setvar', channel, variable: name, value })
    },

    variable: (name, channel) => getvar({ variable: name, channel }),
    globalVariable: (name) => getvar({ variable: name }),

    async muteRecording({ channel, muted }) {
      await deps.link.action({ action: 'MixMonitorMute', channel, direction: 'both', state: muted ? '1' : '0' })
    },

    async addMember({ queue, endpoint, penalty, name }) {
      const device = `PJSIP/${endpoint}`
      await deps.link.action({
        action: 'QueueAdd',
        queue,
        interface: device,
        stateinterface: device,
        membername: name,
        penalty: String(penalty),
      })
    },

    async removeMember({ queue, endpoint }) {
      const known = deps.state().queues.get(queue)?.members.get(endpoint)?.interface
      await deps.link.action({ action: 'QueueRemove', queue, interface: known ?? `PJSIP/${endpoint}` })
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
