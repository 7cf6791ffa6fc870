import { randomBytes, randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { UserDirectory } from '../accounts/user-directory.ts'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import { plainName, type Recording, type RecordingChannel, type RecordingSpan, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
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
  readonly endsAtMs: number
}

type Peaks = { customer: number[]; operator: number[] }

export const ticketMs = 3_600_000
const slices = 800
/** From a channel's beginning to the first word that is recorded. */
const longestWaitMs = 2 * 3_600_000
const peaksKept = 200

/**
 * Finds the audio of calls and lends it out by tickets: an audio element can send no bearer token. Whether a person may
 * hear a call is decided by whoever asks for the ticket; that it was asked for is written down.
 */
export class Recordings {
  readonly #deps: RecordingsDeps
  readonly #tickets = new Map<string, Ticket>()
  /** By recording: the recordings of ended calls do not change. */
  readonly #peaks = new Map<string, Peaks>()

  constructor(deps: RecordingsDeps) {
    this.#deps = deps
  }

  /** False: nobody has said where recordings are. */
  get configured(): boolean {
    return this.#deps.folders().length > 0
  }

  /** The recordings of a call under these Uniqueids, oldest first. */
  async find(callId: string, ids: readonly string[]): Promise<Recording[]> {
    const found: Recording[] = []
    const pauses = await this.#deps.db
      .selectFrom('recording_pauses')
      .select(['from_ms', 'to_ms'])
      .where('call_id', '=', callId)
      .orderBy('from_ms')
      .execute()
    for (const id of ids) {
      const files = await findRecording(this.#deps.folders(), id)
      if (files) found.push(await this.#describe(files, pauses))
    }
    return found.sort((a, b) => a.startedAtMs - b.startedAtMs || (a.id < b.id ? -1 : 1))
  }

  /** Throws notFound. */
  async listen(user: User, request: { cardId: string; recordingId: string }): Promise<{ ticket: string; peaks: Peaks }> {
    const { clock, db } = this.#deps
    const files = await findRecording(this.#deps.folders(), request.recordingId)
    if (!files) throw new AppError('notFound', 'The recording is not there any more')
    const nowMs = clock.nowMs()
    const details = { recordingId: request.recordingId }
    await writeAudit(db, { id: randomUUID(), user, atMs: nowMs, action: 'recording.listen', subject: request.cardId, details })
    for (const [key, ticket] of this.#tickets) if (ticket.endsAtMs <= nowMs) this.#tickets.delete(key)
    const ticket = randomBytes(24).toString('base64url')
    this.#tickets.set(ticket, { userId: user.id, files, endsAtMs: nowMs + ticketMs })
    return { ticket, peaks: await this.#peaksOf(files) }
  }

  /** The file a ticket opens; null for a ticket that is unknown, over, or of a person who may not sign in any more. */
  open(ticket: string, channel: RecordingChannel): string | null {
    const lent = this.#tickets.get(ticket)
    if (!lent || lent.endsAtMs <= this.#deps.clock.nowMs() || !this.#deps.users.byId(lent.userId)?.active) return null
    return lent.files.paths[channel] ?? null
  }

  async #describe(files: RecordingFiles, pauses: readonly { from_ms: number; to_ms: number | null }[]): Promise<Recording> {
    const { both, customer, operator } = files.paths
    const path = both ?? customer ?? operator
    const channelAtMs = Number(/(\d+)\.\d+$/.exec(plainName(files.id))?.[1] ?? 0) * 1_000
    const { durationMs, writtenAtMs } = path === undefined ? { durationMs: 0, writtenAtMs: 0 } : await lengthOf(path)
    // The channel may have waited in a queue unrecorded; a file that was copied has lost the time of its end.
    const begun = Math.round(writtenAtMs - durationMs)
    const startedAtMs = begun >= channelAtMs && begun < channelAtMs + longestWaitMs ? begun : channelAtMs
    return {
      id: files.id,
      startedAtMs,
      durationMs,
      channels: (['both', 'customer', 'operator'] as const).filter((channel) => files.paths[channel] !== undefined),
      pauses: spansWithin(pauses, { startedAtMs, durationMs }),
    }
  }

  async #peaksOf({ id, paths }: RecordingFiles): Promise<Peaks> {
    const kept = this.#peaks.get(id)
    if (kept) return kept
    const of = (path: string | undefined): Promise<number[]> =>
      path === undefined ? Promise.resolve([]) : wavPeaks(path, slices)
    const sides = { customer: await of(paths.customer), operator: await of(paths.operator) }
    // A recording of one file only is drawn as one voice.
    const peaks = sides.customer.length + sides.operator.length > 0 ? sides : { customer: await of(paths.both), operator: [] }
    this.#peaks.set(id, peaks)
    const [oldest] = this.#peaks.keys()
    if (this.#peaks.size > peaksKept && oldest !== undefined) this.#peaks.delete(oldest)
    return peaks
  }
}

async function lengthOf(path: string): Promise<{ durationMs: number; writtenAtMs: number }> {
  return { durationMs: (await wavDurationMs(path)) ?? 0, writtenAtMs: (await stat(path)).mtimeMs }
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
