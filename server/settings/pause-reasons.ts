import { wrapUpReason } from '../calls/index.ts'
import type { PauseReason } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'

/** Reasons to pause, as the administrator has set them. */
export class PauseReasons {
  readonly #db: Db

  constructor(deps: { db: Db }) {
    this.#db = deps.db
  }

  async all(): Promise<PauseReason[]> {
    const rows = await this.#db.selectFrom('pause_reasons').selectAll().orderBy('position').execute()
    return rows.map(({ code, ru, en, limit_min }) => ({ code, ru, en, limitMin: limit_min }))
  }

  /** Throws invalidInput for a code that stands twice or is wrap-up's own. */
  async save(reasons: readonly PauseReason[]): Promise<PauseReason[]> {
    const codes = reasons.map((reason) => reason.code)
    if (new Set(codes).size < codes.length)
      throw new AppError('invalidInput', 'A code stands twice', { fields: { code: 'twice' } })
    if (codes.includes(wrapUpReason))
      throw new AppError('invalidInput', 'This code is kept for wrap-up', { fields: { code: 'reserved' } })
    await this.#db.transaction().execute(async (tx) => {
      await tx.deleteFrom('pause_reasons').execute()
      const rows = reasons.map(({ code, ru, en, limitMin }, position) => ({ code, ru, en, limit_min: limitMin, position }))
      await tx.insertInto('pause_reasons').values(rows).execute()
    })
    return this.all()
  }
}
