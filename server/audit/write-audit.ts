import type { AuditAction, User } from '../contract/index.ts'
import type { Db } from '../store/index.ts'

export interface AuditEntry {
  readonly action: AuditAction
  /** Id of what it was done to. */
  readonly subject: string
  readonly details: object
}

/** Written in the transaction of the change itself. */
export async function writeAudit(tx: Db, entry: AuditEntry & { id: string; user: User; atMs: number }): Promise<void> {
  const { id, user, atMs, action, subject, details } = entry
  await tx
    .insertInto('audit')
    .values({ id, at_ms: atMs, actor_id: user.id, actor_name: user.name, action, subject, details: JSON.stringify(details) })
    .execute()
}
