import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What a company's roll-out puts on every computer; only an administrator can write there. */
const Policy = z.object({
  serverUrl: z.string().optional(),
  /** Certificates that count as valid although no authority vouches for them: this host with this SHA-256 fingerprint. */
  certificates: z.array(z.object({ host: z.string().min(1), fingerprint: z.string().min(1) })).default([]),
  /** false: the company installs new versions itself. */
  updates: z.boolean().default(true),
})
export type Policy = z.infer<typeof Policy>

/** What the person chose on this computer. */
const Choice = z.object({ serverUrl: z.string() })

/** `address`: what `setting` holds is none; `invalid`, `unreadable`: the file `setting`. */
export type ConfigProblem = 'address' | 'invalid' | 'unreadable'

const advice: Readonly<Record<ConfigProblem, (setting: string) => string>> = {
  address: (setting) => `${setting} has to be an address such as https://callsync.example.com`,
  invalid: (file) => `${file} is not a valid configuration. Correct it or remove it.`,
  unreadable: (file) => `${file} cannot be read. Correct its permissions or remove it.`,
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problem: ConfigProblem
  readonly setting: string

  constructor(problem: ConfigProblem, setting: string, options?: ErrorOptions) {
    super(advice[problem](setting), options)
    this.problem = problem
    this.setting = setting
  }
}

export interface ConfigSources {
  /** CALLSYNC_SERVER_URL; wins over the files. */
  readonly fromEnvironment: string | undefined
  readonly policyFile: string
  /** In the app's data folder. */
  readonly choiceFile: string
}

/** A person must not get round the company's file: of an installed app the environment names neither the server nor another file. */
export function configSourcesOf(app: {
  readonly isPackaged: boolean
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly choiceFile: string
}): ConfigSources {
  const env = app.isPackaged ? {} : app.env
  return {
    fromEnvironment: env['CALLSYNC_SERVER_URL'],
    policyFile: env['CALLSYNC_POLICY_FILE'] ?? policyFileOf(app.platform, app.env),
    choiceFile: app.choiceFile,
  }
}

export interface Config {
  /** Without a slash at the end; null when nobody has said where the server is. */
  readonly serverUrl: string | null
  /** The person cannot change it. */
  readonly managed: boolean
  readonly policy: Policy
}

export function policyFileOf(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>): string {
  if (platform === 'win32') return join(env['ProgramData'] ?? 'C:\\ProgramData', 'CallSync', 'config.json')
  return platform === 'darwin' ? '/Library/Application Support/CallSync/config.json' : '/etc/callsync/config.json'
}

/** Environment (of an unpacked app), company, person, in this order. Throws ConfigError that names the setting to change. */
export function readConfig(sources: ConfigSources): Config {
  const policy = readPolicy(sources.policyFile)
  if (sources.fromEnvironment) {
    return { serverUrl: required(sources.fromEnvironment, 'CALLSYNC_SERVER_URL'), managed: true, policy }
  }
  if (policy.serverUrl !== undefined) {
    return { serverUrl: required(policy.serverUrl, `serverUrl in ${sources.policyFile}`), managed: true, policy }
  }
  return { serverUrl: readChoice(sources.choiceFile), managed: false, policy }
}

/** The base URL of a server as a person or a file gives it, without a slash at the end; null when it is none. */
export function parseServerUrl(text: string): string | null {
  const trimmed = text.trim()
  // A bare host is meant encrypted; nobody falls back to plain HTTP without having written it.
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`)
  if (!url || !['http:', 'https:'].includes(url.protocol)) return null
  if (url.username || url.password || url.search || url.hash || url.host === '') return null
  return url.href.replace(/\/+$/, '')
}

function required(text: string, setting: string): string {
  // Files and the environment are written once, by someone who can write the whole address.
  const url = /^https?:\/\//i.test(text) ? parseServerUrl(text) : null
  if (url === null) throw new ConfigError('address', setting)
  return url
}

function readPolicy(file: string): Policy {
  const text = readText(file)
  if (text === null) return Policy.parse({})
  try {
    return Policy.parse(JSON.parse(text))
  } catch (cause) {
    // Passed over, it would open what the company has closed.
    throw new ConfigError('invalid', file, { cause })
  }
}

/** A broken choice only means that the person is asked again. */
function readChoice(file: string): string | null {
  try {
    const { serverUrl } = Choice.parse(JSON.parse(readFileSync(file, 'utf8')))
    return parseServerUrl(serverUrl)
  } catch {
    return null
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return null
    throw new ConfigError('unreadable', file, { cause })
  }
}
