import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { writeAudit } from '../audit/index.ts'
import { wrapUpReason } from '../calls/index.ts'
import type { Clock } from '../clock.ts'
import type { PauseReason, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'

/** Reasons to pause, as the administrator has set them. */
export class PauseReasons {
  readonly #deps: { db: Db; clock: Clock }

  constructor(deps: { db: Db; clock: Clock }) {
    this.#deps = deps
  }

  all(): Promise<PauseReason[]> {
    return reasonsIn(this.#deps.db)
  }

  /** Throws invalidInput for a code that stands twice or is wrap-up's own. */
  async save(user: User, reasons: readonly PauseReason[]): Promise<PauseReason[]> {
    const codes = reasons.map((reason) => reason.code)
    if (new Set(codes).size < codes.length)
      throw new AppError('invalidInput', 'A code stands twice', { fields: { code: 'twice' } })
    if (codes.includes(wrapUpReason))
      throw new AppError('invalidInput', 'This code is kept for wrap-up', { fields: { code: 'reserved' } })
    const { db, clock } = this.#deps
    await db.transaction().execute(async (tx) => {
      const before = await reasonsIn(tx)
      if (isDeepStrictEqual(before, reasons)) return
      await tx.deleteFrom('pause_reasons').execute()
      const rows = reasons.map(({ code, ru, en, limitMin }, position) => ({ code, ru, en, limit_min: limitMin, position }))
      await tx.insertInto('pause_reasons').values(rows).execute()
      const entry = { action: 'pauseReasons.save', subject: 'all', details: changes(before, reasons) } as const
      await writeAudit(tx, { ...entry, id: randomUUID(), user, atMs: clock.nowMs() })
    })
    return this.all()
  }
}

async function reasonsIn(db: Db): Promise<PauseReason[]> {
  const rows = await db.selectFrom('pause_reasons').selectAll().orderBy('position').execute()
  return rows.map(({ code, ru, en, limit_min }) => ({ code, ru, en, limitMin: limit_min }))
}

/** Without any of these it is the order that is another. */
function changes(before: readonly PauseReason[], after: readonly PauseReason[]): object {
  const sameCode = (all: readonly PauseReason[], { code }: PauseReason) => all.find((one) => one.code === code)
  return {
    added: after.filter((one) => !sameCode(before, one)),
    removed: before.filter((one) => !sameCode(after, one)).map(({ ru }) => ru),
    changed: before.flatMap((from) => {
      const to = sameCode(after, from)
      return to && !isDeepStrictEqual(from, to) ? [{ from, to }] : []
    }),
    order: after.map(({ ru }) => ru),
  }
}
