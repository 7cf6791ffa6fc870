import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import type { SourceSettings } from '../sources/index.ts'
import type { ImportSetup, ImportSource } from './protocol.ts'

/** Where Asterisk's packages have it. */
const installedLogs = '/var/log/asterisk'

/**
 * The PBX's own files, where this server can read them: the demo PBX's, else those of an Asterisk on the same machine. Their times
 * are of the machine's zone.
 */
export function ownFiles(logDir: string | null, readable = isReadable): ImportSource[] {
  const folder = logDir ?? installedLogs
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const from = (kind: 'cdr' | 'queueLog' | 'cel', name: string, settings: SourceSettings): ImportSource[] =>
    logDir !== null || readable(join(folder, name)) ? [{ kind, settings }] : []
  const file = (name: string) => ({ id: `${logDir === null ? 'installed' : 'demo'}:${name}`, timeZone, path: join(folder, name) })
  return [
    ...from('cdr', 'cdr-csv/Master.csv', { store: 'csv', ...file('cdr-csv/Master.csv') }),
    ...from('queueLog', 'queue_log', { store: 'log', ...file('queue_log') }),
    ...from('cel', 'cel-custom/Master.csv', { store: 'csv', ...file('cel-custom/Master.csv') }),
  ]
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

export interface ImportSetupDeps {
  readonly recordFile: string
  /** The demo PBX's logs; null: an Asterisk on this machine, if there is one. */
  readonly logDir: string | null
  readonly timeZone: string
  readonly phoneRegion: string
  readonly people: readonly { readonly name: string; readonly extension: string | null }[]
  readonly queues: readonly string[]
}

export function importSetup(deps: ImportSetupDeps): ImportSetup {
  const people = deps.people.flatMap(({ name, extension }) => (extension === null ? [] : [[name, extension] as const]))
  return {
    recordFile: deps.recordFile,
    sources: ownFiles(deps.logDir),
    site: {
      timeZone: deps.timeZone,
      phoneRegion: deps.phoneRegion,
      extensions: people.map(([, extension]) => extension),
      agents: people,
      queues: deps.queues,
      rules: [{ queue: '*', validFromMs: 0, targetMs: 30_000, shortMs: 5_000 }],
    },
  }
}
