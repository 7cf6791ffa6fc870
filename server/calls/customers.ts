import { type RawBuilder, sql } from 'kysely'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Contact, Customer, CustomerMatch, Direction } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { Db } from '../store/index.ts'
import { containsPattern, foldText } from './fold-text.ts'
import { normalizePhone, phoneKey, phoneTail, storedPhone, tailDigits } from './phone-numbers.ts'

const contactLimit = 10
/** Cards looked through for them: enough for a call that rang many phones, few for somebody who calls daily. */
const candidateLimit = 200
/** More people behind one number are not a choice but a search. */
const candidateCustomers = 8

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

/** Whom a call is about and what was spoken before. */
export interface CustomerPop {
  readonly match: CustomerMatch
  /** null unless the match is `sure` or `chosen`. */
  readonly customer: Customer | null
  /** Only with `maybe`, the one spoken with last before the others. */
  readonly candidates: Customer[]
  readonly contacts: Contact[]
}

export interface PopRequest {
  readonly number: string
  /** Known already: the number is not asked. */
  readonly customerId?: string | null
  /** The operator said that it is nobody we know. */
  readonly nobody?: boolean
  /** The call itself is no earlier contact. */
  readonly exceptCallId?: string
}

/** The columns of one customer; `phones` is one text, see `phonesText`. */
export interface CustomerColumns {
  customer_id: string | null
  customer_name: string | null
  customer_address: string | null
  customer_notes: string | null
  customer_tag: string | null
  customer_phones: string | null
  customer_version: number | null
}

interface ContactRow {
  card_id: string
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
  c.notes as customer_notes, c.tag as customer_tag, c.version as customer_version, (select string_agg(p.phone, '|') from
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
    version: row.customer_version ?? 0,
  }
}

/**
 * Whom a number belongs to, among those it may: `sure` when exactly one has this very number; `maybe` when several have it
 * (a family, a company's switchboard), or when only its end is the same (no country, no area, another country).
 */
export function decideMatch(number: string, found: readonly Customer[]): Omit<CustomerPop, 'contacts'> {
  const wanted = normalizePhone(number)
  const exact = found.filter(({ phones }) => phones.some((phone) => normalizePhone(phone) === wanted))
  const [only] = exact
  if (only && exact.length === 1) return { match: 'sure', customer: only, candidates: [] }
  const candidates = exact.length > 0 ? exact : [...found]
  return { match: candidates.length > 0 ? 'maybe' : 'none', customer: null, candidates }
}

export class CustomerService {
  readonly #deps: CustomerServiceDeps

  constructor(deps: CustomerServiceDeps) {
    this.#deps = deps
  }

