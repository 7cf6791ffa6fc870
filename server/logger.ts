import pino, { type Logger } from 'pino'

const secret = ['password', 'secret', 'token', 'sipPassword', 'amiSecret', 'authorization', 'cookie']
const personal = ['number', 'callerNumber', 'callerName', 'phone', 'email']
const names = [...secret, ...personal]

/** One JSON line an event on stdout; static texts, data in fields. Secrets and numbers are cut even where a field slips in. */
export function createLogger(level: string): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: names.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[cut]' },
  }
  // Written at once: the lines before a crash are the ones that count.
  return pino(options, pino.destination({ fd: process.stdout.fd, sync: true }))
}
