import type { PbxStatus, User } from '../../server/contract/index.ts'
import type { PhoneState } from '../softphone/phone.ts'

/** The phone says by itself that it has no link to the PBX. */
const told: readonly PhoneState['link'][] = ['connecting', 'connected', 'backingOff']

interface Seen {
  readonly pbx: Pick<PbxStatus, 'state' | 'problem'>
  readonly phone: Pick<PhoneState, 'link' | 'elsewhere'>
  readonly role: User['role']
}

/** The strip opens the settings: an administrator can do something about it there. */
export const opensSettings = ({ pbx, role }: Pick<Seen, 'pbx' | 'role'>): boolean =>
  role === 'administrator' && pbx.problem !== null && pbx.problem !== 'lost'

/** Whether a strip tells that the PBX is away: one message, where the phone's own note does not say the same. */
export const needsPbxStrip = (seen: Seen): boolean =>
  seen.pbx.state !== 'up' && (opensSettings(seen) || seen.phone.elsewhere || !told.includes(seen.phone.link))
