import type { User } from '../contract/index.ts'
import type { Disposer } from '../telephony/telephony.ts'

/** An extension while it was one person's: [fromMs, toMs). */
export interface ExtensionTime {
  readonly extension: string
  readonly fromMs: number
  /** null: it still is. */
  readonly toMs: number | null
}

/** What somebody was called until then. */
export interface FormerName {
  readonly name: string
  readonly untilMs: number
}

/** Everyone who can sign in, in memory, for look-ups that happen on each call event. */
export interface UserDirectory {
  all(): readonly User[]
  byId(id: string): User | null
  /** The active person whose phone this endpoint is. */
  byExtension(extension: string): User | null
  /** Which extensions were this person's, and when; in order, the present one last. */
  extensionTimes(userId: string): readonly ExtensionTime[]
  /** After a person was added or changed. */
  onChange(listener: () => void): Disposer
}
