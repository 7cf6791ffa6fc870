import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { SecretBox } from '../accounts/index.ts'
import { type AuditEntry, writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import { firstServer, PbxConnection, type PbxConnectionWrite, type User } from '../contract/index.ts'
import { AppError, StartError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import type { PbxFile } from '../telephony/pbx-file.ts'
import type { AmiAccount, Disposer } from '../telephony/telephony.ts'
import { changeOf, type KnownServer, readable } from './connection-log.ts'
import { onlyTheFirst, type SavedServer, SavedServers, type ServerList } from './saved-servers.ts'

export const connectionKey = 'pbxConnection'
/** As stored: the secret sealed, everything else readable. */
export const StoredConnection = z.object({ connection: PbxConnection, amiSecret: z.string() })

export interface Connection {
  readonly connection: PbxConnection
  readonly account: AmiAccount
  readonly source: 'saved' | 'demo'
}

const accountOf = (connection: PbxConnection, secret: string): AmiAccount => ({
  host: connection.host,
  port: connection.amiPort,
  user: connection.amiUser,
  secret,
})

/** The first server, or one of the others, as it is used. */
export interface PbxServer {
  readonly id: string
  /** As people call it: what was typed, or the host. */
  readonly name: string
}

/** More than anybody has; fewer than would be a mistake without end. */
const mostServers = 20

/**
 * How the server reaches Asterisk: what an administrator saved, else the demo PBX's own file, else not at all. There may be
 * further Asterisk servers beside that first one.
 */
export class ConnectionSettings {
  readonly #deps: { db: Db; clock: Clock; box: SecretBox; demo: PbxFile | null }
  readonly #saved: SavedServers
  readonly #listeners = new Set<(connection: Connection | null, server: string) => void>()
  #current: Connection | null = null
  #list: ServerList = onlyTheFirst
  #writing: Promise<unknown> = Promise.resolve()

  constructor(deps: { db: Db; clock: Clock; box: SecretBox; demo: PbxFile | null }) {
    this.#deps = deps
    this.#saved = new SavedServers(deps)
  }

  async start(): Promise<void> {
    const { db, box } = this.#deps
    const row = await db.selectFrom('settings').select('value').where('key', '=', connectionKey).executeTakeFirst()
    if (row) {
      const stored = parseStored(row.value)
      if (!stored)
        throw new StartError('The saved PBX connection in the database is damaged: restore the data folder from a backup.')
      this.#current = {
        connection: stored.connection,
        account: accountOf(stored.connection, box.open(stored.amiSecret, connectionKey)),
        source: 'saved',
      }
    }
    this.#list = await this.#saved.read()
    this.#current ??= this.#freeDemo()
  }

  /** Of one server; null: none is set. */
  current(server = firstServer): Connection | null {
    if (server === firstServer) return this.#current
    const other = this.#list.others.find(({ id }) => id === server)
    return other ? connectionOf(other) : null
  }

  /** What people call the first server; empty: nothing. */
  firstName(): string {
    return this.#list.firstName
  }

  /** Those after the first. */
  others(): readonly Omit<SavedServer, 'secret'>[] {
    return this.#list.others.map(({ id, name, connection }) => ({ id, name, connection }))
  }

  /** All that are used, the first first. */
  servers(): PbxServer[] {
    const first = this.#current && { id: firstServer, name: this.#list.firstName || this.#current.connection.host }
    return [
      ...(first ? [first] : []),
      ...this.#list.others.map(({ id, name, connection }) => ({ id, name: name || connection.host })),
    ]
  }

  /** Those there were once. Of an only server that is not set nothing was given up: it may be set again. */
  removed(): string[] {
    if (this.#list.next === onlyTheFirst.next) return []
    const given = Array.from({ length: this.#list.next - 1 }, (_, index) => String(index + 1))
    return given.filter((id) => !this.current(id))
  }

  /** Of one that is no more, the name it had; else its number. */
  nameOf(server: string): string {
    return [...this.servers(), ...this.#list.gone].find(({ id }) => id === server)?.name ?? server
  }

  /** Where the phones connect to. */
  socketUrls(): string[] {
    return this.servers().flatMap(({ id }) => this.current(id)?.connection.socketUrl ?? [])
  }

  /** The demo PBX in use, null when there is none or the own PBX was saved. */
  demo(): PbxFile | null {
    return this.#current?.source === 'demo' ? this.#deps.demo : null
  }

  /**
   * What `write` would connect with, its missing secret filled from the one in use. Only for the very same login: a stored
   * secret must not be sent to another host because somebody typed its name.
   */
  accountFor(write: PbxConnectionWrite): AmiAccount {
    if (write.amiSecret !== null) return accountOf(write, write.amiSecret)
    const stored = this.current(write.server)?.account
    const same = stored?.host === write.host && stored.port === write.amiPort && stored.user === write.amiUser
    if (!same) {
      const message = stored ? 'the stored secret is for another host, port or user: give it again' : 'no secret is stored yet'
      throw new AppError('invalidInput', message, { fields: { amiSecret: 'required' } })
    }
    return accountOf(write, stored.secret)
  }

  /** Throws notFound for a server there is not, invalidInput for one that is another already. Who does it is in the action log. */
  save(write: PbxConnectionWrite, by: User | null = null): Promise<void> {
    return this.#serially(async () => {
      const { server = firstServer, name } = write
      if (server !== firstServer && !this.current(server)) throw new AppError('notFound', 'there is no such Asterisk server')
      const account = this.accountFor(write)
      this.#refuseTwice(write, server)
      const connection = PbxConnection.parse(write)
      const before = this.#known(server)
      const after = { name: name ?? before?.name ?? this.#list.firstName, connection, secret: account.secret }
      const details = changeOf(before, after)
      const entry = details && ({ action: 'connection.change', subject: server, details } as const)
      if (server !== firstServer) {
        const others = this.#list.others.map((each) => (each.id === server ? { id: server, ...after } : each))
        await this.#keep({ ...this.#list, others }, by, entry)
        return this.#tell(server)
      }
      const { db, clock, box } = this.#deps
      const value = JSON.stringify({ connection, amiSecret: box.seal(account.secret, connectionKey) })
      const updated_at_ms = clock.nowMs()
      const list = { ...this.#list, firstName: after.name }
      await db.transaction().execute(async (tx) => {
        await tx
          .insertInto('settings')
          .values({ key: connectionKey, value, updated_at_ms })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at_ms }))
          .execute()
        if (list.firstName !== this.#list.firstName) await this.#saved.write(list, tx)
        await this.#audit(tx, by, entry)
      })
      this.#list = list
      this.#current = { connection, account, source: 'saved' }
      this.#tell(firstServer)
    })
  }

  /** One more Asterisk; gives its id. */
  add(write: PbxConnectionWrite, by: User | null = null): Promise<string> {
    return this.#serially(async () => {
      const { next, others } = this.#list
      if (others.length + 1 >= mostServers) throw new AppError('invalidInput', `${mostServers} servers are the most`)
      if (write.amiSecret === null)
        throw new AppError('invalidInput', 'no secret is stored yet', { fields: { amiSecret: 'required' } })
      this.#refuseTwice(write, null)
      const id = String(next)
      const server = { id, name: write.name ?? '', connection: PbxConnection.parse(write), secret: write.amiSecret }
      const details = { name: server.name || write.host, to: readable(server.connection) }
      const list = { ...this.#list, next: next + 1, others: [...others, server] }
      await this.#keep(list, by, { action: 'connection.add', subject: id, details })
      this.#tell(id)
      return id
    })
  }

  /** Forgets what was saved, its secret too. Without a first one the demo PBX is it, where there is one that is no other already. */
  remove(server = firstServer, by: User | null = null): Promise<void> {
    return this.#serially(async () => {
      const entry = { action: 'connection.remove', subject: server, details: { name: this.nameOf(server) } } as const
      if (server === firstServer) {
        await this.#deps.db.transaction().execute(async (tx) => {
          const { numDeletedRows } = await tx.deleteFrom('settings').where('key', '=', connectionKey).executeTakeFirst()
          if (numDeletedRows > 0n) await this.#audit(tx, by, entry)
        })
        this.#current = this.#freeDemo()
        return this.#tell(server)
      }
      if (!this.current(server)) throw new AppError('notFound', 'there is no such Asterisk server')
      const { others, gone } = this.#list
      const left = others.filter(({ id }) => id !== server)
      await this.#keep({ ...this.#list, others: left, gone: [...gone, { id: server, name: this.nameOf(server) }] }, by, entry)
      this.#tell(server)
      if (this.#current !== null) return
      this.#current = this.#freeDemo()
      if (this.#current !== null) this.#tell(firstServer)
    })
  }

  /** As it was saved; null: it was not. */
  #known(server: string): KnownServer | null {
    if (server !== firstServer) return this.#list.others.find(({ id }) => id === server) ?? null
    if (this.#current?.source !== 'saved') return null
    const { connection, account } = this.#current
    return { name: this.#list.firstName, connection, secret: account.secret }
  }

  async #keep(list: ServerList, by: User | null, entry: AuditEntry | null): Promise<void> {
    await this.#deps.db.transaction().execute(async (tx) => {
      await this.#saved.write(list, tx)
      await this.#audit(tx, by, entry)
    })
    this.#list = list
  }

  /** `entry`: null when nothing was changed. */
  async #audit(tx: Db, by: User | null, entry: AuditEntry | null): Promise<void> {
    if (by && entry) await writeAudit(tx, { ...entry, id: randomUUID(), user: by, atMs: this.#deps.clock.nowMs() })
  }

  /** Two administrators at once would each write the list without the other's server. */
  #serially<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#writing.then(work)
    this.#writing = result.catch(() => undefined)
    return result
  }

  /** Linked twice, each call of an Asterisk would be two. */
  #refuseTwice({ host, amiPort }: PbxConnectionWrite, server: string | null): void {
    const taken = this.servers().some(({ id }) => id !== server && isAt(this.current(id), host, amiPort))
    if (taken)
      throw new AppError('invalidInput', 'this Asterisk is one of the servers already', { fields: { host: 'sameServer' } })
  }

  #freeDemo(): Connection | null {
    const demo = demoConnection(this.#deps.demo)
    const taken =
      demo !== null && this.#list.others.some((other) => isAt(connectionOf(other), demo.account.host, demo.account.port))
    return taken ? null : demo
  }

  #tell(server: string): void {
    const connection = this.current(server)
    for (const listener of [...this.#listeners]) listener(connection, server)
  }

  /** Called after each saving and removal with the server it was of; null: it has no connection any more. */
  onChange(listener: (connection: Connection | null, server: string) => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** Names of this machine are one: who linked it twice would see each call twice. */
const hostKey = (host: string): string => {
  const name = host
    .toLowerCase()
    .replace(/^\[(.+)\]$/, '$1')
    .replace(/\.$/, '')
  return name === '::1' || /^127(\.\d{1,3}){3}$/.test(name) ? 'localhost' : name
}

const isAt = (connection: Connection | null, host: string, port: number): boolean =>
  connection?.account.port === port && hostKey(connection.account.host) === hostKey(host)

const connectionOf = ({ connection, secret }: SavedServer): Connection => ({
  connection,
  account: accountOf(connection, secret),
  source: 'saved',
})

/** As in the demo PBX's dialplan. */
const demoEchoNumber = '600'

function demoConnection(demo: PbxFile | null): Connection | null {
  if (!demo) return null
  const { host, amiPort, amiUser, socketUrl, sipDomain } = demo
  const connection: PbxConnection = { host, amiPort, amiUser, socketUrl, sipDomain, iceServers: [], echoNumber: demoEchoNumber }
  return { connection, account: accountOf(connection, demo.amiSecret), source: 'demo' }
}

export function parseStored(value: string): z.infer<typeof StoredConnection> | null {
  let json: unknown
  try {
    json = JSON.parse(value)
  } catch {
    return null
  }
  return StoredConnection.safeParse(json).data ?? null
}
