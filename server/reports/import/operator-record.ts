import type SqliteDatabase from 'better-sqlite3'
import { isMemberLine } from '../fold/facts.ts'
import { foldSpans, type MemberEvent, type MemberState } from '../fold/operator-spans.ts'
import type { FoldRules } from '../fold/rules.ts'
import type { QueueLogRow } from '../sources/source.ts'

/** Longest day there is, by a margin: enough to be in the next one from any moment of it. */
const longDayMs = 30 * 3_600_000

/** Keeps the lines about operators and folds them into spans, from the first touched day on. */
export class OperatorRecord {
  readonly #rules: FoldRules
  readonly #statements: ReturnType<typeof operatorStatements>
  #untilMs = 0

  constructor(deps: { db: SqliteDatabase.Database; rules: FoldRules }) {
    this.#rules = deps.rules
    this.#statements = operatorStatements(deps.db)
    this.readAgain()
  }

  /** After a step that was not written. */
  readAgain(): void {
    this.#untilMs = this.#statements.latest.get()?.ms ?? 0
  }

  /**
   * Takes lines in, those of other kinds are left alone. `upToMs`: what the record is known up to; open spans are cut at its
   * midnights. Returns the time over which somebody's state may have changed; null: over none.
   */
  take(lines: readonly QueueLogRow[], upToMs: number): { fromMs: number; toMs: number; newQueues: string[] } | null {
    const { addEvent, knows, openBefore } = this.#statements
    const touched = new Map<string, number>()
    const newQueues = new Set<string>()
    const touch = (operator: string, atMs: number) => touched.set(operator, Math.min(touched.get(operator) ?? atMs, atMs))
    for (const line of lines) {
      if (!isMemberLine(line)) continue
      const operator = this.#rules.operatorOf(line.agent)
      const queue = line.queue === 'NONE' ? '' : line.queue
      // Before the line is there: it may be the first that tells who belongs to this queue.
      if (queue !== '' && line.event === 'ADDMEMBER' && !knows.get(queue)) newQueues.add(queue)
      const { day } = this.#rules.buckets(line.atMs)
      const added = addEvent.run(operator, line.atMs, queue, line.event, line.data[0] ?? '', day)
      if (added.changes > 0) touch(operator, line.atMs)
    }
    // A new day: spans that lasted are cut.
    const today = this.#dayStartMs(upToMs)
    if (today > this.#untilMs) {
      this.#untilMs = today
      for (const { operator, from_ms } of openBefore.all(today)) touch(operator, from_ms)
    }
    if (touched.size === 0) return null
    let [fromMs, toMs] = [Number.MAX_SAFE_INTEGER, 0]
    for (const [operator, atMs] of touched) {
      this.#fold(operator, atMs)
      fromMs = Math.min(fromMs, atMs)
      toMs = Number.MAX_SAFE_INTEGER
    }
    return { fromMs, toMs, newQueues: [...newQueues] }
  }

  #fold(operator: string, atMs: number): void {
    const { checkpoint, events, dropSpans, dropCheckpoints, addSpan, addCheckpoint } = this.#statements
    const fromMs = this.#dayStartMs(atMs)
    const { day } = this.#rules.buckets(fromMs)
    const before = checkpoint.get(operator, day)
    // No day since the checkpoint had a line: the state it ended with has lasted.
    const from: MemberState = before ? (JSON.parse(before.state) as MemberState) : {}
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
    dropSpans.run(operator, fromMs)
    dropCheckpoints.run(operator, day)
    for (const { queue, from_ms, to_ms, state, reason, day: of } of folded.spans)
      addSpan.run(operator, queue, from_ms, to_ms, state, reason, of)
    for (const end of folded.ends) addCheckpoint.run(operator, end.day, JSON.stringify(end.state))
  }

  /** The local midnight before a moment. */
  #dayStartMs(ms: number): number {
    const { buckets } = this.#rules
    const { day, hour_of_day } = buckets(ms)
    // A day has at most one change of the clock, so the guess is off by no more than it.
    let guess = buckets(ms).hour_ms - hour_of_day * 3_600_000
    while (buckets(guess).day < day) guess += 900_000
    while (buckets(guess - 1).day === day) guess -= 900_000
    return guess
  }
}

/** Exported to be looked at: each must search what it reads, however long the history is. */
export function operatorStatements(db: SqliteDatabase.Database) {
  return {
    latest: db.prepare<[], { ms: number | null }>('select max(from_ms) as ms from operator_spans where to_ms is null'),
    addEvent: db.prepare<[string, number, string, string, string, number]>(
      'insert into operator_events (operator, at_ms, queue, event, data, day) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
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
