import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Role, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import { type Db, isAlreadyThere, type Store, type Tx } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import { hashPassword, passwordMatches } from './passwords.ts'
import type { SecretBox } from './secret-box.ts'
import type { Sessions } from './sessions.ts'
import type { UserDirectory } from './user-directory.ts'

export interface NewUser {
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly password: string
  readonly extension: string | null
  readonly sipPassword: string | null
}

/** A field that is absent stays as it is. */
export interface UserChanges {
  readonly email?: string | undefined
  readonly name?: string | undefined
  readonly role?: Role | undefined
  readonly active?: boolean | undefined
  readonly password?: string | undefined
  readonly extension?: string | null | undefined
  readonly sipPassword?: string | null | undefined
}

const userColumns = ['id', 'email', 'name', 'role', 'extension', 'active'] as const
const toUser = (row: Omit<User, 'active'> & { active: number }): User => ({ ...row, active: row.active === 1 })
const sipPurpose = (userId: string): string => `sip:${userId}`

/** The people who can sign in; writes go to the database first, then to the view that everybody reads. */
export class Users implements UserDirectory {
  readonly #deps: { store: Store; clock: Clock; box: SecretBox; sessions: Sessions }
  readonly #byId = new Map<string, User>()
  readonly #byExtension = new Map<string, User>()
  readonly #extensionSinceMs = new Map<string, number | null>()
  readonly #listeners = new Set<() => void>()
  #all: readonly User[] = []
  #decoyHash = ''

  constructor(deps: { store: Store; clock: Clock; box: SecretBox; sessions: Sessions }) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    this.#decoyHash = await hashPassword(randomUUID())
    const rows = await this.#db
      .selectFrom('users')
      .select([...userColumns, 'extension_since_ms'])
      .execute()
    for (const { extension_since_ms, ...row } of rows) {
      this.#byId.set(row.id, toUser(row))
      this.#extensionSinceMs.set(row.id, extension_since_ms)
    }
    this.#index()
  }

  all(): readonly User[] {
    return this.#all
  }

  byId(id: string): User | null {
    return this.#byId.get(id) ?? null
  }

  byExtension(extension: string): User | null {
    return this.#byExtension.get(extension) ?? null
  }

  extensionSinceMs(userId: string): number | null {
    return this.#extensionSinceMs.get(userId) ?? null
  }

  onChange(listener: () => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The active person with this e-mail and password, else null. Takes the same time either way. */
  async authenticate(credentials: { email: string; password: string }): Promise<User | null> {
    const row = await this.#db
      .selectFrom('users')
      .select(['id', 'password_hash'])
      .where('email', '=', credentials.email.toLowerCase())
      .executeTakeFirst()
    const matches = await passwordMatches(row?.password_hash ?? this.#decoyHash, credentials.password)
    const user = row ? this.byId(row.id) : null
    return matches && user?.active ? user : null
  }

  /** The SIP password in the clear: for the person's own phone and for nobody else. */
  async sipPassword(userId: string): Promise<string | null> {
    const row = await this.#db.selectFrom('users').select('sip_secret').where('id', '=', userId).executeTakeFirst()
    return row?.sip_secret ? this.#deps.box.open(row.sip_secret, sipPurpose(userId)) : null
  }

  async create(request: NewUser): Promise<User> {
    const { clock, box } = this.#deps
    const id = randomUUID()
    const password_hash = await hashPassword(request.password)
    const nowMs = clock.nowMs()
    const user: User = {
      id,
      email: request.email.toLowerCase(),
      name: request.name,
      role: request.role,
      extension: request.extension,
      active: true,
    }
    const extension_since_ms = user.extension === null ? null : nowMs
    await this.#write(() =>
      this.#db
        .insertInto('users')
        .values({
          ...user,
          active: 1,
          password_hash,
          sip_secret: request.sipPassword ? box.seal(request.sipPassword, sipPurpose(id)) : null,
          extension_since_ms,
          created_at_ms: nowMs,
          updated_at_ms: nowMs,
        })
        .execute(),
    )
    return this.#publish(user, extension_since_ms)
  }

  /**
   * A new password, another role or a deactivation ends the person's sessions; `keepToken` is the session of
   * somebody who changes the own password.
   */
  async update(id: string, changes: UserChanges, keepToken: string | null = null): Promise<User> {
    const { clock, box, store, sessions } = this.#deps
    const password_hash = changes.password === undefined ? undefined : await hashPassword(changes.password)
    const { before, after, since } = await this.#write(() =>
      store.transaction(async (tx) => {
        const row = await tx
          .selectFrom('users')
          .select([...userColumns, 'extension_since_ms'])
          .where('id', '=', id)
          .executeTakeFirst()
        if (!row) throw new AppError('notFound', 'no such user')
        const { extension_since_ms, ...kept } = row
        const before = toUser(kept)
        const after: User = {
          id,
          email: changes.email?.toLowerCase() ?? before.email,
          name: changes.name ?? before.name,
          role: changes.role ?? before.role,
          extension: changes.extension === undefined ? before.extension : changes.extension,
          active: changes.active ?? before.active,
        }
        const given = after.extension === null ? null : clock.nowMs()
        const since = after.extension === before.extension ? extension_since_ms : given
        if (isAdministrator(before) && !isAdministrator(after)) await keepOneAdministrator(tx, id)
        await tx
          .updateTable('users')
          .set({
            ...after,
            active: after.active ? 1 : 0,
            extension_since_ms: since,
            updated_at_ms: clock.nowMs(),
            ...(password_hash !== undefined && { password_hash }),
            ...(changes.sipPassword !== undefined && {
              sip_secret: changes.sipPassword ? box.seal(changes.sipPassword, sipPurpose(id)) : null,
            }),
          })
          .where('id', '=', id)
          .execute()
        return { before, after, since }
      }),
    )
    this.#publish(after, since)
    const rightsChanged = before.role !== after.role || before.active !== after.active
    if (password_hash !== undefined || rightsChanged) {
      await sessions.endAll({ userId: id, exceptToken: rightsChanged ? null : keepToken })
    }
    return after
  }

  get #db(): Db {
    return this.#deps.store.db
  }

  async #write<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      if (!isAlreadyThere(cause)) throw cause
      const field = cause instanceof Error && /users[._]extension/.test(cause.message) ? 'extension' : 'email'
      throw new AppError('conflict', `another user has this ${field}`, { fields: { [field]: 'alreadyUsed' }, cause })
    }
  }

  #publish(user: User, extensionSinceMs: number | null): User {
    this.#byId.set(user.id, user)
    this.#extensionSinceMs.set(user.id, extensionSinceMs)
    this.#index()
    for (const listener of [...this.#listeners]) listener()
    return user
  }

  #index(): void {
    this.#all = [...this.#byId.values()].sort((a, b) => a.name.localeCompare(b.name))
    this.#byExtension.clear()
    for (const user of this.#all) if (user.active && user.extension !== null) this.#byExtension.set(user.extension, user)
  }
}

const isAdministrator = (user: User): boolean => user.active && user.role === 'administrator'

async function keepOneAdministrator(tx: Tx, leavingId: string): Promise<void> {
  const other = await tx
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'administrator')
    .where('active', '=', 1)
    .where('id', '!=', leavingId)
    .executeTakeFirst()
  if (!other) throw new AppError('conflict', 'this is the last active administrator: make somebody else one first')
}
