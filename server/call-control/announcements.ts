import type { Announcement, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Telephony } from '../telephony/telephony.ts'
import { TelephonyError } from '../telephony/telephony-error.ts'
import { needContext } from './contexts.ts'
import { ownTalkingLeg, peerOf } from './own-legs.ts'

const oneMoment = { ru: 'Одну минуту, уточняю', en: 'One moment, I am checking' }
const recorded = { ru: 'Разговор записывается', en: 'This call is recorded' }
const cardSafe = { ru: 'Запись приостановлена', en: 'Recording is paused' }
const calledYou = { ru: 'Автоответчик: мы вам звонили', en: 'Voicemail: we have called you' }

/** The sounds of resources/pbx/sounds made for calls; the ids are the files' names. */
export const announcements: readonly Announcement[] = [
  { id: 'one-moment', language: 'ru', ...oneMoment, durationMs: 5005 },
  { id: 'recorded', language: 'ru', ...recorded, durationMs: 3902 },
  { id: 'card-safe', language: 'ru', ...cardSafe, durationMs: 5287 },
  { id: 'called-you', language: 'ru', ...calledYou, durationMs: 11275 },
  { id: 'en-one-moment', language: 'en', ...oneMoment, durationMs: 5050 },
  { id: 'en-recorded', language: 'en', ...recorded, durationMs: 3347 },
  { id: 'en-card-safe', language: 'en', ...cardSafe, durationMs: 4827 },
  { id: 'en-called-you', language: 'en', ...calledYou, durationMs: 9148 },
]

/** How long Asterisk has to answer its own half of the announcement. */
const answerLimitMs = 5_000

/** Uniqueids of the half that plays and of the half in the call: from the leg's, so that it can be stopped by whoever knows that. */
const player = (legId: string): string => `callsync-player-${legId}`
const speaker = (legId: string): string => `callsync-speaker-${legId}`

export class Announcements {
  readonly #deps: { telephony: Telephony }

  constructor(deps: { telephony: Telephony }) {
    this.#deps = deps
  }

  /** Throws conflict while the one before is still being played. */
  async play(user: User, request: { legId: string; announcementId: string; leave: boolean }): Promise<void> {
    const { telephony } = this.#deps
    const sound = announcements.find(({ id }) => id === request.announcementId)
    if (!sound) throw new AppError('notFound', 'there is no such announcement')
    const own = ownTalkingLeg(telephony, user, request.legId)
    const legId = own.leg.uniqueid
    if (request.leave) {
      const peer = peerOf(telephony, own)
      await needContext(telephony, 'callsync-leave')
      await telephony.commands.redirect({ channel: peer.name, place: { context: 'callsync-leave', exten: sound.id } })
      return
    }
    await needContext(telephony, 'callsync-announce')
    if (await this.#isPlaying(legId)) throw new AppError('conflict', 'an announcement is being played into this call')
    const { conference } = own.call
    // One more member in either case: everybody hears it, and every recording has it.
    const place =
      conference === null
        ? { context: 'callsync-announce-into', exten: 's' }
        : { context: 'callsync-conference', exten: conference }
    await telephony.commands.originate({
      channel: `Local/${sound.id}@callsync-announce/n`,
      ...place,
      callerNumber: '',
      callerName: 'CallSync',
      ...(conference === null && { variables: { CALLSYNC_CHANNEL: own.leg.channel } }),
      timeoutMs: answerLimitMs,
      halves: [speaker(legId), player(legId)],
    })
  }

  /** What is being played to this person's call; nothing where it has ended meanwhile. */
  async stop(user: User, legId: string): Promise<void> {
    const { telephony } = this.#deps
    const own = ownTalkingLeg(telephony, user, legId)
    if (!(await this.#isPlaying(own.leg.uniqueid))) return
    // The half that plays: the other one is in the call, and may not be hung up there.
    const channel = player(own.leg.uniqueid)
    await telephony.commands.redirect({ channel, place: { context: 'callsync-announce-end', exten: 's' } })
  }

  async #isPlaying(legId: string): Promise<boolean> {
    try {
      return (await this.#deps.telephony.commands.variable('UNIQUEID', player(legId))) !== ''
    } catch (error) {
      if (error instanceof TelephonyError && error.code === 'refused') return false
      throw error
    }
  }
}
