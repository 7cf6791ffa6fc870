import type { User } from '../contract/index.ts'
import type { Disposer } from '../telephony/telephony.ts'

/** Everyone who can sign in, in memory, for look-ups that happen on each call event. */
export interface UserDirectory {
  all(): readonly User[]
  byId(id: string): User | null
  /** The active person whose phone this endpoint is. */
  byExtension(extension: string): User | null
  /** Since when the extension is this person's; null: there is none. */
  extensionSinceMs(userId: string): number | null
  /** After a person was added or changed. */
  onChange(listener: () => void): Disposer
}
