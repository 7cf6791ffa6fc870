import type { ErrorCode } from './contract/index.ts'

/** An error with a code of the contract; `http/` turns it into the answer. Anything else that is thrown is `internal`. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly fields: Readonly<Record<string, string>> | undefined
  readonly retryAfterMs: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    more: { fields?: Record<string, string>; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause })
    this.code = code
    this.fields = more.fields
    this.retryAfterMs = more.retryAfterMs
  }
}

/** The server cannot start for a reason the administrator can mend; the message is one whole line that says how. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
