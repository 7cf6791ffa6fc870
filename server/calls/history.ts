import { type RawBuilder, sql } from 'kysely'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import { type Category, type HistoryCard, type HistoryFilter, pathOf, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import { spanOfPeriod } from '../site-time.ts'
import type { Db } from '../store/index.ts'
import { answered, cardsWithin, closed, external, missed, notReached, rated, takenElsewhere } from './card-conditions.ts'
import type { CardSetups } from './card-setup.ts'
import { type CardRow, cardView, type FromElsewhere, toCard, toRecord } from './card-store.ts'
import { type CustomerColumns, customerColumns, searchDigits, toCustomer } from './customers.ts'
import { containsPattern, foldText } from './fold-text.ts'
import { seesAll } from './work-access.ts'

export interface HistoryPage extends HistoryFilter {
  readonly after?: string | undefined
  readonly limit: number
}

const outcomes = { answered, missed, notReached, rated } as const

export interface CallHistoryDeps {
  readonly db: Db
  /** Reads the same, without holding others up: for what may go through every card there is. */
  readonly searchDb: Db
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  readonly setups: CardSetups
  readonly clock: Clock
  readonly timeZone: string
}

/** Finished cards to look through. An operator's are the own ones, whatever is asked. */
export class CallHistory {
  readonly #deps: CallHistoryDeps

  constructor(deps: CallHistoryDeps) {
    this.#deps = deps
  }

  /** Newest first. Cards of one millisecond are told apart by their id, so no page skips or repeats one. */
  async page(user: User, page: HistoryPage): Promise<{ cards: HistoryCard[]; next: string | null }> {
    const owner = seesAll(user) ? page.operatorId : user.id
    const { categories } = this.#deps.setups.current().setup
    const narrowed = filters(page, categories)
    const conditions = [closed, ...narrowed]
    if (page.period !== undefined) {
      const { clock, timeZone } = this.#deps
      conditions.push(cardsWithin(spanOfPeriod(page.period, clock.nowMs(), timeZone)))
    }
    if (owner !== undefined) conditions.push(sql`k.operator_id = ${owner}`)
    if (page.after !== undefined) {
      const { atMs, id } = readCursor(page.after)
      conditions.push(sql`k.ringing_at_ms <= ${atMs} and (k.ringing_at_ms < ${atMs} or k.id > ${id})`)
    }
    const { rows } = await sql<CardRow & CustomerColumns & { taken_elsewhere: number }>`
      select ${customerColumns}, k.*, (k.state = 'missed' and ${takenElsewhere}) as taken_elsewhere
      from cards k left join customers c on c.id = k.customer_id
      where ${sql.join(conditions, sql` and `)} order by k.ringing_at_ms desc, k.id limit ${page.limit + 1}`.execute(
      narrowed.length > 0 ? this.#deps.searchDb : this.#deps.db,
    )
    const shown = rows.slice(0, page.limit)
    const last = rows.length > page.limit ? shown.at(-1) : undefined
    return {
      cards: shown.map((row) => this.#card(row)),
      next: last === undefined ? null : `${last.ringing_at_ms}:${last.id}`,
    }
  }

  #card(row: CardRow & CustomerColumns & { taken_elsewhere: number }): HistoryCard {
    const { users } = this.#deps
    const record = toRecord(row)
    const customer = toCustomer(row)
    const known = record.customerSource === 'chosen' ? 'chosen' : 'sure'
    const found = { customer, customerMatch: customer ? known : 'none', candidates: [], contacts: [] } satisfies FromElsewhere
    const { contacts: _, ...card } = toCard(record, found, cardView(this.#deps))
    const operatorName = users.byId(row.operator_id)?.name ?? row.operator_name
    return { ...card, operatorName, takenElsewhere: Boolean(row.taken_elsewhere) }
  }
}

function filters(filter: HistoryFilter, categories: readonly Category[]): RawBuilder<unknown>[] {
  const { direction, outcome, queue, categoryId } = filter
  const found: RawBuilder<unknown>[] = []
  if (direction === 'external') found.push(external)
  else if (direction !== undefined) found.push(sql`k.direction = ${direction}`)
  if (outcome !== undefined) found.push(outcomes[outcome])
  if (queue !== undefined) found.push(sql`k.queue_number = ${queue}`)
  if (categoryId !== undefined) found.push(sql`k.category_id in (${sql.join(withUnder(categoryId, categories))})`)
  const search = filter.search?.trim() ?? ''
  if (search !== '') {
    const byPhone = searchDigits(search).map((part) => sql`k.phone_key like ${part}`)
    const byText = sql`k.search_text like ${containsPattern(foldText(search))} escape '\\'`
    found.push(sql`(${sql.join([byText, ...byPhone], sql` or `)})`)
  }
  return found
}

/** The category and all under it, archived ones too: old calls have them. */
function withUnder(id: string, categories: readonly Category[]): string[] {
  const under = categories.filter((one) => one.id !== id && pathOf(categories, one.id)?.some((above) => above.id === id))
  return [id, ...under.map((one) => one.id)]
}

function readCursor(text: string): { atMs: number; id: string } {
  const [, at, id] = /^(\d{1,15}):(.+)$/s.exec(text) ?? []
  if (at === undefined || id === undefined)
    throw new AppError('invalidInput', 'No place in the history', { fields: { after: 'invalid' } })
  return { atMs: Number(at), id }
}
