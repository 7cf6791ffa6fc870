import type SqliteDatabase from 'better-sqlite3'
import type { Clock } from '../../clock.ts'
import { type CallFacts, decodeFacts, idsOf, isCallLine, isUsefulCel, keyOf, uniteFacts } from '../fold/facts.ts'
import { type FoldedCall, foldCall } from '../fold/fold-call.ts'
import type { FoldRules } from '../fold/rules.ts'
import { beginFirstImport, endFirstImport } from '../record/first-import.ts'
import { recordProblems } from '../record/record-file.ts'
import type { ImportGapsTable, ImportProblemsTable, ImportStateTable } from '../record/schema.ts'
import type { CdrRow, CelRow, QueueLogRow } from '../sources/source.ts'
import { amiSources } from './ami-record.ts'
import { CallGroups, type NewFacts } from './call-groups.ts'
import { Causes, type TimeRange } from './causes.ts'
import { IdFilter } from './id-filter.ts'
import { OperatorRecord } from './operator-record.ts'
import { RollUps } from './roll-ups.ts'
import { prepareStatements, type Statements } from './statements.ts'

/** What one step of the import brings: rows of any sources, and where each source goes on. */
export interface ImportStep {
  readonly cdr: readonly CdrRow[]
  readonly queueLog: readonly QueueLogRow[]
  readonly cel: readonly CelRow[]
  readonly states: readonly ImportStateTable[]
  readonly problems: readonly ImportProblemsTable[]
  readonly gaps?: readonly ImportGapsTable[]
  /** What all sources together are known up to. */
  readonly upToMs: number
}

const besideMs = 3_600_000
const mostRaw = 500
/** Kept of one source. */
const mostProblems = 1_000

/** Buckets and time that a step has changed something in. */
class Touched {
  readonly hours = new Set<number>()
  readonly callHours = new Set<number>()
  readonly days = new Map<number, Set<string>>()
  readonly times: { fromMs: number; toMs: number }[] = []

  /** Times beside each other become one: rows come about in their order, and there are as many as talks. */
  time(fromMs: number, toMs: number): void {
    const last = this.times.at(-1)
    if (last && fromMs >= last.fromMs - besideMs && fromMs <= last.toMs + besideMs) {
      last.fromMs = Math.min(last.fromMs, fromMs)
      last.toMs = Math.max(last.toMs, toMs)
    } else this.times.push({ fromMs, toMs })
  }

  operatorDay(day: number, operator: string): void {
    const operators = this.days.get(day)
    if (operators) operators.add(operator)
    else this.days.set(day, new Set([operator]))
  }
}

/** The record's one writer. A step is one transaction, cursors included: killed at any moment, the import goes on where it was. */
export class LedgerWriter {
  readonly #db: SqliteDatabase.Database
  readonly #clock: Clock
  readonly #rules: FoldRules
  readonly #statements: Statements
  readonly #operators: OperatorRecord
  readonly #causes: Causes
  readonly #rollUps: RollUps
  /** Starts of the PBX, in order. */
  #starts: number[]
  /** While this writer fills an empty record: ids that are in it; others need not be looked for. */
  #seen: IdFilter | null = null

