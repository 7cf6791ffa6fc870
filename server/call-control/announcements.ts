import type { Clock } from '../clock.ts'
import { type AnnouncementState, serverOf, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Telephony } from '../telephony/telephony.ts'
import { TelephonyError } from '../telephony/telephony-error.ts'
import type { AnnouncementList } from './announcement-list.ts'
import { needContext } from './contexts.ts'
import { ownTalkingLeg, peerOf } from './own-legs.ts'

/** How long Asterisk has to answer its own half of the announcement. */
const answerLimitMs = 5_000
/** After this Playback has begun or failed; callsync.conf keeps the channel of a failed one for longer. */
const failedByMs = 400

/**
 * Uniqueids of the half that plays and of the half in the call: from the call's, so that it can be stopped by whoever knows
 * that. A leg's would not do: a reload gives the phone another one.
 */
const player = (callId: string): string => `callsync-player-${callId}`
const speaker = (callId: string): string => `callsync-speaker-${callId}`

interface AnnouncementsDeps {
  readonly telephony: Telephony
  readonly clock: Clock
  readonly list: AnnouncementList
}

export class Announcements {
  readonly #deps: AnnouncementsDeps

  constructor(deps: AnnouncementsDeps) {
    this.#deps = deps
  }

  /** Throws conflict while the one before is still being played, pbxLacksSound when Asterisk could not play it. */
  async play(user: User, request: { legId: string; announcementId: string; leave: boolean }): Promise<void> {
    const { telephony, list } = this.#deps
    const sound = await list.soundOf(request.announcementId)
    const own = ownTalkingLeg(telephony, user, request.legId)
    const callId = own.call.id
    if (request.leave) {
      const channel = peerOf(telephony, own).name
      await needContext(telephony, { context: 'callsync-leave', of: channel })
      await telephony.commands.setVariable({ channel, name: 'CALLSYNC_SOUND', value: sound })
      await telephony.commands.redirect({ channel, place: { context: 'callsync-leave', exten: 's' } })
      return this.#assertPlays(channel)
    }
    await needContext(telephony, { context: 'callsync-announce', of: callId })
    if (await this.#isPlaying(callId)) throw new AppError('conflict', 'an announcement is being played into this call')
    const { conference } = own.call
    // One more member in either case: everybody hears it, and every recording has it.
    const place =
      conference === null
        ? { context: 'callsync-announce-into', exten: 's' }
        : { context: 'callsync-conference', exten: conference }
    await telephony.commands.originate({
      server: serverOf(callId),
      channel: 'Local/s@callsync-announce/n',
      ...place,
      callerNumber: '',
      callerName: 'CallSync',
      variables: { CALLSYNC_SOUND: sound, ...(conference === null && { CALLSYNC_CHANNEL: own.leg.channel }) },
      timeoutMs: answerLimitMs,
      halves: [speaker(callId), player(callId)],
    })
    await this.#assertPlays(player(callId))
  }

  /** `announcementId` null: it is not in the list any more. */
  async state(user: User, legId: string): Promise<AnnouncementState> {
    const { telephony, list } = this.#deps
    const { id } = ownTalkingLeg(telephony, user, legId).call
    if (!(await this.#isPlaying(id))) return { playing: false, announcementId: null }
    const sound = await this.#variable('CALLSYNC_SOUND', player(id))
    const announcement = (await list.all()).find((each) => each.sound === sound)
    return { playing: true, announcementId: announcement?.id ?? null }
  }

  /** What is being played to this person's call; nothing where it has ended meanwhile. */
  async stop(user: User, legId: string): Promise<void> {
    const { telephony } = this.#deps
    const own = ownTalkingLeg(telephony, user, legId)
    if (!(await this.#isPlaying(own.call.id))) return
    // The half that plays: the other one is in the call, and may not be hung up there.
    const channel = player(own.call.id)
    await telephony.commands.redirect({ channel, place: { context: 'callsync-announce-end', exten: 's' } })
  }

  /** Asterisk tells nobody by itself that it has no such sound. */
  async #assertPlays(channel: string): Promise<void> {
    await new Promise<void>((resolve) => this.#deps.clock.after(failedByMs, resolve))
    if ((await this.#variable('PLAYBACKSTATUS', channel)) === 'FAILED')
      throw new AppError('pbxLacksSound', 'Asterisk could not play the sound')
  }

  async #isPlaying(callId: string): Promise<boolean> {
    return (await this.#variable('UNIQUEID', player(callId))) !== ''
  }

  /** Empty where the channel is gone. */
  async #variable(name: string, channel: string): Promise<string> {
    try {
      return await this.#deps.telephony.commands.variable(name, channel)
    } catch (error) {
      if (error instanceof TelephonyError && error.code === 'refused') return ''
      throw error
    }
  }
}
