import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { KyselyPlugin } from 'kysely'
import pg from 'pg'
import type { Db } from './store.ts'

/**
 * A PostgreSQL that may be filled with databases, with one named `callsync_template` that has all tables and, in the schema `seed`,
 * a copy of every row in them, `<schema>.<table>`. Unset: SQLite.
 */
const serverUrl = process.env['CALLSYNC_TEST_DATABASE_URL'] ?? ''
export const onPostgres = serverUrl !== ''
const templateName = 'callsync_template'

/** Databases by the data folder they belong to. */
const made = new Map<string, string>()

/**
 * For tests: the database of a data folder, with all tables or with nothing. Making one takes longer than most tests: one whose
 * folder is gone is emptied and used again.
 */
export async function testDatabase(
  dataDir: string,
  content: 'tables' | 'nothing' = 'tables',
): Promise<{ databaseUrl: string | null }> {
  if (!onPostgres) return { databaseUrl: null }
  const known = made.get(dataDir)
  if (known !== undefined) return { databaseUrl: databaseAt(serverUrl, known) }
  const [gone, used] = [...made].find(([folder]) => content === 'tables' && !existsSync(folder)) ?? []
  const name = used ?? `t_${createHash('sha256').update(dataDir).digest('hex').slice(0, 20)}`
  if (gone !== undefined) {
    made.delete(gone)
    await within(databaseAt(serverUrl, name), empty)
  } else {
    await within(serverUrl, (admin) =>
      admin.query(`create database ${name} template ${content === 'tables' ? templateName : 'template0'}`),
    )
  }
  if (content === 'tables') made.set(dataDir, name)
  return { databaseUrl: databaseAt(serverUrl, name) }
}

export function databaseAt(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

async function empty(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ schema: string; name: string; kept: boolean }>(
    `select t.schemaname as schema, t.tablename as name, s.tablename is not null as kept from pg_tables t
     left join pg_tables s on s.schemaname = 'seed' and s.tablename = t.schemaname || '.' || t.tablename where t.schemaname = 'app'`,
  )
  const steps = rows.flatMap(({ schema, name, kept }) => [
    `delete from ${schema}.${name}`,
    ...(kept ? [`insert into ${schema}.${name} select * from seed."${schema}.${name}"`] : []),
  ])
  // In one round, and in any order of the tables.
  await admin.query(['set session_replication_role = replica', 'drop schema if exists record cascade', ...steps].join(';'))
}

async function within(url: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.end()
  }
}

/** Makes the template on a new server; `fill` makes its tables. */
export async function makeTemplate(server: string, fill: (databaseUrl: string) => Promise<void>): Promise<void> {
  await within(server, (admin) => admin.query(`create database ${templateName} template template0`))
  const url = databaseAt(server, templateName)
  await fill(url)
  await within(url, async (admin) => {
    const { rows } = await admin.query<{ schema: string; name: string }>(
      `select schemaname as schema, tablename as name from pg_tables where schemaname = 'app'`,
    )
    const copies = rows.map(({ schema, name }) => `create table seed."${schema}.${name}" as select * from ${schema}.${name}`)
    await admin.query(['create schema seed', ...copies].join(';'))
  })
}

/** A database that tells when nothing is asked of it: on PostgreSQL an answer takes more than a turn. */
export function watched(db: Db): { db: Db; quiet(): Promise<void> } {
  let asked = 0
  const counting: KyselyPlugin = {
    transformQuery({ node }) {
      asked += 1
      return node
    },
    async transformResult({ result }) {
      asked -= 1
      return result
    },
  }
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    db: db.withPlugin(counting),
    async quiet() {
      // A transaction begins and ends without being counted; this one waits for those before it.
      await db.transaction().execute(turn)
      do await turn()
      while (asked > 0)
    },
  }
}
