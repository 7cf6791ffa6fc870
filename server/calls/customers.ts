import { type RawBuilder, sql } from 'kysely'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Contact, Customer, Direction } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { Db } from '../store/index.ts'
import { containsPattern, foldText } from './fold-text.ts'
import { normalizePhone, phoneKey } from './phone-numbers.ts'

const contactLimit = 10
/** Cards looked through for them: enough for a call that rang many phones, few for somebody who calls daily. */
const candidateLimit = 200

export interface CustomerServiceDeps {
  readonly db: Db
  readonly users: UserDirectory
  readonly queueNames: QueueNames
}

export interface NewCustomer {
  readonly id: string
  readonly name: string
  readonly phones: readonly string[]
  readonly address: string
  readonly notes: string
  readonly tag: string | null
  readonly createdAtMs: number
}

/** A customer and what was spoken before; null for a number nobody knows. */
export interface CustomerPop {
  readonly customer: Customer | null
  readonly contacts: Contact[]
}

/** The columns of one customer; `phones` is one text, see `phonesText`. */
export interface CustomerColumns {
  customer_id: string | null
  customer_name: string | null
  customer_address: string | null
  customer_notes: string | null
  customer_tag: string | null
  customer_phones: string | null
}

interface PopRow extends CustomerColumns {
  card_id: string | null
  ringing_at_ms: number
  direction: Direction
  operator_id: string
  operator_name: string
  queue_number: string | null
  category_id: string | null
  result_id: string | null
  satisfaction: number | null
  description: string
  card_notes: string
  answered_at_ms: number | null
  ended_at_ms: number | null
}

/** Columns of the customer `c` under the names of CustomerColumns. */
export const customerColumns: RawBuilder<unknown> = sql`c.id as customer_id, c.name as customer_name, c.address as customer_address,
  c.notes as customer_notes, c.tag as customer_tag, (select string_agg(p.phone, '|') from
  (select phone from customer_phones where customer_id = c.id order by position) p) as customer_phones`

export function toCustomer(row: CustomerColumns): Customer | null {
  if (row.customer_id === null) return null
  return {
    id: row.customer_id,
    name: row.customer_name ?? '',
    phones: row.customer_phones ? row.customer_phones.split('|') : [],
    address: row.customer_address ?? '',
    notes: row.customer_notes ?? '',
    tag: row.customer_tag,
  }
}

export class CustomerService {
  readonly #deps: CustomerServiceDeps

  constructor(deps: CustomerServiceDeps) {
    this.#deps = deps
  }