  constructor(deps: { db: SqliteDatabase.Database; clock: Clock; rules: Omit<FoldRules, 'pbxStartAfter'> }) {
    this.#db = deps.db
    this.#clock = deps.clock
    this.#statements = prepareStatements(deps.db)
    this.#starts = this.#knownStarts()
    this.#rules = { ...deps.rules, pbxStartAfter: (ms) => firstAfter(this.#starts, ms) }
    this.#rollUps = new RollUps(deps.db)
    this.#operators = new OperatorRecord({ db: deps.db, rules: this.#rules, rollUps: this.#rollUps })
    this.#causes = new Causes({ db: deps.db, rules: this.#rules })
    if (this.#statements.anyFacts.get() !== undefined) return
    this.#seen = new IdFilter()
    beginFirstImport(deps.db)
  }

  /** Everything there was is written: what a first import left for its end is done now. */
  caughtUp(): void {
    this.#seen = null
    endFirstImport(this.#db)
  }

  /** Writes a step, or, when it throws, nothing of it. */
  apply(step: ImportStep): void {
    const write = this.#db.transaction(() => this.#write(step))
    try {
      write.immediate()
    } catch (error) {
      // What was remembered of the step is not in the file either.
      this.#starts = this.#knownStarts()
      this.#operators.readAgain()
      throw error
    }
  }

  /** Folds again what a change of the site, its rules or the fold concerns: one operator, or some calls. False: there is no more. */
  foldAgain(limit: number): boolean {
    const { next, done, nextOperator } = this.#statements.refold
    const operator = nextOperator.get()?.operator
    if (operator !== undefined) {
      this.#foldOperatorAgain(operator)
      return true
    }
    const keys = next.all(limit).map(({ call_key }) => call_key)
    if (keys.length === 0) return false
    const write = this.#db.transaction(() => {
      const touched = new Touched()
      for (const key of keys) {
        this.#take({ cdr: [], queueLog: [], cel: [], ids: [key], isNew: false, again: true }, touched)
        done.run(key)
      }
      this.#judge(touched.times, [], touched)
      this.#rollUps.make(touched)
    })
    write.immediate()
    return true
  }

