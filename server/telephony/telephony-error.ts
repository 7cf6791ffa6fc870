/**
 * Why a command to Asterisk did not succeed.
 * `unavailable`: the link is down or has too much to do; try again later. `refused`: Asterisk said no; the message is
 * its own words. `timedOut`: no answer; whether the command took effect is unknown.
 */
export class TelephonyError extends Error {
  override readonly name = 'TelephonyError'
  readonly code: 'unavailable' | 'refused' | 'timedOut'

  constructor(code: 'unavailable' | 'refused' | 'timedOut', message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
