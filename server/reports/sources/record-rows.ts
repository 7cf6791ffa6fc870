import { type CivilTimes, civilTimes, uniqueIdMs } from './civil-time.ts'
import type { CdrRow, CelRow, QueueLogRow, RecordProblem } from './source.ts'

/** A row's values by our field names, as text; what the store does not have or has as NULL is absent. */
export interface RawRow extends Iterable<readonly [string, string]> {
  get(field: string): string | undefined
  has(field: string): boolean
  values(): Iterable<string>
}

/** A row may come with problems (it was mended) or as problems only (nothing of it can be used). */
export interface ReadRow<Row> {
  readonly row: Row | null
  readonly problems: readonly RecordProblem[]
}

export type RowReader<Row> = (raw: RawRow, where: string) => ReadRow<Row>

export interface RowTimes {
  /** IANA name of the zone naive times were written in; UTC with `usegmtime`. */
  readonly timeZone: string
  /** Added to every time: how far the writing host's clock is behind ours. */
  readonly offsetMs: number
  nowMs(): number
}

/** A clock this far ahead is a fault, not skew. */
const tooFarAheadMs = 24 * 3_600_000
const longestCallMs = 7 * 24 * 3_600_000
const rawShown = 300

export const shortened = (text: string): string => (text.length > rawShown ? `${text.slice(0, rawShown)}…` : text)

export function rawText(raw: RawRow): string {
  return shortened([...raw].map(([field, value]) => `${field}=${value}`).join(' '))
}

function hasBroken(values: Iterable<string>): boolean {
  for (const value of values) if (value.includes('\uFFFD')) return true
  return false
}

/** Keeps what one row's reading finds. */
class Findings {
  readonly problems: RecordProblem[] = []
  readonly #raw: RawRow
  readonly #where: string

  constructor(raw: RawRow, where: string) {
    this.#raw = raw
    this.#where = where
  }

