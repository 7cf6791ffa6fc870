import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { CallRow, DictionaryEntry, Direction, ExtraField } from '../contract/index.ts'
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
  extra: string | null
}

/** A call with what the administrator's own fields of its card have, as the card's table keeps it (JSON; null without a card). */
export interface FullCallRow extends CallRow {
  readonly extra: string | null
}

/** Rows read, and later written, in one turn of the event loop: some 10 ms. */
export const pageRows = 500

export interface DictionaryNames {
  readonly ru: string
  readonly en: string
}

export interface CallRowsDeps {
  readonly db: Db
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  /** Names of everything a card may carry. */
  readonly dictionaries: () => Readonly<Record<'categories' | 'results', readonly DictionaryEntry[]>>
  /** The administrator's own fields of a card, removed ones too. */
  readonly extraFields: () => readonly ExtraField[]
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
    const calls = await this.#page({ ...request, after: null })
    return { calls: calls.map(({ extra: _, ...call }) => call), total: Number(counted.total) }
  }

  /** All of the period, newest first, a page at a time; between two of them everybody else has a turn. */
  async *pages(period: { fromMs: number; toMs: number }): AsyncGenerator<FullCallRow[]> {
    for (let after: FullCallRow | null = null; ; ) {
      const page: FullCallRow[] = await this.#page({ ...period, limit: pageRows, after })
      yield page
      after = page.at(-1) ?? null
      if (page.length < pageRows) return
      await nextTurn()
    }
  }

  async #page(request: { fromMs: number; toMs: number; limit: number; after: CallRow | null }): Promise<FullCallRow[]> {
    const { fromMs, toMs, limit, after } = request
    const rest = after
      ? sql`and l.started_at_ms <= ${after.startedAtMs} and (l.started_at_ms < ${after.startedAtMs} or l.id > ${after.callId})`
      : sql``
    const { rows } = await sql<Row>`
      select l.*, c.name as customer_name, k.category_id, k.result_id, k.satisfaction, k.description, k.extra
      from calls l
      left join cards k on k.id = (
        select id from cards where call_id = l.id and answered_at_ms is not null
        order by case when operator_id = l.operator_id then 0 else 1 end, answered_at_ms, id limit 1)
      left join customers c on c.id = coalesce(k.customer_id, (
        select case when count(*) = 1 then min(customer_id) end from customer_phones
        where phone_key = l.phone_key and l.phone_key <> ''))
      where l.started_at_ms >= ${fromMs} and l.started_at_ms < ${toMs} ${rest}
      order by l.started_at_ms desc, l.id
      limit ${limit}`.execute(this.#deps.db)
    return rows.map((row) => this.#callRow(row))
  }

  extraFields(): readonly ExtraField[] {
    return this.#deps.extraFields()
  }

  /** Names of categories and results by `kind:id`. */
  dictionary(): ReadonlyMap<string, DictionaryNames> {
    const { categories, results } = this.#deps.dictionaries()
    const named = (kind: string, entries: readonly DictionaryEntry[]) =>
      entries.map(({ id, ru, en }): [string, DictionaryNames] => [`${kind}:${id}`, { ru, en }])
    return new Map([...named('category', categories), ...named('result', results)])
  }

  #callRow(row: Row): FullCallRow {
    const { users, queueNames } = this.#deps
    const running = row.ended_at_ms === null
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
      outcome: running ? 'running' : row.answered_at_ms === null ? 'missed' : 'answered',
      waitMs: waitTo === null ? null : Math.max(0, waitTo - waitFrom),
      talkMs: talks ? Math.max(0, (row.ended_at_ms ?? 0) - (row.answered_at_ms ?? 0)) : null,
      categoryId: row.category_id,
      resultId: row.result_id,
      satisfaction: row.satisfaction,
      description: row.description ?? '',
      extra: row.extra,
    }
  }
}