  /** What the screen shows when a number calls. */
  async pop(request: PopRequest): Promise<CustomerPop> {
    const known = request.customerId ?? null
    if (known !== null) {
      const [customer] = await this.#customers(sql`c.id = ${known}`)
      // Merged away or erased since: the number is asked again.
      if (customer) return { match: 'chosen', customer, candidates: [], contacts: await this.#contacts(request, known) }
    }
    if (request.nobody) return { match: 'nobody', customer: null, candidates: [], contacts: await this.#contacts(request, null) }
    const match = decideMatch(request.number, await this.#withNumber(request.number))
    return { ...match, contacts: await this.#contacts(request, match.customer?.id ?? null) }
  }

  /** One customer with the latest contacts. Throws notFound. */
  async read(id: string): Promise<{ customer: Customer; contacts: Contact[] }> {
    const { customer, contacts } = await this.pop({ number: '', customerId: id })
    if (!customer) throw new AppError('notFound', 'No such customer')
    return { customer, contacts }
  }

  /** The name a live call is shown with; null for a number that nobody surely has. */
  async nameFor(number: string): Promise<string | null> {
    return decideMatch(number, await this.#withNumber(number)).customer?.name ?? null
  }

  /** Everybody this number may belong to, the one spoken with last first. */
  async #withNumber(number: string): Promise<Customer[]> {
    const key = phoneKey(number)
    if (key === '') return []
    const whole = key.length >= tailDigits + 3
    // A number without its area finds whole ones by their end, and a whole one finds those.
    const byEnd = whole
      ? sql`(length(p.phone_key) between ${tailDigits} and ${tailDigits + 2} and ${key} like '%' || p.phone_key)`
      : sql`p.phone_key like ${key.length >= tailDigits ? `%${key}` : key}`
    return this.#customers(
      sql`c.id in (select p.customer_id from customer_phones p
        where p.phone_tail = ${phoneTail(key)} and (p.phone_key = ${key} or ${byEnd}))`,
      sql`order by (select max(k.ringing_at_ms) from cards k where k.customer_id = c.id) desc nulls last, c.id limit ${candidateCustomers}`,
    )
  }

  async #customers(where: RawBuilder<unknown>, rest: RawBuilder<unknown> = sql``): Promise<Customer[]> {
    const { rows } = await sql<CustomerColumns>`
      select ${customerColumns} from customers c where c.merged_into is null and ${where} ${rest}`.execute(this.#deps.db)
    return rows.flatMap((row) => toCustomer(row) ?? [])
  }

  async #contacts(request: PopRequest, customerId: string | null): Promise<Contact[]> {
    const key = phoneKey(request.number)
    if (key === '' && customerId === null) return []
    // A missed call rings several phones and leaves a card at each: it counts once, and not at all when a colleague took it.
    const { rows } = await sql<ContactRow>`
      select k.id as card_id, k.ringing_at_ms, k.direction, k.operator_id, k.operator_name, k.queue_number,
        k.category_id, k.result_id, k.satisfaction, k.description, k.notes as card_notes, k.answered_at_ms, k.ended_at_ms
      from cards k
      where k.id in (
        select id from (select id from cards where phone_key = ${key} and ${key} <> ''
          order by ringing_at_ms desc limit ${candidateLimit}) by_phone
        union select id from (select id from cards where customer_id = ${customerId}
          order by ringing_at_ms desc limit ${candidateLimit}) by_customer
      )
      and k.call_id <> ${request.exceptCallId ?? ''}
      and k.state in ('saved', 'missed', 'wrapUp')
      and (k.answered_at_ms is not null or not exists (
        select 1 from cards o where o.call_id = k.call_id and (o.answered_at_ms is not null or o.id < k.id)
      ))
      order by k.ringing_at_ms desc limit ${contactLimit}`.execute(this.#deps.db)
    return rows.map((row) => this.#contact(row))
  }

  /** By part of a name or number: names that begin with the text first, then by name. */
  async search(request: { search: string; limit: number }): Promise<Customer[]> {
    const text = foldText(request.search.trim())
    const digits = searchDigits(request.search)
    const byPhone = digits.map(
      (part) => sql`exists (select 1 from customer_phones q where q.customer_id = c.id and q.phone_key like ${part})`,
    )
    const matches = sql.join([sql`c.name_folded like ${containsPattern(text)} escape '\\'`, ...byPhone], sql` or `)
    return this.#customers(
      sql`(${matches})`,
      sql`order by case when c.name_folded like ${containsPattern(text).slice(1)} escape '\\' then 0 else 1 end, c.name_folded, c.id
        limit ${request.limit}`,
    )
  }

  #contact(row: ContactRow): Contact {
    const { users, queueNames } = this.#deps
    return {
      cardId: row.card_id,
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

/** Customers of an import. */
export async function addCustomers(db: Db, customers: readonly NewCustomer[]): Promise<void> {
  for (const { id, name, phones, address, notes, tag, createdAtMs } of customers) {
    const own = { version: 1, field_stamps: '{}', merged_into: null }
    const row = { id, name, name_folded: foldText(name), address, notes, tag, created_at_ms: createdAtMs, ...own }
    await db.insertInto('customers').values(row).execute()
    await writePhones(db, id, phones)
  }
}

/** The customer's phones are these, each once, in this order. */
export async function writePhones(db: Db, customerId: string, phones: readonly string[]): Promise<void> {
  await db.deleteFrom('customer_phones').where('customer_id', '=', customerId).execute()
  const rows = [...new Set(phones.map(storedPhone))].map((phone, position) => {
    const key = phoneKey(phone)
    return { customer_id: customerId, phone, phone_key: key, phone_tail: phoneTail(key), position }
  })
  if (rows.length > 0) await db.insertInto('customer_phones').values(rows).execute()
}
