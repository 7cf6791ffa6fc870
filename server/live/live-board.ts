import type { LiveChange, LiveView, User } from '../contract/index.ts'
import type { Disposer } from '../telephony/telephony.ts'

/** What is going on now in people's terms: operators, customers, queue names, cards; cut to what each reader may see. */
export interface LiveBoard {
  start(): void
  stop(): void
  /** Everything this reader may see. */
  viewFor(user: User): LiveView
  /** Changes from now on, already filtered for this reader; never an empty list. */
  subscribe(user: User, listener: (changes: readonly LiveChange[]) => void): Disposer
}

/** What is judged on the server for all overseers. */
export interface LiveFloor {
  /** Everybody and every queue, as overseers see them. */
  everybody(): Pick<LiveView, 'operators' | 'queues'>
  /** Overseers with a live view before them, each once. */
  watching(): User[]
}
