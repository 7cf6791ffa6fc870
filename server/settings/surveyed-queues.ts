import type { Clock } from '../clock.ts'
import type { Db } from '../store/index.ts'

/** Queues whose callers are asked how satisfied they are, once the operator has hung up: in the database, read from memory. */
export class SurveyedQueues {
  readonly #deps: { db: Db; clock: Clock }
  readonly #asked = new Set<string>()

  constructor(deps: { db: Db; clock: Clock }) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const rows = await this.#deps.db.selectFrom('surveyed_queues').select('queue_number').execute()
    for (const row of rows) this.#asked.add(row.queue_number)
  }

  asks(queue: string): boolean {
    return this.#asked.has(queue)
  }

  /** Whoever enters the queue from now on is asked, or not. */
  async set(queue: string, asked: boolean): Promise<void> {
    const { db, clock } = this.#deps
    if (asked) {
      const row = { queue_number: queue, since_ms: clock.nowMs() }
      await db
        .insertInto('surveyed_queues')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      this.#asked.add(queue)
    } else {
      await db.deleteFrom('surveyed_queues').where('queue_number', '=', queue).execute()
      this.#asked.delete(queue)
    }
  }
}
