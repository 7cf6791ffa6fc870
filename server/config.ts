import { join, resolve } from 'node:path'
import { type CountryCode, isSupportedCountry } from 'libphonenumber-js'
import { z } from 'zod'
import { StartError } from './errors.ts'
import { isTimeZone } from './site-time.ts'

const projectRoot = resolve(import.meta.dirname, '..')
const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((part) => part.trim() || []))

const origin = z.string().refine((text) => URL.canParse(text) && `${new URL(text).protocol}//${new URL(text).host}` === text, {
  error: 'a comma-separated list of origins such as https://crm.example, without a path',
})

const Environment = z.object({
  CALLSYNC_HOST: z.string().default('127.0.0.1'),
  CALLSYNC_PORT: z.coerce.number({ error: portHint }).int(portHint()).min(0, portHint()).max(65_535, portHint()).default(7420),
  CALLSYNC_DATA: z.string().default('data'),
  CALLSYNC_DATABASE_URL: z
    .string()
    .refine(
      (text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol) && new URL(text).pathname.length > 1,
      {
        error: 'an address such as postgres://callsync:password@db.example/callsync',
      },
    )
    .optional(),
  CALLSYNC_PBX_FILE: z.string().optional(),
  CALLSYNC_DEMO_RECORD: z.enum(['yes', 'no']).default('yes'),
  CALLSYNC_STATIC: z.string().default(join('out', 'renderer')),
  CALLSYNC_ALLOWED_ORIGINS: list.pipe(z.array(origin)),
  CALLSYNC_TRUSTED_PROXIES: list,
  CALLSYNC_SECRET_KEY: z
    .string()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((key) => key.length === 32, { error: '32 bytes as base64: make one with `openssl rand -base64 32`' })
    .optional(),
  CALLSYNC_RECORDINGS: z.string().optional(),
  CALLSYNC_TIME_ZONE: z
    .string()
    .refine(isTimeZone, { error: 'a time zone such as Europe/Moscow' })
    .default(Intl.DateTimeFormat().resolvedOptions().timeZone),
  CALLSYNC_PHONE_REGION: z
    .string()
    .default('RU')
    .transform((text, context): CountryCode => {
      const code = text.trim().toUpperCase()
      if (isSupportedCountry(code)) return code
      context.addIssue({ code: 'custom', message: 'a country as two letters, such as RU or KZ' })
      return z.NEVER
    }),
  CALLSYNC_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'fatal, error, warn, info, debug, trace or silent',
    })
    .default('info'),
})

function portHint(): string {
  return 'a number from 0 (any free port) to 65535'
}

export interface Config {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  /** A PostgreSQL database; null: SQLite in the data folder. */
  readonly databaseUrl: string | null
  /** The demo PBX's own description; null: no demo. */
  /** The demo's past is in the record of calls too. */
  readonly demoRecord: boolean
  readonly pbxFile: string | null
  readonly staticDir: string
  readonly allowedOrigins: readonly string[]
  readonly trustedProxies: readonly string[]
  /** null: the key file in the data folder. */
  readonly secretKey: Buffer | null
  /** Folder of the PBX's recordings as this server sees it, besides the demo PBX's own; null: none. */
  readonly recordingsDir: string | null
  /** The site's zone: where its day begins and ends. */
  readonly timeZone: string
  /** Country of numbers without a country code. */
  readonly phoneRegion: CountryCode
  readonly logLevel: string
}

const secrets: ReadonlySet<string> = new Set(['CALLSYNC_SECRET_KEY', 'CALLSYNC_DATABASE_URL'])

/** The server's settings from its environment; an empty value counts as unset. Throws StartError. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()))
  const parsed = Environment.safeParse(set)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0])
      // Neither the key nor a password may get into a log.
      const shown = secrets.has(name) ? '' : ` (it is "${set[name]}")`
      return `${name} must be ${issue.message}${shown}`
    })
    throw new StartError([...new Set(lines)].join('; '))
  }
  const env = parsed.data
  return {
    host: env.CALLSYNC_HOST,
    port: env.CALLSYNC_PORT,
    dataDir: resolve(projectRoot, env.CALLSYNC_DATA),
    databaseUrl: env.CALLSYNC_DATABASE_URL ?? null,
    demoRecord: env.CALLSYNC_DEMO_RECORD === 'yes',
    pbxFile: env.CALLSYNC_PBX_FILE === undefined ? null : resolve(projectRoot, env.CALLSYNC_PBX_FILE),
    staticDir: resolve(projectRoot, env.CALLSYNC_STATIC),
    allowedOrigins: env.CALLSYNC_ALLOWED_ORIGINS,
    trustedProxies: env.CALLSYNC_TRUSTED_PROXIES,
    secretKey: env.CALLSYNC_SECRET_KEY ?? null,
    recordingsDir: env.CALLSYNC_RECORDINGS === undefined ? null : resolve(projectRoot, env.CALLSYNC_RECORDINGS),
    timeZone: env.CALLSYNC_TIME_ZONE,
    phoneRegion: env.CALLSYNC_PHONE_REGION,
    logLevel: env.CALLSYNC_LOG_LEVEL,
  }
}
