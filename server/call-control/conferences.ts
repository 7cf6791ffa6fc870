import type { Logger } from 'pino'
import { isOwnRoom, nameAt, roomDigits, serverOf, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { PbxCall, PbxChange } from '../telephony/pbx-state.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'
import { TelephonyError } from '../telephony/telephony-error.ts'
import { needContext } from './contexts.ts'
import { ownTalkingLeg, peerOf } from './own-legs.ts'

interface ConferencesDeps {
  readonly telephony: Telephony
  readonly logger: Logger
  readonly random: () => number
}

/**
 * Conferences in Asterisk's ConfBridge. The members are moved there by redirect, so that no phone is re-invited: the
 * reader's first leg and its other side go together, of any further call only the other side, and the leg there ends.
 */
export class Conferences {
  readonly #deps: ConferencesDeps
  /** Rooms that have been talked in. */
  readonly #rooms = new Set<string>()
  #stop: Disposer = () => undefined

  constructor(deps: ConferencesDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#stop = this.#deps.telephony.onChange((changes) => this.#watch(changes))
  }

  stop(): void {
    this.#stop()
  }

  async begin(user: User, legIds: readonly [string, string]): Promise<{ conferenceId: string }> {
    const { telephony, random } = this.#deps
    const [first, second] = [ownTalkingLeg(telephony, user, legIds[0]), ownTalkingLeg(telephony, user, legIds[1])]
    if (first.leg.uniqueid === second.leg.uniqueid) throw new AppError('invalidInput', 'a conference needs two calls')
    const [partner, other] = [peerOf(telephony, first), peerOf(telephony, second)]
    await needContext(telephony, { context: 'callsync-conference', of: first.leg.channel })
    const room = String(Math.floor(random() * 9 * 10 ** (roomDigits - 1)) + 10 ** (roomDigits - 1))
    const place = { context: 'callsync-conference', exten: room }
    await telephony.commands.redirect({ channel: first.leg.channel, place, extra: partner.name })
    // The second call waits on hold, so it is moved second: whatever fails, nobody is left in a room alone.
    try {
      await telephony.commands.redirect({ channel: other.name, place })
    } catch (error) {
      // Hung up a moment before: the others talk on.
      if (!(error instanceof TelephonyError && error.code === 'refused')) throw error
    }
    return { conferenceId: nameAt(serverOf(first.leg.uniqueid), room) }
  }

  async add(user: User, room: string, legId: string): Promise<void> {
    const { telephony } = this.#deps
    this.#ownRoom(user, room)
    const peer = peerOf(telephony, ownTalkingLeg(telephony, user, legId))
    await telephony.commands.redirect({ channel: peer.name, place: { context: 'callsync-conference', exten: room } })
  }

  async remove(user: User, room: string, participantId: string): Promise<void> {
    const { participants } = this.#ownRoom(user, room)
    const participant = participants.find(({ uniqueid }) => uniqueid === participantId)
    if (!participant) throw new AppError('notFound', 'nobody by this id is in the conference')
    if (participant.endpoint === user.extension) throw new AppError('conflict', 'hang up to leave a conference')
    await this.#hangUp(participantId)
  }

  async end(user: User, room: string): Promise<void> {
    for (const { uniqueid } of this.#ownRoom(user, room).participants) await this.#hangUp(uniqueid)
  }

  /** A call of the conference; the reader has to be in it. */
  #ownRoom(user: User, room: string): PbxCall {
    const { telephony } = this.#deps
    const isIn = (call: PbxCall) => call.participants.some(({ endpoint }) => endpoint !== null && endpoint === user.extension)
    const call = [...telephony.state().calls.values()].find((each) => each.conference === room && isIn(each))
    if (!call || !isOwnRoom(room)) throw new AppError('notFound', 'you are in no such conference')
    return call
  }

  async #hangUp(uniqueid: string): Promise<void> {
    const channel = this.#deps.telephony.channels().get(uniqueid)
    if (!channel) return
    try {
      await this.#deps.telephony.commands.hangUp(channel.name)
    } catch (error) {
      // Gone by itself a moment before.
      if (!(error instanceof TelephonyError && error.code === 'refused')) throw error
    }
  }

  #forgetIfOver(room: string): void {
    const calls = [...this.#deps.telephony.state().calls.values()]
    if (!calls.some(({ conference }) => conference === room)) this.#rooms.delete(room)
  }

  /** Who is left alone in a conference is in no call any more; in a room that is none of ours one may wait alone. */
  #watch(changes: readonly PbxChange[]): void {
    for (const change of changes) {
      if (change.kind !== 'call' && change.kind !== 'callEnded') continue
      const { conference, participants } = change.call
      if (!isOwnRoom(conference)) continue
      if (change.kind === 'callEnded') {
        this.#forgetIfOver(conference)
        continue
      }
      if (participants.length > 1) this.#rooms.add(conference)
      const [last] = participants
      if (participants.length !== 1 || !last || !this.#rooms.delete(conference)) continue
      this.#hangUp(last.uniqueid).catch((error: unknown) => {
        this.#deps.logger.warn({ err: error }, 'The last one of a conference could not be hung up')
      })
    }
  }
}
