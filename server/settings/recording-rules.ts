import { randomUUID } from 'node:crypto'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import type { User } from '../contract/index.ts'
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

  async force(queue: string, forced: boolean, user: User): Promise<void> {
    if (forced === this.#forced.has(queue)) return
    const { db, clock } = this.#deps
    const atMs = clock.nowMs()
    await db.transaction().execute(async (tx) => {
      if (forced)
        await tx
          .insertInto('forced_recordings')
          .values({ queue_number: queue, since_ms: atMs })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      else await tx.deleteFrom('forced_recordings').where('queue_number', '=', queue).execute()
      await writeAudit(tx, { id: randomUUID(), user, atMs, action: 'queue.recording', subject: queue, details: { forced } })
    })
    if (forced) this.#forced.add(queue)
    else this.#forced.delete(queue)
    for (const listener of [...this.#listeners]) listener()
  }

  onChange(listener: () => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
