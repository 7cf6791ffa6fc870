import type { HeardPart } from '../calls/index.ts'

/** A file as it is now. `durationMs` null: no PCM, so nothing can be cut out of it. */
export interface FileFacts {
  readonly id: string
  readonly durationMs: number | null
  readonly writtenAtMs: number
  /** When its channel was made, to the second. */
  readonly channelAtMs: number
}

/** From the file's beginning. */
export interface FileSpan {
  readonly fromMs: number
  readonly toMs: number
}

/** How far the times of calls and those of files may be apart. */
const slackMs = 2_000

/** An operator who has answered may be told something before the caller is put through: of one talk that moves nothing. */
const announcementMs = 10_000

/**
 * Where the own part lies in the file; `all`: in the whole of one that cannot be cut; null: that cannot be told, or it is
 * not there. A file is as long as the time it was written, or has only the talks one after the other (MixMonitor's `b`).
 */
export function ownSpan(file: FileFacts, { legId, alone, span, talks }: HeardPart): FileSpan | 'all' | null {
  const { durationMs, writtenAtMs, channelAtMs } = file
  if (alone || file.id === legId) return durationMs === null ? 'all' : { fromMs: 0, toMs: durationMs }
  if (durationMs === null || span === null) return null
  const said = merged(talks.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs ?? writtenAtMs })))
  const begunAtMs = writtenAtMs - durationMs
  const throughout = begunAtMs <= (said[0]?.fromMs ?? 0) + slackMs && begunAtMs >= channelAtMs - slackMs
  const unsaidMs = saidBefore(said, writtenAtMs) - durationMs
  const talksOnly = unsaidMs >= -slackMs && unsaidMs <= (said.length === 1 ? announcementMs : slackMs)
  if (!throughout && !talksOnly) return null
  const placeOf = (ms: number): number => {
    const place = throughout ? ms - begunAtMs : saidBefore(said, ms)
    return Math.min(durationMs, Math.max(0, place))
  }
  const own = { fromMs: placeOf(span.fromMs), toMs: placeOf(span.toMs ?? writtenAtMs) }
  return own.toMs > own.fromMs ? own : null
}

/** Without overlaps, the earliest first. */
function merged(spans: readonly FileSpan[]): FileSpan[] {
  const found: FileSpan[] = []
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = found.at(-1)
    if (last && span.fromMs <= last.toMs) found[found.length - 1] = { ...last, toMs: Math.max(last.toMs, span.toMs) }
    else found.push(span)
  }
  return found
}

const saidBefore = (said: readonly FileSpan[], ms: number): number =>
  said.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(ms, toMs) - fromMs), 0)
