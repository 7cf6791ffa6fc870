import type { Clock } from '../clock.ts'
import { type NoteTemplate, sharedTemplateRoles, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'

/** Texts ready to insert: everybody's, and each person's own, which nobody else sees. */
export class NoteTemplates {
  readonly #deps: { readonly db: Db; readonly clock: Clock }

  constructor(deps: { db: Db; clock: Clock }) {
    this.#deps = deps
  }

  async list(user: User): Promise<NoteTemplate[]> {
    const rows = await this.#deps.db
      .selectFrom('note_templates')
      .selectAll()
      .where((where) => where.or([where('owner_id', 'is', null), where('owner_id', '=', user.id)]))
      .orderBy('title')
      .orderBy('id')
      .limit(500)
      .execute()
    return rows.map(({ id, owner_id, title, body }) => ({ id, shared: owner_id === null, title, body }))
  }

  /** Throws forbidden for a shared one by an operator, notFound for somebody else's own. */
  async put(user: User, template: NoteTemplate): Promise<NoteTemplate> {
    const { id, shared, title, body } = template
    await this.#assertMayWrite(user, id, shared)
    const row = { owner_id: shared ? null : user.id, title, body, updated_at_ms: this.#deps.clock.nowMs() }
    await this.#deps.db
      .insertInto('note_templates')
      .values({ id, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute()
    return template
  }

  async remove(user: User, id: string): Promise<void> {
    if (!(await this.#assertMayWrite(user, id, false))) return
    await this.#deps.db.deleteFrom('note_templates').where('id', '=', id).execute()
  }

  /** True when there is such a template already. */
  async #assertMayWrite(user: User, id: string, shared: boolean): Promise<boolean> {
    const row = await this.#deps.db.selectFrom('note_templates').select('owner_id').where('id', '=', id).executeTakeFirst()
    if (row && row.owner_id !== null && row.owner_id !== user.id) throw new AppError('notFound', 'No such template')
    const writesShared = shared || row?.owner_id === null
    if (writesShared && !sharedTemplateRoles.some((role) => role === user.role))
      throw new AppError('forbidden', 'Shared templates are written by supervisors and administrators')
    return row !== undefined
  }
}
