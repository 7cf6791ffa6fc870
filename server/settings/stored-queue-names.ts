import { firstServer, plainName, serverOf } from '../contract/index.ts'
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
  readonly #deps: { db: Db; servers?: ServerNames }
  readonly #names = new Map<string, string>()
  readonly #listeners = new Set<() => void>()

  constructor(deps: { db: Db; servers?: ServerNames }) {
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

  async set(queue: { number: string; name: string }): Promise<void> {
    await this.#deps.db
      .insertInto('queue_names')
      .values(queue)
      .onConflict((conflict) => conflict.column('number').doUpdateSet({ name: queue.name }))
      .execute()
    this.#names.set(queue.number, queue.name)
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
