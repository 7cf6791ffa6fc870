import type { User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Telephony } from '../telephony/telephony.ts'
import { ownLeg } from './own-legs.ts'

/** Ends an own call that is not answered: the page that began it may be gone, and with it the only one who could. */
export async function giveUpCall(telephony: Telephony, user: User, legId: string): Promise<void> {
  const { leg } = ownLeg(telephony, user, legId)
  if (leg.state === 'up' || leg.state === 'held') throw new AppError('conflict', 'the call has been answered')
  await telephony.commands.hangUp(leg.channel)
}
