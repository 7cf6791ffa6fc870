import type { Announcement, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Telephony } from '../telephony/telephony.ts'
import { needContext } from './contexts.ts'
import { ownTalkingLeg, peerOf } from './own-legs.ts'

/** The sounds of resources/pbx/sounds made for calls; the ids are the files' names. */
export const announcements: readonly Announcement[] = [
  { id: 'one-moment', ru: 'Одну минуту, уточняю', en: 'One moment, I am checking', durationMs: 5005 },
  { id: 'recorded', ru: 'Разговор записывается', en: 'This call is recorded', durationMs: 3902 },
  { id: 'card-safe', ru: 'Запись приостановлена', en: 'Recording is paused', durationMs: 5287 },
  { id: 'called-you', ru: 'Автоответчик: мы вам звонили', en: 'Voicemail: we have called you', durationMs: 11275 },
]

/** How long Asterisk has to answer its own half of the announcement. */
const answerLimitMs = 5_000

export class Announcements {
  readonly #deps: { telephony: Telephony }

  constructor(deps: { telephony: Telephony }) {
    this.#deps = deps
  }

  async play(user: User, request: { legId: string; announcementId: string; leave: boolean }): Promise<void> {
    const { telephony } = this.#deps
    const sound = announcements.find(({ id }) => id === request.announcementId)
    if (!sound) throw new AppError('notFound', 'there is no such announcement')
    const own = ownTalkingLeg(telephony, user, request.legId)
    if (request.leave) {
      const peer = peerOf(telephony, own)
      await needContext(telephony, 'callsync-leave')
      await telephony.commands.redirect({ channel: peer.name, place: { context: 'callsync-leave', exten: sound.id } })
      return
    }
    await needContext(telephony, 'callsync-announce')
    const { conference } = own.call
    // In a conference it is one more member; into a call of two it is spoken without touching their bridge.
    const place =
      conference === null
        ? { context: 'callsync-announce-into', exten: 's' }
        : { context: 'callsync-conference', exten: conference }
    await telephony.commands.originate({
      channel: `Local/${sound.id}@callsync-announce/n`,
      ...place,
      callerNumber: '',
      callerName: 'CallSync',
      variables: { CALLSYNC_CHANNEL: own.leg.channel },
      timeoutMs: answerLimitMs,
    })
  }
}
