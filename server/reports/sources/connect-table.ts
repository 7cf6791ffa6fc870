import { mysqlTable } from './mysql-table.ts'
import { postgresTable } from './postgres-table.ts'
import type { ParsedSettings } from './settings.ts'
import { sqliteTable } from './sqlite-table.ts'
import type { TableConnection } from './table-connection.ts'

export type TablePlace = Exclude<ParsedSettings, { store: 'csv' | 'log' }>

export function connectTable(settings: TablePlace): TableConnection {
  if (settings.store === 'sqlite') return sqliteTable(settings.path)
  return settings.store === 'mysql' ? mysqlTable(settings) : postgresTable(settings)
}
