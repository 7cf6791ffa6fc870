import { randomUUID } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { z } from 'zod'
import type { SecretBox } from '../accounts/index.ts'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import {
  type AuditAction,
  firstServer,
  foundInstead,
  type RecordKind,
  RecordPlace,
  type RecordSourceSaved,
  type RecordSourceWrite,
  type RecordStore,
  type User,
} from '../contract/index.ts'
import { AppError, StartError } from '../errors.ts'
import { isTimeZone } from '../site-time.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'

interface RecordSourcesDeps {
  readonly db: Db
  readonly clock: Clock
  readonly box: SecretBox
  /** No source may be in it: a file of it read as call records would be shown line by line. */
  readonly dataDir: string
  /** Files that are read as long as nothing of their kind is saved. */
  readonly found: () => readonly { readonly kind: RecordKind; readonly store: RecordStore }[]
}

interface Source extends Omit<RecordSourceSaved, 'hasPassword' | 'server'> {
  readonly server: string
  /** Empty: none. */
  readonly password: string
}

const Stored = z.object({
  place: RecordPlace,
  timeZone: z.string(),
  clockOffsetMs: z.number(),
  server: z.string().default(firstServer),
})
const generationKey = 'recordGeneration'
const mostSources = 20

/** Where call records are read from, as administrators saved it: in the database, read from memory. */
export class RecordSources {
  readonly #deps: RecordSourcesDeps
  readonly #sources = new Map<string, Source>()
  readonly #listeners = new Set<() => void>()
  #generation = 0

  constructor(deps: RecordSourcesDeps) {
    this.#deps = deps
  }

  /** Throws StartError when the saved settings are damaged. */
  async start(): Promise<void> {
    const { db, box } = this.#deps
    for (const row of await db.selectFrom('record_sources').selectAll().orderBy('created_at_ms').orderBy('id').execute()) {
      const stored = parseStored(row.settings)
      if (!stored)
        throw new StartError(
          'The saved sources of call records in the database are damaged: restore the data folder from a backup.',
        )
      const password = row.password === null ? '' : box.open(row.password, purpose(row.id))
      this.#sources.set(row.id, { id: row.id, kind: row.kind, ...stored, password })
    }
    const row = await db.selectFrom('settings').select('value').where('key', '=', generationKey).executeTakeFirst()
    this.#generation = row ? Number(row.value) : 0
  }

  /** With their passwords, for who reads them. */
  all(): readonly Source[] {
    return [...this.#sources.values()]
  }

  /** Without them. */
  saved(): RecordSourceSaved[] {
    return this.all().map(({ password, ...source }) => ({ ...source, hasPassword: password !== '' }))
  }

  /** Raised by each wish to import everything anew. */
  generation(): number {
    return this.#generation
  }

  /**
   * A source as it would be read, for a trial or to be saved; `id`: the saved one whose password may stand for a missing one.
   * Only for the very same login: a stored password must not be sent to another host because somebody typed its name.
   * Throws invalidInput.
   */
  sourceFor(write: RecordSourceWrite, id: string | null): Source {
    const { place } = write
    if (!isTimeZone(write.timeZone)) throw refusal('timeZone', 'invalid', 'no such time zone')
    if ('path' in place && isInside(place.path, this.#deps.dataDir))
      throw refusal('path', 'ownFiles', 'the files of this server are no call records')
    const { kind, timeZone, clockOffsetMs, server = firstServer } = write
    return { id: id ?? '', kind, place, timeZone, clockOffsetMs, server, password: this.#passwordFor(write, id) }
  }

  #passwordFor({ place, password }: RecordSourceWrite, id: string | null): string {
    if (!('host' in place)) return ''
    if (password !== null) return password
    const stored = id === null ? undefined : this.#sources.get(id)
    if (stored === undefined) throw refusal('password', 'required', 'no password is stored yet')
    if (stored.place.store !== place.store || login(stored.place) !== login(place))
      throw refusal('password', 'required', 'the stored password is for another host, port, user or database: give it again')
    return stored.password
  }

  async add(user: User, write: RecordSourceWrite): Promise<string> {
    const source = { ...this.sourceFor(write, null), id: `saved:${randomUUID()}` }
    this.#refuseTwice(source)
    this.#refuseTold(source)
    if (this.#sources.size >= mostSources) throw new AppError('invalidInput', `${mostSources} sources are the most`)
    const generation = this.#generationAfter(this.#readInstead(source), source.place.store)
    await this.#deps.db.transaction().execute(async (tx) => {
      await this.#insert(tx, source, this.#deps.clock.nowMs())
      await this.#audit(tx, user, 'record.addSource', source)
      await this.#beginGeneration(tx, user, generation)
    })
    this.#generation = generation
    this.#sources.set(source.id, source)
    this.#tell()
    return source.id
  }

  /** Throws notFound, invalidInput. */
  async change(user: User, id: string, write: RecordSourceWrite): Promise<string> {
    const before = this.#known(id)
    if (before.kind !== write.kind) throw refusal('kind', 'invalid', 'a source keeps its kind')
    // What was read of it goes by that server's names.
    if (before.server !== (write.server ?? firstServer)) throw refusal('server', 'invalid', 'a source keeps its server')
    const { db, clock } = this.#deps
    const moved = placeText(before.place) !== placeText(write.place)
    const source = { ...this.sourceFor(write, id), id: moved ? `saved:${randomUUID()}` : id }
    this.#refuseTwice(source, id)
    this.#refuseTold(source, id)
    const generation = this.#generationAfter(before.place.store, source.place.store)
    await db.transaction().execute(async (tx) => {
      const row = await tx.selectFrom('record_sources').select('created_at_ms').where('id', '=', id).executeTakeFirst()
      await tx.deleteFrom('record_sources').where('id', '=', id).execute()
      await this.#insert(tx, source, row?.created_at_ms ?? clock.nowMs())
      await this.#audit(tx, user, 'record.changeSource', source)
      await this.#beginGeneration(tx, user, generation)
    })
    this.#generation = generation
    // In its place among the others.
    const others = this.all().map((each) => (each.id === id ? source : each))
    this.#sources.clear()
    for (const each of others) this.#sources.set(each.id, each)
    this.#tell()
    return source.id
  }

  /** Throws notFound. */
  async remove(user: User, id: string): Promise<void> {
    const source = this.#known(id)
    const generation = this.#generationAfter(source.place.store, this.#readInstead(source))
    await this.#deps.db.transaction().execute(async (tx) => {
      await tx.deleteFrom('record_sources').where('id', '=', id).execute()
      await this.#audit(tx, user, 'record.removeSource', source)
      await this.#beginGeneration(tx, user, generation)
    })
    this.#generation = generation
    this.#sources.delete(id)
    this.#tell()
  }