  /** What the screen shows when a number calls, by one query. The call itself is no earlier contact. */
  async pop(request: { number: string; customerId?: string | null; exceptCallId?: string }): Promise<CustomerPop> {
    const key = phoneKey(request.number)
    const known = request.customerId ?? null
    if (key === '' && known === null) return { customer: null, contacts: [] }
    const phone = normalizePhone(request.number)
    // A missed call rings several phones and leaves a card at each: it counts once, and not at all when a colleague took it.
    const { rows } = await sql<PopRow>`
      with found as (
        select coalesce(${known}, (
          select customer_id from customer_phones where phone_key = ${key} and ${key} <> ''
          order by case when phone = ${phone} then 0 else 1 end, customer_id limit 1
        )) as id
      ), past as (
        select k.* from cards k
        where k.id in (
          select id from (select id from cards where phone_key = ${key} and ${key} <> ''
            order by ringing_at_ms desc limit ${candidateLimit}) by_phone
          union select id from (select id from cards where customer_id = (select id from found)
            order by ringing_at_ms desc limit ${candidateLimit}) by_customer
        )
        and k.call_id <> ${request.exceptCallId ?? ''}
        and k.state in ('saved', 'missed', 'wrapUp')
        and (k.answered_at_ms is not null or not exists (
          select 1 from cards o where o.call_id = k.call_id and (o.answered_at_ms is not null or o.id < k.id)
        ))
        order by k.ringing_at_ms desc limit ${contactLimit}
      )
      select ${customerColumns}, k.id as card_id, k.ringing_at_ms, k.direction, k.operator_id, k.operator_name, k.queue_number,
        k.category_id, k.result_id, k.satisfaction, k.description, k.notes as card_notes, k.answered_at_ms, k.ended_at_ms
      from (select 1 as one) base
      left join customers c on c.id = (select id from found)
      left join past k on 1 = 1
      order by k.ringing_at_ms desc`.execute(this.#deps.db)
    const first = rows[0]
    return {
      customer: first ? toCustomer(first) : null,
      contacts: rows.flatMap((row) => (row.card_id === null ? [] : [this.#contact(row.card_id, row)])),
    }
  }

  /** One customer with the latest contacts. Throws notFound. */
  async read(id: string): Promise<{ customer: Customer; contacts: Contact[] }> {
    const { customer, contacts } = await this.pop({ number: '', customerId: id })
    if (!customer) throw new AppError('notFound', 'No such customer')
    return { customer, contacts }
  }

  /** The name a live call is shown with; null for a number nobody knows. */
  async nameFor(number: string): Promise<string | null> {
    const key = phoneKey(number)
    if (key === '') return null
    const row = await this.#deps.db
      .selectFrom('customer_phones as p')
      .innerJoin('customers as c', 'c.id', 'p.customer_id')
      .select('c.name')
      .where('p.phone_key', '=', key)
      .orderBy('c.id')
      .limit(1)
      .executeTakeFirst()
    return row?.name ?? null
  }

  /** By part of a name or number: names that begin with the text first, then by name. */
  async search(request: { search: string; limit: number }): Promise<Customer[]> {
    const text = foldText(request.search.trim())
    const digits = searchDigits(request.search)
    const byPhone = digits.map(
      (part) => sql`exists (select 1 from customer_phones q where q.customer_id = c.id and q.phone_key like ${part})`,
    )
    const matches = sql.join([sql`c.name_folded like ${containsPattern(text)} escape '\\'`, ...byPhone], sql` or `)
    const { rows } = await sql<CustomerColumns>`
      select ${customerColumns} from customers c
      where ${matches}
      order by case when c.name_folded like ${containsPattern(text).slice(1)} escape '\\' then 0 else 1 end, c.name_folded, c.id
      limit ${request.limit}`.execute(this.#deps.db)
    return rows.flatMap((row) => toCustomer(row) ?? [])
  }

  #contact(cardId: string, row: PopRow): Contact {
    const { users, queueNames } = this.#deps
    return {
      cardId,
      atMs: row.ringing_at_ms,
      direction: row.direction,
      operatorName: users.byId(row.operator_id)?.name ?? row.operator_name,
      queueName: row.queue_number === null ? null : queueNames.name(row.queue_number),
      categoryId: row.category_id,
      resultId: row.result_id,
      satisfaction: row.satisfaction,
      description: row.description,
      notes: row.card_notes,
      talkMs: row.answered_at_ms === null ? 0 : Math.max(0, (row.ended_at_ms ?? row.answered_at_ms) - row.answered_at_ms),
    }
  }
}

/**
 * LIKE patterns on a phone key for what was typed, none when it is no number: `8 916 0`, `+7 916 0` and `916 0` all find
 * +79160…; three digits at least, or everybody would match.
 */
export function searchDigits(search: string): string[] {
  if (!/^[\d\s()+.-]+$/.test(search.trim())) return []
  const digits = search.replace(/\D/g, '')
  if (digits.length < 3) return []
  if (digits.length > 10) return [`%${digits.slice(-10)}%`]
  return /^[78]\d{3}/.test(digits) ? [`%${digits}%`, `${digits.slice(1)}%`] : [`%${digits}%`]
}

/** Customers are imported, not typed: nobody edits them here yet. */
export async function addCustomers(db: Db, customers: readonly NewCustomer[]): Promise<void> {
  for (const { id, name, phones, address, notes, tag, createdAtMs } of customers) {
    const row = { id, name, name_folded: foldText(name), address, notes, tag, created_at_ms: createdAtMs }
    await db.insertInto('customers').values(row).execute()
    const numbers = [...new Set(phones.map(normalizePhone))]
    if (numbers.length === 0) continue
    const rows = numbers.map((phone, position) => ({ customer_id: id, phone, phone_key: phoneKey(phone), position }))
    await db.insertInto('customer_phones').values(rows).execute()
  }
}
