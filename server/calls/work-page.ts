import { type RawBuilder, sql } from 'kysely'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import { selectWork, type WorkRow, type WorkTable } from './work-entry.ts'

export interface WorkPageRequest {
  readonly status: 'open' | 'done'
  readonly limit: number
  /** `next` of the page before. */
  readonly after?: string | undefined
}

export interface WorkPage<T> {
  readonly entries: T[]
  /** Where the next page begins; null at the end. */
  readonly next: string | null
  /** Open ones in all; null for done ones. */
  readonly total: number | null
}

/** What a list is sorted by; the id tells those of one place apart, so no page skips or repeats one. */
export interface WorkOrder<R> {
  readonly columns: readonly RawBuilder<number>[]
  readonly placeOf: (row: R) => readonly number[]
  readonly falling?: boolean
}

/** What oneself has taken stands first: it is not to be looked for on later pages. */
export const ownFirst = (userId: string): RawBuilder<number> => sql<number>`case when w.holder_id = ${userId} then 0 else 1 end`

export const ownPlace = (row: WorkRow, userId: string): number => (row.holder_id === userId ? 0 : 1)

/** Done ones: the latest first, in both lists. */
const doneOrder: WorkOrder<WorkRow> = {
  columns: [sql<number>`w.done_at_ms`],
  placeOf: (row) => [row.done_at_ms ?? 0],
  falling: true,
}

/** Throws invalidInput for an `after` that no page has given. */
export async function readWorkPage<R extends WorkRow>(
  db: Db,
  table: WorkTable,
  { request, visible, openOrder }: { request: WorkPageRequest; visible: RawBuilder<unknown>; openOrder: WorkOrder<R> },
): Promise<WorkPage<R>> {
  const { status, limit, after } = request
  const { columns, placeOf, falling = false } = status === 'open' ? openOrder : doneOrder
  const sorted = [...columns, sql`w.id`]
  const order = sql.join(sorted.map((column) => (falling ? sql`${column} desc` : column)))
  const among = sql`${visible} and w.done_at_ms ${status === 'open' ? sql`is null` : sql`is not null`}`
  const beyond =
    after === undefined
      ? sql``
      : sql`and (${sql.join(sorted)}) ${falling ? sql`<` : sql`>`} (${sql.join(readPlace(after, columns.length))})`
  const { rows } = await sql<R>`${selectWork(table)} where ${among} ${beyond} order by ${order} limit ${limit + 1}`.execute(db)
  const entries = rows.slice(0, limit)
  const last = rows.length > limit ? entries.at(-1) : undefined
  const next = last === undefined ? null : [...placeOf(last), last.id].join(' ')
  if (status === 'done') return { entries, next, total: null }
  if (next === null && after === undefined) return { entries, next, total: entries.length }
  const { rows: counted } = await sql<{ total: number }>`
    select count(*) as total from ${sql.table(table)} w where ${among}`.execute(db)
  return { entries, next, total: Number(counted[0]?.total ?? 0) }
}

function readPlace(text: string, columns: number): (number | string)[] {
  const [, numbers, id] = new RegExp(`^((?:\\d{1,15} ){${columns}})(.+)$`, 's').exec(text) ?? []
  if (numbers === undefined || id === undefined)
    throw new AppError('invalidInput', 'No place in this list', { fields: { after: 'invalid' } })
  return [...numbers.trim().split(' ').map(Number), id]
}
