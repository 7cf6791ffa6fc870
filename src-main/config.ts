import { readFileSync } from 'node:fs'
import { z } from 'zod'

export const defaultServerUrl = 'http://127.0.0.1:7420'

/** `config.json` in the app's data folder; a company's roll-out puts it there. */
const ConfigFile = z.object({ serverUrl: z.string().optional() })

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export interface ConfigSources {
  /** CALLSYNC_SERVER_URL; wins over the file. */
  readonly fromEnvironment: string | undefined
  readonly configFile: string
}

/** The server's base URL without a slash at the end. Throws ConfigError that names the setting to change. */
export function readServerUrl(sources: ConfigSources): string {
  if (sources.fromEnvironment) return toServerUrl(sources.fromEnvironment, 'CALLSYNC_SERVER_URL')
  let text: string
  try {
    text = readFileSync(sources.configFile, 'utf8')
  } catch {
    return defaultServerUrl
  }
  const { serverUrl } = parseConfig(text, sources.configFile)
  return serverUrl === undefined ? defaultServerUrl : toServerUrl(serverUrl, `serverUrl in ${sources.configFile}`)
}

function parseConfig(text: string, file: string): z.infer<typeof ConfigFile> {
  try {
    return ConfigFile.parse(JSON.parse(text))
  } catch (cause) {
    throw new ConfigError(`${file} is not a valid configuration. Correct it or remove it.`, { cause })
  }
}

function toServerUrl(value: string, setting: string): string {
  const url = URL.parse(value)
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.search || url.hash) {
    throw new ConfigError(`${setting} has to be an address such as https://callsync.example.com`)
  }
  return url.href.replace(/\/+$/, '')
}
