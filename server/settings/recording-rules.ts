import type { Clock } from '../clock.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'

/** Queues whose calls are recorded whether the operator likes it or not: in the database, read from memory. */
export class RecordingRules {
  readonly #deps: { db: Db; clock: Clock }
  readonly #forced = new Set<string>()
  readonly #listeners = new Set<() => void>()

  constructor(deps: { db: Db; clock: Clock }) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const rows = await this.#deps.db.selectFrom('forced_recordings').select('queue_number').execute()
    for (const row of rows) this.#forced.add(row.queue_number)
  }

  forced(queue: string | null): boolean {
    return queue !== null && this.#forced.has(queue)
  }

  async force(queue: string, forced: boolean): Promise<void> {
    const { db, clock } = this.#deps
    if (forced) {
      const row = { queue_number: queue, since_ms: clock.nowMs() }
      await db
        .insertInto('forced_recordings')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      this.#forced.add(queue)
    } else {
      await db.deleteFrom('forced_recordings').where('queue_number', '=', queue).execute()
      this.#forced.delete(queue)
    }
    for (const listener of [...this.#listeners]) listener()
  }

  onChange(listener: () => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
