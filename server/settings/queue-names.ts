import type { Disposer } from '../telephony/telephony.ts'

/** Human names of Asterisk's queues, in memory. */
export interface QueueNames {
  /** The given name, or the number itself for a queue nobody named. */
  name(number: string): string
  /** Queues that were named. */
  all(): readonly { readonly number: string; readonly name: string }[]
  /** After a name was given or changed. */
  onChange(listener: () => void): Disposer
}