  /** Everything that was read is to be forgotten and read again. */
  async importAnew(user: User): Promise<void> {
    const generation = this.#generation + 1
    await this.#deps.db.transaction().execute((tx) => this.#beginGeneration(tx, user, generation))
    this.#generation = generation
    this.#tell()
  }

  /** The store of the found file that is read where there is no such source; null: another one is saved, or there is no file. */
  #readInstead(source: Source): RecordStore | null {
    const others = this.all().filter(({ id }) => id !== source.id)
    return foundInstead(source, others, this.#deps.found())?.store ?? null
  }

  /** The same line has other fractions of a second in another store: it would be met again as another. null: there is none. */
  #generationAfter(before: RecordStore | null, after: RecordStore | null): number {
    return this.#generation + (before === null || after === null || before === after ? 0 : 1)
  }

  async #beginGeneration(tx: Db, user: User, generation: number): Promise<void> {
    if (generation === this.#generation) return
    const atMs = this.#deps.clock.nowMs()
    const value = String(generation)
    await tx
      .insertInto('settings')
      .values({ key: generationKey, value, updated_at_ms: atMs })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at_ms: atMs }))
      .execute()
    const what = { action: 'record.importAnew', subject: 'record', details: { generation } } as const
    await writeAudit(tx, { id: randomUUID(), user, atMs, ...what })
  }

  onChange(listener: () => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  #known(id: string): Source {
    const source = this.#sources.get(id)
    if (!source) throw new AppError('notFound', 'no such source of call records')
    return source
  }

  #refuseTwice({ kind, place, server }: Source, except?: string): void {
    // Each Asterisk tells events of its own; a file or a table is one, whoever reads it.
    const same = this.all().some(
      (other) =>
        other.id !== except &&
        other.kind === kind &&
        placeText(other.place) === placeText(place) &&
        (place.store !== 'events' || other.server === server),
    )
    if (same) throw refusal('place', 'alreadyUsed', 'this source is there already')
  }

  /** What AMI tells of the queues is what any other record of theirs has too: each visit would count twice. */
  #refuseTold({ kind, place, server }: Source, except?: string): void {
    if (kind !== 'queueLog') return
    const others = this.all().filter((other) => other.id !== except && other.kind === kind && other.server === server)
    const isTold = (store: string) => store === 'events'
    if (others.some((other) => isTold(place.store) || isTold(other.place.store)))
      throw refusal('place', 'besideEvents', 'queue events of AMI stand for a queue_log: keep the one or the other')
  }

  async #insert(tx: Db, source: Source, createdAtMs: number): Promise<void> {
    const { id, kind, place, timeZone, clockOffsetMs, server, password } = source
    const { box, clock } = this.#deps
    await tx
      .insertInto('record_sources')
      .values({
        id,
        kind,
        settings: JSON.stringify({ place, timeZone, clockOffsetMs, server } satisfies z.infer<typeof Stored>),
        password: password === '' ? null : box.seal(password, purpose(id)),
        created_at_ms: createdAtMs,
        updated_at_ms: clock.nowMs(),
      })
      .execute()
  }

  async #audit(tx: Db, user: User, action: AuditAction, { password: _, id, ...details }: Source): Promise<void> {
    await writeAudit(tx, { id: randomUUID(), user, atMs: this.#deps.clock.nowMs(), action, subject: id, details })
  }
}

const purpose = (id: string): string => `record:${id}`
const refusal = (field: string, reason: string, message: string): AppError =>
  new AppError('invalidInput', message, { fields: { [field]: reason } })

function login(place: RecordPlace): string {
  return 'host' in place ? JSON.stringify([place.host, place.port, place.user, place.database]) : ''
}

/** What makes it the same record: how far it was read holds for no other. */
function placeText(place: RecordPlace): string {
  if (place.store === 'events') return place.store
  if (!('host' in place)) return JSON.stringify([place.store, place.path, 'table' in place ? place.table : null])
  return JSON.stringify([place.store, place.host, place.port, place.database, place.table])
}

function parseStored(text: string): z.infer<typeof Stored> | null {
  try {
    return Stored.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** Links are followed as far as there is something. */
function isInside(path: string, folder: string): boolean {
  const way = relative(real(folder), real(path))
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way)
}

function real(path: string): string {
  const whole = resolve(path)
  try {
    return realpathSync(whole)
  } catch {
    const up = dirname(whole)
    return up === whole ? whole : join(real(up), basename(whole))
  }
}
