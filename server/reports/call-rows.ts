import { sql } from 'kysely'
import type { UserDirectory } from '../accounts/user-directory.ts'
import { heardOutcome } from '../calls/index.ts'
import type { CallRow, Direction } from '../contract/index.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { Db } from '../store/index.ts'

interface Row {
  id: string
  direction: Direction
  number: string
  queue_number: string | null
  started_at_ms: number
  queued_at_ms: number | null
  answered_at_ms: number | null
  ended_at_ms: number | null
  end_unseen: number
  operator_id: string | null
  operator_name: string | null
  customer_name: string | null
  category_id: string | null
  result_id: string | null
  satisfaction: number | null
  description: string | null
  card_id: string | null
}

export interface CallRowsDeps {
  readonly db: Db
  readonly users: UserDirectory
  readonly queueNames: QueueNames
}

/** The ledger joined with customers and with the card of the person who answered. */
export class CallRows {
  readonly #deps: CallRowsDeps

  constructor(deps: CallRowsDeps) {
    this.#deps = deps
  }

  async read(request: { fromMs: number; toMs: number; limit: number }): Promise<{ calls: CallRow[]; total: number }> {
    const { fromMs, toMs } = request
    const counted = await this.#deps.db
      .selectFrom('calls')
      .select((e) => e.fn.countAll<number>().as('total'))
      .where('started_at_ms', '>=', fromMs)
      .where('started_at_ms', '<', toMs)
      .executeTakeFirstOrThrow()
    return { calls: await this.#page(request), total: Number(counted.total) }
  }

  async #page({ fromMs, toMs, limit }: { fromMs: number; toMs: number; limit: number }): Promise<CallRow[]> {
    const { rows } = await sql<Row>`
      select l.*, c.name as customer_name, k.category_id, k.result_id, k.satisfaction, k.description, k.id as card_id
      from calls l
      left join cards k on k.id = (
        select id from cards where call_id = l.id and answered_at_ms is not null
        order by case when operator_id = l.operator_id then 0 else 1 end, answered_at_ms, id limit 1)
      left join customers c on c.id = coalesce(k.customer_id, (
        select case when count(*) = 1 then min(customer_id) end from customer_phones
        where phone_key = l.phone_key and l.phone_key <> ''))
      where l.started_at_ms >= ${fromMs} and l.started_at_ms < ${toMs}
      order by l.started_at_ms desc, l.id
      limit ${limit}`.execute(this.#deps.db)
    return rows.map((row) => this.#callRow(row))
  }

  #callRow(row: Row): CallRow {
    const { users, queueNames } = this.#deps
    const waitFrom = row.queued_at_ms ?? row.started_at_ms
    const waitTo = row.answered_at_ms ?? (row.end_unseen ? null : row.ended_at_ms)
    const talks = row.answered_at_ms !== null && row.ended_at_ms !== null && !row.end_unseen
    return {
      callId: row.id,
      startedAtMs: row.started_at_ms,
      direction: row.direction,
      number: row.number,
      customerName: row.customer_name,
      queue: row.queue_number === null ? null : { number: row.queue_number, name: queueNames.name(row.queue_number) },
      operatorName: row.operator_id === null ? row.operator_name : (users.byId(row.operator_id)?.name ?? row.operator_name),
      outcome: heardOutcome(row),
      waitMs: waitTo === null ? null : Math.max(0, waitTo - waitFrom),
      talkMs: talks ? Math.max(0, (row.ended_at_ms ?? 0) - (row.answered_at_ms ?? 0)) : null,
      categoryId: row.category_id,
      resultId: row.result_id,
      satisfaction: row.satisfaction,
      description: row.description ?? '',
      cardId: row.card_id,
    }
  }
}
