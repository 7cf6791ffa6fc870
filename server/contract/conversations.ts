import type { LiveCall } from './live.ts'
import { plainName } from './server-mark.ts'

/** How long the names of the product's own rooms are. */
export const roomDigits = 12
const roomName = new RegExp(`^\\d{${roomDigits}}$`)

/** Other conferences of the PBX are none of ours: strangers meet in them, and nobody's call there is another's. */
export const isOwnRoom = (room: string | null): room is string => room !== null && roomName.test(plainName(room))

/** What is one talk to people: a call by itself, or all the calls that an operator has joined in a conference. */
export interface Conversation {
  /** Of a conference the customer's: the first that is none between colleagues. */
  readonly call: LiveCall
  /** The others of the conference. */
  readonly joined: readonly LiveCall[]
}

/** Calls as one sees them talked in; where the first of a conference is, there are all of it. */
export function conversationsOf(calls: readonly LiveCall[]): Conversation[] {
  const together = Map.groupBy(calls, ({ id, conferenceId }) => (isOwnRoom(conferenceId) ? conferenceId : `call ${id}`))
  return [...together.values()].flatMap((all) => {
    const inOrder = all.toSorted((a, b) => a.startedAtMs - b.startedAtMs)
    const call = inOrder.find(({ direction }) => direction !== 'internal') ?? inOrder[0]
    return call ? [{ call, joined: inOrder.filter((each) => each !== call) }] : []
  })
}
