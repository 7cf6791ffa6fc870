import type { UserDirectory } from '../accounts/user-directory.ts'
import { overseers, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import type { AuditLog } from './audit-log.ts'

interface PrivateRightsDeps {
  readonly db: Db
  readonly users: UserDirectory
  readonly audit: AuditLog
}

/** Who may listen without the operator being told: in the database, read from memory. */
export class PrivateRights {
  readonly #deps: PrivateRightsDeps
  #allowed: ReadonlySet<string> = new Set()
  readonly #listeners = new Set<() => void>()

  constructor(deps: PrivateRightsDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const rows = await this.#deps.db.selectFrom('users').select('id').where('listens_privately', '=', 1).execute()
    this.#allowed = new Set(rows.map(({ id }) => id))
  }

  has(user: User): boolean {
    return overseers.some((role) => role === user.role) && this.#allowed.has(user.id)
  }

  all(): string[] {
    return [...this.#allowed]
  }

  async set(by: User, id: string, allowed: boolean): Promise<void> {
    const { db, users, audit } = this.#deps
    if (!users.byId(id)) throw new AppError('notFound', 'no such person')
    if (this.#allowed.has(id) === allowed) return
    await db
      .updateTable('users')
      .set({ listens_privately: allowed ? 1 : null })
      .where('id', '=', id)
      .execute()
    await audit.write(by, 'person.privateListening', id, { allowed })
    const next = new Set(this.#allowed)
    if (allowed) next.add(id)
    else next.delete(id)
    this.#allowed = next
    for (const listener of this.#listeners) listener()
  }

  onChange(listener: () => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
