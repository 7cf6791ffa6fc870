import { randomUUID } from 'node:crypto'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import type { Message, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import type { AuditLog } from './audit-log.ts'

/** How many a reader is shown. */
const shown = 100

interface MessagesDeps {
  readonly db: Db
  readonly users: UserDirectory
  readonly clock: Clock
  readonly audit: AuditLog
}

type SentListener = (message: Message, readers: ReadonlySet<string>) => void

/** What supervisors write to operators; kept, so that who was away reads it later. */
export class Messages {
  readonly #deps: MessagesDeps
  readonly #listeners = new Set<SentListener>()

  constructor(deps: MessagesDeps) {
    this.#deps = deps
  }

  async send(user: User, { to, text }: { to: readonly string[] | null; text: string }): Promise<void> {
    const { db, users, clock, audit } = this.#deps
    const people = users.all().filter(({ active, role, id }) => active && (to === null ? role === 'operator' : to.includes(id)))
    if (people.length === 0) throw new AppError('notFound', 'there is nobody to write to')
    const [id, atMs] = [randomUUID(), clock.nowMs()]
    await db.transaction().execute(async (tx) => {
      await tx.insertInto('messages').values({ id, at_ms: atMs, from_id: user.id, from_name: user.name, text }).execute()
      const rows = people.map((person) => ({ message_id: id, user_id: person.id, at_ms: atMs, read_at_ms: null }))
      await tx.insertInto('message_readers').values(rows).execute()
    })
    await audit.write(user, 'message.send', id, { to: to === null ? 'operators' : people.map((person) => person.id) })
    const message: Message = { id, atMs, fromName: user.name, text, readAtMs: null }
    const readers = new Set(people.map((person) => person.id))
    for (const listener of [...this.#listeners]) listener(message, readers)
  }

  /** The newest first. */
  async of(user: User): Promise<Message[]> {
    const rows = await this.#deps.db
      .selectFrom('message_readers')
      .innerJoin('messages', 'messages.id', 'message_readers.message_id')
      .select(['messages.id', 'messages.at_ms', 'messages.from_name', 'messages.text', 'message_readers.read_at_ms'])
      .where('message_readers.user_id', '=', user.id)
      .orderBy('message_readers.at_ms', 'desc')
      .limit(shown)
      .execute()
    return rows.map((row) => ({
      id: row.id,
      atMs: row.at_ms,
      fromName: row.from_name,
      text: row.text,
      readAtMs: row.read_at_ms,
    }))
  }

  async read(user: User): Promise<void> {
    const { db, clock } = this.#deps
    await db
      .updateTable('message_readers')
      .set({ read_at_ms: clock.nowMs() })
      .where('user_id', '=', user.id)
      .where('read_at_ms', 'is', null)
      .execute()
  }

  onSent(listener: SentListener): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
