import type { RecordCheck, RecordKind, RecordTrial, RecordTrouble } from '../../contract/index.ts'
import { fieldColumns } from './column-mapping.ts'
import { zoneShiftMs } from './file-formats.ts'
import { fileSample } from './file-sample.ts'
import type { AnyRow, Sample } from './sample.ts'
import type { ParsedSettings } from './settings.ts'
import { tableSample } from './table-sample.ts'

export interface TrialDeps {
  readonly nowMs: number
  /** Zones that the rows may have been written in instead of the one set. */
  readonly timeZones: readonly string[]
}

const oldMs = 7 * 24 * 3_600_000
const shownProblems = 5

/** Looks at the newest of a source as the import would read it, and says what it finds. Nothing is kept or left open. */
export async function lookAtSource(kind: RecordKind, settings: ParsedSettings, deps: TrialDeps): Promise<RecordTrial> {
  const sampleDeps = { nowMs: () => deps.nowMs }
  const sample =
    settings.store === 'csv' || settings.store === 'log'
      ? await fileSample(kind, settings, sampleDeps)
      : await tableSample(kind, settings, sampleDeps)
  return trialOf(kind, settings, sample, deps)
}

function trialOf(kind: RecordKind, settings: ParsedSettings, sample: Sample, { nowMs, timeZones }: TrialDeps): RecordTrial {
  const { failed, present, rows } = sample
  const mapping = settings.store === 'csv' || settings.store === 'log' ? {} : settings.columns
  const checks: RecordCheck[] = sample.passed.map((step) => ({ step, ok: true, trouble: null, detail: '' }))
  const note = (step: RecordCheck['step'], trouble: RecordTrouble | null, ok: boolean, detail = '') =>
    checks.push({ step, ok, trouble, detail })
  const nothing = { newestMs: null, shiftMs: null, betterTimeZone: null, problems: [] }
  const columns = present && { present: [...present], fields: fieldColumns(kind, mapping, present) }
  if (failed) {
    note(failed.step, failed.code, false, failed.text)
    return { checks, columns, rows, ...nothing }
  }
  const read = sample.read(settings.timeZone)
  const usable = read.flatMap(({ row }) => row ?? [])
  const problems = read
    .flatMap((each) => each.problems)
    .slice(0, shownProblems)
    .map(({ where, ...problem }) => ({ ...problem, place: where }))
  if (usable.length === 0) {
    note('rows', read.length === 0 ? 'empty' : 'unreadable', read.length === 0)
    return { checks, columns, rows, ...nothing, problems }
  }
  if (withoutIds(usable)) note('rows', 'noIds', false)
  else note('rows', problems.length > 0 ? 'someUnreadable' : null, true)

  const newestMs = Math.max(...usable.map((row) => ('endMs' in row ? row.endMs : row.atMs)))
  const shiftIn = (timeZone: string) =>
    shiftOf(
      sample.read(timeZone).flatMap(({ row }) => row ?? []),
      settings.clockOffsetMs,
    )
  const shiftMs = shiftIn(settings.timeZone)
  const shifted = shiftMs !== null && shiftMs !== 0
  note('times', shifted ? 'shifted' : nowMs - newestMs > oldMs ? 'old' : null, !shifted)
  const betterTimeZone = shifted ? (timeZones.find((zone) => shiftIn(zone) === 0) ?? null) : null
  return { checks, columns, rows, newestMs, shiftMs, betterTimeZone, problems }
}

/** By what is written in the moment that a channel, and with it its unique id, is made. */
function shiftOf(rows: readonly AnyRow[], offsetMs: number): number | null {
  return zoneShiftMs(
    rows.flatMap((row) => {
      if ('endMs' in row) return [{ uniqueId: row.uniqueId, atMs: row.startMs - offsetMs }]
      if ('eventType' in row) return row.eventType === 'CHAN_START' ? [{ uniqueId: row.uniqueId, atMs: row.atMs - offsetMs }] : []
      return row.event === 'ENTERQUEUE' ? [{ uniqueId: row.callId, atMs: row.atMs - offsetMs }] : []
    }),
  )
}

/** Such CDR cannot be joined to queues. */
const withoutIds = (rows: readonly AnyRow[]): boolean => rows.every((row) => 'endMs' in row && row.uniqueId.startsWith('none-'))
