import type { FastifyReply } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { ErrorBody, ErrorCode } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import { TelephonyError } from '../telephony/index.ts'

const statuses = {
  unauthenticated: 401,
  wrongCredentials: 401,
  tooManyAttempts: 429,
  forbidden: 403,
  notFound: 404,
  invalidInput: 400,
  conflict: 409,
  pbxUnavailable: 503,
  pbxRefused: 502,
  pbxLacksContext: 409,
  pbxLacksSound: 409,
  recordingForced: 409,
  phoneNotReady: 409,
  otherServer: 409,
  notConfigured: 409,
  busy: 503,
  recordUpgrading: 503,
  clientTooOld: 426,
  internal: 500,
} as const satisfies Record<ErrorCode, number>

export async function sendError(reply: FastifyReply, error: AppError): Promise<void> {
  const body: ErrorBody = {
    error: {
      code: error.code,
      message: error.message,
      ...(error.fields && { fields: { ...error.fields } }),
      ...(error.retryAfterMs !== undefined && { retryAfterMs: Math.ceil(error.retryAfterMs) }),
    },
  }
  if (error.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1_000))
  await reply.status(statuses[error.code]).type('application/json; charset=utf-8').serializer(JSON.stringify).send(body)
}

/** What went wrong in the contract's terms; null for what nobody foresaw, of which a client learns nothing. */
export function toAppError(error: unknown): AppError | null {
  if (error instanceof AppError) return error
  if (error instanceof TelephonyError) {
    return new AppError(error.code === 'refused' ? 'pbxRefused' : 'pbxUnavailable', error.message, { cause: error })
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields: Record<string, string> = {}
    for (const issue of error.validation) {
      const path = issue.instancePath.replace(/^\//, '').replaceAll('/', '.')
      fields[path === '' ? (error.validationContext ?? 'body') : path] ??= issue.message ?? 'invalid'
    }
    return new AppError('invalidInput', `invalid ${error.validationContext ?? 'input'}`, { fields, cause: error })
  }
  // Fastify's own refusals: a body that is no JSON, too large, of an unknown type.
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') {
    if (error.statusCode === 404) return new AppError('notFound', 'no such address', { cause: error })
    if (error.statusCode >= 400 && error.statusCode < 500) return new AppError('invalidInput', error.message, { cause: error })
  }
  return null
}
