import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { errorCode, otherTrouble, type TableColumn, type TableConnection, type TableRow } from './table-connection.ts'

/** A database file of cdr_sqlite3_custom or cel_sqlite3_custom, which Asterisk goes on writing to. */
export function sqliteTable(file: string): TableConnection {
  let database: Database.Database | null = null
  const opened = (): Database.Database => {
    database ??= new Database(file, { readonly: true, fileMustExist: true, timeout: 2_000 })
    return database
  }
  const text = (value: unknown): string | null =>
    value === null || value === undefined ? null : Buffer.isBuffer(value) ? value.toString('utf8') : String(value)
  return {
    dialect: {
      quote: (name) => `"${name.replaceAll('"', '""')}"`,
      parameter: () => '?',
      later: () => null,
      rowNumber: 'rowid',
    },
    async columns(table) {
      const columns = opened()
        .prepare<[string], { name: string }>('select name from pragma_table_info(?)')
        .all(table)
        .map(({ name }): TableColumn => ({ name, kind: 'text' }))
      return columns.length === 0 ? null : columns
    },
    async query(sql, parameters) {
      const rows = opened()
        .prepare<(string | number)[], Record<string, unknown>>(sql)
        .all(...parameters)
      return rows.map((row): TableRow => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, text(value)])))
    },
    trouble(error) {
      const code = errorCode(error)
      if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
        return { code: 'busy', text: `${file} is being written to: it is tried again` }
      if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
        return { code: 'notADatabase', text: `${file} is no SQLite database, or a damaged one` }
      if (!existsSync(file))
        return {
          code: 'noFile',
          text: `${file} is not there: check the path, and that the folder of the PBX is mounted on this server`,
        }
      if (code.startsWith('SQLITE_CANTOPEN'))
        return { code: 'denied', text: `${file} may not be read: let the account this server runs under read it` }
      return otherTrouble(error)
    },
    async close() {
      database?.close()
      database = null
    },
  }
}
