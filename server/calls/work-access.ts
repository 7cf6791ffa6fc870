import { type RawBuilder, sql } from 'kysely'
import { overseers, type User } from '../contract/index.ts'
import type { PbxQueue } from '../telephony/pbx-state.ts'
import type { Telephony } from '../telephony/telephony.ts'

/** Supervisors and administrators see everybody's work. */
export const seesAll = (user: User): boolean => overseers.some((role) => role === user.role)

export interface QueueAccess {
  readonly telephony: Pick<Telephony, 'state'>
  /** `QueueRights` */
  readonly queueRights: { mayJoin(user: User, queue: string): boolean }
}

/** The queues this person answers, as Asterisk has them now, and may answer: who got in past the server sees no work of it. */
export function queuesOf(user: User, { telephony, queueRights }: QueueAccess): string[] {
  const { extension } = user
  if (extension === null) return []
  const answers = ({ name, members }: PbxQueue): boolean => {
    const member = members.get(extension)
    return member !== undefined && (member.fixed || queueRights.mayJoin(user, name))
  }
  return [...telephony.state().queues.values()].filter(answers).map((queue) => queue.name)
}

/** `column in (values)`, false for no values. */
export const inList = (column: RawBuilder<unknown>, values: readonly string[]): RawBuilder<boolean> =>
  values.length === 0 ? sql<boolean>`0 = 1` : sql<boolean>`${column} in (${sql.join(values)})`

/** Whom a change of a work list concerns. */
export interface WorkAudience {
  readonly operatorIds: readonly (string | null)[]
  readonly queues: readonly (string | null)[]
}

/** Tells who has to ask for the lists again. */
export class WorkNews {
  readonly #access: QueueAccess
  readonly #listeners = new Set<(concerns: (user: User) => boolean) => void>()

  constructor(access: QueueAccess) {
    this.#access = access
  }

  onChange(listener: (concerns: (user: User) => boolean) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(audience: WorkAudience): void {
    const concerns = (user: User): boolean =>
      seesAll(user) ||
      audience.operatorIds.includes(user.id) ||
      queuesOf(user, this.#access).some((queue) => audience.queues.includes(queue))
    for (const listener of this.#listeners) listener(concerns)
  }
}
