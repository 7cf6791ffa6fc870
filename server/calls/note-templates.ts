import { randomUUID } from 'node:crypto'
import { type AuditEntry, writeAudit } from '../audit/index.ts'
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
    await this.#write(user, { id, after: shared ? { title, body } : null }, async (tx, atMs) => {
      const row = { owner_id: shared ? null : user.id, title, body, updated_at_ms: atMs }
      await tx
        .insertInto('note_templates')
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute()
    })
    return template
  }

  async remove(user: User, id: string): Promise<void> {
    await this.#write(user, { id, after: null }, (tx) => tx.deleteFrom('note_templates').where('id', '=', id).execute())
  }

  /** `after`: what everybody has then. Own ones are nobody else's business, and not in the action log. */
  async #write(
    user: User,
    { id, after }: { id: string; after: Text | null },
    change: (tx: Db, atMs: number) => Promise<unknown>,
  ): Promise<void> {
    const { db, clock } = this.#deps
    const atMs = clock.nowMs()
    await db.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('note_templates')
        .select(['owner_id', 'title', 'body'])
        .where('id', '=', id)
        .executeTakeFirst()
      if (row && row.owner_id !== null && row.owner_id !== user.id) throw new AppError('notFound', 'No such template')
      const before = row?.owner_id === null ? { title: row.title, body: row.body } : null
      if ((before ?? after) !== null && !sharedTemplateRoles.some((role) => role === user.role))
        throw new AppError('forbidden', 'Shared templates are written by supervisors and administrators')
      await change(tx, atMs)
      const entry = entryOf(before, after)
      if (entry) await writeAudit(tx, { ...entry, id: randomUUID(), user, atMs, subject: id })
    })
  }
}

type Text = Pick<NoteTemplate, 'title' | 'body'>

/** What the action log tells of it, a change by what is another than it was; null: nothing is, for anybody else. */
function entryOf(before: Text | null, after: Text | null): Pick<AuditEntry, 'action' | 'details'> | null {
  if (after === null) return before && { action: 'template.remove', details: { name: before.title, from: { text: before.body } } }
  const name = after.title
  if (before === null) return { action: 'template.save', details: { name, to: { text: after.body } } }
  const [renamed, rewritten] = [before.title !== after.title, before.body !== after.body]
  if (!renamed && !rewritten) return null
  const changed = ({ title, body }: Text) => ({ ...(renamed && { name: title }), ...(rewritten && { text: body }) })
  return { action: 'template.save', details: { name, from: changed(before), to: changed(after) } }
}
