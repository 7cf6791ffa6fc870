import { randomBytes, randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { UserDirectory } from '../accounts/user-directory.ts'
import { writeAudit } from '../audit/index.ts'
import type { HeardPart } from '../calls/index.ts'
import type { Clock } from '../clock.ts'
import { plainName, type Recording, type RecordingChannel, type RecordingSpan, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import { type LentAudio, partOfFile, wholeFile } from './lent-audio.ts'
import { type FileFacts, type FileSpan, ownSpan } from './own-span.ts'
import { findRecording, type RecordingFiles } from './recording-files.ts'
import { wavDurationMs, wavPeaks } from './wav.ts'

export interface RecordingsDeps {
  readonly db: Db
  readonly clock: Clock
  readonly users: UserDirectory
  /** Where the PBX writes recordings, as this server sees it; empty when nobody has said. */
  readonly folders: () => readonly string[]
}

interface Ticket {
  readonly userId: string
  readonly files: RecordingFiles
  readonly span: FileSpan | 'all'
  readonly endsAtMs: number
}

interface Listening {
  /** What the audit says it was of: a card or, without one, a call. */
  readonly subject: string
  readonly recordingId: string
  /** What the person may hear of it; null: everything. */
  readonly part: HeardPart | null
}

type Peaks = { customer: number[]; operator: number[] }

export const ticketMs = 3_600_000
const slices = 800
/** From a channel's beginning to the first word that is recorded. */
const longestWaitMs = 2 * 3_600_000
const peaksKept = 200
/** A recording that is shorter by less than this is the whole one. */
const leastCutMs = 500

/**
 * Finds the audio of calls and lends it out by tickets: an audio element can send no bearer token. Whether a person may
 * hear a call is decided by whoever asks for the ticket; that it was asked for is written down.
 */
export class Recordings {
  readonly #deps: RecordingsDeps
  readonly #tickets = new Map<string, Ticket>()
  /** By recording, what is heard of it and how long its files are: one that is still written grows. */
  readonly #peaks = new Map<string, Peaks>()

  constructor(deps: RecordingsDeps) {
    this.#deps = deps
  }

  /** False: nobody has said where recordings are. */
  get configured(): boolean {
    return this.#deps.folders().length > 0
  }

  /**
   * The recordings of a call under these Uniqueids, oldest first, or what an operator may hear of them. `withheld`: of some
   * the own part is not known, or they have none of it.
   */
  async find(
    callId: string,
    { ids, part }: { ids: readonly string[]; part: HeardPart | null },
  ): Promise<{ recordings: Recording[]; withheld: boolean }> {
    const recordings: Recording[] = []
    let withheld = false
    const pauses = await this.#deps.db
      .selectFrom('recording_pauses')
      .select(['from_ms', 'to_ms'])
      .where('call_id', '=', callId)
      .orderBy('from_ms')
      .execute()
    for (const id of ids) {
      const files = await findRecording(this.#deps.folders(), id)
      if (!files) continue
      const recording = await describe(files, { pauses, part })
      if (recording) recordings.push(recording)
      else withheld = true
    }
    recordings.sort((a, b) => a.startedAtMs - b.startedAtMs || (a.id < b.id ? -1 : 1))
    return { recordings, withheld }
  }

  /** Throws notFound, and forbidden where the own part cannot be told from others'. */
  async listen(user: User, { subject, recordingId, part }: Listening): Promise<{ ticket: string; peaks: Peaks }> {
    const { clock, db } = this.#deps
    const files = await findRecording(this.#deps.folders(), recordingId)
    if (!files) throw new AppError('notFound', 'The recording is not there any more')
    const span = part === null ? 'all' : ownSpan(await factsOf(files), part)
    if (span === null) throw new AppError('forbidden', 'Only supervisors may hear what colleagues said')
    const nowMs = clock.nowMs()
    const details = { recordingId }
    await writeAudit(db, { id: randomUUID(), user, atMs: nowMs, action: 'recording.listen', subject, details })
    for (const [key, ticket] of this.#tickets) if (ticket.endsAtMs <= nowMs) this.#tickets.delete(key)
    const ticket = randomBytes(24).toString('base64url')
    this.#tickets.set(ticket, { userId: user.id, files, span, endsAtMs: nowMs + ticketMs })
    return { ticket, peaks: await this.#peaksOf(files, span) }
  }

  /** The audio a ticket opens; null for a ticket that is unknown, over, or of a person who may not sign in any more. */
  async open(ticket: string, channel: RecordingChannel): Promise<LentAudio | null> {
    const lent = this.#tickets.get(ticket)
    if (!lent || lent.endsAtMs <= this.#deps.clock.nowMs() || !this.#deps.users.byId(lent.userId)?.active) return null
    const path = lent.files.paths[channel]
    if (path === undefined) return null
    return lent.span === 'all' ? wholeFile(path) : partOfFile(path, lent.span)
  }

  async #peaksOf({ id, paths }: RecordingFiles, heard: FileSpan | 'all'): Promise<Peaks> {
    const sizes = await Promise.all(Object.values(paths).map(async (path) => (await stat(path)).size))
    const key = JSON.stringify([id, heard, sizes])
    const kept = this.#peaks.get(key)
    if (kept) return kept
    const of = (path: string | undefined): Promise<number[]> =>
      path === undefined ? Promise.resolve([]) : wavPeaks(path, slices, heard === 'all' ? null : heard)
    const sides = { customer: await of(paths.customer), operator: await of(paths.operator) }
    // A recording of one file only is drawn as one voice.
    const peaks = sides.customer.length + sides.operator.length > 0 ? sides : { customer: await of(paths.both), operator: [] }
    this.#peaks.set(key, peaks)
    const [oldest] = this.#peaks.keys()
    if (this.#peaks.size > peaksKept && oldest !== undefined) this.#peaks.delete(oldest)
    return peaks
  }
}

async function factsOf({ id, paths: { both, customer, operator } }: RecordingFiles): Promise<FileFacts> {
  const path = both ?? customer ?? operator
  const channelAtMs = Number(/(\d+)\.\d+$/.exec(plainName(id))?.[1] ?? 0) * 1_000
  if (path === undefined) return { id, channelAtMs, durationMs: null, writtenAtMs: 0 }
  return { id, channelAtMs, durationMs: await wavDurationMs(path), writtenAtMs: (await stat(path)).mtimeMs }
}

/** null where the part cannot be told from the rest. */
async function describe(
  files: RecordingFiles,
  { pauses, part }: { pauses: readonly { from_ms: number; to_ms: number | null }[]; part: HeardPart | null },
): Promise<Recording | null> {
  const facts = await factsOf(files)
  const { channelAtMs, writtenAtMs } = facts
  const fileMs = facts.durationMs ?? 0
  const heard = part === null ? 'all' : ownSpan(facts, part)
  if (heard === null) return null
  // The channel may have waited in a queue unrecorded; a file that was copied has lost the time of its end.
  const begun = Math.round(writtenAtMs - fileMs)
  const begunAtMs = begun >= channelAtMs && begun < channelAtMs + longestWaitMs ? begun : channelAtMs
  const durationMs = heard === 'all' ? fileMs : Math.round(heard.toMs - heard.fromMs)
  const partOnly = durationMs < fileMs - leastCutMs
  const startedAtMs = partOnly && part?.span ? part.span.fromMs : begunAtMs
  return {
    id: files.id,
    startedAtMs,
    durationMs,
    channels: (['both', 'customer', 'operator'] as const).filter((channel) => files.paths[channel] !== undefined),
    pauses: spansWithin(pauses, { startedAtMs, durationMs }),
    partOnly,
  }
}

/** The parts of the spans that lie in the recording, by its own clock. */
export function spansWithin(
  spans: readonly { from_ms: number; to_ms: number | null }[],
  { startedAtMs, durationMs }: { startedAtMs: number; durationMs: number },
): RecordingSpan[] {
  const within = (ms: number): number => Math.min(durationMs, Math.max(0, ms - startedAtMs))
  return spans
    .map(({ from_ms, to_ms }) => ({ fromMs: within(from_ms), toMs: to_ms === null ? durationMs : within(to_ms) }))
    .filter(({ fromMs, toMs }) => toMs > fromMs)
}
