import type { Clock } from '../clock.ts'
import { firstServer, type RecordTrial, type RouteReply, type Routes } from '../contract/index.ts'
import { foundFiles, importSources, type SavedSource, sourceSettings } from './import/import-setup.ts'
import type { ImportSource } from './import/protocol.ts'
import { ImportStates } from './import-state.ts'
import type { RecordReader } from './readers/read-pool.ts'
import { tryRecordSource } from './sources/index.ts'

export interface ReportRecordDeps {
  readonly reader: RecordReader
  readonly clock: Clock
  /** IANA name of the zone the site's day is in. */
  readonly timeZone: string
  readonly saved: () => readonly SavedSource[]
  /** The demo PBX's logs; null: an Asterisk on this machine, if there is one. */
  readonly logDir: () => string | null
  readonly publishedShare: () => number | null
  /** AMI tells. */
  readonly pbxIsUp: (server: string) => boolean
}

/** What administrators see of the import: where it reads from, how far it is, and whether another source could be read. */
export class ReportRecord {
  readonly #deps: ReportRecordDeps
  readonly #states: ImportStates
  readonly machineTimeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

  constructor(deps: ReportRecordDeps) {
    this.#deps = deps
    this.#states = new ImportStates({ ...deps, sources: () => this.#sources() })
  }

  /** Files that are read without anybody having named them, as long as nothing of their kind is saved. */
  found(): RouteReply<Routes['recordSources']>['found'] {
    return foundFiles(this.#deps.logDir())
  }

  state(): Promise<RouteReply<Routes['importState']>> {
    return this.#states.read()
  }

  async test(source: SavedSource): Promise<RecordTrial> {
    const { clock, timeZone, pbxIsUp } = this.#deps
    const settings = sourceSettings({ ...source, id: 'trial' })
    if (settings !== null)
      return tryRecordSource(source.kind, settings, { clock, timeZones: [timeZone, this.machineTimeZone, 'UTC'] })
    const up = pbxIsUp(source.server ?? firstServer)
    const check = { step: 'reach' as const, ok: up, trouble: up ? null : ('pbxAway' as const), detail: '' }
    return { checks: [check], columns: null, rows: null, newestMs: null, shiftMs: null, betterTimeZone: null, problems: [] }
  }

  #sources(): ImportSource[] {
    return importSources(this.#deps.saved(), this.#deps.logDir())
  }
}
