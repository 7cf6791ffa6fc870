import { isDeepStrictEqual } from 'node:util'
import type { LiveCall, LiveChange, LiveOperator, LiveQueue, User } from '../contract/index.ts'
import { callFor, hiddenListeners, operatorFor, queueFor } from './project.ts'

/** What each reader is told of something that was projected anew. */

export type Pair<T> = readonly [before: T | undefined, after: T | undefined]

type ChangeFor = (reader: User) => LiveChange[]

/** Readers of one group see the same: the change is worked out, and later turned into text, once for all of them. */
export function shared(groupOf: (reader: User) => string, changeFor: ChangeFor): ChangeFor {
  const made = new Map<string, LiveChange[]>()
  return (reader) => {
    const group = groupOf(reader)
    const change = made.get(group) ?? changeFor(reader)
    made.set(group, change)
    return change
  }
}

export const sharedOperatorChange = (id: string, pair: Pair<LiveOperator>): ChangeFor =>
  shared(
    (reader) => (reader.id === id ? 'own' : reader.role),
    (reader) => operatorChange(reader, id, pair),
  )

export const sharedCallChange = (id: string, pair: Pair<LiveCall>): ChangeFor =>
  shared(
    (reader) => [reader.role, ...pair.flatMap((call) => (call ? callGroup(reader, call) : null))].join(' '),
    (reader) => callChange(reader, id, pair),
  )

const callGroup = (reader: User, call: LiveCall): (string | boolean)[] => [
  call.operatorIds.includes(reader.id),
  ...hiddenListeners(reader, call).map(({ id }) => id),
]

export const sharedQueueChange = (number: string, pair: Pair<LiveQueue>): ChangeFor =>
  shared(
    (reader) => reader.role,
    (reader) => queueChange(reader, number, pair),
  )

function operatorChange(reader: User, id: string, [before, after]: Pair<LiveOperator>): LiveChange[] {
  const saw = before ? operatorFor(reader, before) : null
  const sees = after ? operatorFor(reader, after) : null
  if (isDeepStrictEqual(saw, sees)) return []
  return [sees ? { kind: 'operator', operator: sees } : { kind: 'operatorGone', id }]
}

function callChange(reader: User, id: string, [before, after]: Pair<LiveCall>): LiveChange[] {
  const saw = before ? callFor(reader, before) : null
  const sees = after ? callFor(reader, after) : null
  if (isDeepStrictEqual(saw, sees)) return []
  return [sees ? { kind: 'call', call: sees } : { kind: 'callGone', id }]
}

function queueChange(reader: User, number: string, [before, after]: Pair<LiveQueue>): LiveChange[] {
  const saw = before ? queueFor(reader, before) : null
  const sees = after ? queueFor(reader, after) : null
  if (isDeepStrictEqual(saw, sees)) return []
  return [sees ? { kind: 'queue', queue: sees } : { kind: 'queueGone', number }]
}
