import { closeSync, fsyncSync, futimesSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import { firstServer, nameAt } from '../../contract/index.ts'
import type { AmiEvent, Telephony } from '../../telephony/index.ts'
import type { Disposer } from '../../telephony/telephony.ts'
import { type CelRow, holdRow, QueueLogEvents, type QueueLogRow, type SourceSettings } from '../sources/index.ts'

/** Kept in the data folder, under the names of what they are like. */
const channelFile = 'ami-cel.csv'
const queueFile = 'ami-queue_log'
const columns = ['eventtype', 'eventtime', 'uniqueid', 'linkedid', 'channel', 'extra']

/** Told over AMI only; the ids say where the rows came from. */
export const amiSources = {
  channels: 'ami:channels',
  queues: 'ami:queues',
} as const

/** Those of each Asterisk after the first carry its number; not at the end, where it would make them older files of the first one's. */
const fileAt = (dataDir: string, name: string, server: string): string =>
  join(dataDir, server === firstServer ? name : `server-${server}-${name}`)

/** The import reads them as it reads the PBX's own files. */
export function amiSourceSettings(
  dataDir: string,
  server = firstServer,
): Readonly<Record<keyof typeof amiSources, Extract<SourceSettings, { path: string }>>> {
  const common = { timeZone: 'UTC', server }
  const channels = { id: nameAt(server, amiSources.channels), path: fileAt(dataDir, channelFile, server) }
  const queues = { id: nameAt(server, amiSources.queues), path: fileAt(dataDir, queueFile, server) }
  return { channels: { store: 'csv', ...common, ...channels, columns }, queues: { store: 'log', ...common, ...queues } }
}

export interface AmiRecordDeps {
  readonly dataDir: string
  readonly telephony: Pick<Telephony, 'onEvents' | 'onStatus' | 'status'>
  readonly clock: Clock
  readonly logger: Logger
  /** The Asterisk that is heard; absent: the first. */
  readonly server?: string
  /** Queue lines too: neither the file nor a table can be reached. */
  readonly queueLines: () => boolean
  /** A file that has grown to this is put aside under its time and a new one begun. */
  readonly rotateBytes?: number
}

/** How often the record is marked as watched: a server that is killed leaves a gap from the last mark on. */
const markEveryMs = 30_000
/** Times beside each other are one gap. */
const shortestGapMs = 1_000

/**
 * What Asterisk says over AMI and writes nowhere: holds, and where its queue_log cannot be reached the lines of it. Each line is
 * in a file before anything counts it, so that a restart of this server loses none; the importer follows the files.
 *
 * Kept as channel events too: WATCHED, a talk was followed from its beginning to its end, so that no HOLD means no hold; AWAY,
 * nothing was heard from the time in `extra` until then.
 */
export class AmiRecord {
  readonly #deps: Required<AmiRecordDeps>
  readonly #channels: LineFile
  readonly #queues: LineFile
  #lines = new QueueLogEvents()
  /** Channels whose beginning was heard; true: they were connected. */
  #watched = new Map<string, boolean>()
  #up = false
  #undo: Disposer[] = []
  #stopMarks: Disposer = () => undefined

  constructor(deps: AmiRecordDeps) {
    this.#deps = { rotateBytes: 64 * 2 ** 20, server: firstServer, ...deps }
    const files = { clock: deps.clock, rotateBytes: this.#deps.rotateBytes }
    const pathOf = (name: string) => fileAt(deps.dataDir, name, this.#deps.server)
    this.#channels = new LineFile({ path: pathOf(channelFile), ...files })
    this.#queues = new LineFile({ path: pathOf(queueFile), ...files })
  }

  /** Before telephony connects. */
  start(): void {
    const { telephony, dataDir, server } = this.#deps
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    this.#try(() => {
      this.#channels.open()
      this.#queues.open()
    })
    this.#undo = [
      telephony.onStatus(({ state }, of) => {
        if (of === server) this.#linkIs(state === 'up')
      }),
      telephony.onEvents((events, of) => {
        if (of === server) this.#hear(events)
      }),
    ]
    this.#linkIs(telephony.status(server).state === 'up')
  }

  stop(): void {
    this.#linkIs(false)
    for (const undo of this.#undo.splice(0)) undo()
    this.#channels.close()
    this.#queues.close()
  }

  #linkIs(up: boolean): void {
    if (up === this.#up) return
    this.#up = up
    const nowMs = this.#deps.clock.nowMs()
    this.#stopMarks()
    if (!up) {
      this.#try(() => this.#channels.mark(nowMs))
      return
    }
    // What happened in between is not known: no talk of that time was followed to its end.
    this.#watched = new Map()
    const fromMs = this.#channels.markedMs
    if (fromMs !== null && nowMs - fromMs >= shortestGapMs)
      this.#keep([{ ...noChannel, atMs: nowMs, eventType: 'AWAY', extra: String(Math.round(fromMs)) }], [])
    this.#mark()
  }

  #mark(): void {
    this.#try(() => this.#channels.mark(this.#deps.clock.nowMs()))
    this.#stopMarks = this.#deps.clock.after(markEveryMs, () => this.#mark())
  }

  #hear(events: readonly AmiEvent[]): void {
    const wanted = this.#deps.queueLines()
    const channels: CelRow[] = []
    const queues: QueueLogRow[] = []
    for (const event of events) {
      const hold = holdRow(event)
      if (hold) channels.push(hold)
      const watched = this.#watch(event)
      if (watched) channels.push(watched)
      // Followed in any case: wanted later, it knows who waits.
      const lines = this.#lines.rows(event)
      if (wanted) queues.push(...lines)
    }
    this.#keep(channels, queues)
  }

  /** The row of a talk that was followed to its end. */
  #watch({ name, fields, atMs }: AmiEvent): CelRow | null {
    const { uniqueid = '', linkedid = '', channel = '' } = fields
    if (name === 'Newchannel' && !channel.startsWith('Local/')) this.#watched.set(uniqueid, false)
    if (name === 'BridgeEnter' && this.#watched.has(uniqueid)) this.#watched.set(uniqueid, true)
    if (name !== 'Hangup') return null
    const talked = this.#watched.get(uniqueid) ?? false
    this.#watched.delete(uniqueid)
    return talked ? { ...noChannel, atMs, eventType: 'WATCHED', uniqueId: uniqueid, linkedId: linkedid, channel } : null
  }

  #keep(channels: readonly CelRow[], queues: readonly QueueLogRow[]): void {
    this.#try(() => {
      this.#channels.add(channels.map(channelLine))
      this.#queues.add(queues.map(queueLine))
    })
  }

  /** A full disk must not end the server: what is not kept is a gap, and is said. */
  #try(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#deps.logger.error({ err: error }, 'what Asterisk said could not be kept for the record')
    }
  }
}

