import { plainName, serverOf, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Telephony } from '../telephony/telephony.ts'
import { needContext } from './contexts.ts'
import { type OwnLeg, ownTalkingLeg, peerOf, sameBridge } from './own-legs.ts'

/**
 * A transfer at once to a number behind which digits are to be dialled: a phone's REFER cannot carry them, and the phone is
 * out of the call by the time somebody answers.
 */
export async function transferWithExtension(
  telephony: Telephony,
  user: User,
  { legId, number, extension }: { legId: string; number: string; extension: string },
): Promise<void> {
  const { commands } = telephony
  const own = ownTalkingLeg(telephony, user, legId)
  const { name: channel } = peerOf(telephony, own)
  // A third one, e.g. an announcement, would go along, and only one of them would know where to.
  if (sameBridge(telephony, legId).length > 1) throw new AppError('conflict', 'a third one is in the call')
  await needContext(telephony, { context: 'callsync-transfer', exten: number, of: channel })
  const from = await dialContext(telephony, own)
  const leads = await commands.globalVariable(`DIALPLAN_EXISTS(${from},${number},1)`, serverOf(channel))
  if (leads !== '1') throw new AppError('pbxRefused', 'the dialplan has no such number')
  await commands.setVariable({ channel, name: 'CALLSYNC_CONTEXT', value: from })
  await commands.setVariable({ channel, name: 'CALLSYNC_DIGITS', value: extension })
  await commands.transfer({ channel: own.leg.channel, place: { context: 'callsync-transfer', exten: number } })
}

/** Where Asterisk looks for a number that this phone itself transfers to. */
async function dialContext({ commands }: Telephony, { leg }: OwnLeg): Promise<string> {
  const chosen = await commands.variable('TRANSFER_CONTEXT', leg.channel)
  if (chosen !== '') return chosen
  const endpoint = plainName(leg.endpoint ?? '')
  return commands.globalVariable(`PJSIP_ENDPOINT(${endpoint},context)`, serverOf(leg.channel))
}