  #foldOperatorAgain(operator: string): void {
    const write = this.#db.transaction(() => {
      const touched = new Touched()
      this.#judge(this.#operators.foldAgain(operator), [], touched)
      this.#rollUps.make(touched)
      this.#statements.refold.operatorDone.run(operator)
    })
    write.immediate()
  }

  #judge(times: readonly TimeRange[], queues: readonly string[], touched: Touched): void {
    for (const hour of this.#causes.judge(times, queues)) touched.callHours.add(hour)
  }

  #knownStarts(): number[] {
    return this.#statements.starts.all.all().map(({ at_ms }) => at_ms)
  }

  #write(step: ImportStep): void {
    const touched = new Touched()
    const cutOff = this.#noteStarts(step.queueLog)
    for (const facts of this.#groups(step, cutOff)) this.#take(facts, touched)
    const moved = this.#operators.take(step.queueLog, step.upToMs)
    this.#judge([...touched.times, ...moved.times], moved.newQueues, touched)
    this.#rollUps.make(touched)
    for (const gap of [...(step.gaps ?? []), ...step.cel.flatMap(gapOf)]) this.#statements.gap.run(gap)
    for (const state of step.states) this.#statements.state.run(state)
    for (const problem of step.problems) this.#statements.problem.run(problem)
    for (const id of new Set(step.problems.map(({ source_id }) => source_id)))
      this.#statements.dropOldProblems.run(id, mostProblems)
  }

  /** Keys of calls that a start of the PBX, new in the record, has cut off. */
  #noteStarts(lines: readonly QueueLogRow[]): string[] {
    const { starts, visits } = this.#statements
    const keys: string[] = []
    for (const { event, atMs } of lines) {
      if (event !== 'QUEUESTART' || starts.insert.run(atMs).changes === 0) continue
      this.#starts = [...this.#starts, atMs].sort((a, b) => a - b)
      keys.push(...visits.waiting.all(atMs).map(({ call_key }) => call_key))
    }
    return keys
  }

  #groups(step: ImportStep, also: readonly string[]): Iterable<NewFacts> {
    const groups = new CallGroups((id) => (this.#mayKnow(id) ? (this.#statements.alias.get(id)?.call_key ?? null) : 'new'))
    for (const row of step.cdr) groups.cdr(row)
    for (const line of step.queueLog) if (isCallLine(line)) groups.queueLog(line)
    for (const row of step.cel) if (isUsefulCel(row)) groups.cel(row)
    for (const key of also) groups.again(key)
    return groups.all()
  }

  #take(added: NewFacts, touched: Touched): void {
    const { facts, keepFacts, dropFacts, addAlias, moveAliases, dropAlias } = this.#statements
    const kept: { key: string; text: string; facts: CallFacts }[] = []
    for (const id of added.isNew ? [] : added.ids) {
      const row = facts.get(id)
      if (row) kept.push({ key: id, text: row.facts, facts: decodeFacts(row.facts) })
    }
    const { facts: all, text } = uniteFacts([added, ...kept.map((each) => each.facts)])
    const key = added.isNew && added.ids.length === 1 ? (added.ids[0] ?? '') : keyOf(all)
    const [only] = kept
    if (kept.length === 1 && only?.key === key && only.text === text && !added.again) return

    const folded = this.#fold(key, all, text)
    for (const each of kept) {
      this.#dropRows(each.key, touched)
      if (each.key === key) continue
      dropFacts.run(each.key)
      moveAliases.run(key, each.key)
    }
    keepFacts.run(key, text)
    const moved = kept.some((each) => each.key !== key)
    if (moved) dropAlias.run(key)
    const ids = added.isNew ? added.ids : [...idsOf(all)]
    // Most calls have one id, their key.
    if (ids.length > 1 || moved) {
      const before = new Set(moved ? [] : kept.flatMap((each) => [...idsOf(each.facts)]))
      for (const id of ids) if (id !== key && !before.has(id)) addAlias.run(id, key)
    }
    for (const id of ids) this.#seen?.add(id)
    this.#addRows(folded, touched)
  }

  #mayKnow(id: string): boolean {
    return this.#seen?.has(id) ?? true
  }

  #dropRows(key: string, touched: Touched): void {
    const { calls, legs, rings, visits } = this.#statements
    for (const { hour_ms } of visits.of.all(key)) touched.hours.add(hour_ms)
    for (const leg of legs.of.all(key)) {
      touched.operatorDay(leg.day, leg.operator)
      touched.time(leg.answered_at_ms, leg.ended_at_ms)
    }
    for (const ring of rings.of.all(key)) touched.operatorDay(ring.day, ring.operator)
    const call = calls.touched.get(key)
    if (call) touched.callHours.add(call.hour_ms)
    if (call?.operator != null && call.direction === 'outbound') touched.operatorDay(call.day, call.operator)
    for (const table of [visits, legs, rings, calls]) table.drop.run(key)
  }

  /** A call that cannot be folded is set aside, its facts kept: one odd line must not end the import of all others. */
  #fold(key: string, facts: CallFacts, text: string): FoldedCall {
    try {
      return foldCall(key, facts, this.#rules)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#statements.problem.run({
        source_id: recordProblems,
        place: key,
        kind: 'value',
        text: `a call that cannot be put together, set aside: ${why}`,
        raw: text.slice(0, mostRaw),
        seen_at_ms: this.#clock.nowMs(),
      })
      return { call: null, legs: [], rings: [], visits: [] }
    }
  }

  #addRows(folded: FoldedCall, touched: Touched): void {
    const { calls, legs, rings, visits } = this.#statements
    if (folded.call) {
      calls.insert(folded.call)
      touched.callHours.add(folded.call.hour_ms)
      if (folded.call.direction === 'outbound' && folded.call.operator !== null)
        touched.operatorDay(folded.call.day, folded.call.operator)
    }
    for (const leg of folded.legs) {
      legs.insert(leg)
      touched.operatorDay(leg.day, leg.operator)
      touched.time(leg.answered_at_ms, leg.ended_at_ms)
    }
    for (const ring of folded.rings) {
      rings.insert(ring)
      touched.operatorDay(ring.day, ring.operator)
    }
    for (const visit of folded.visits) {
      visits.insert(visit)
      touched.hours.add(visit.hour_ms)
      if (visit.outcome !== 'answered') touched.time(visit.entered_at_ms, visit.left_at_ms ?? visit.entered_at_ms)
    }
  }
}

/** Of what only AMI tells. */
function gapOf({ eventType, atMs, extra }: CelRow): ImportGapsTable[] {
  const fromMs = Number(extra)
  return eventType === 'AWAY' && fromMs > 0
    ? [{ source_id: amiSources.channels, kind: 'away', from_ms: fromMs, to_ms: atMs }]
    : []
}

function firstAfter(sorted: readonly number[], ms: number): number | null {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) > ms) high = middle
    else low = middle + 1
  }
  return sorted[low] ?? null
}
