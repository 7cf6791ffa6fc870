import { type Dialect, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import pg from 'pg'
import { StartError } from '../../errors.ts'
import { appSchema } from '../migration.ts'
import { OneWriterDriver } from '../one-writer-driver.ts'
import type { Engine, StoreDeps } from '../store.ts'
import { isAway, ownTables, Readers, usualLimits, Writer } from './sessions.ts'

/** Takes the database for this server alone. Throws StartError. */
export async function openPostgres(
  url: string,
  { limits, onWaiting }: Pick<StoreDeps, 'limits' | 'onWaiting'> = {},
): Promise<Engine> {
  const all = { ...usualLimits, ...limits }
  const writer = new Writer({ url, limits: all, onWaiting })
  const readers = new Readers(url, ownTables(all))
  const close = async () => {
    await Promise.all([writer.close(), readers.close()])
  }
  try {
    const session = await writer.session()
    const { rows } = await session.run<{ encoding: string; plain: number }>(
      `select current_setting('server_encoding') as encoding, ('B' < 'a' and 'я' < 'ё') as plain`,
      [],
    )
    if (rows[0]?.encoding !== 'UTF8' || rows[0].plain !== 1) throw notPlain(url)
    await session.run(`create schema if not exists ${appSchema}`, [])
  } catch (error) {
    await close()
    throw error instanceof StartError ? error : new StartError(explain(error, url), { cause: error })
  }
  const driver = new OneWriterDriver({ writer: () => writer.session(), readers })
  const dialect: Dialect = {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
  return { dialect, name: nameOf(url), settle: () => undefined, open: () => writer.limit(), close }
}

const nameOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1))
/** Without the password. */
const placeOf = (url: string): string => `${new URL(url).host || 'this machine'}, database ${nameOf(url)}`

const notPlain = (url: string): StartError =>
  new StartError(
    `The PostgreSQL database ${nameOf(url)} does not keep texts as UTF-8 in the order of their characters. ` +
      `Make one with: create database callsync template template0 encoding 'UTF8' locale 'C'`,
  )

function explain(error: unknown, url: string): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof pg.DatabaseError ? cause.code : undefined
  const text = cause instanceof Error ? cause.message : String(cause)
  if (code === '55P03')
    return `Another CallSync server is running on the PostgreSQL database (${placeOf(url)}). Stop it, or name another database in CALLSYNC_DATABASE_URL.`
  if (code === '28P01' || code === '28000')
    return `PostgreSQL refuses the user of CALLSYNC_DATABASE_URL (${placeOf(url)}): check its name and password, and that pg_hba.conf allows this server.`
  if (code === '3D000')
    return `PostgreSQL has no database ${nameOf(url)}. Make it with: create database ${nameOf(url)} template template0 encoding 'UTF8' locale 'C'`
  if (code === '42501')
    return `The user of CALLSYNC_DATABASE_URL may not make tables (${placeOf(url)}): make it the owner of the database.`
  if (isAway(cause))
    return `PostgreSQL cannot be reached (${placeOf(url)}): ${text}. Check CALLSYNC_DATABASE_URL, and that it is running.`
  return `PostgreSQL cannot be used (${placeOf(url)}): ${text}.`
}
