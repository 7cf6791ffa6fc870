import type { Announcement } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'

/** What can be played into calls, as the administrator has set it; new servers begin with the sounds of resources/pbx/sounds. */
export class AnnouncementList {
  readonly #db: Db

  constructor(deps: { db: Db }) {
    this.#db = deps.db
  }

  all(): Promise<Announcement[]> {
    return this.#db.selectFrom('announcements').select(['id', 'language', 'ru', 'en', 'sound']).orderBy('position').execute()
  }

  async soundOf(id: string): Promise<string> {
    const row = await this.#db.selectFrom('announcements').select('sound').where('id', '=', id).executeTakeFirst()
    if (!row) throw new AppError('notFound', 'there is no such announcement')
    return row.sound
  }

  /** Throws invalidInput for an id that stands twice. */
  async save(announcements: readonly Announcement[]): Promise<Announcement[]> {
    if (new Set(announcements.map(({ id }) => id)).size < announcements.length)
      throw new AppError('invalidInput', 'An id stands twice', { fields: { id: 'twice' } })
    const rows = announcements.map(({ id, language, ru, en, sound }, position) => ({ id, language, ru, en, sound, position }))
    await this.#db.transaction().execute(async (tx) => {
      await tx.deleteFrom('announcements').execute()
      if (rows.length > 0) await tx.insertInto('announcements').values(rows).execute()
    })
    return this.all()
  }
}
