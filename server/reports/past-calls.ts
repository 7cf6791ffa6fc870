import { sql } from 'kysely'
import { z } from 'zod'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { RecordedCall } from '../calls/index.ts'
import { CallOutcome, Direction, MissedCause } from '../contract/index.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import { courseOf } from './call-course.ts'
import { sqlText } from './queries/sql-text.ts'
import { tenuresOf } from './queries/tenures.ts'
import type { ReportReader } from './readers/read-pool.ts'

export interface PastCallsDeps {
  readonly reader: Pick<ReportReader, 'snapshot'>
  readonly users: UserDirectory
  readonly queueNames: QueueNames
}

/** Calls of the PBX's own record, one at a time, by any unique id of theirs. */
export class PastCalls {
  readonly #deps: PastCallsDeps

  constructor(deps: PastCallsDeps) {
    this.#deps = deps
  }

  /** null: the record does not have it, or not yet. Throws busy, recordUpgrading. */
  read(callId: string): Promise<RecordedCall | null> {
    return this.#deps.reader.snapshot(async (ask) => {
      const [alias] = Aliases.parse(await ask(sqlText(sql`select call_key as id from call_aliases where unique_id = ${callId}`)))
      const key = alias?.id ?? callId
      const [call] = Calls.parse(
        await ask(
          sqlText(sql`
            select c.*, u.name as customer_name from ledger_calls c left join app.customers u on u.id = (
              select case when count(*) = 1 then min(x.customer_id) end from app.customer_phones x
              where x.phone_key = c.phone_key and c.phone_key <> '')
            where c.call_key = ${key}`),
        ),
      )
      if (!call) return null
      const of = async <T>(rows: z.ZodType<T[]>, table: string) =>
        rows.parse(await ask(sqlText(sql`select * from ${sql.raw(table)} where call_key = ${key} order by n`)))
      const visits = await of(Visits, 'queue_visits')
      const rings = await of(Rings, 'ledger_rings')
      const legs = await of(Legs, 'ledger_legs')
      const others = Aliases.parse(await ask(sqlText(sql`select unique_id as id from call_aliases where call_key = ${key}`)))
      const { users, queueNames } = this.#deps
      const tenures = tenuresOf(users)
      const operator = (extension: string, atMs: number) => users.byId(tenures.holderAt(extension, atMs))?.name ?? extension
      return {
        call: {
          callKey: key,
          startedAtMs: call.started_at_ms,
          direction: call.direction,
          number: call.number,
          customerName: call.customer_name,
          queue: call.queue === null ? null : { number: call.queue, name: queueNames.name(call.queue) },
          operatorName: call.operator === null ? null : operator(call.operator, call.answered_at_ms ?? call.started_at_ms),
          outcome: call.outcome,
          cause: call.missed_cause,
          waitMs: call.wait_ms,
          talkMs: call.answered_at_ms === null ? null : call.talk_ms,
        },
        endedAtMs: call.ended_at_ms,
        ids: [key, ...others.map(({ id }) => id)],
        course: courseOf({ call, visits, rings, legs }, { operator, queue: (number) => queueNames.name(number) }),
        parts: [
          ...rings.map(({ operator: at, at_ms }) => ({ operatorId: tenures.holderAt(at, at_ms), talk: null })),
          ...legs.map(({ operator: at, answered_at_ms: fromMs, ended_at_ms: toMs }) => ({
            operatorId: tenures.holderAt(at, fromMs),
            talk: { fromMs, toMs },
          })),
        ],
      }
    })
  }
}

const text = z.string().nullable()
const ms = z.number().nullable()
const Aliases = z.array(z.object({ id: z.string() }))
const Calls = z.array(
  z.object({
    direction: Direction,
    number: z.string(),
    customer_name: text,
    queue: text,
    operator: text,
    started_at_ms: z.number(),
    answered_at_ms: ms,
    ended_at_ms: ms,
    wait_ms: z.number(),
    talk_ms: z.number(),
    outcome: CallOutcome,
    missed_cause: MissedCause.nullable(),
  }),
)
const Visits = z.array(
  z.object({
    n: z.number(),
    queue: z.string(),
    entered_at_ms: z.number(),
    left_at_ms: ms,
    wait_ms: z.number(),
    position_in: ms,
    position_out: ms,
    outcome: z.enum(['answered', 'abandoned', 'timeout', 'leftEmpty', 'keyExit', 'withdrawn', 'incompatible', 'waiting', 'lost']),
    exit_key: text,
    cause: MissedCause.nullable(),
  }),
)
const Rings = z.array(
  z.object({
    visit: ms,
    operator: z.string(),
    at_ms: z.number(),
    ring_ms: z.number(),
    outcome: z.enum(['answered', 'noAnswer', 'rejected', 'cancelled']),
  }),
)
const Legs = z.array(
  z.object({
    visit: ms,
    operator: z.string(),
    origin: z.enum(['queue', 'direct', 'transfer', 'pickup', 'made']),
    answered_at_ms: z.number(),
    ended_at_ms: z.number(),
    talk_ms: z.number(),
    hold_ms: ms,
    transferred: z.number(),
  }),
)
