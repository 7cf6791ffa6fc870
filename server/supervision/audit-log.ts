import { randomUUID } from 'node:crypto'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import type { AuditAction, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import { TelephonyError } from '../telephony/index.ts'

export interface AuditLine {
  readonly action: AuditAction
  readonly subject: string
  readonly details?: object
}

/** What supervisors did. */
export class AuditLog {
  readonly #deps: { readonly db: Db; readonly clock: Clock }

  constructor(deps: { readonly db: Db; readonly clock: Clock }) {
    this.#deps = deps
  }

  async write(user: User, action: AuditAction, subject: string, details: object = {}): Promise<void> {
    const { db, clock } = this.#deps
    await writeAudit(db, { id: randomUUID(), user, atMs: clock.nowMs(), action, subject, details })
  }

  /** Written before `act` does it: nobody is heard without a line. What then failed has a second one that says so. */
  async during(user: User, { action, subject, details = {} }: AuditLine, act: () => Promise<void>): Promise<void> {
    await this.write(user, action, subject, details)
    try {
      await act()
    } catch (error) {
      const failed = error instanceof AppError || error instanceof TelephonyError ? error.code : 'internal'
      // That it was tried is written.
      await this.write(user, action, subject, { ...details, failed }).catch(() => undefined)
      throw error
    }
  }
}
