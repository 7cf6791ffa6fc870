import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'

const dayMs = 86_400_000
export const sessionLengthMs = 30 * dayMs
/** Use moves the end only when it has come this much nearer, so that a busy day writes one row, not thousands. */
const slideStepMs = dayMs

export interface FoundSession {
  readonly userId: string
  /** Names the session without being able to open it. */
  readonly id: string
  /** The end was moved just now: a cookie should be given its new age. */
  readonly renewed: boolean
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Who is signed in. A token is 256 random bits; only its hash is stored. A session ends 30 days after its last use. */
export class Sessions {
  readonly #deps: { db: Db; clock: Clock }
  readonly #listeners = new Set<(id: string) => void>()

  constructor(deps: { db: Db; clock: Clock }) {
    this.#deps = deps
  }

  /** Returns the token; nobody can read it again. */
  async create(userId: string): Promise<string> {
    const { db, clock } = this.#deps
    const nowMs = clock.nowMs()
    const token = randomBytes(32).toString('base64url')
    await db.deleteFrom('sessions').where('expires_at_ms', '<=', nowMs).execute()
    await db
      .insertInto('sessions')
      .values({ token_hash: hashOf(token), user_id: userId, created_at_ms: nowMs, expires_at_ms: nowMs + sessionLengthMs })
      .execute()
    return token
  }

  /** null for a token that is unknown, ended or expired. Being found is use. */
  async find(token: string): Promise<FoundSession | null> {
    const { db, clock } = this.#deps
    const nowMs = clock.nowMs()
    const id = hashOf(token)
    const row = await db
      .selectFrom('sessions')
      .select(['user_id', 'expires_at_ms'])
      .where('token_hash', '=', id)
      .where('expires_at_ms', '>', nowMs)
      .executeTakeFirst()
    if (!row) return null
    const renewed = row.expires_at_ms < nowMs + sessionLengthMs - slideStepMs
    if (renewed) {
      await db
        .updateTable('sessions')
        .set({ expires_at_ms: nowMs + sessionLengthMs })
        .where('token_hash', '=', id)
        .execute()
    }
    return { userId: row.user_id, id, renewed }
  }

  async end(token: string): Promise<void> {
    const id = hashOf(token)
    await this.#deps.db.deleteFrom('sessions').where('token_hash', '=', id).execute()
    this.#tell([id])
  }

  /** Ends a person's sessions, but not the one of `exceptToken`. */
  async endAll(request: { userId: string; exceptToken: string | null }): Promise<void> {
    const except = request.exceptToken === null ? '' : hashOf(request.exceptToken)
    const ended = await this.#deps.db
      .deleteFrom('sessions')
      .where('user_id', '=', request.userId)
      .where('token_hash', '!=', except)
      .returning('token_hash')
      .execute()
    this.#tell(ended.map((row) => row.token_hash))
  }

  /** Called with the id of each session that was ended; those that expire are not told. */
  onEnd(listener: (id: string) => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(ids: readonly string[]): void {
    for (const id of ids) for (const listener of [...this.#listeners]) listener(id)
  }
}
