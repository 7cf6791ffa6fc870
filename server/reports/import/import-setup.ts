import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CountryCode } from 'libphonenumber-js'
import { firstServer, type RecordKind, type RecordSourceSaved, readsFound } from '../../contract/index.ts'
import type { QueueRule } from '../fold/rules.ts'
import type { WorkTimes } from '../fold/work-time.ts'
import { demoRecordIds } from '../record/demo-record-ids.ts'
import type { SourceSettings } from '../sources/index.ts'
import { agentTimes, type NamedPerson } from './agent-times.ts'
import { amiSourceSettings } from './ami-record.ts'
import type { ImportSetup, ImportSource, ReadSource } from './protocol.ts'

/** Where Asterisk's packages have it. */
const installedLogs = '/var/log/asterisk'

type FoundSource = Extract<ImportSource, { settings: unknown }> & { readonly settings: { readonly path: string } }

/**
 * The PBX's own files, where this server can read them: the demo PBX's, else those of an Asterisk on the same machine. Their times
 * are of the machine's zone.
 */
function ownFiles(logDir: string | null, readable = isReadable): FoundSource[] {
  const folder = logDir ?? installedLogs
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const from = (kind: 'cdr' | 'queueLog' | 'cel', name: string, settings: FoundSource['settings']): FoundSource[] =>
    logDir !== null || readable(join(folder, name)) ? [{ kind, settings }] : []
  const file = (name: string) => ({ id: `${logDir === null ? 'installed' : 'demo'}:${name}`, timeZone, path: join(folder, name) })
  return [
    ...from('cdr', 'cdr-csv/Master.csv', { store: 'csv', ...file('cdr-csv/Master.csv') }),
    ...from('queueLog', 'queue_log', { store: 'log', ...file('queue_log') }),
    ...from('cel', 'cel-custom/Master.csv', { store: 'csv', ...file('cel-custom/Master.csv') }),
  ]
}

/** The demo's past, where it was written: read beside the demo PBX's own files, and with no other PBX. */
export const demoRecordFolder = (dataDir: string): string => join(dataDir, 'demo-record')

function demoRecord(dataDir: string): ReadSource[] {
  const file = (name: string) => ({ id: `${demoRecordIds}${name}`, timeZone: 'UTC', path: join(demoRecordFolder(dataDir), name) })
  const sources: ReadSource[] = [
    { kind: 'cdr', settings: { store: 'csv', ...file('Master.csv') } },
    { kind: 'queueLog', settings: { store: 'log', ...file('queue_log') } },
  ]
  return existsSync(demoRecordFolder(dataDir)) ? sources : []
}

/** What there is of them, and where. */
export const foundFiles = (logDir: string | null): { kind: RecordKind; store: 'csv' | 'log'; path: string }[] =>
  ownFiles(logDir).map(({ kind, settings: { path } }) => ({ kind, store: kind === 'queueLog' ? 'log' : 'csv', path }))

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

/** A source as an administrator saved it, with its password. */
export interface SavedSource extends Pick<RecordSourceSaved, 'id' | 'kind' | 'place' | 'timeZone' | 'clockOffsetMs' | 'server'> {
  readonly password: string
}

/** null: no place that can be read, AMI tells. */
export function sourceSettings({ id, place, timeZone, clockOffsetMs, server, password }: SavedSource): SourceSettings | null {
  const common = { id, timeZone, clockOffsetMs, server }
  if (place.store === 'events') return null
  if (place.store === 'csv') return { ...common, ...place, columns: place.columns ?? undefined }
  return place.store === 'mysql' || place.store === 'postgres' ? { ...common, ...place, password } : { ...common, ...place }
}

const importSource = (saved: SavedSource): ImportSource => {
  const settings = sourceSettings(saved)
  return settings === null ? { kind: 'events', id: saved.id, server: saved.server } : { kind: saved.kind, settings }
}

/** What was saved; for a kind of which nothing was for the first Asterisk, the files found. */
export function importSources(saved: readonly SavedSource[], logDir: string | null, readable = isReadable): ImportSource[] {
  return [...saved.map(importSource), ...ownFiles(logDir, readable).filter(({ kind }) => readsFound(kind, saved))]
}

export interface ImportSetupDeps {
  readonly dataDir: string
  readonly recordFile: string
  readonly databaseUrl: string | null
  readonly generation: number
  readonly saved: readonly SavedSource[]
  /** Asterisk servers beside the first. */
  readonly otherServers: readonly string[]
  /** Those there were once. */
  readonly removedServers: readonly string[]
  readonly rules: readonly QueueRule[]
  readonly workTimes: WorkTimes
  /** The demo PBX's logs; null: an Asterisk on this machine, if there is one. */
  readonly logDir: string | null
  readonly timeZone: string
  readonly phoneRegion: CountryCode
  readonly people: readonly NamedPerson[]
  readonly queues: readonly string[]
}

export function importSetup(deps: ImportSetupDeps): ImportSetup {
  const agents = agentTimes(deps.people)
  const told = (server?: string) => amiSourceSettings(deps.dataDir, server)
  const toRead = (source: ImportSource): ReadSource => {
    const read: ReadSource =
      source.kind === 'events' ? { kind: 'queueLog', settings: { ...told(source.server).queues, id: source.id } } : source
    return deps.removedServers.includes(read.settings.server ?? firstServer) ? { ...read, ofRemoved: true } : read
  }
  // Holds are told over AMI alone, wherever the rest is. Of a removed server the file is the only record of them.
  const kept = deps.removedServers.filter((server) => server !== firstServer && existsSync(told(server).channels.path))
  const holds = [firstServer, ...deps.otherServers, ...kept].map(
    (server): ReadSource => ({ kind: 'cel', settings: told(server).channels }),
  )
  return {
    recordFile: deps.recordFile,
    databaseUrl: deps.databaseUrl,
    generation: deps.generation,
    sources: [
      ...importSources(deps.saved, deps.logDir).map(toRead),
      ...holds,
      ...(deps.logDir === null ? [] : demoRecord(deps.dataDir)),
    ],
    site: {
      timeZone: deps.timeZone,
      phoneRegion: deps.phoneRegion,
      extensions: [...new Set(agents.map(([, extension]) => extension))],
      agents,
      queues: deps.queues,
      rules: deps.rules,
      workTimes: deps.workTimes,
    },
  }
}
