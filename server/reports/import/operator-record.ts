import type SqliteDatabase from 'better-sqlite3'
import { dayStarts } from '../fold/buckets.ts'
import { isMemberLine } from '../fold/facts.ts'
import { foldSpans, type MemberEvent, type MemberState } from '../fold/operator-spans.ts'
import type { FoldRules } from '../fold/rules.ts'
import type { OperatorSpansTable } from '../record/schema.ts'
import type { QueueLogRow } from '../sources/source.ts'
import type { TimeRange } from './causes.ts'
import type { RollUps } from './roll-ups.ts'

/** Longest day there is, by a margin: enough to be in the next one from any moment of it. */
const longDayMs = 30 * 3_600_000

/** Keeps the lines about operators and folds them into spans, from the first touched day on. */
export class OperatorRecord {
  readonly #rules: FoldRules
  readonly #statements: ReturnType<typeof operatorStatements>
  readonly #rollUps: RollUps
  readonly #dayStartMs: (ms: number) => number
  #untilMs = 0

  constructor(deps: { db: SqliteDatabase.Database; rules: FoldRules; rollUps: RollUps }) {
    this.#rules = deps.rules
    this.#dayStartMs = dayStarts(deps.rules.buckets)
    this.#rollUps = deps.rollUps
    this.#statements = operatorStatements(deps.db)
    this.readAgain()
  }

  /** After a step that was not written. */
  readAgain(): void {
    this.#untilMs = this.#statements.latest.get()?.ms ?? 0
  }

  /**
   * Takes lines in, those of other kinds are left alone. `upToMs`: what the record is known up to; open spans are cut at its
   * midnights. Returns when somebody's state in a queue is another than it was.
   */
  take(lines: readonly QueueLogRow[], upToMs: number): { times: TimeRange[]; newQueues: string[] } {
    const { addEvent, knows, openBefore } = this.#statements
    const touched = new Map<string, number>()
    const newQueues = new Set<string>()
    const touch = (operator: string, atMs: number) => touched.set(operator, Math.min(touched.get(operator) ?? atMs, atMs))
    for (const line of lines) {
      if (!isMemberLine(line)) continue
      const operator = this.#rules.operatorOf(line.agent, line.atMs)
      const queue = line.queue === 'NONE' ? '' : line.queue
      // Before the line is there: it may be the first that tells who belongs to this queue.
      if (queue !== '' && line.event === 'ADDMEMBER' && !knows.get(queue)) newQueues.add(queue)
      const { day } = this.#rules.buckets(line.atMs)
      const added = addEvent.run(operator, line.atMs, queue, line.event, line.data[0] ?? '', day, line.agent)
      if (added.changes > 0) touch(operator, line.atMs)
    }
    // A new day: spans that lasted are cut.
    const today = this.#dayStartMs(upToMs)
    if (today > this.#untilMs) {
      this.#untilMs = today
      for (const { operator, from_ms } of openBefore.all(today)) touch(operator, from_ms)
    }
    const times = [...touched].flatMap(([operator, atMs]) => this.#fold(operator, atMs))
    return { times, newQueues: [...newQueues] }
  }

  /** All days of the operator, which may be others by now. Returns when their state is another than it was. */
  foldAgain(operator: string): TimeRange[] {
    const { days, moveDay, forgetCheckpoints, firstEvent, firstSpan } = this.#statements
    for (const { at_ms, day } of days.all(operator)) {
      const now = this.#rules.buckets(at_ms).day
      if (now !== day) moveDay.run(now, operator, at_ms)
    }
    forgetCheckpoints.run(operator)
    this.#rollUps.forgetStates(operator)
    const first = [firstEvent.get(operator)?.at_ms, firstSpan.get(operator)?.at_ms].flatMap((ms) => ms ?? [])
    return first.length === 0 ? [] : this.#fold(operator, Math.min(...first))
  }

  /** When the operator's state is another than it was. */
  #fold(operator: string, atMs: number): TimeRange[] {
    const { checkpoint, events, spans, dropSpans, dropCheckpoints, addSpan, addCheckpoint } = this.#statements
    const fromMs = this.#dayStartMs(atMs)
    const { day } = this.#rules.buckets(fromMs)
    const ended = checkpoint.get(operator, day)
    // No day since the checkpoint had a line: the state it ended with has lasted.
    const from: MemberState = ended ? (JSON.parse(ended.state) as MemberState) : {}
    const rows: MemberEvent[] = events
      .all(operator, fromMs)
      .map((row) => ({ atMs: row.at_ms, queue: row.queue, event: row.event, data: row.data }))
    const folded = foldSpans(rows, {
      fromMs,
      from,
      untilMs: this.#untilMs,
      dayOf: (ms) => this.#rules.buckets(ms).day,
      dayEndMs: (ms) => this.#dayStartMs(this.#dayStartMs(ms) + longDayMs),
    })
    const before = spans.all(operator, fromMs)
    const changes = changesOf(before, folded.spans)
    if (before.length > 0) dropSpans.run(operator, fromMs)
    dropCheckpoints.run(operator, day)
    for (const { queue, from_ms, to_ms, state, reason, day: of } of folded.spans)
      addSpan.run(operator, queue, from_ms, to_ms, state, reason, of)
    for (const end of folded.ends) addCheckpoint.run(operator, end.day, JSON.stringify(end.state))
    this.#rollUps.makeStates(operator, { day, ms: fromMs })
    return changes
  }
}

