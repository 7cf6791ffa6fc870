import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import type { Card, FloorState, Message, User } from '../contract/index.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'
import { Board } from './board.ts'
import type { LiveBoard, LiveFloor } from './live-board.ts'

export { Journeys } from './journeys.ts'
export type { LiveBoard } from './live-board.ts'

/** What the board needs of the cards; `Calls['cards']` has it. */
export interface LiveCards {
  openCards(): readonly Card[]
  onChange(listener: (card: Card) => void): Disposer
}

export interface LiveBoardDeps {
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  readonly cards: LiveCards
  /** `RecordingRules` of the settings. */
  readonly recordingRules: { forced(queue: string | null): boolean; onChange(listener: () => void): Disposer }
  /** `Calls['queueRights']`. */
  readonly queueRights: {
    chosen(user: User): readonly string[] | null
    onChange(listener: (userId: string) => void): Disposer
  }
  /** `Calls['missedRuns']`: calls missed in a row, by operator. */
  readonly missedRuns: { of(operatorId: string): number; onChange(listener: (operatorId: string) => void): Disposer }
  /** `Calls['customers']`: the name a number is known by, null for none. */
  readonly customers: { nameFor(number: string): Promise<string | null> }
  /** `Calls['workNews']`: whom a change of the work lists concerns. */
  readonly workNews: { onChange(listener: (concerns: (user: User) => boolean) => void): Disposer }
  /** What supervisors write, and to whom. */
  readonly messages: { onSent(listener: (message: Message, readers: ReadonlySet<string>) => void): Disposer }
  /** `ConnectionSettings`: the Asterisk servers in use, by the names people gave them. */
  readonly servers: {
    servers(): readonly { readonly id: string; readonly name: string }[]
    onChange(listener: () => void): Disposer
  }
  /** What overseers see of today besides; `createFloor` judges it by this board. */
  readonly floor: { state(): FloorState; onChange(listener: (change: keyof FloorState) => void): Disposer }
  readonly clock: Clock
  readonly logger: Logger
}

export function createLiveBoard(deps: LiveBoardDeps): LiveBoard & LiveFloor {
  return new Board(deps)
}
