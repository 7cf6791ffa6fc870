import type { UserDirectory } from '../accounts/user-directory.ts'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import { serverOf, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import { seesAll } from './work-access.ts'

interface QueueRightsDeps {
  readonly db: Db
  readonly clock: Clock
  readonly uuid: () => string
  readonly users: UserDirectory
}

/**
 * Which queues an operator may log in to and see the work of: in the database, read from memory. Nothing chosen means all.
 * Where Asterisk's own configuration puts somebody is Asterisk's affair, and supervisors may go anywhere.
 */
export class QueueRights {
  readonly #deps: QueueRightsDeps
  readonly #chosen = new Map<string, readonly string[]>()
  readonly #listeners = new Set<(userId: string) => void>()

  constructor(deps: QueueRightsDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const rows = await this.#deps.db.selectFrom('users').select(['id', 'queues']).where('queues', 'is not', null).execute()
    for (const { id, queues } of rows) this.#chosen.set(id, queues === null ? [] : JSON.parse(queues))
  }

  /** null: all. */
  chosen(user: User): readonly string[] | null {
    return seesAll(user) ? null : (this.#chosen.get(user.id) ?? null)
  }

  mayJoin(user: User, queue: string): boolean {
    // A queue of one Asterisk cannot ring a phone of another.
    if (user.extension !== null && serverOf(user.extension) !== serverOf(queue)) return false
    return this.chosen(user)?.includes(queue) ?? true
  }

  /** Throws notFound for who is no operator. */
  async set(by: User, operatorId: string, queues: readonly string[] | null): Promise<void> {
    const { db, clock, uuid, users } = this.#deps
    const operator = users.byId(operatorId)
    if (operator?.role !== 'operator') throw new AppError('notFound', 'no such operator')
    const before = this.chosen(operator)
    const after = queues && [...new Set(queues)].sort()
    await db.transaction().execute(async (tx) => {
      const set = { queues: after && JSON.stringify(after) }
      await tx.updateTable('users').set(set).where('id', '=', operatorId).execute()
      const entry = { action: 'operator.queues', subject: operatorId, details: { before, after } } as const
      await writeAudit(tx, { ...entry, id: uuid(), user: by, atMs: clock.nowMs() })
    })
    if (after) this.#chosen.set(operatorId, after)
    else this.#chosen.delete(operatorId)
    for (const listener of [...this.#listeners]) listener(operatorId)
  }

  onChange(listener: (userId: string) => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
