import type { RecordTrouble } from '../../contract/index.ts'

/** How a column's values are to be compared and read. `instant`: the database knows the zone; `naive`: it does not. */
export type ColumnKind = 'naive' | 'instant' | 'number' | 'text'

export interface TableColumn {
  readonly name: string
  readonly kind: ColumnKind
}

/** Values as text by column name; null is NULL. Instants end in Z. */
export type TableRow = Readonly<Record<string, string | null>>

/** SQL that differs between databases; everything else is common. */
export interface Dialect {
  quote(name: string): string
  /** The n-th parameter, from 1. */
  parameter(n: number): string
  /** A naive time some seconds later; null where the database cannot say. */
  later(time: string, seconds: string): string | null
  /** A whole number that grows with each row and is there without being a column; null when there is none. */
  readonly rowNumber: string | null
}

export interface Trouble {
  readonly code: RecordTrouble
  readonly text: string
}

/** One table of somebody else's database, read only. Connects when it is first asked, and again after a failure. */
export interface TableConnection {
  readonly dialect: Dialect
  /** Null: there is no such table. */
  columns(table: string): Promise<readonly TableColumn[] | null>
  /** `columns`: which column each name of the result stands for. */
  query(
    sql: string,
    parameters: readonly (string | number)[],
    columns?: ReadonlyMap<string, string>,
  ): Promise<readonly TableRow[]>
  /** What an error of this database is, and what a person can do about it. */
  trouble(error: unknown): Trouble
  close(): Promise<void>
}

export const otherTrouble = (error: unknown): Trouble => ({
  code: 'other',
  text: error instanceof Error ? error.message : String(error),
})

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** Of the network's errors, whichever the database. */
export function networkTrouble(error: unknown, at: string): Trouble | null {
  switch (errorCode(error)) {
    case 'ECONNREFUSED':
      return {
        code: 'refused',
        text: `${at} refuses connections: is the database running, and does it listen for other machines (bind-address, listen_addresses)?`,
      }
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { code: 'unknownHost', text: `the name of ${at} is not known: check the address` }
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { code: 'noAnswer', text: `${at} does not answer: check the address and the firewall` }
    case 'ECONNRESET':
    case 'EPIPE':
    case 'PROTOCOL_CONNECTION_LOST':
      return { code: 'closed', text: `${at} closed the connection: it is tried again` }
    default:
      return null
  }
}
