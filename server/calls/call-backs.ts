import { sql } from 'kysely'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import type { CallBack, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import { type CustomerColumns, customerColumns, toCustomer } from './customers.ts'

interface CallBackRow extends CustomerColumns {
  id: string
  card_id: string
  operator_id: string
  operator_name: string
  number: string
  reason: string
  due_at_ms: number | null
  created_at_ms: number
  done_at_ms: number | null
}

export interface CallBackServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly users: UserDirectory
}

/** Tasks to call a customer back; they come from saved cards. An operator has only the own ones. */
export class CallBackService {
  readonly #deps: CallBackServiceDeps

  constructor(deps: CallBackServiceDeps) {
    this.#deps = deps
  }

  /** Open: due first, those without a time ("as soon as possible") before all. Done: latest first. */
  async list(user: User, request: { status: 'open' | 'done'; limit: number }): Promise<CallBack[]> {
    const open = request.status === 'open'
    const own = user.role === 'operator' ? sql`b.operator_id = ${user.id}` : sql`1 = 1`
    const order = open ? sql`coalesce(b.due_at_ms, 0), b.created_at_ms, b.id` : sql`b.done_at_ms desc, b.id`
    const { rows } = await sql<CallBackRow>`
      select b.*, ${customerColumns} from call_backs b left join customers c on c.id = b.customer_id
      where ${own} and b.done_at_ms ${open ? sql`is null` : sql`is not null`}
      order by ${order} limit ${request.limit}`.execute(this.#deps.db)
    return rows.map((row) => this.#callBack(row))
  }

  /** Done, or open again. A supervisor may do it for anybody. Throws notFound for what this person may not see. */
  async complete(user: User, id: string, done: boolean): Promise<CallBack> {
    const before = await this.#read(id)
    if (!before || (user.role === 'operator' && before.operatorId !== user.id))
      throw new AppError('notFound', 'No such call-back')
    const at = done ? (before.doneAtMs ?? this.#deps.clock.nowMs()) : null
    await this.#deps.db.updateTable('call_backs').set({ done_at_ms: at }).where('id', '=', id).execute()
    return { ...before, doneAtMs: at }
  }

  async #read(id: string): Promise<CallBack | null> {
    const { rows } = await sql<CallBackRow>`
      select b.*, ${customerColumns} from call_backs b left join customers c on c.id = b.customer_id where b.id = ${id}
    `.execute(this.#deps.db)
    return rows[0] ? this.#callBack(rows[0]) : null
  }

  #callBack(row: CallBackRow): CallBack {
    return {
      id: row.id,
      cardId: row.card_id,
      operatorId: row.operator_id,
      operatorName: this.#deps.users.byId(row.operator_id)?.name ?? row.operator_name,
      number: row.number,
      customer: toCustomer(row),
      reason: row.reason,
      dueAtMs: row.due_at_ms,
      createdAtMs: row.created_at_ms,
      doneAtMs: row.done_at_ms,
    }
  }
}