type StoredSpan = Pick<OperatorSpansTable, 'queue' | 'from_ms' | 'to_ms' | 'state'>
const forEver = Number.MAX_SAFE_INTEGER

/** When the states of two lists of spans differ: where a span is in one of them only, or ends earlier. */
function changesOf(before: readonly StoredSpan[], after: readonly StoredSpan[]): TimeRange[] {
  const timeOf = ({ from_ms, to_ms }: StoredSpan): TimeRange => ({ fromMs: from_ms, toMs: to_ms ?? forEver })
  // Nearly always: days come one after another.
  if (before.length === 0) return after.map(timeOf)
  const nameOf = ({ queue, from_ms, state }: StoredSpan) => `${from_ms} ${state} ${queue}`
  const gone = new Map(before.map((span) => [nameOf(span), span]))
  const times: TimeRange[] = []
  for (const span of after) {
    const old = gone.get(nameOf(span))
    gone.delete(nameOf(span))
    if (!old) times.push(timeOf(span))
    else if (old.to_ms !== span.to_ms) {
      const [one, other] = [timeOf(old).toMs, timeOf(span).toMs]
      times.push({ fromMs: Math.min(one, other), toMs: Math.max(one, other) })
    }
  }
  for (const span of gone.values()) times.push(timeOf(span))
  return times
}

/** Exported to be looked at: each must search what it reads, however long the history is. */
export function operatorStatements(db: SqliteDatabase.Database) {
  return {
    latest: db.prepare<[], { ms: number | null }>('select max(from_ms) as ms from operator_spans where to_ms is null'),
    // One line under two names: which is kept must not depend on which came first.
    addEvent: db.prepare<[string, number, string, string, string, number, string]>(`
      insert into operator_events (operator, at_ms, queue, event, data, day, agent) values (?, ?, ?, ?, ?, ?, ?)
      on conflict (operator, at_ms, queue, event, data) do update set agent = excluded.agent
        where excluded.agent < operator_events.agent`),
    days: db.prepare<[string], { at_ms: number; day: number }>(
      'select distinct at_ms, day from operator_events where operator = ?',
    ),
    moveDay: db.prepare<[number, string, number]>('update operator_events set day = ? where operator = ? and at_ms = ?'),
    forgetCheckpoints: db.prepare<[string]>('delete from operator_checkpoints where operator = ?'),
    firstEvent: db.prepare<[string], { at_ms: number | null }>(
      'select min(at_ms) as at_ms from operator_events where operator = ?',
    ),
    firstSpan: db.prepare<[string], { at_ms: number | null }>(
      'select min(from_ms) as at_ms from operator_spans where operator = ?',
    ),
    knows: db.prepare<[string]>("select 1 from operator_events where queue = ? and event = 'ADDMEMBER' limit 1"),
    events: db.prepare<[string, number], { at_ms: number; queue: string; event: string; data: string }>(
      'select at_ms, queue, event, data from operator_events where operator = ? and at_ms >= ? order by at_ms, queue, event, data',
    ),
    openBefore: db.prepare<[number], { operator: string; from_ms: number }>(
      `select operator, min(from_ms) as from_ms from operator_spans indexed by operator_spans_open
        where to_ms is null and from_ms < ? group by operator`,
    ),
    checkpoint: db.prepare<[string, number], { state: string }>(
      'select state from operator_checkpoints where operator = ? and day < ? order by day desc limit 1',
    ),
    spans: db.prepare<[string, number], StoredSpan>(
      'select queue, from_ms, to_ms, state from operator_spans where operator = ? and from_ms >= ?',
    ),
    dropSpans: db.prepare<[string, number]>('delete from operator_spans where operator = ? and from_ms >= ?'),
    dropCheckpoints: db.prepare<[string, number]>('delete from operator_checkpoints where operator = ? and day >= ?'),
    // By place: by name it takes twice the time.
    addSpan: db.prepare<[string, string, number, number | null, string, string, number]>(
      'insert into operator_spans (operator, queue, from_ms, to_ms, state, reason, day) values (?, ?, ?, ?, ?, ?, ?)',
    ),
    addCheckpoint: db.prepare<[string, number, string]>(
      'insert into operator_checkpoints (operator, day, state) values (?, ?, ?)',
    ),
  }
}
