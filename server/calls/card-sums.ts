import { type RawBuilder, sql } from 'kysely'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { dayOf, siteDay } from '../site-time.ts'
import { type Db, WriteQueue } from '../store/index.ts'
import { cardAtMs, cardsWithin } from './card-conditions.ts'

interface Day {
  readonly day: number
  readonly fromMs: number
  /** Exclusive. */
  readonly toMs: number
}

const amounts = sql`count(*), count(wrap_up_ms), coalesce(sum(wrap_up_ms), 0), count(satisfaction),
  coalesce(sum(case when satisfaction >= 4 then 1 else 0 end), 0), coalesce(sum(satisfaction), 0)`
const columns = sql`day, operator_id, cards, wrap_ups, wrap_up_ms, rated, satisfied, scores`
const finishedBy = (state: string): RawBuilder<unknown> =>
  sql`${sql.raw(state)} = 'saved' and answered_at_ms is not null and direction <> 'internal'`
const finished = finishedBy('state')

/**
 * The finished cards of each operator and day, added up anew in the transaction that writes one of them. Those from before are added
 * up in the background, a day at a time; reports read cards until all are.
 */
export class CardSums {
  readonly #deps: { readonly db: Db; readonly clock: Clock; readonly timeZone: string; readonly logger: Logger }
  readonly #queue: WriteQueue
  /** The last one asked about: asking the zone takes longer than adding up. */
  #day: Day | null = null
  #whole = false
  #stopped = false

  constructor(deps: { db: Db; clock: Clock; timeZone: string; logger: Logger }) {
    this.#deps = deps
    this.#queue = new WriteQueue({ ...deps, failure: 'Sums of cards could not be made; reports read the cards themselves' })
  }

  /** The sums of all days are there. */
  whole(): boolean {
    return this.#whole
  }

  /** Begins to make what is not there yet. */
  async start(): Promise<void> {
    const { db, timeZone } = this.#deps
    const made = await db.selectFrom('card_sums_made').selectAll().executeTakeFirst()
    if (made?.time_zone === timeZone) this.#whole = true
    else this.#queue.add(() => this.#begin())
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#queue.stop()
  }

  /** Resolves when all that was begun is made. */
  idle(): Promise<void> {
    return this.#queue.idle()
  }

  /** The card is written and finished. Within the transaction that writes it. */
  async addUp(tx: Db, card: { operatorId: string; queuedAtMs: number | null; ringingAtMs: number }): Promise<void> {
    await sql`
      insert into card_sums (${columns}) ${daySums(card.operatorId, this.#dayAt(card.queuedAtMs ?? card.ringingAtMs))}
      on conflict (day, operator_id) do update set cards = excluded.cards, wrap_ups = excluded.wrap_ups,
        wrap_up_ms = excluded.wrap_up_ms, rated = excluded.rated, satisfied = excluded.satisfied, scores = excluded.scores
    `.execute(tx)
  }

  async #begin(): Promise<void> {
    await this.#deps.db.transaction().execute(async (tx) => {
      await tx.deleteFrom('card_sums_made').execute()
      await tx.deleteFrom('card_sums').execute()
    })
    this.#queue.add(() => this.#next(0))
  }

  /** The first day that has cards from then on; without any, all is made. */
  async #next(fromMs: number): Promise<void> {
    if (this.#stopped) return
    const { db, timeZone } = this.#deps
    const first = await sql<{ ms: number | null }>`
      select min(${cardAtMs}) as ms from cards where ${cardAtMs} >= ${fromMs} and ${finished}`.execute(db)
    const atMs = first.rows[0]?.ms ?? null
    if (atMs === null) {
      await db
        .insertInto('card_sums_made')
        .values({ time_zone: timeZone })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      this.#whole = true
      return
    }
    const day = this.#dayAt(atMs)
    await db.transaction().execute(async (tx) => {
      await tx.deleteFrom('card_sums').where('day', '=', day.day).execute()
      await sql`
        insert into card_sums (${columns}) select cast(${day.day} as integer), operator_id, ${amounts} from cards
        where ${cardsWithin(day)} and ${finished} group by operator_id`.execute(tx)
    })
    // People's questions first.
    await new Promise((resolve) => setImmediate(resolve))
    this.#queue.add(() => this.#next(day.toMs))
  }

  #dayAt(ms: number): Day {
    const known = this.#day
    if (known && ms >= known.fromMs && ms < known.toMs) return known
    const { timeZone } = this.#deps
    this.#day = { day: siteDay(ms, timeZone), ...dayOf(ms, timeZone) }
    return this.#day
  }
}

/**
 * Of one operator's day. `coalesce` keeps it from the index of finished cards, which has what is asked, but by their time alone: there
 * everybody's day is read to find one's own.
 */
export const daySums = (operatorId: string, { day, ...moments }: Day): RawBuilder<unknown> => sql`
  select cast(${day} as integer), cast(${operatorId} as text), ${amounts} from cards
  where operator_id = ${operatorId} and ${cardsWithin(moments)} and ${finishedBy("coalesce(state, '')")}`
