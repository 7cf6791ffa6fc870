import { randomUUID } from 'node:crypto'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import type { User } from '../contract/index.ts'
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
  async set(queue: string, asked: boolean, user: User): Promise<void> {
    if (asked === this.#asked.has(queue)) return
    const { db, clock } = this.#deps
    const atMs = clock.nowMs()
    await db.transaction().execute(async (tx) => {
      if (asked)
        await tx
          .insertInto('surveyed_queues')
          .values({ queue_number: queue, since_ms: atMs })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      else await tx.deleteFrom('surveyed_queues').where('queue_number', '=', queue).execute()
      await writeAudit(tx, { id: randomUUID(), user, atMs, action: 'queue.survey', subject: queue, details: { asked } })
    })
    if (asked) this.#asked.add(queue)
    else this.#asked.delete(queue)
  }
}
