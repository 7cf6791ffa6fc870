import { z } from 'zod'

/**
 * Every error a client can meet. The class says what the caller should do:
 * `retry` the same again later · `signIn` again · `fix` the input or the settings · `refresh` what it holds · `stop` and tell the user.
 */
export const errorClasses = {
  unauthenticated: 'signIn',
  wrongCredentials: 'fix',
  tooManyAttempts: 'retry',
  forbidden: 'stop',
  notFound: 'refresh',
  invalidInput: 'fix',
  conflict: 'refresh',
  pbxUnavailable: 'retry',
  pbxRefused: 'fix',
  /** The dialplan lacks a part of the sample configuration; `fields.context` names it. */
  pbxLacksContext: 'fix',
  /** Asterisk could not play a sound: no such file, or none in a format it reads. */
  pbxLacksSound: 'fix',
  recordingForced: 'stop',
  /** The own phone is not registered, or in a call already. */
  phoneNotReady: 'fix',
  /** What was asked for would join two Asterisk servers: a call of one and a phone or a queue of another. */
  otherServer: 'stop',
  notConfigured: 'fix',
  /** Too many reports at once, or one that took too long. */
  busy: 'retry',
  /** After an upgrade of the server the record of calls is brought to its version first: minutes, where it is large. */
  recordUpgrading: 'retry',
  clientTooOld: 'stop',
  internal: 'retry',
} as const

export const ErrorCode = z.enum(Object.keys(errorClasses) as [keyof typeof errorClasses, ...(keyof typeof errorClasses)[]])
export type ErrorCode = z.infer<typeof ErrorCode>

/** Body of every non-200 answer. `message` is English for logs; the client shows its own words by `code`. */
export const ErrorBody = z.object({
  error: z.object({
    code: ErrorCode,
    message: z.string(),
    /** Which input was refused and why, for forms: `{ email: 'already used' }`. */
    fields: z.record(z.string(), z.string()).optional(),
    /** Milliseconds to wait before trying again, where the server knows. */
    retryAfterMs: z.number().int().optional(),
  }),
})
export type ErrorBody = z.infer<typeof ErrorBody>
