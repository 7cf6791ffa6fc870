import { z } from 'zod'
import type { SecretBox } from '../accounts/index.ts'
import type { Clock } from '../clock.ts'
import { PbxConnection, type PbxConnectionWrite } from '../contract/index.ts'
import { AppError, StartError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import type { PbxFile } from '../telephony/pbx-file.ts'
import type { AmiAccount, Disposer } from '../telephony/telephony.ts'

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

/** How the server reaches Asterisk: what an administrator saved, else the demo PBX's own file, else not at all. */
export class ConnectionSettings {
  readonly #deps: { db: Db; clock: Clock; box: SecretBox; demo: PbxFile | null }
  readonly #listeners = new Set<(connection: Connection | null) => void>()
  #current: Connection | null = null

  constructor(deps: { db: Db; clock: Clock; box: SecretBox; demo: PbxFile | null }) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const { db, box, demo } = this.#deps
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
    } else this.#current = demoConnection(demo)
  }

  current(): Connection | null {
    return this.#current
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
    const stored = this.#current?.account
    const same = stored?.host === write.host && stored.port === write.amiPort && stored.user === write.amiUser
    if (!same) {
      const message = stored ? 'the stored secret is for another host, port or user: give it again' : 'no secret is stored yet'
      throw new AppError('invalidInput', message, { fields: { amiSecret: 'required' } })
    }
    return accountOf(write, stored.secret)
  }

  async save(write: PbxConnectionWrite): Promise<void> {
    const { db, clock, box } = this.#deps
    const account = this.accountFor(write)
    const connection = PbxConnection.parse(write)
    const value = JSON.stringify({ connection, amiSecret: box.seal(account.secret, connectionKey) })
    const updated_at_ms = clock.nowMs()
    await db
      .insertInto('settings')
      .values({ key: connectionKey, value, updated_at_ms })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at_ms }))
      .execute()
    this.#use({ connection, account, source: 'saved' })
  }

  /** Forgets what was saved, its secret too. What is left is the demo PBX, where there is one. */
  async remove(): Promise<void> {
    await this.#deps.db.deleteFrom('settings').where('key', '=', connectionKey).execute()
    this.#use(demoConnection(this.#deps.demo))
  }

  #use(current: Connection | null): void {
    this.#current = current
    for (const listener of [...this.#listeners]) listener(current)
  }

  /** Called after each saving and removal; null: no connection is left. */
  onChange(listener: (connection: Connection | null) => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

function demoConnection(demo: PbxFile | null): Connection | null {
  if (!demo) return null
  const { host, amiPort, amiUser, socketUrl, sipDomain } = demo
  const connection: PbxConnection = { host, amiPort, amiUser, socketUrl, sipDomain, iceServers: [] }
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
