import type { LiveServer, PbxStatus, User } from '../../server/contract/index.ts'
import type { PhoneState } from '../softphone/phone.ts'
import type { LiveState } from './live/live.ts'

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

/** Of several Asterisk servers those that nothing is heard of. */
export const awayServers = (servers: readonly LiveServer[]): readonly LiveServer[] =>
  servers.filter(({ pbx }) => pbx.state !== 'up')

/** Nobody is offline whose session is over: the server is there and waits for a password. Another version is told by its own strip. */
export const needsOfflineStrip = (seen: Pick<LiveState, 'connection' | 'outdated'> & { readonly expired: boolean }): boolean =>
  seen.connection === 'lost' && !seen.outdated && !seen.expired

/** An operator is told once, by the phone where it says so; who watches the floor also has to know that what they see may be old. */
export const needsPbxStrip = ({ pbx, phone, role }: Seen): boolean =>
  pbx.state !== 'up' && (role !== 'operator' || phone.elsewhere !== null || !told.includes(phone.link))
