import { randomUUID } from 'node:crypto'
import { type AuditEntry, writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import type { Role, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import { type Db, isAlreadyThere, type Store, type Tx } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import { hashPassword, passwordMatches } from './passwords.ts'
import type { SecretBox } from './secret-box.ts'
import type { Sessions } from './sessions.ts'
import type { ExtensionTime, FormerName, UserDirectory } from './user-directory.ts'

export interface NewUser {
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly password: string
  readonly extension: string | null
  readonly sipPassword: string | null
  /** Since when the extension is theirs; absent: from now on. */
  readonly heldSinceMs?: number
}

/** Whose doing a change is; what no administrator did (the demo, the first start) is not in the action log. */
export interface Author {
  readonly user: User
  readonly sessionToken: string | null
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
  readonly #extensionTimes = new Map<string, readonly ExtensionTime[]>()
  readonly #formerNames = new Map<string, readonly FormerName[]>()
  readonly #listeners = new Set<() => void>()
  #all: readonly User[] = []
  #decoyHash = ''

  constructor(deps: { store: Store; clock: Clock; box: SecretBox; sessions: Sessions }) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    this.#decoyHash = await hashPassword(randomUUID())
    for (const row of await this.#db.selectFrom('users').select(userColumns).execute()) this.#byId.set(row.id, toUser(row))
    const times = await this.#db.selectFrom('extension_times').selectAll().orderBy('from_ms').execute()
    for (const { user_id, extension, from_ms: fromMs, to_ms: toMs } of times)
      this.#extensionTimes.set(user_id, [...this.extensionTimes(user_id), { extension, fromMs, toMs }])
    for (const { user_id, name, until_ms: untilMs } of await this.#db.selectFrom('former_names').selectAll().execute())
      this.#formerNames.set(user_id, [...this.formerNames(user_id), { name, untilMs }])
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

  extensionTimes(userId: string): readonly ExtensionTime[] {
    return this.#extensionTimes.get(userId) ?? []
  }

  /** What this person was called before. */
  formerNames(userId: string): readonly FormerName[] {
    return this.#formerNames.get(userId) ?? []
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

  async create(request: NewUser, by: Author | null = null): Promise<User> {
    const { clock, box } = this.#deps
    const id = randomUUID()
    const password_hash = await hashPassword(request.password)
    const nowMs = clock.nowMs()
    const { heldSinceMs = nowMs } = request
    const user: User = {
      id,
      email: request.email.toLowerCase(),
      name: request.name,
      role: request.role,
      extension: request.extension,
      active: true,
    }
    await this.#write(() =>
      this.#deps.store.transaction(async (tx) => {
        await tx
          .insertInto('users')
          .values({
            ...user,
            active: 1,
            password_hash,
            sip_secret: request.sipPassword ? box.seal(request.sipPassword, sipPurpose(id)) : null,
            created_at_ms: nowMs,
            updated_at_ms: nowMs,
          })
          .execute()
        await noteExtension(tx, user, heldSinceMs)
        const { email, name, role, extension } = user
        await audit(tx, by, nowMs, { action: 'person.create', subject: id, details: { name, email, role, extension } })
      }),
    )
    return this.#publish(user, heldSinceMs)
  }

  /**
   * A new password, another role or a deactivation ends the person's sessions, but the one of somebody who changes the own
   * password.
   */
  async update(id: string, changes: UserChanges, by: Author | null = null): Promise<User> {
    const { clock, box, store, sessions } = this.#deps
    const password_hash = changes.password === undefined ? undefined : await hashPassword(changes.password)
    const { before, after, heldFromMs, atMs } = await this.#write(() =>
      store.transaction(async (tx) => {
        const row = await tx.selectFrom('users').select(userColumns).where('id', '=', id).executeTakeFirst()
        if (!row) throw new AppError('notFound', 'no such user')
        const before = toUser(row)
        const atMs = clock.nowMs()
        const after: User = {
          id,
          email: changes.email?.toLowerCase() ?? before.email,
          name: changes.name ?? before.name,
          role: changes.role ?? before.role,
          extension: changes.extension === undefined ? before.extension : changes.extension,
          active: changes.active ?? before.active,
        }
        if (isAdministrator(before) && !isAdministrator(after)) await keepOneAdministrator(tx, id)
        await tx
          .updateTable('users')
          .set({
            ...after,
            active: after.active ? 1 : 0,
            updated_at_ms: atMs,
            ...(password_hash !== undefined && { password_hash }),
            ...(changes.sipPassword !== undefined && {
              sip_secret: changes.sipPassword ? box.seal(changes.sipPassword, sipPurpose(id)) : null,
            }),
          })
          .where('id', '=', id)
          .execute()
        const heldFromMs = momentAfter(this.extensionTimes(id), atMs)
        if (after.extension !== before.extension) await noteExtension(tx, after, heldFromMs)
        if (after.name !== before.name) await noteName(tx, before, atMs)
        const details = { ...changed(before, after), ...secretsIn(changes) }
        if (Object.keys(details).length > 0)
          await audit(tx, by, atMs, { action: 'person.change', subject: id, details: { name: after.name, ...details } })
        return { before, after, heldFromMs, atMs }
      }),
    )
    if (after.name !== before.name) {
      const others = this.formerNames(id).filter(({ name }) => name !== before.name)
      this.#formerNames.set(id, [...others, { name: before.name, untilMs: atMs }])
    }
    this.#publish(after, heldFromMs)
    const rightsChanged = before.role !== after.role || before.active !== after.active
    if (password_hash !== undefined || rightsChanged) {
      const own = by?.user.id === id ? by.sessionToken : null
      await sessions.endAll({ userId: id, exceptToken: rightsChanged ? null : own })
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

  #publish(user: User, atMs: number): User {
    if (this.byId(user.id)?.extension !== user.extension)
      this.#extensionTimes.set(user.id, withExtension(this.extensionTimes(user.id), user.extension, atMs))
    this.#byId.set(user.id, user)
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

/** Clocks are set back now and then: what somebody had stays before what they have. */
function momentAfter(times: readonly ExtensionTime[], atMs: number): number {
  const last = times.at(-1)
  if (!last) return atMs
  return Math.max(atMs, last.toMs ?? (last.fromMs > atMs ? last.fromMs + 1 : atMs))
}

/** One that was somebody's for no time at all was nobody's. */
function withExtension(times: readonly ExtensionTime[], extension: string | null, atMs: number): readonly ExtensionTime[] {
  const before = times.filter(({ fromMs }) => fromMs < atMs).map((time) => ({ ...time, toMs: time.toMs ?? atMs }))
  return extension === null ? before : [...before, { extension, fromMs: atMs, toMs: null }]
}

/** As `withExtension`, in the database. */
async function noteExtension(tx: Tx, { id, extension }: User, atMs: number): Promise<void> {
  await tx.deleteFrom('extension_times').where('user_id', '=', id).where('from_ms', '>=', atMs).execute()
  await tx.updateTable('extension_times').set({ to_ms: atMs }).where('user_id', '=', id).where('to_ms', 'is', null).execute()
  if (extension !== null)
    await tx.insertInto('extension_times').values({ user_id: id, extension, from_ms: atMs, to_ms: null }).execute()
}

async function audit(tx: Tx, by: Author | null, atMs: number, entry: AuditEntry): Promise<void> {
  if (by) await writeAudit(tx, { ...entry, id: randomUUID(), user: by.user, atMs })
}

/** What is another than it was. */
function changed(before: User, after: User): { from?: Partial<User>; to?: Partial<User> } {
  const other = (['name', 'email', 'role', 'extension', 'active'] as const).filter((field) => before[field] !== after[field])
  if (other.length === 0) return {}
  const only = (user: User) => Object.fromEntries(other.map((field) => [field, user[field]]))
  return { from: only(before), to: only(after) }
}

/** That they are others now, not what they are. */
const secretsIn = ({ password, sipPassword }: UserChanges): object => ({
  ...(password !== undefined && { newPassword: true }),
  ...(sipPassword !== undefined && { newSipPassword: sipPassword !== null && sipPassword !== '' }),
})

async function noteName(tx: Tx, { id, name }: User, untilMs: number): Promise<void> {
  await tx
    .insertInto('former_names')
    .values({ user_id: id, name, until_ms: untilMs })
    .onConflict((conflict) => conflict.columns(['user_id', 'name']).doUpdateSet({ until_ms: untilMs }))
    .execute()
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
