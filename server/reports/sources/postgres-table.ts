import pg from 'pg'
import type { DatabaseAccess } from './mysql-table.ts'
import {
  type ColumnKind,
  errorCode,
  networkTrouble,
  otherTrouble,
  type TableColumn,
  type TableConnection,
  type TableRow,
} from './table-connection.ts'

const kinds: Readonly<Record<string, ColumnKind>> = {
  'timestamp without time zone': 'naive',
  'timestamp with time zone': 'instant',
  integer: 'number',
  bigint: 'number',
  numeric: 'number',
  'double precision': 'number',
}

/** A table of PostgreSQL, as cdr_pgsql and cel_pgsql write. */
export function postgresTable(access: DatabaseAccess): TableConnection {
  const at = `${access.host}:${access.port}`
  let client: Promise<pg.Client> | null = null

  const connect = async (): Promise<pg.Client> => {
    const { host, port, user, password, database, tls } = access
    const made = new pg.Client({
      host,
      port,
      user,
      password,
      database,
      ssl: tls,
      connectionTimeoutMillis: 10_000,
      statement_timeout: 120_000,
      application_name: 'callsync',
      options: '-c TimeZone=UTC -c DateStyle=ISO -c default_transaction_read_only=on',
      // every value as the text it was sent as
      types: { getTypeParser: () => (value: string | Buffer) => value.toString() },
    })
    // a lost connection is an error of the next query, not of the process
    made.on('error', () => void forget())
    await made.connect()
    return made
  }
  const opened = (): Promise<pg.Client> => (client ??= connect())
  const forget = async () => {
    const old = client
    client = null
    await old?.then((open) => open.end()).catch(() => undefined)
  }
  const run = async (sql: string, parameters: readonly (string | number)[]): Promise<readonly TableRow[]> => {
    try {
      const { rows } = await (await opened()).query<Record<string, string | null>>(sql, [...parameters])
      return rows
    } catch (error) {
      await forget()
      throw error
    }
  }

  return {
    dialect: {
      quote: (name) => `"${name.replaceAll('"', '""')}"`,
      parameter: (n) => `$${n}`,
      later: (time, seconds) => `${time} + greatest(coalesce(${seconds}, 0), 0) * interval '1 second'`,
      rowNumber: null,
    },
    async columns(table) {
      const [schema, name] = table.includes('.') ? table.split('.', 2) : [null, table]
      const rows = await run(
        `select column_name as name, data_type as type from information_schema.columns where table_name = $1 and table_schema ${
          schema ? '= $2' : '= any (current_schemas(false))'
        } order by ordinal_position`,
        schema ? [name ?? '', schema] : [name ?? ''],
      )
      const columns = rows.map(
        ({ name: column, type }): TableColumn => ({ name: column ?? '', kind: kinds[type ?? ''] ?? 'text' }),
      )
      return columns.length === 0 ? null : columns
    },
    query: run,
    trouble(error) {
      const trouble = networkTrouble(error, at)
      if (trouble) return trouble
      switch (errorCode(error)) {
        case '28P01':
        case '28000':
          return {
            code: 'login',
            text: `${at} refuses the user ${access.user}: check the name and the password, and that pg_hba.conf allows this server's address`,
          }
        case '3D000':
          return { code: 'noDatabase', text: `${at} has no database ${access.database}` }
        case '42501':
          return { code: 'rights', text: `the user ${access.user} may not read the table: GRANT SELECT ON it TO that user` }
        case '57014':
          return { code: 'slow', text: 'the query took longer than two minutes: an index on the start column makes it fast' }
        default:
          return otherTrouble(error)
      }
    },
    close: forget,
  }
}
