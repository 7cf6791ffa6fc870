import { type RawBuilder, sql } from 'kysely'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import { DayFigureId, type DayFigures, type RouteReply, type Routes, type User } from '../contract/index.ts'
import { dayOf } from '../site-time.ts'
import type { Db } from '../store/index.ts'
import { answered, cardsWithin, closed, external, missed, rated } from './card-conditions.ts'

/** Σ `sum` over the cards, divided by Σ `per` where there is one; a figure without `per` is a count. */
interface Figure {
  readonly sum: RawBuilder<unknown>
  readonly per: RawBuilder<unknown> | null
}

const countIf = (condition: RawBuilder<unknown>): RawBuilder<unknown> => sql`case when ${condition} then 1 else 0 end`

/**
 * What each figure of a day is, over one operator's finished cards of that day with customers (not with colleagues): the PBX
 * writes its record of a talk when it is over, and cards are there at once. What both tell of is the same
 * (server/reports/my-day.test.ts). The formulas people read beside the figures say what is counted.
 */
const figures: Record<DayFigureId, Figure> = {
  taken: { sum: countIf(sql`${answered} and k.direction = 'inbound'`), per: null },
  outgoing: { sum: countIf(sql`${answered} and k.direction = 'outbound'`), per: null },
  missed: { sum: countIf(missed), per: null },
  averageTalkMs: { sum: sql`case when ${answered} then k.ended_at_ms - k.answered_at_ms else 0 end`, per: countIf(answered) },
  averageWrapUpMs: { sum: sql`coalesce(k.wrap_up_ms, 0)`, per: countIf(sql`k.wrap_up_ms is not null`) },
  satisfaction: { sum: countIf(sql`${rated} and k.satisfaction >= 4`), per: countIf(rated) },
}

/** Sums of one operator, `<figure>_sum` and `<figure>_per`. */
type Sums = Record<string, number> & { operator_id: string }

/** Colleagues' sums are the same for everybody who asks at about the same time. */
const keptMs = 10_000

export interface DayServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly users: UserDirectory
  readonly timeZone: string
}

/** The figures of today, one's own beside the team's. */
export class DayService {
  readonly #deps: DayServiceDeps
  #kept: { fromMs: number; atMs: number; rows: Promise<Map<string, Record<string, number>>> } | null = null

  constructor(deps: DayServiceDeps) {
    this.#deps = deps
  }

  async read(user: User): Promise<RouteReply<Routes['myDay']>> {
    const day = dayOf(this.#deps.clock.nowMs(), this.#deps.timeZone)
    const all = await this.#sums(day)
    const own = (await this.#query(day, user.id)).get(user.id) ?? {}
    const team = [...all]
      .filter(([id]) => id !== user.id && this.#deps.users.byId(id)?.role === 'operator')
      .map(([, sums]) => sums)
    if (user.role === 'operator' && Object.keys(own).length > 0) team.push(own)
    return {
      ...day,
      own: figuresOf([own]),
      team: figuresOf(team),
      teamSize: team.length,
      rated: own['satisfaction_per'] ?? 0,
      rateable: own['averageTalkMs_per'] ?? 0,
    }
  }

  #sums(day: { fromMs: number; toMs: number }): Promise<Map<string, Record<string, number>>> {
    const nowMs = this.#deps.clock.nowMs()
    if (this.#kept?.fromMs !== day.fromMs || nowMs - this.#kept.atMs > keptMs) {
      this.#kept = { fromMs: day.fromMs, atMs: nowMs, rows: this.#query(day, null) }
      this.#kept.rows.catch(() => {
        this.#kept = null
      })
    }
    return this.#kept.rows
  }

  async #query(day: { fromMs: number; toMs: number }, operatorId: string | null): Promise<Map<string, Record<string, number>>> {
    const columns = DayFigureId.options.flatMap((id) => {
      const { sum, per } = figures[id]
      return [sql`sum(${sum}) as ${sql.ref(`${id}_sum`)}`, ...(per === null ? [] : [sql`sum(${per}) as ${sql.ref(`${id}_per`)}`])]
    })
    const { rows } = await sql<Sums>`
      select k.operator_id, ${sql.join(columns)} from cards k
      where ${cardsWithin(day)} and ${closed} and ${external}
        and ${operatorId === null ? sql`1 = 1` : sql`k.operator_id = ${operatorId}`}
      group by k.operator_id`.execute(this.#deps.db)
    return new Map(rows.map(({ operator_id, ...sums }) => [operator_id, sums]))
  }
}

/** One operator's figures, or the team's: counts are means, ratios are of all its calls together. No calls: no data. */
function figuresOf(operators: readonly Record<string, number>[]): DayFigures {
  const total = (key: string): number => operators.reduce((sum, one) => sum + (one[key] ?? 0), 0)
  const value = (id: DayFigureId): number | null => {
    if (figures[id].per === null) return operators.length === 0 ? null : total(`${id}_sum`) / operators.length
    const per = total(`${id}_per`)
    return per === 0 ? null : total(`${id}_sum`) / per
  }
  return {
    taken: value('taken'),
    outgoing: value('outgoing'),
    missed: value('missed'),
    averageTalkMs: value('averageTalkMs'),
    averageWrapUpMs: value('averageWrapUpMs'),
    satisfaction: value('satisfaction'),
  }
}
