import { randomUUID } from 'node:crypto'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import { firstServer, plainName, serverOf, type User } from '../contract/index.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import type { QueueNames } from './queue-names.ts'

/** What people call the Asterisk servers; see ConnectionSettings. */
interface ServerNames {
  nameOf(server: string): string
  onChange(listener: () => void): Disposer
}

/** Queue names in the database, read from memory. */
export class StoredQueueNames implements QueueNames {
  readonly #deps: { db: Db; clock: Clock; servers?: ServerNames }
  readonly #names = new Map<string, string>()
  readonly #listeners = new Set<() => void>()

  constructor(deps: { db: Db; clock: Clock; servers?: ServerNames }) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const rows = await this.#deps.db.selectFrom('queue_names').selectAll().execute()
    for (const row of rows) this.#names.set(row.number, row.name)
  }

  name(number: string): string {
    const named = this.#names.get(number)
    if (named !== undefined || serverOf(number) === firstServer) return named ?? number
    const server = serverOf(number)
    return `${plainName(number)} · ${this.#deps.servers?.nameOf(server) ?? server}`
  }

  all(): readonly { readonly number: string; readonly name: string }[] {
    return [...this.#names].map(([number, name]) => ({ number, name })).sort((a, b) => a.number.localeCompare(b.number))
  }

  /** `user`: who names it; null: the demo, which is not in the action log. */
  async set({ number, name }: { number: string; name: string }, user: User | null = null): Promise<void> {
    const from = this.#names.get(number) ?? null
    if (name === from) return
    const { db, clock } = this.#deps
    await db.transaction().execute(async (tx) => {
      await tx
        .insertInto('queue_names')
        .values({ number, name })
        .onConflict((conflict) => conflict.column('number').doUpdateSet({ name }))
        .execute()
      if (user)
        await writeAudit(tx, {
          ...{ id: randomUUID(), user, atMs: clock.nowMs() },
          ...{ action: 'queue.name', subject: number, details: { from, to: name } },
        })
    })
    this.#names.set(number, name)
    for (const listener of [...this.#listeners]) listener()
  }

  /** A server's name is a part of its queues' names. */
  onChange(listener: () => void): Disposer {
    this.#listeners.add(listener)
    const stop = this.#deps.servers?.onChange(() => listener())
    return () => {
      this.#listeners.delete(listener)
      stop?.()
    }
  }
}
