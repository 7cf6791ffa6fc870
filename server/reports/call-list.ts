import { z } from 'zod'
import type { UserDirectory } from '../accounts/user-directory.ts'
import { containsPattern, foldText, searchDigits } from '../calls/index.ts'
import type { Clock } from '../clock.ts'
import {
  CallOutcome,
  type CallRow,
  type CallsRequest,
  Direction,
  dayCount,
  isDay,
  type RouteReply,
  type RouteRequest,
  type Routes,
  type User,
} from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { SumId } from './metrics/index.ts'
import type { CallPick, CallSearch } from './queries/call-pick.ts'
import { type DayCount, pageDays } from './queries/page-days.ts'
import { countedDaysQuestion, daysQuestion, type Selection } from './queries/questions.ts'
import { rowsQuestion } from './queries/rows-question.ts'
import { momentsOf } from './queries/site-days.ts'
import type { SqlText } from './queries/sql-text.ts'
import { DayRows, longestDays, UpTo, upToText } from './queries/stored-rows.ts'
import { pickedPeople, type Tenures, tenuresOf } from './queries/tenures.ts'
import type { ReportReader } from './readers/read-pool.ts'

export interface CallListDeps {
  readonly reader: ReportReader
  /** For what has to be counted call by call: it may take long, and no report waits behind it. */
  readonly searcher: ReportReader
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  readonly clock: Clock
  /** IANA name of the zone the site's day is in. */
  readonly timeZone: string
}

/** The calls of the record one by one, of any days, to look up and to take out. For overseers. */
export class CallList {
  readonly #deps: CallListDeps

  constructor(deps: CallListDeps) {
    this.#deps = deps
  }

  /** Throws invalidInput, busy, recordUpgrading. */
  async find(
    user: User,
    { offset, limit, counted: before, ...asked }: RouteRequest<Routes['findCalls']>['body'],
  ): Promise<RouteReply<Routes['findCalls']>> {
    const selection = this.selection(user, asked)
    const ready = keptDays(selection)
    const { reader, searcher } = this.#deps
    // Calls come in between two questions: the page is of the calls that were counted.
    return (ready ? reader : searcher).snapshot(async (ask) => {
      const upToMs = UpTo.parse(await ask(upToText))[0]?.upToMs ?? null
      const count = async (of: SqlText) => DayRows.parse(await ask(of))
      const recount = (days: readonly number[]) => count(countedDaysQuestion('calls', selection, days))
      const counts = ready
        ? await count(ready)
        : before
          ? await countedOn(before, { offset, limit }, recount)
          : await count(countedDaysQuestion('calls', selection))
      const page = pageDays(counts, { offset, limit })
      const { days, total } = page
      const by = { selection, group: null, days, offset: page.offset, limit, cards: true }
      const question = days.length > 0 ? rowsQuestion('calls', by) : null
      const rows = question ? StoredCalls.parse(await ask(question.rows)) : []
      const tenures = tenuresOf(this.#deps.users)
      return {
        calls: rows.map((row) => this.#callRow(row, tenures)),
        total,
        counted: ready ? null : counts.map(({ day, counted }) => [day, counted]),
        upToMs,
      }
    })
  }

  /** Which calls are asked for, for whoever may see them. Throws forbidden, invalidInput. */
  selection(user: User, { filter: { outcome, search, operators, ...filter }, ...days }: CallsRequest): Selection {
    if (user.role === 'operator') throw new AppError('forbidden', 'this list is for supervisors')
    const { fromDay, toDay } = days
    if (!isDay(fromDay) || !isDay(toDay) || fromDay > toDay || dayCount(days) > longestDays)
      throw new AppError('invalidInput', 'no such period', { fields: { toDay: 'invalid' } })
    const { users } = this.#deps
    const tenures = tenuresOf(users)
    const words = search === undefined || search === '' ? null : this.#search(search, tenures)
    const calls: CallPick = { ...(outcome !== undefined && { outcome }), ...(words && { search: words }) }
    const { clock, timeZone } = this.#deps
    const moments = momentsOf(days, timeZone)
    return {
      ...{ days: { fromDay, toDay }, moments, filter, people: pickedPeople(operators, { users, tenures }) },
      ...(Object.keys(calls).length > 0 && { calls }),
      ...{ nowMs: clock.nowMs(), endMs: moments.toMs, cardSums: false, timeZone },
    }
  }

  /** The record has neither people's names nor queues': who and which they are is found here. */
  #search(search: string, tenures: Tenures): CallSearch {
    const { users, queueNames } = this.#deps
    const words = foldText(search)
    const has = (text: string) => foldText(text).includes(words)
    return {
      phones: searchDigits(search),
      text: containsPattern(words),
      people: users.all().flatMap(({ id, name }) => (has(name) ? [tenures.of(id)] : [])),
      queues: queueNames.all().flatMap(({ number, name }) => (has(name) ? [number] : [])),
    }
  }

  #callRow(row: z.output<typeof StoredCall>, tenures: Tenures): CallRow {
    const { users, queueNames } = this.#deps
    const { queue, operator } = row
    return {
      callId: row.call_key,
      startedAtMs: row.at_ms,
      direction: row.direction,
      number: row.number,
      customerName: row.customer_name,
      queue: queue === null || queue === '' ? null : { number: queue, name: queueNames.name(queue) },
      operatorName: operator === null ? null : (users.byId(tenures.holderAt(operator, row.at_ms))?.name ?? operator),
      outcome: row.outcome,
      waitMs: row.wait_ms,
      talkMs: row.talk_ms,
      categoryId: row.category_id,
      resultId: row.result_id,
      satisfaction: row.card_score,
      description: row.description ?? '',
      cardId: row.card_id,
    }
  }
}

/** How many such calls each day has, from sums kept ready; null: they tell not. */
function keptDays({ calls = {}, ...selection }: Selection): SqlText | null {
  const { outcome, search } = calls
  const sum = outcome === undefined ? 'calls' : keptOutcomes[outcome]
  return search !== undefined || sum === undefined ? null : daysQuestion(sum, { selection, group: null })
}
const keptOutcomes: Readonly<Partial<Record<CallOutcome, SumId>>> = { answered: 'answeredCalls', missed: 'missed' }

/**
 * The days as an earlier page had them, only those of this page counted anew: calls that came in since move the end of the page, and
 * the next one begins there.
 */
async function countedOn(
  before: readonly (readonly [day: number, counted: number])[],
  place: { readonly offset: number; readonly limit: number },
  recount: (days: readonly number[]) => Promise<readonly DayCount[]>,
): Promise<DayCount[]> {
  const counts = before.map(([day, counted]) => ({ day, counted }))
  const { days } = pageDays(counts, place)
  if (days.length === 0) return counts
  const now = new Map((await recount(days)).map(({ day, counted }) => [day, counted]))
  return counts
    .map(({ day, counted }) => ({ day, counted: days.includes(day) ? (now.get(day) ?? 0) : counted }))
    .filter(({ counted }) => counted > 0)
}

const StoredCall = z.object({
  call_key: z.string(),
  at_ms: z.coerce.number(),
  direction: Direction,
  number: z.string(),
  customer_name: z.string().nullable(),
  queue: z.string().nullable(),
  operator: z.string().nullable(),
  outcome: CallOutcome,
  wait_ms: z.number().nullable(),
  talk_ms: z.number().nullable(),
  category_id: z.string().nullable(),
  result_id: z.string().nullable(),
  card_score: z.number().nullable(),
  description: z.string().nullable(),
  card_id: z.string().nullable(),
})
const StoredCalls = z.array(StoredCall)
