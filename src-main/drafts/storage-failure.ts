import Database from 'better-sqlite3'

export type StorageProblem = 'diskFull' | 'damaged' | 'readOnly' | 'newerVersion' | 'failed'

/** The local store cannot keep or give data. What had been stored before stays. The message says what the person can do. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure'
  readonly problem: StorageProblem

  constructor(message: string, options: { problem?: StorageProblem; cause?: unknown } = {}) {
    super(message, options)
    this.problem = options.problem ?? 'failed'
  }
}

export function toStorageFailure(cause: unknown): unknown {
  if (!(cause instanceof Database.SqliteError)) return cause
  const problem = problemOf(cause.code)
  return new StorageFailure(advice[problem], { problem, cause })
}

function problemOf(code: string): Exclude<StorageProblem, 'newerVersion'> {
  if (code === 'SQLITE_FULL') return 'diskFull'
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return 'damaged'
  return code.startsWith('SQLITE_READONLY') || code === 'SQLITE_CANTOPEN' ? 'readOnly' : 'failed'
}

const advice = {
  diskFull: 'The disk is full. Free some space, then go on: what was saved before is safe.',
  damaged: 'The local store is damaged. Restart the program: it will be set aside.',
  readOnly: 'The data folder of the program cannot be written to.',
  failed: 'The local store failed. Leave the card open until the server has it.',
} as const