  add(kind: RecordProblem['kind'], text: string): void {
    this.problems.push({ kind, where: this.#where, text, raw: rawText(this.#raw) })
  }

  /** One broken name is no reason to lose a call. */
  charset(): void {
    if (!hasBroken(this.#raw.values())) return
    for (const [field, value] of this.#raw) {
      if (value.includes('\uFFFD'))
        this.add('charset', `${field} is not valid UTF-8: the row is kept, its broken letters are marked`)
    }
  }

  /** Seconds, whole or not; what cannot be is 0. */
  seconds(field: string): number | null {
    const text = this.#raw.get(field)
    if (text === undefined || text === '') return null
    const value = Number(text)
    if (!Number.isFinite(value)) this.add('value', `${field} is not a number: 0 is used`)
    else if (value < 0) this.add('value', `${field} is negative: 0 is used`)
    return Number.isFinite(value) && value > 0 ? value : 0
  }

  whole(field: string): number | null {
    const text = this.#raw.get(field)
    if (text === undefined || text === '') return null
    if (/^-?\d+$/.test(text)) return Number(text)
    this.add('value', `${field} is not a whole number: it is left out`)
    return null
  }
}

/** The time of a row that has to have one. */
function requiredTime(
  findings: Findings,
  times: CivilTimes,
  settings: RowTimes,
  value: { field: string; text: string; nearMs: number | null },
): number | null {
  const time = value.text === '' ? null : times.read(value.text, value.nearMs)
  if (!time) {
    findings.add('time', `${value.field} is ${value.text === '' ? 'empty' : 'not a time'}: the row cannot be used`)
    return null
  }
  const ms = time.ms + settings.offsetMs
  if (ms > settings.nowMs() + tooFarAheadMs) {
    findings.add('time', `${value.field} is in the future: the row is not used; look at the clock of the host that wrote it`)
    return null
  }
  if (time.impossible) {
    findings.add('time', `${value.field} is an hour that ${settings.timeZone} does not have: look at the source's time zone`)
  }
  return ms
}

/** AST_CDR_… of Asterisk, for tables that keep the number. */
const dispositionNumbers: Readonly<Record<string, string>> = {
  '0': 'NO ANSWER',
  '1': 'NO ANSWER',
  '2': 'FAILED',
  '4': 'BUSY',
  '8': 'ANSWERED',
  '16': 'CONGESTION',
}

export function cdrReader(settings: RowTimes): RowReader<CdrRow> {
  const times = civilTimes(settings.timeZone)
  /** Rows come in about the order of their ends: the second-best way to tell the two hours of an autumn night apart. */
  let lastMs: number | null = null
  return (raw, where) => {
    const findings = new Findings(raw, where)
    findings.charset()
    const text = (field: string) => raw.get(field) ?? ''
    const given = text('uniqueid')
    const made = uniqueIdMs(given)
    const startMs = requiredTime(findings, times, settings, {
      field: 'start',
      text: text('start'),
      nearMs: made ?? lastMs,
    })
    if (startMs === null) return { row: null, problems: findings.problems }
    if (given === '' && raw.has('uniqueid')) findings.add('value', 'uniqueid is empty: the row stands for a call of its own')
    const talkSec = findings.seconds('billsec') ?? 0
    const durationSec = findings.seconds('duration')
    const nearEnd = durationSec === null ? startMs : startMs + durationSec * 1000
    const at = (field: string, nearMs: number): number | null => {
      const time = times.read(text(field), nearMs - settings.offsetMs)
      return time ? time.ms + settings.offsetMs : null
    }
    const writtenEnd = at('end', nearEnd)
    let endMs = writtenEnd ?? Math.max(nearEnd, startMs + talkSec * 1000)
    if (endMs < startMs || endMs - startMs > longestCallMs) {
      findings.add(
        'value',
        `the call ends ${endMs < startMs ? 'before it begins' : 'more than a week after it began'}: its duration is used`,
      )
      endMs = Math.min(nearEnd, startMs + longestCallMs)
      if (endMs < startMs) endMs = startMs
    }
    const disposition = dispositionNumbers[text('disposition')] ?? text('disposition').toUpperCase()
    if (disposition === '') findings.add('value', 'disposition is empty')
    const answered = endMs - talkSec * 1000
    // tables without `answer`, FreePBX's among them
    const answerMs =
      at('answer', answered) ?? (disposition === 'ANSWERED' && !raw.has('answer') ? Math.max(startMs, answered) : null)
    lastMs = endMs - settings.offsetMs
    return {
      problems: findings.problems,
      row: {
        uniqueId: given || `none-${startMs}-${text('channel')}`,
        linkedId: text('linkedid') || null,
        sequence: findings.whole('sequence'),
        startMs,
        answerMs,
        endMs,
        talkSec,
        channel: text('channel'),
        dstChannel: text('dstchannel'),
        src: text('src'),
        dst: text('dst'),
        context: text('dcontext'),
        lastApp: text('lastapp'),
        lastData: text('lastdata'),
        disposition,
        userField: text('userfield'),
        callerId: text('clid'),
        hangupCause: findings.whole('hangupcause'),
      },
    }
  }
}

const dataFields = ['data1', 'data2', 'data3', 'data4', 'data5'] as const

export function queueLogReader(settings: RowTimes): RowReader<QueueLogRow> {
  const times = civilTimes(settings.timeZone)
  let lastMs: number | null = null
  return (raw, where) => {
    const findings = new Findings(raw, where)
    findings.charset()
    const callId = raw.get('callid') ?? ''
    // rows along a table's local time mix the two hours; the call's id does not
    const atMs = requiredTime(findings, times, settings, {
      field: 'time',
      text: raw.get('time') ?? '',
      nearMs: uniqueIdMs(callId) ?? lastMs,
    })
    const event = raw.get('event') ?? ''
    if (event === '') findings.add('value', 'event is empty: the row cannot be used')
    if (atMs === null || event === '') return { row: null, problems: findings.problems }
    lastMs = atMs - settings.offsetMs
    const packed = raw.get('data')
    const data = packed ? packed.split('|') : dataFields.map((field) => raw.get(field) ?? '')
    return {
      problems: findings.problems,
      row: { atMs, callId, queue: raw.get('queue') ?? '', agent: raw.get('agent') ?? '', event, data: withoutEmptyEnd(data) },
    }
  }
}

/** A table's unused columns are not there in the file: one event reads alike from both. */
export function withoutEmptyEnd(data: readonly string[]): readonly string[] {
  const last = data.findLastIndex((value) => value !== '')
  return data.slice(0, last + 1)
}

export function celReader(settings: RowTimes): RowReader<CelRow> {
  const times = civilTimes(settings.timeZone)
  let lastMs: number | null = null
  return (raw, where) => {
    const findings = new Findings(raw, where)
    findings.charset()
    const text = (field: string) => raw.get(field) ?? ''
    const uniqueId = text('uniqueid')
    const nearMs = uniqueIdMs(uniqueId) ?? lastMs
    const atMs = requiredTime(findings, times, settings, { field: 'eventtime', text: text('eventtime'), nearMs })
    const eventType = text('eventtype')
    if (eventType === '') findings.add('value', 'eventtype is empty: the row cannot be used')
    if (atMs === null || eventType === '') return { row: null, problems: findings.problems }
    lastMs = atMs - settings.offsetMs
    const row = {
      atMs,
      eventType,
      uniqueId,
      linkedId: text('linkedid'),
      channel: text('channel'),
      peer: text('peer'),
      extra: text('extra'),
    }
    return { row, problems: findings.problems }
  }
}
