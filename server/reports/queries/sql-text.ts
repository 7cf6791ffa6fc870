import { DummyDriver, Kysely, type RawBuilder, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'

/** A query as a worker takes it. */
export interface SqlText {
  readonly sql: string
  readonly parameters: readonly (string | number | null)[]
}

/** Makes texts, asks nobody. */
const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

export function sqlText(query: RawBuilder<unknown>): SqlText {
  const { sql: text, parameters } = query.compile(compiler)
  return { sql: text, parameters: plainParameters(parameters) }
}

/** What can be sent to a worker and bound there. */
export const plainParameters = (parameters: readonly unknown[]): SqlText['parameters'] =>
  parameters.map((value) => {
    if (typeof value === 'string' || typeof value === 'number' || value === null) return value
    throw new TypeError('a report takes texts and numbers only')
  })

/** `a and b and c`; of none: true. */
export const allOf = (conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` and `)

/**
 * SQL of our own, with parameters and conditions where it says their names: a text that has the moment in it would be prepared
 * anew each time.
 */
export const withParameters = (
  text: string,
  values: Readonly<Record<string, number | RawBuilder<unknown>>>,
): RawBuilder<unknown> =>
  sql.join(
    text.split(/(:[a-zA-Z]+\b)/).map((part) => {
      const value = values[part]
      return value === undefined ? sql.raw(part) : sql`${value}`
    }),
    sql``,
  )
