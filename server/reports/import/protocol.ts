import type { CountryCode } from 'libphonenumber-js'
import type { AgentTime, QueueRule } from '../fold/rules.ts'
import type { WorkTimes } from '../fold/work-time.ts'
import type { ImportStateTable } from '../record/schema.ts'
import type { SourceSettings } from '../sources/index.ts'
import type { ImportStep } from './import-step.ts'

/** A place that is read, and what it holds. */
export interface ReadSource {
  readonly kind: 'cdr' | 'queueLog' | 'cel'
  readonly settings: SourceSettings
  /** Of an Asterisk that is no more: it is read where it still can be, and nobody waits for it. */
  readonly ofRemoved?: boolean
}

/** A source of the import; `events`: lines told by AMI. */
export type ImportSource = ReadSource | { readonly kind: 'events'; readonly id: string; readonly server?: string | undefined }

/** What the importer has to know about the site. */
export interface SiteFacts {
  readonly timeZone: string
  readonly phoneRegion: CountryCode
  /** Extensions that are no short numbers. */
  readonly extensions: readonly string[]
  /** Extensions of members by the name queue_log has for them, and since and until when. */
  readonly agents: readonly AgentTime[]
  /** Numbers that lead to a queue. */
  readonly queues: readonly string[]
  readonly rules: readonly QueueRule[]
  readonly workTimes: WorkTimes
}

export interface ImportSetup {
  readonly recordFile: string
  /** PostgreSQL, where reports read the record; null: they read the file. */
  readonly databaseUrl: string | null
  /** Another one than the record was made by: everything is imported anew. */
  readonly generation: number
  readonly sources: readonly ReadSource[]
  readonly site: SiteFacts
}

export type ToImporter =
  | { readonly kind: 'stop' }
  /** Somebody met damage while reading. */
  | { readonly kind: 'damaged' }

/** How far the import is. */
export interface ImportProgress {
  /** Rows since the worker began. */
  readonly rows: number
  /**
   * Up to when everything that all sources of calls and queues had has been read, and is where reports read it: one that is away
   * keeps it where it was. null: not yet since the server's start.
   */
  readonly caughtUpAtMs: number | null
  /** Nothing more can be read just now; sources that are away may have more. */
  readonly atRest: boolean
}

/** How far the record is. */
export interface RecordProgress extends ImportProgress {
  /** Of the calls, those that are where reports read them, in PostgreSQL; null: all but the latest, or reports read the record itself. */
  readonly publishedShare: number | null
}

export type FromImporter =
  /** The record is of an older version: it is brought to this one before `ready`, which takes minutes where it is large. */
  | { readonly kind: 'upgrading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly progress: RecordProgress }
  /** Something was not written, and is tried again; or it was damaged, and is begun anew. */
  | { readonly kind: 'trouble'; readonly message: string }
  /** The record cannot be opened. `forGood`: until the administrator does what the message says. */
  | { readonly kind: 'failed'; readonly message: string; readonly forGood: boolean }

/** What the thread that reads has to know. */
export interface ReadingSetup {
  readonly sources: readonly ReadSource[]
  readonly site: SiteFacts
  /** As the sources were left. */
  readonly states: readonly ImportStateTable[]
  /** New calls are handed over in files beside it. */
  readonly recordFile: string
  readonly firstImport: FirstImport | null
}

/** Of a record that was never filled to its end: what who puts its new calls together has to know of what it has already. */
export interface FirstImport {
  /** Of the PBX. */
  readonly starts: readonly number[]
  /** Its ids, as `IdFilter` keeps them. */
  readonly known: Uint32Array<ArrayBuffer>
}

/** Of the thread that reads to the one that writes. `write` and `between` are answered, in their order. */
export type FromReading =
  | { readonly kind: 'write'; readonly step: ImportStep }
  /** Work between the steps may be done. */
  | { readonly kind: 'between' }
  /** Of the writer's thread, or of this one: it is tried again. */
  | { readonly kind: 'failure'; readonly reason: string }
  | { readonly kind: 'progress'; readonly progress: ImportProgress }

export type ToReading =
  | { readonly kind: 'done'; readonly unfinished: boolean }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'stop' }
