import Database from 'better-sqlite3'

/** The local store cannot keep or give data. What had been stored before stays. The message says what the person can do. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure'
}

export function toStorageFailure(cause: unknown): unknown {
  if (!(cause instanceof Database.SqliteError)) return cause
  return new StorageFailure(adviceFor(cause.code), { cause })
}

function adviceFor(code: string): string {
  if (code === 'SQLITE_FULL') return 'The disk is full. Free some space, then go on: what was saved before is safe.'
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return 'The local store is damaged. Restart the program: it will be set aside.'
  if (code.startsWith('SQLITE_READONLY')) return 'The data folder of the program cannot be written to.'
  return 'The local store failed. Leave the card open until the server has it.'
}
