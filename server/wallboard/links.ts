import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import { type AuditAction, type User, WallboardSettings } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import { hashOf, newLinkId, newToken, readToken, tokenMatches } from './link-token.ts'

export interface Link {
  readonly id: string
  readonly settings: WallboardSettings
  readonly tokenHash: string
  readonly createdByName: string
  readonly createdAtMs: number
  readonly lastSeenMs: number | null
}

export const mostLinks = 200
/** A screen that stands open is written down no oftener. */
const seenStepMs = 60_000

type Made = { readonly id: string; readonly token: string }

/** Links that open a wallboard, in the database and read from memory. Of a token only the hash is kept. */
export class WallboardLinks {
  readonly #deps: { readonly db: Db; readonly clock: Clock; readonly logger: Logger }
  readonly #links = new Map<string, Link>()
  readonly #changed = new Set<(id: string) => void>()
  readonly #closed = new Set<(id: string) => void>()

  constructor(deps: { readonly db: Db; readonly clock: Clock; readonly logger: Logger }) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    for (const row of await this.#deps.db.selectFrom('wallboards').selectAll().execute()) {
      const settings = WallboardSettings.safeParse(jsonOf(row.settings))
      if (!settings.success) {
        // One that another version wrote is no reason to be without phones.
        this.#deps.logger.error({ err: settings.error, linkId: row.id }, 'a wallboard link is not understood and left out')
        continue
      }
      this.#links.set(row.id, {
        id: row.id,
        settings: settings.data,
        tokenHash: row.token_hash,
        createdByName: row.created_by_name,
        createdAtMs: row.created_at_ms,
        lastSeenMs: row.last_seen_ms,
      })
    }
  }

  /** By name. */
  all(): Link[] {
    return [...this.#links.values()].sort((a, b) => a.settings.name.localeCompare(b.settings.name, 'ru'))
  }

  /** The link this token is of, ended or not; null: of none, or of one that was revoked. */
  find(typed: string): Link | null {
    const read = readToken(typed)
    const link = read && this.#links.get(read.id)
    if (!read || !tokenMatches(read.token, link?.tokenHash ?? null)) return null
    return link ?? null
  }

  /** null for one that opens nothing any more, or not until it has a new end. */
  open(id: string): Link | null {
    const link = this.#links.get(id)
    if (!link) return null
    const { expiresAtMs } = link.settings
    return expiresAtMs === null || expiresAtMs > this.#deps.clock.nowMs() ? link : null
  }

  /** Throws conflict when there are too many, invalidInput for an end that has passed. */
  async create(user: User, settings: WallboardSettings): Promise<Made> {
    this.#checkEnd(settings)
    if (this.#links.size >= mostLinks) throw new AppError('conflict', `there are ${mostLinks} wallboard links: revoke some`)
    const id = newLinkId()
    const token = newToken(id)
    const { db, clock } = this.#deps
    const link: Link = {
      ...{ id, settings, tokenHash: hashOf(token) },
      ...{ createdByName: user.name, createdAtMs: clock.nowMs(), lastSeenMs: null },
    }
    await db.transaction().execute(async (tx) => {
      await tx
        .insertInto('wallboards')
        .values({
          id,
          settings: JSON.stringify(settings),
          token_hash: link.tokenHash,
          created_by_name: link.createdByName,
          created_at_ms: link.createdAtMs,
          last_seen_ms: null,
        })
        .execute()
      await this.#audit(tx, user, 'wallboard.create', id, settings)
    })
    this.#links.set(id, link)
    return { id, token }
  }

  async change(user: User, id: string, settings: WallboardSettings): Promise<void> {
    this.#known(id)
    this.#checkEnd(settings)
    await this.#deps.db.transaction().execute(async (tx) => {
      await tx
        .updateTable('wallboards')
        .set({ settings: JSON.stringify(settings) })
        .where('id', '=', id)
        .execute()
      await this.#audit(tx, user, 'wallboard.change', id, settings)
    })
    // Revoked meanwhile: it stays so.
    const link = this.#links.get(id)
    if (!link) return
    this.#links.set(id, { ...link, settings })
    for (const listener of [...this.#changed]) listener(id)
  }

  /** The old token opens nothing from now on. Throws invalidInput for a link that has ended: so would the new one. */
  async renew(user: User, id: string): Promise<Made> {
    const { settings } = this.#known(id)
    this.#checkEnd(settings)
    const token = newToken(id)
    const tokenHash = hashOf(token)
    await this.#deps.db.transaction().execute(async (tx) => {
      await tx.updateTable('wallboards').set({ token_hash: tokenHash }).where('id', '=', id).execute()
      await this.#audit(tx, user, 'wallboard.renew', id, { name: settings.name })
    })
    this.#links.set(id, { ...this.#known(id), tokenHash })
    this.#tellClosed(id)
    return { id, token }
  }

  async revoke(user: User, id: string): Promise<void> {
    const { settings } = this.#known(id)
    await this.#deps.db.transaction().execute(async (tx) => {
      await tx.deleteFrom('wallboards').where('id', '=', id).execute()
      await this.#audit(tx, user, 'wallboard.revoke', id, { name: settings.name })
    })
    this.#links.delete(id)
    this.#tellClosed(id)
  }

  /** A screen of this link was there just now. */
  async seen(id: string): Promise<void> {
    const link = this.#links.get(id)
    const nowMs = this.#deps.clock.nowMs()
    if (!link || (link.lastSeenMs !== null && nowMs - link.lastSeenMs < seenStepMs)) return
    this.#links.set(id, { ...link, lastSeenMs: nowMs })
    await this.#deps.db.updateTable('wallboards').set({ last_seen_ms: nowMs }).where('id', '=', id).execute()
  }

  /** What a link shows was changed. */
  onChange(listener: (id: string) => void): Disposer {
    this.#changed.add(listener)
    return () => this.#changed.delete(listener)
  }

  /** Its token was taken away or replaced; those that expire are not told. */
  onClose(listener: (id: string) => void): Disposer {
    this.#closed.add(listener)
    return () => this.#closed.delete(listener)
  }

  #known(id: string): Link {
    const link = this.#links.get(id)
    if (!link) throw new AppError('notFound', 'there is no such wallboard link')
    return link
  }

  #checkEnd({ expiresAtMs }: WallboardSettings): void {
    if (expiresAtMs !== null && expiresAtMs <= this.#deps.clock.nowMs())
      throw new AppError('invalidInput', 'the link would have ended already', { fields: { expiresAtMs: 'past' } })
  }

  #tellClosed(id: string): void {
    for (const listener of [...this.#closed]) listener(id)
  }

  async #audit(tx: Db, user: User, action: AuditAction, subject: string, details: object): Promise<void> {
    await writeAudit(tx, { id: randomUUID(), user, atMs: this.#deps.clock.nowMs(), action, subject, details })
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
