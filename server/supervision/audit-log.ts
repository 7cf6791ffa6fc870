import { randomUUID } from 'node:crypto'
import { writeAudit } from '../calls/index.ts'
import type { Clock } from '../clock.ts'
import type { User } from '../contract/index.ts'
import type { Db } from '../store/index.ts'

/** What supervisors did, once Asterisk has done it. */
export class AuditLog {
  readonly #deps: { readonly db: Db; readonly clock: Clock }

  constructor(deps: { readonly db: Db; readonly clock: Clock }) {
    this.#deps = deps
  }

  async write(user: User, action: string, subject: string, details: object = {}): Promise<void> {
    const { db, clock } = this.#deps
    await writeAudit(db, { id: randomUUID(), user, atMs: clock.nowMs(), action, subject, details })
  }
}
