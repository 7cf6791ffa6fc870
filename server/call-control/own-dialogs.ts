import type { OwnDialog, User } from '../contract/index.ts'
import type { Telephony } from '../telephony/telephony.ts'

/** The dialogs of the reader's own phone, asked of Asterisk now; legs that are no SIP, or end meanwhile, are left out. */
export async function ownDialogs(telephony: Telephony, user: User): Promise<OwnDialog[]> {
  const found: OwnDialog[] = []
  if (user.extension === null) return found
  for (const call of telephony.state().calls.values()) {
    for (const leg of call.legs) {
      const isUp = leg.state === 'up' || leg.state === 'held'
      if (leg.endpoint !== user.extension || !isUp) continue
      // A channel renamed or gone since is not an error: there is nothing to give then.
      const read = (part: string) => telephony.commands.variable(`CHANNEL(pjsip,${part})`, leg.channel).catch(() => '')
      // Asterisk's own side is the phone's remote one.
      const [callId, remoteTag, localTag] = await Promise.all([read('call-id'), read('local_tag'), read('remote_tag')])
      if (callId !== '' && remoteTag !== '' && localTag !== '')
        found.push({ legId: leg.uniqueid, linkedId: call.id, callId, localTag, remoteTag })
    }
  }
  return found
}
