import type { UserDirectory } from '../accounts/user-directory.ts'
import { conversation, needContext } from '../call-control/index.ts'
import { setPause } from '../calls/index.ts'
import { isOwnRoom, serverOf, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import { TelephonyError } from '../telephony/index.ts'
import type { PbxChannel, Telephony } from '../telephony/telephony.ts'
import type { AuditLog } from './audit-log.ts'

export interface InterventionsDeps {
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly audit: AuditLog
  /** `Calls['cards']`. */
  readonly cards: { inWrapUp(userId: string): boolean }
  /** `CallControl`: the operator's own wish, with its rules. */
  readonly setQueueMembership: (user: User, request: { number: string; loggedIn: boolean }) => Promise<void>
}

/** What a supervisor does in an operator's or a caller's place. */
export class Interventions {
  readonly #deps: InterventionsDeps

  constructor(deps: InterventionsDeps) {
    this.#deps = deps
  }

  async pause(user: User, operatorId: string, request: { paused: boolean; reason: string | null }): Promise<void> {
    const operator = this.#operator(operatorId)
    const action = request.paused ? 'operator.pause' : 'operator.unpause'
    const line = { action, subject: operatorId, details: { reason: request.reason } } as const
    await this.#deps.audit.during(user, line, () => setPause(this.#deps, operator, request))
  }

  async setMembership(user: User, operatorId: string, request: { number: string; loggedIn: boolean }): Promise<void> {
    const operator = this.#operator(operatorId)
    const action = request.loggedIn ? 'operator.queueLogIn' : 'operator.queueLogOut'
    const line = { action, subject: operatorId, details: { queue: request.number } } as const
    await this.#deps.audit.during(user, line, () => this.#deps.setQueueMembership(operator, request))
  }

  async endCall(user: User, callId: string): Promise<void> {
    const { telephony, audit } = this.#deps
    const call = telephony.state().calls.get(callId)
    if (!call) throw new AppError('notFound', 'there is no such call now')
    // All of a conference: who is left of it would go on, with whom nobody can tell.
    const together = isOwnRoom(call.conference) ? conversation(telephony, call) : [call]
    const details = together.length > 1 ? { calls: together.map(({ id }) => id) } : {}
    await audit.during(user, { action: 'call.end', subject: callId, details }, async () => {
      // The channel that began it first: with it Asterisk ends the rest.
      for (const { name } of together.flatMap(({ id }) => this.#channelsOf(id))) {
        try {
          await telephony.commands.hangUp(name)
        } catch (error) {
          if (!(error instanceof TelephonyError && error.code === 'refused')) throw error
        }
      }
    })
  }

  async moveCaller(user: User, callId: string, number: string): Promise<void> {
    const { telephony, audit } = this.#deps
    if (!telephony.state().queues.has(number)) throw new AppError('notFound', 'Asterisk has no such queue')
    const { from, caller } = this.#waiting(callId)
    if (from === number) return
    if (serverOf(number) !== serverOf(callId)) throw new AppError('otherServer', 'the queue is of another Asterisk server')
    await needContext(telephony, { context: 'callsync-onwards', of: callId })
    await audit.during(user, { action: 'call.move', subject: callId, details: { from, to: number } }, async () => {
      await telephony.commands.setVariable({ channel: caller.name, name: 'CALLSYNC_QUEUE', value: number })
      // Who was answered meanwhile is not torn out of the talk.
      const now = this.#waiting(callId)
      if (now.from !== from || now.caller.uniqueid !== caller.uniqueid)
        throw new AppError('conflict', 'the caller waits in that queue no more')
      await telephony.commands.redirect({ channel: now.caller.name, place: { context: 'callsync-onwards', exten: 's' } })
    })
  }

  #waiting(callId: string): { from: string; caller: PbxChannel } {
    const { queues } = this.#deps.telephony.state()
    const from = [...queues.values()].find(({ waiting }) => waiting.some((each) => each.callId === callId))
    const caller = this.#channelsOf(callId).find(({ bridge }) => bridge === null)
    if (!from || !caller) throw new AppError('conflict', 'the caller waits in no queue')
    return { from: from.name, caller }
  }

  #operator(id: string): User {
    const operator = this.#deps.users.byId(id)
    if (!operator) throw new AppError('notFound', 'no such operator')
    return operator
  }

  /** The one that began the call first. */
  #channelsOf(callId: string): PbxChannel[] {
    const channels = [...this.#deps.telephony.channels().values()].filter(({ linkedid }) => linkedid === callId)
    return channels.sort((a, b) => Number(b.uniqueid === callId) - Number(a.uniqueid === callId))
  }
}
