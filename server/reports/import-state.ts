import { sql } from 'kysely'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import {
  addDays,
  ImportAway,
  ImportProblem,
  ImportSource as ImportSourceReply,
  type RouteReply,
  type Routes,
} from '../contract/index.ts'
import { siteDay } from '../site-time.ts'
import type { ImportSource } from './import/protocol.ts'
import { sqlText } from './queries/sql-text.ts'
import type { RecordReader } from './readers/read-pool.ts'

export interface ImportStatesDeps {
  readonly reader: RecordReader
  /** Read from now. */
  readonly sources: () => readonly ImportSource[]
  /** Of the calls, those that are where reports read them; null: as good as all. */
  readonly publishedShare: () => number | null
  readonly clock: Clock
  readonly timeZone: string
}

/** Gaps are looked for in so many days before today. */
const gapDays = 30
const dayMs = 24 * 3_600_000

/** How far the import of call records is, for a person to look at. */
export class ImportStates {
  readonly #deps: ImportStatesDeps

  constructor(deps: ImportStatesDeps) {
    this.#deps = deps
  }

  async read(): Promise<RouteReply<Routes['importState']>> {
    const { clock, timeZone, sources } = this.#deps
    const today = siteDay(clock.nowMs(), timeZone)
    const fromDay = addDays(today, -gapDays)
    const [states, problems, firsts, days, lost, away] = await Promise.all([
      this.#rows(
        sql`select source_id as "id", rows_read as "rowsRead", problems, up_to_ms as "upToMs", read_at_ms as "readAtMs",
          caught_up as "caughtUp", error, error_code as "trouble", error_since_ms as "errorSinceMs" from import_state`,
        State,
      ),
      this.#rows(
        sql`select source_id as "sourceId", place, kind, text, raw, seen_at_ms as "seenAtMs"
          from import_problems order by seen_at_ms desc, source_id, place limit 200`,
        ImportProblem,
      ),
      this.#rows(
        sql`select min(day) as day, min(started_at_ms) as "atMs" from ledger_calls where day = (select min(day) from ledger_calls)`,
        First,
      ),
      this.#rows(sql`select distinct day from ledger_calls where day >= ${fromDay} and day < ${today} order by day`, Day),
      this.#rows(sql`select coalesce(sum(lost), 0) as n from queue_hours where day >= ${fromDay}`, Count),
      this.#rows(
        sql`select source_id as "sourceId", kind, from_ms as "fromMs", to_ms as "toMs" from import_gaps
          where to_ms >= ${clock.nowMs() - gapDays * dayMs} order by from_ms desc, source_id limit 100`,
        ImportAway,
      ),
    ])
    const first = firsts[0] ?? { day: null, atMs: null }
    return {
      sources: sources().map((source) => {
        const id = source.kind === 'events' ? source.id : source.settings.id
        return { ...faceOf(source), ...(states.find((state) => state.id === id) ?? { ...unread, id }) }
      }),
      problems,
      publishedShare: this.#deps.publishedShare(),
      firstMs: first.atMs,
      gaps: {
        fromDay,
        emptyDays: emptyDays(
          days.map(({ day }) => day),
          first.day === null || first.day > fromDay ? first.day : fromDay,
          addDays(today, -1),
        ),
        lostVisits: lost[0]?.n ?? 0,
        away,
      },
    }
  }

  async #rows<T extends z.ZodType>(text: ReturnType<typeof sql>, row: T): Promise<z.output<T>[]> {
    return z.array(row).parse(await this.#deps.reader.rows(sqlText(text)))
  }
}

/** Not begun yet. */
const unread = {
  rowsRead: 0,
  problems: 0,
  upToMs: null,
  readAtMs: null,
  caughtUp: false,
  error: null,
  trouble: null,
  errorSinceMs: null,
}
const State = z.object({
  id: z.string(),
  rowsRead: z.coerce.number(),
  problems: z.coerce.number(),
  upToMs: z.number().nullable(),
  readAtMs: z.number().nullable(),
  caughtUp: z.coerce.number().transform((flag) => flag === 1),
  error: z.string().nullable(),
  trouble: ImportSourceReply.shape.trouble,
  errorSinceMs: z.number().nullable(),
})
const First = z.object({ day: z.number().nullable(), atMs: z.number().nullable() })
const Day = z.object({ day: z.number() })
const Count = z.object({ n: z.coerce.number() })

/** Days of [from, to] that nothing was on, up to the last on which something was: a silence until now is the lag's to tell. */
function emptyDays(withCalls: readonly number[], from: number | null, to: number): number[] {
  const last = withCalls.at(-1)
  if (from === null || last === undefined) return []
  const known = new Set(withCalls)
  const days: number[] = []
  for (let day = from; day <= to && day < last; day = addDays(day, 1)) if (!known.has(day)) days.push(day)
  return days
}

/** By what a person knows a source. */
function faceOf(source: ImportSource): Pick<RouteReply<Routes['importState']>['sources'][number], 'kind' | 'store' | 'title'> {
  if (source.kind === 'events') return { kind: 'queueLog', store: 'events', title: '' }
  const { kind, settings } = source
  const { store } = settings
  if (store === 'mysql' || store === 'postgres')
    return { kind, store, title: `${settings.host}:${settings.port} · ${settings.database}.${settings.table}` }
  return { kind, store, title: store === 'sqlite' ? `${settings.path} · ${settings.table}` : settings.path }
}