const noChannel = { uniqueId: '', linkedId: '', channel: '', peer: '', extra: '' }
const seconds = (ms: number): string => (ms / 1_000).toFixed(3)
const quoted = (text: string): string => `"${text.replaceAll('"', '""').replaceAll(/[\r\n]/g, ' ')}"`

const channelLine = (row: CelRow): string =>
  [row.eventType, seconds(row.atMs), row.uniqueId, row.linkedId, row.channel, row.extra].map(quoted).join(',')
const queueLine = (row: QueueLogRow): string =>
  [seconds(row.atMs), row.callId, row.queue, row.agent, row.event, ...row.data]
    .map((text) => text.replaceAll(/[|\r\n]/g, ' '))
    .join('|')

/** A file of lines that only grows. Each call writes whole lines, at once. */
class LineFile {
  readonly #deps: { readonly path: string; readonly clock: Clock; readonly rotateBytes: number }
  #file: number | null = null
  #bytes = 0
  #markedMs: number | null = null

  constructor(deps: { path: string; clock: Clock; rotateBytes: number }) {
    this.#deps = deps
  }

  /** When it was last written or marked; null: it is new. */
  get markedMs(): number | null {
    return this.#markedMs
  }

  open(): void {
    const { path } = this.#deps
    const before = statSync(path, { throwIfNoEntry: false })
    this.#file = openSync(path, 'a', 0o600)
    this.#bytes = before?.size ?? 0
    this.#markedMs = before?.mtimeMs ?? null
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  mark(nowMs: number): void {
    if (this.#file === null) return
    futimesSync(this.#file, nowMs / 1_000, nowMs / 1_000)
    this.#markedMs = nowMs
  }

  add(lines: readonly string[]): void {
    if (lines.length === 0) return
    if (this.#file === null) this.open()
    if (this.#bytes >= this.#deps.rotateBytes) this.#rotate()
    const file = this.#file
    if (file === null) return
    const text = Buffer.from(`${lines.join('\n')}\n`)
    for (let at = 0; at < text.length; ) at += writeSync(file, text, at)
    this.#bytes += text.length
    this.#markedMs = this.#deps.clock.nowMs()
  }

  /** Whoever follows it finds the rest under the other name. */
  #rotate(): void {
    const { path, clock } = this.#deps
    if (this.#file !== null) fsyncSync(this.#file)
    this.close()
    renameSync(path, `${path}-${clock.nowMs()}`)
    this.open()
  }
}
