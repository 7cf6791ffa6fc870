import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import {
  type ColumnKind,
  errorCode,
  networkTrouble,
  otherTrouble,
  type TableColumn,
  type TableConnection,
} from './table-connection.ts'

export interface DatabaseAccess {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Encrypt the connection; the server's certificate has to be valid. */
  readonly tls: boolean
}

const kinds: Readonly<Record<string, ColumnKind>> = {
  datetime: 'naive',
  timestamp: 'instant',
  int: 'number',
  bigint: 'number',
  decimal: 'number',
  double: 'number',
}

/** MySQL's character sets that web standards name otherwise; UTF-8 needs no name. */
const labels: Readonly<Record<string, string>> = {
  latin1: 'windows-1252',
  cp1251: 'windows-1251',
  koi8r: 'koi8-r',
  latin2: 'iso-8859-2',
}

/** A table of MariaDB or MySQL. */
export function mysqlTable(access: DatabaseAccess): TableConnection {
  const at = `${access.host}:${access.port}`
  let connection: Promise<Connection> | null = null
  const charsets = new Map<string, string>()
  const instants = new Set<string>()

  const connect = async (): Promise<Connection> => {
    const { host, port, user, password, database, tls } = access
    const made = await createConnection({
      host,
      port,
      user,
      password,
      database,
      ...(tls ? { ssl: {} } : {}),
      connectTimeout: 10_000,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
    })
    // a lost connection is an error of the next query, not of the process
    made.on('error', () => undefined)
    // TIMESTAMP as UTC; text as the bytes that are stored: old PBXs keep UTF-8 in latin1 columns
    await made.query("set time_zone = '+00:00', character_set_results = null")
    return made
  }
  const opened = (): Promise<Connection> => (connection ??= connect())

  /** The bytes are UTF-8 more often than the column says. */
  const decoded = (bytes: Buffer, column: string): string => {
    const text = bytes.toString('utf8')
    const label = labels[charsets.get(column) ?? '']
    return label !== undefined && text.includes('\uFFFD') ? new TextDecoder(label).decode(bytes) : text
  }

  const run = async (sql: string, parameters: readonly (string | number)[], columns: ReadonlyMap<string, string> = new Map()) => {
    try {
      const [rows] = await (await opened()).query<RowDataPacket[]>({
        sql,
        values: [...parameters],
        timeout: 120_000,
        typeCast: (field) => {
          const bytes = field.buffer()
          if (bytes === null) return null
          const column = columns.get(field.name) ?? field.name
          return instants.has(column) ? `${bytes.toString('latin1')}Z` : decoded(bytes, column)
        },
      })
      return rows
    } catch (error) {
      await forget()
      throw error
    }
  }
  const forget = async () => {
    const old = connection
    connection = null
    await old?.then((open) => open.destroy()).catch(() => undefined)
  }

  return {
    dialect: {
      quote: (name) => `\`${name.replaceAll('`', '``')}\``,
      parameter: () => '?',
      later: (time, seconds) => `date_add(${time}, interval greatest(coalesce(${seconds}, 0), 0) second)`,
      rowNumber: null,
    },
    async columns(table) {
      const rows = await run(
        'select column_name as name, data_type as type, character_set_name as charset from information_schema.columns where table_schema = database() and table_name = ? order by ordinal_position',
        [table],
      )
      const columns = rows.map((row): TableColumn => {
        const name = String(row['name'])
        charsets.set(name, String(row['charset'] ?? ''))
        const kind = kinds[String(row['type'])] ?? 'text'
        if (kind === 'instant') instants.add(name)
        return { name, kind }
      })
      return columns.length === 0 ? null : columns
    },
    query: run,
    trouble(error) {
      const trouble = networkTrouble(error, at)
      if (trouble) return trouble
      switch (errorCode(error)) {
        case 'ER_ACCESS_DENIED_ERROR':
        case 'ER_HOST_NOT_PRIVILEGED':
          return {
            code: 'login',
            text: `${at} refuses the user ${access.user}: check the name and the password, and that this server's address is allowed`,
          }
        case 'ER_DBACCESS_DENIED_ERROR':
        case 'ER_TABLEACCESS_DENIED_ERROR':
        case 'ER_COLUMNACCESS_DENIED_ERROR':
          return {
            code: 'rights',
            text: `the user ${access.user} may not read ${access.database}: GRANT SELECT ON ${access.database}.* TO that user`,
          }
        case 'ER_BAD_DB_ERROR':
          return { code: 'noDatabase', text: `${at} has no database ${access.database}` }
        default:
          return otherTrouble(error)
      }
    },
    close: forget,
  }
}
