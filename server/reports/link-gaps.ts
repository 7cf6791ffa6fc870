import { sql } from 'kysely'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import { Direction, type LinkGap, serverOf } from '../contract/index.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'
import type { EndedRow } from './call-ledger.ts'
import { sqlText } from './queries/sql-text.ts'
import type { RecordReader } from './readers/read-pool.ts'

export interface LinkGapsDeps {
  readonly reader: RecordReader
  /** `CallLedger.fill`. */
  readonly fill: (rows: readonly EndedRow[]) => Promise<void>
  /** Up to when all that the PBX wrote has been read; null: not yet. */
  readonly recordReadAtMs: () => number | null
  readonly telephony: Pick<Telephony, 'onStatus' | 'status'>
  readonly users: UserDirectory
  readonly clock: Clock
  readonly logger: Logger
}

/** Older ones are the administrator's, in the settings of the record. */
const shownMs = 24 * 3_600_000
/** A dead link is noticed up to 10 s late, and the PBX's clock may be another one. */
const marginMs = 10_000
const lookEveryMs = 3_000
/** So often while the link has just come up; after that only for a gap the record has not been read past. */
const lookForMs = 600_000
const lookSeldomMs = 60_000
/** Asterisk may write its CDR minutes late (`batch`), a replicated table is later still: a gap that was filled is looked at again until then. */
const lateMs = 3_600_000

/**
 * Times in which nothing was heard of an Asterisk server (its link was down, or this server). They are marked for who watches the floor,
 * and once the PBX's own record has been read past one, that server's calls that nobody saw are taken from there.
 */
export class LinkGaps {
  readonly #deps: LinkGapsDeps
  /** Gaps that were filled, by `keyOf`. */
  readonly #filled = new Map<string, { readonly calls: number; readonly atMs: number }>()
  #lookUntilMs = 0
  #looking: Promise<void> | null = null
  #stopped = false
  #cancel: Disposer = () => undefined
  #undo: Disposer = () => undefined

  constructor(deps: LinkGapsDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#undo = this.#deps.telephony.onStatus(({ state }) => {
      if (state === 'up') this.#lookForAWhile()
    })
    if (this.#deps.telephony.status().state === 'up') this.#lookForAWhile()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#undo()
    this.#cancel()
    await this.#looking
  }

  /** Of the last day, newest first. */
  async recent(): Promise<LinkGap[]> {
    const gaps = await this.#gaps()
    return gaps.map((gap) => {
      const filled = this.#filled.get(keyOf(gap))
      const { sourceId, fromMs, toMs } = gap
      return { server: serverOf(sourceId), fromMs, toMs, filled: filled !== undefined, calls: filled?.calls ?? 0 }
    })
  }

  /** Resolves when the look under way is over. */
  async idle(): Promise<void> {
    await this.#looking
  }

  #lookForAWhile(): void {
    this.#lookUntilMs = this.#deps.clock.nowMs() + lookForMs
    this.#lookIn(lookEveryMs)
  }

  #lookIn(delayMs: number): void {
    this.#cancel()
    if (this.#stopped) return
    this.#cancel = this.#deps.clock.after(delayMs, () => {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = null
      })
    })
  }

  async #look(): Promise<void> {
    let open = true
    try {
      open = await this.#fillAll()
    } catch (error) {
      this.#deps.logger.warn({ err: error }, 'what happened while the PBX was not heard could not be read; tried again')
    }
    if (this.#deps.clock.nowMs() < this.#lookUntilMs) this.#lookIn(lookEveryMs)
    else if (open) this.#lookIn(lookSeldomMs)
  }

  /** True while there is one the record has not been read past, or that late calls may come of. */
  async #fillAll(): Promise<boolean> {
    const readAtMs = this.#deps.recordReadAtMs()
    const nowMs = this.#deps.clock.nowMs()
    const open = (await this.#gaps()).filter((gap) => !this.#filled.has(keyOf(gap)) || nowMs < gap.toMs + lateMs)
    const ready = open.filter((gap) => {
      const lookedAtMs = this.#filled.get(keyOf(gap))?.atMs ?? Number.NEGATIVE_INFINITY
      return readAtMs !== null && readAtMs > gap.toMs + marginMs && nowMs >= lookedAtMs + lookSeldomMs
    })
    const rows: EndedRow[] = []
    const counts = new Map<string, number>()
    for (const gap of ready) {
      const calls = await this.#callsOf(gap)
      rows.push(...calls.map((call) => this.#rowOf(call)))
      counts.set(keyOf(gap), calls.filter(({ ended_at_ms }) => ended_at_ms >= gap.fromMs && ended_at_ms <= gap.toMs).length)
    }
    // All at once: who was missed in one may have been served in another.
    if (rows.length > 0) await this.#deps.fill(rows)
    for (const [key, calls] of counts) this.#filled.set(key, { calls, atMs: nowMs })
    return open.some((gap) => !this.#filled.has(keyOf(gap)) || nowMs < gap.toMs + lateMs)
  }

  async #gaps(): Promise<Gap[]> {
    const sinceMs = this.#deps.clock.nowMs() - shownMs
    return this.#rows(
      sql`select source_id as "sourceId", from_ms as "fromMs", to_ms as "toMs" from import_gaps
        where kind = 'away' and to_ms >= ${sinceMs} order by from_ms desc, source_id`,
      Gap,
    )
  }

  /** Colleagues' calls are nobody's work and no figure; another server's were seen. */
  async #callsOf({ sourceId, fromMs, toMs }: Gap): Promise<z.output<typeof Recorded>[]> {
    const calls = await this.#rows(
      sql`select call_key, direction, number, phone_key, queue, started_at_ms, queued_at_ms, answered_at_ms, ended_at_ms, operator
        from ledger_calls where ended_at_ms >= ${fromMs - marginMs} and ended_at_ms <= ${toMs + marginMs}
        and started_at_ms >= ${fromMs - shownMs} and direction <> 'internal' order by started_at_ms`,
      Recorded,
    )
    const server = serverOf(sourceId)
    return calls.filter(({ call_key }) => serverOf(call_key) === server)
  }

  #rowOf(call: z.output<typeof Recorded>): EndedRow {
    const { call_key, queue, operator, ...facts } = call
    const person = operator === null || facts.answered_at_ms === null ? null : this.#deps.users.byExtension(operator)
    return {
      ...facts,
      id: call_key,
      queue_number: queue,
      end_unseen: 0,
      operator_id: person?.id ?? null,
      operator_name: person?.name ?? null,
    }
  }

  async #rows<T extends z.ZodType>(text: ReturnType<typeof sql>, row: T): Promise<z.output<T>[]> {
    return z.array(row).parse(await this.#deps.reader.rows(sqlText(text)))
  }
}

const Gap = z.object({ sourceId: z.string(), fromMs: z.coerce.number(), toMs: z.coerce.number() })
type Gap = z.output<typeof Gap>

const keyOf = ({ sourceId, fromMs }: Gap): string => `${sourceId} ${fromMs}`

const Recorded = z.object({
  call_key: z.string(),
  direction: Direction,
  number: z.string(),
  phone_key: z.string(),
  queue: z.string().nullable(),
  started_at_ms: z.coerce.number(),
  queued_at_ms: z.coerce.number().nullable(),
  answered_at_ms: z.coerce.number().nullable(),
  ended_at_ms: z.coerce.number(),
  operator: z.string().nullable(),
})
