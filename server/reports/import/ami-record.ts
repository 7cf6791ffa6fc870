import {
  closeSync,
  fsyncSync,
  futimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Clock } from '../../clock.ts'
import { firstServer, nameAt, plainName, serverOf } from '../../contract/index.ts'
import type { AmiEvent, Telephony } from '../../telephony/index.ts'
import type { Disposer } from '../../telephony/telephony.ts'
import {
  type CelRow,
  holdRow,
  KnownMember,
  type MemberNow,
  QueueLogEvents,
  type QueueLogRow,
  type SourceSettings,
} from '../sources/index.ts'

/** Kept in the data folder, under the names of what they are like. */
const channelFile = 'ami-cel.csv'
const queueFile = 'ami-queue_log'
/** Members of queues as the lines have left them: the next server goes on from there. */
const membersFile = 'ami-members.json'
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
  readonly telephony: Pick<Telephony, 'onChange' | 'onEvents' | 'onStatus' | 'state' | 'status'>
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
  #membersKept = 0
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
    for (const member of this.#keptMembers()) this.#lines.members.set(member)
    this.#membersKept = this.#lines.members.revision()
    this.#undo = [
      telephony.onStatus(({ state }, of) => {
        if (of === server) this.#linkIs(state === 'up')
      }),
      telephony.onEvents((events, of) => {
        if (of === server) this.#hear(events)
      }),
      telephony.onChange((_, healed, of) => {
        if (of === server && healed) this.#renewMembers()
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
    // Wanted later, who is there has to be told first.
    if (!wanted) this.#lines.members.forget()
    this.#keep(channels, queues)
  }

  /** A snapshot has come: after a gap, and now and then. */
  #renewMembers(): void {
    const { telephony, server, clock, queueLines } = this.#deps
    const queues = [...telephony.state().queues.values()].filter(({ name }) => serverOf(name) === server)
    // None at all: Asterisk does not let us see them.
    if (!queueLines() || queues.length === 0) return
    const now = queues.flatMap(({ name, members }) =>
      [...members.values()].map(
        ({ interface: own, paused, pauseReason: reason, pausedSinceMs, fixed }): MemberNow => ({
          ...{ queue: plainName(name), interface: own, paused, reason, pausedSinceMs, fixed },
        }),
      ),
    )
    const nowMs = clock.nowMs()
    const heardMs = this.#up ? nowMs : Math.min(nowMs, this.#channels.markedMs ?? nowMs)
    this.#keep([], this.#lines.members.renew(now, { heardMs, nowMs }))
  }

  #membersPath(): string {
    return fileAt(this.#deps.dataDir, membersFile, this.#deps.server)
  }

  #keptMembers(): readonly KnownMember[] {
    try {
      return z.array(KnownMember).parse(JSON.parse(readFileSync(this.#membersPath(), 'utf8')))
    } catch {
      // None, or not ours: whoever is there is told anew.
      return []
    }
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
      const revision = this.#lines.members.revision()
      if (revision === this.#membersKept) return
      // After the lines: told twice is no harm, not told is.
      const path = this.#membersPath()
      writeFileSync(`${path}.new`, JSON.stringify(this.#lines.members.all()), { mode: 0o600 })
      renameSync(`${path}.new`, path)
      this.#membersKept = revision
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
