import { type RawBuilder, sql } from 'kysely'
import type { ExtensionTime } from '../../accounts/user-directory.ts'
import type { Source } from './sources.ts'
import type { Person } from './tenures.ts'

interface Whose {
  readonly people: readonly Person[]
  readonly moments: { readonly fromMs: number; readonly toMs: number }
}

/** Rows of these people, or of an extension while it was theirs. Throws when a source's rows are nobody's. */
export function rowsOf({ person, filters, atMs }: Source, { people, moments }: Whose): RawBuilder<unknown> {
  if (person !== undefined) return oneOf(person, idsOf(people))
  if (filters.operators === undefined) throw new RangeError('rows of this source are nobody’s')
  const operator = filters.operators
  const times = people.flatMap((each) => timesIn(each, moments))
  const whole = times.filter((time) => isWhole(time, moments)).map(({ extension }) => extension)
  const parts = times
    .filter((time) => !isWhole(time, moments))
    .map(({ extension, fromMs, toMs }) => {
      const until = toMs === null ? sql`` : sql` and ${sql.raw(atMs)} < ${toMs}`
      return sql`(${sql.raw(operator)} = ${extension} and ${sql.raw(atMs)} >= ${fromMs}${until})`
    })
  const conditions = [...(whole.length > 0 || parts.length === 0 ? [oneOf(operator, whole)] : []), ...parts]
  return conditions.length === 1 ? sql`${conditions[0]}` : sql`(${sql.join(conditions, sql` or `)})`
}

/** The same of sums of days; null: an extension came to one of the people, or went, within the days. */
export function sumsOf(
  { person, operator }: { person: string | undefined; operator: string | undefined },
  { people, moments }: Whose,
): RawBuilder<unknown> | null {
  if (person !== undefined) return oneOf(person, idsOf(people))
  const times = people.flatMap((each) => timesIn(each, moments))
  if (operator === undefined || times.some((time) => !isWhole(time, moments))) return null
  return oneOf(
    operator,
    times.map(({ extension }) => extension),
  )
}

const idsOf = (people: readonly Person[]): string[] => people.map(({ id }) => id)

const timesIn = ({ times }: Person, { fromMs, toMs }: Whose['moments']): readonly ExtensionTime[] =>
  times.filter((time) => time.fromMs < toMs && (time.toMs ?? toMs) > fromMs)

const isWhole = (time: ExtensionTime, { fromMs, toMs }: Whose['moments']): boolean =>
  time.fromMs <= fromMs && (time.toMs ?? toMs) >= toMs

const oneOf = (column: string, values: readonly string[]): RawBuilder<unknown> =>
  values.length === 0 ? sql`1 = 0` : sql`${sql.raw(column)} in (${sql.join(values)})`
