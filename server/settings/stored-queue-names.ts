import { firstServer, plainName, serverOf } from '../contract/index.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import type { QueueNames } from './queue-names.ts'

/** Queue names in the database, read from memory. */
export class StoredQueueNames implements QueueNames {
  readonly #deps: { db: Db; serverName?: (server: string) => string }
  readonly #names = new Map<string, string>()
  readonly #listeners = new Set<() => void>()

  /** `serverName`: what people call an Asterisk beside the first. */
  constructor(deps: { db: Db; serverName?: (server: string) => string }) {
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
    return `${plainName(number)} · ${this.#deps.serverName?.(server) ?? server}`
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

  onChange(listener: () => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
