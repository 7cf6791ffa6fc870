import { type RawBuilder, sql } from 'kysely'
import { overseers, type User } from '../contract/index.ts'
import type { Telephony } from '../telephony/telephony.ts'

/** Supervisors and administrators see everybody's work. */
export const seesAll = (user: User): boolean => overseers.some((role) => role === user.role)

/** The queues this person answers, as Asterisk has them now. */
export function queuesOf(user: User, telephony: Pick<Telephony, 'state'>): string[] {
  const { extension } = user
  if (extension === null) return []
  return [...telephony.state().queues.values()].filter((queue) => queue.members.has(extension)).map((queue) => queue.name)
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
  readonly #telephony: Pick<Telephony, 'state'>
  readonly #listeners = new Set<(concerns: (user: User) => boolean) => void>()

  constructor(deps: { telephony: Pick<Telephony, 'state'> }) {
    this.#telephony = deps.telephony
  }

  onChange(listener: (concerns: (user: User) => boolean) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(audience: WorkAudience): void {
    const concerns = (user: User): boolean =>
      seesAll(user) ||
      audience.operatorIds.includes(user.id) ||
      queuesOf(user, this.#telephony).some((queue) => audience.queues.includes(queue))
    for (const listener of this.#listeners) listener(concerns)
  }
}
