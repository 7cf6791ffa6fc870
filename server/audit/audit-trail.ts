import { type ExpressionBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import type { AuditRecord, RouteReply, RouteRequest, Routes } from '../contract/index.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import { spanOfPeriod } from '../site-time.ts'
import type { Db } from '../store/index.ts'
import type { Database } from '../store/schema.ts'
import { detailsOf } from './details.ts'

interface AuditTrailDeps {
  readonly db: Db
  readonly clock: Clock
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  readonly timeZone: string
}

type Row = Database['audit']
type Names = ReadonlyMap<string, string>

/** What the subject of an action is the id of, by the action's first word; others say in their details what they are about. */
const subjects = {
  operator: 'person',
  person: 'person',
  customer: 'customer',
  call: 'call',
  recording: 'card',
  callBack: 'callBack',
  record: 'queue',
  queue: 'queue',
  workTime: 'queue',
} as const
type Subject = (typeof subjects)[keyof typeof subjects]

/** What people did, for those who answer for it. */
export class AuditTrail {
  readonly #deps: AuditTrailDeps

  constructor(deps: AuditTrailDeps) {
    this.#deps = deps
  }

  async page(asked: RouteRequest<Routes['auditLog']>['query']): Promise<RouteReply<Routes['auditLog']>> {
    const { db, clock, timeZone } = this.#deps
    const { period, actorId, action, limit, offset } = asked
    const span = period === undefined ? null : spanOfPeriod(period, clock.nowMs(), timeZone)
    const where = ({ and, eb }: ExpressionBuilder<Database, 'audit'>) =>
      and([
        ...(span ? [eb('at_ms', '>=', span.fromMs), eb('at_ms', '<', span.toMs)] : []),
        ...(actorId === undefined ? [] : [eb('actor_id', '=', actorId)]),
        ...(action === undefined ? [] : [eb('action', '=', action)]),
      ])
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .where(where)
      .orderBy('at_ms', 'desc')
      .orderBy('id')
      .limit(limit)
      .offset(offset)
      .execute()
    const { total } = await db
      .selectFrom('audit')
      .select(sql<number>`count(*)`.as('total'))
      .where(where)
      .executeTakeFirstOrThrow()
    return { records: await this.#records(rows), total: Number(total) }
  }

  async #records(rows: readonly Row[]): Promise<AuditRecord[]> {
    const { users, queueNames } = this.#deps
    const queues: Names = new Map(queueNames.all().map(({ number, name }) => [number, name]))
    const names = {
      person: { get: (id: string) => users.byId(id)?.name },
      queue: queues,
      customer: await this.#namesOf('customer', rows),
      call: await this.#namesOf('call', rows),
      card: await this.#namesOf('card', rows),
      callBack: await this.#namesOf('callBack', rows),
    } satisfies Record<Subject, unknown>
    const nameOf = (text: string) => users.byId(text)?.name ?? queues.get(text) ?? (names.call.get(text) || null)
    return rows.map((row) => {
      const kind = subjectOf(row)
      const written = readDetails(row)
      return {
        id: row.id,
        atMs: row.at_ms,
        actorName: row.actor_name,
        action: row.action,
        about: (kind && names[kind].get(row.subject)) || nameIn(written),
        ...detailsOf(written, nameOf),
      }
    })
  }

  /** A customer's name, the number of a call, by id. */
  async #namesOf(kind: 'customer' | 'call' | 'card' | 'callBack', rows: readonly Row[]): Promise<Names> {
    const of = rows.filter((row) => subjectOf(row) === kind)
    const ids = [...new Set(of.flatMap((row) => [row.subject, ...(kind === 'call' ? callsIn(row) : [])]))]
    if (ids.length === 0) return new Map()
    const { db } = this.#deps
    const found = await {
      customer: () => db.selectFrom('customers').select(['id', 'name']).where('id', 'in', ids).execute(),
      call: () => db.selectFrom('calls').select(['id', 'number as name']).where('id', 'in', ids).execute(),
      card: () => db.selectFrom('cards').select(['id', 'number as name']).where('id', 'in', ids).execute(),
      callBack: () => db.selectFrom('call_backs').select(['id', 'number as name']).where('id', 'in', ids).execute(),
    }[kind]()
    return new Map(found.map(({ id, name }) => [id, name]))
  }
}

function subjectOf({ action }: Row): Subject | null {
  const word = action.slice(0, action.indexOf('.'))
  return Object.entries(subjects).find(([name]) => name === word)?.[1] ?? null
}

/** Of a conference that was ended all its calls. */
const EndedCalls = z.object({ calls: z.array(z.string()) })
const callsIn = ({ details }: Row): string[] => EndedCalls.safeParse(JSON.parse(details)).data?.calls ?? []

function readDetails({ action, details }: Row): unknown {
  const written: unknown = JSON.parse(details)
  // All of the setup as it was before: to be put back by hand, not to be read in a list.
  if (action === 'cardSetup.save' && typeof written === 'object' && written !== null) return { ...written, before: undefined }
  return written
}

/** A wallboard, a letter and a holiday have names of their own. */
const nameIn = (written: unknown): string | null =>
  typeof written === 'object' && written !== null && 'name' in written && typeof written.name === 'string' ? written.name : null
