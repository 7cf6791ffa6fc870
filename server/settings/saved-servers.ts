import { z } from 'zod'
import type { SecretBox } from '../accounts/index.ts'
import type { Clock } from '../clock.ts'
import { firstServer, PbxConnection } from '../contract/index.ts'
import { StartError } from '../errors.ts'
import type { Db } from '../store/index.ts'

const serversKey = 'pbxServers'
const Stored = z.object({
  /** Numbers are never given again: what the server before was called stays its own. */
  next: z.number().int(),
  firstName: z.string(),
  others: z.array(z.object({ id: z.string(), name: z.string(), connection: PbxConnection, amiSecret: z.string() })),
  /** Names of those that were removed: their calls and queues of the past are still told apart by them. */
  gone: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
})

export interface SavedServer {
  readonly id: string
  readonly name: string
  readonly connection: PbxConnection
  readonly secret: string
}

export interface ServerList {
  readonly next: number
  /** What people call the first one; empty: nothing. */
  readonly firstName: string
  readonly others: readonly SavedServer[]
  /** Those removed, by the name they had. */
  readonly gone: readonly { readonly id: string; readonly name: string }[]
}

export const onlyTheFirst: ServerList = { next: Number(firstServer) + 1, firstName: '', others: [], gone: [] }

/** The servers after the first, whose connection has a row of its own, older than these. */
export class SavedServers {
  readonly #deps: { db: Db; clock: Clock; box: SecretBox }

  constructor(deps: { db: Db; clock: Clock; box: SecretBox }) {
    this.#deps = deps
  }

  /** Throws StartError for what cannot be read. */
  async read(): Promise<ServerList> {
    const { db, box } = this.#deps
    const row = await db.selectFrom('settings').select('value').where('key', '=', serversKey).executeTakeFirst()
    if (!row) return onlyTheFirst
    const stored = parse(row.value)
    if (!stored)
      throw new StartError(
        'The saved list of Asterisk servers in the database is damaged: restore the data folder from a backup.',
      )
    const others = stored.others.map(({ amiSecret, ...server }) => ({
      ...server,
      secret: box.open(amiSecret, purpose(server.id)),
    }))
    return { ...stored, others }
  }

  async write(list: ServerList, db: Db = this.#deps.db): Promise<void> {
    const { clock, box } = this.#deps
    const others = list.others.map(({ secret, ...server }) => ({ ...server, amiSecret: box.seal(secret, purpose(server.id)) }))
    const value = JSON.stringify({ ...list, others, gone: [...list.gone] } satisfies z.infer<typeof Stored>)
    const updated_at_ms = clock.nowMs()
    await db
      .insertInto('settings')
      .values({ key: serversKey, value, updated_at_ms })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at_ms }))
      .execute()
  }
}

const purpose = (id: string): string => `${serversKey}:${id}`

function parse(value: string): z.infer<typeof Stored> | null {
  try {
    return Stored.safeParse(JSON.parse(value)).data ?? null
  } catch {
    return null
  }
}
