import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Card } from '../contract/index.ts'
import { type Db, WriteQueue } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import { answerSpreadMs, missed } from './card-conditions.ts'

export interface MissedRunsDeps {
  readonly db: Db
  readonly clock: Clock
  readonly cards: { onChange(listener: (card: Card) => void): Disposer }
  readonly logger: Logger
}

/** A ring counts for no longer than this. */
const sinceMs = 86_400_000

interface Run {
  readonly count: number
  /** When the oldest ring of it began. */
  readonly oldestMs: number
}

/** How many calls from outside rang at each operator's phone in vain since the last one taken, of the last day; counted from the cards. */
export class MissedRuns {
  readonly #deps: MissedRunsDeps
  readonly #counts = new Map<string, number>()
  /** How many calls each has taken since the start: one taken while it was counted ends the row. */
  readonly #taken = new Map<string, number>()
  readonly #listeners = new Set<(operatorId: string) => void>()
  readonly #timers = new Set<Disposer>()
  /** By operator: at its end the oldest ring is a day old. */
  readonly #agings = new Map<string, Disposer>()
  readonly #reads: WriteQueue
  #dispose: Disposer = () => undefined

  constructor(deps: MissedRunsDeps) {
    this.#deps = deps
    this.#reads = new WriteQueue({ ...deps, failure: 'calls missed in a row could not be counted' })
  }

  async start(): Promise<void> {
    this.#dispose = this.#deps.cards.onChange((card) => this.#observe(card))
    for (const [operatorId, run] of await this.#count(null)) this.#set(operatorId, run)
  }

  async stop(): Promise<void> {
    this.#dispose()
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
    await this.#reads.stop()
    for (const cancel of this.#agings.values()) cancel()
    this.#agings.clear()
  }

  idle(): Promise<void> {
    return this.#reads.idle()
  }

  of(operatorId: string): number {
    return this.#counts.get(operatorId) ?? 0
  }

  onChange(listener: (operatorId: string) => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #observe({ direction, state, operatorId }: Card): void {
    if (direction !== 'inbound') return
    if (state === 'talking') {
      this.#taken.set(operatorId, (this.#taken.get(operatorId) ?? 0) + 1)
      this.#set(operatorId, undefined)
    }
    if (state !== 'missed') return
    // By then it is known whether a colleague has taken it.
    const cancel = this.#deps.clock.after(answerSpreadMs, () => {
      this.#timers.delete(cancel)
      this.#countAgain(operatorId)
    })
    this.#timers.add(cancel)
  }

  #countAgain(operatorId: string): void {
    this.#reads.add(async () => {
      const taken = this.#taken.get(operatorId)
      const run = (await this.#count(operatorId)).get(operatorId)
      if (taken === this.#taken.get(operatorId)) this.#set(operatorId, run)
    })
  }

  #set(operatorId: string, run: Run | undefined): void {
    this.#agings.get(operatorId)?.()
    this.#agings.delete(operatorId)
    if (run) {
      const { clock } = this.#deps
      const agedMs = run.oldestMs + sinceMs + 1
      this.#agings.set(
        operatorId,
        clock.after(Math.max(1, agedMs - clock.nowMs()), () => this.#countAgain(operatorId)),
      )
    }
    const count = run?.count ?? 0
    if (this.of(operatorId) === count) return
    if (count === 0) this.#counts.delete(operatorId)
    else this.#counts.set(operatorId, count)
    for (const listener of [...this.#listeners]) listener(operatorId)
  }

  /** Of one, or (null) of everybody who has any. */
  async #count(operatorId: string | null): Promise<Map<string, Run>> {
    const fromMs = this.#deps.clock.nowMs() - sinceMs
    const inbound = (card: string) => {
      const of = (column: string) => sql.ref(`${card}.${column}`)
      const whose = operatorId === null ? sql`1 = 1` : sql`${of('operator_id')} = ${operatorId}`
      return sql`${whose} and ${of('ringing_at_ms')} >= ${fromMs} and ${of('direction')} = 'inbound'`
    }
    const { rows } = await sql<{ operator_id: string; missed: number | string; oldest_ms: number | string }>`
      with taken as (select t.operator_id, max(t.ringing_at_ms) as at_ms from cards t
        where ${inbound('t')} and t.answered_at_ms is not null group by t.operator_id)
      select k.operator_id, count(*) as missed, min(k.ringing_at_ms) as oldest_ms
      from cards k left join taken on taken.operator_id = k.operator_id
      where ${inbound('k')} and k.ringing_at_ms > coalesce(taken.at_ms, 0) and ${missed}
      group by k.operator_id`.execute(this.#deps.db)
    return new Map(rows.map((row) => [row.operator_id, { count: Number(row.missed), oldestMs: Number(row.oldest_ms) }]))
  }
}
