import SqliteDatabase from 'better-sqlite3'
import type { Clock } from '../../clock.ts'
import { nameAt, serverOf } from '../../contract/index.ts'
import { type CallFacts, decodeFacts, idsOf, keyOf, uniteFacts } from '../fold/facts.ts'
import type { FoldedCall } from '../fold/fold-call.ts'
import type { FoldRules } from '../fold/rules.ts'
import { beginFirstImport, endFirstImport, isFirstImport } from '../record/first-import.ts'
import { recordProblems } from '../record/record-file.ts'
import type { ImportGapsTable } from '../record/schema.ts'
import type { CelRow, QueueLogRow } from '../sources/source.ts'
import { amiSources } from './ami-record.ts'
import { CallGroups, type NewFacts } from './call-groups.ts'
import { Causes, type TimeRange } from './causes.ts'
import { IdFilter } from './id-filter.ts'
import type { ImportStep } from './import-step.ts'
import { foldOrTell } from './new-calls.ts'
import { OperatorRecord } from './operator-record.ts'
import { startAfter, startsOf, withStarts } from './pbx-starts.ts'
import type { FirstImport } from './protocol.ts'
import { RollUps } from './roll-ups.ts'
import { prepareStatements, type Statements } from './statements.ts'
import { newCallTables } from './step-files.ts'
import { Touched } from './touched.ts'

/** Kept of one source. */
const mostProblems = 1_000

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
  #starts: readonly number[]
  /** The record was never filled to its end: who puts its new calls together begins with this. */
  readonly firstImport: FirstImport | null

  constructor(deps: { db: SqliteDatabase.Database; clock: Clock; rules: Omit<FoldRules, 'pbxStartAfter'> }) {
    this.#db = deps.db
    this.#clock = deps.clock
    this.#statements = prepareStatements(deps.db)
    this.#starts = this.#knownStarts()
    this.#rules = { ...deps.rules, pbxStartAfter: (ms) => startAfter(this.#starts, ms) }
    this.#rollUps = new RollUps(deps.db)
    this.#operators = new OperatorRecord({ db: deps.db, rules: this.#rules, rollUps: this.#rollUps })
    this.#causes = new Causes(deps.db)
    const isFirst = this.#statements.anyFacts.get() === undefined || isFirstImport(deps.db)
    this.firstImport = isFirst ? { starts: this.#starts, known: this.#knownIds() } : null
    if (isFirst) beginFirstImport(deps.db)
  }

  /** Everything there was is written: what a first import left for its end is done now. */
  caughtUp(): void {
    endFirstImport(this.#db)
  }

  /** Writes a step, or, when it throws, nothing of it. */
  apply(step: ImportStep): void {
    const write = this.#db.transaction(() => this.#write(step))
    // Nothing can be attached within a transaction.
    if (step.newCalls) this.#statements.attach.run(step.newCalls.file)
    try {
      write.immediate()
    } catch (error) {
      // What was remembered of the step is not in the file either.
      this.#starts = this.#knownStarts()
      this.#operators.readAgain()
      throw error
    } finally {
      if (step.newCalls) this.#db.exec('detach step')
    }
  }

  /** Folds again what a change of the site, its rules or the fold concerns: one operator, or some calls. False: there is no more. */
  foldAgain(limit: number): boolean {
    const { next, done, nextOperator, operatorDone } = this.#statements.refold
    const operator = nextOperator.get()?.operator
    if (operator !== undefined) {
      this.#orSetAside(operator, () => this.#foldOperatorAgain(operator), operatorDone)
      return true
    }
    const keys = next.all(limit).map(({ call_key }) => call_key)
    if (keys.length === 0) return false
    try {
      this.#foldCallsAgain(keys)
    } catch (error) {
      if (!isOfContent(error)) throw error
      // One of them: the others need not wait for it.
      for (const key of keys) this.#orSetAside(key, () => this.#foldCallsAgain([key]), done)
    }
    return true
  }

  #foldCallsAgain(keys: readonly string[]): void {
    const write = this.#db.transaction(() => {
      const touched = new Touched()
      for (const key of keys) {
        this.#take({ cdr: [], queueLog: [], cel: [], ids: [key], isNew: false, again: true }, touched)
        this.#statements.refold.done.run(key)
      }
      this.#judge(touched.times, [], touched)
      this.#rollUps.make(touched)
    })
    write.immediate()
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

  /** What cannot be folded again stays as it was and is told, or it would end the folding of all others. */
  #orSetAside(key: string, fold: () => void, done: { run(key: string): unknown }): void {
    try {
      fold()
    } catch (error) {
      if (!isOfContent(error)) throw error
      const why = error instanceof Error ? error.message : String(error)
      this.#db.transaction(() => {
        this.#statements.problem.run({
          source_id: recordProblems,
          place: key,
          kind: 'value',
          text: `cannot be folded again, left as it was: ${why}`,
          raw: '',
          seen_at_ms: this.#clock.nowMs(),
        })
        done.run(key)
      })()
    }
  }

  #judge(times: readonly TimeRange[], queues: readonly string[], touched: Touched): void {
    for (const hour of this.#causes.judge(times, queues)) touched.callHours.add(hour)
  }

  /** Of an interrupted first import: minutes of looking up every id are spared by these seconds. */
  #knownIds(): FirstImport['known'] {
    const { keys, ids } = this.#statements.known
    const filter = new IdFilter()
    for (const { id } of keys.iterate()) filter.add(id)
    for (const { id } of ids.iterate()) filter.add(id)
    return filter.bits
  }

  #knownStarts(): readonly number[] {
    return this.#statements.starts.all.all().map(({ at_ms }) => at_ms)
  }

  #write(step: ImportStep): void {
    const touched = new Touched()
    const cutOff = this.#noteStarts(step.queueLog)
    if (step.newCalls) {
      this.#addNew()
      touched.add(step.newCalls.touched)
    }
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
    for (const atMs of startsOf(lines)) {
      if (starts.insert.run(atMs).changes === 0) continue
      this.#starts = withStarts(this.#starts, [atMs])
      keys.push(...visits.waiting.all(atMs).map(({ call_key }) => call_key))
    }
    return keys
  }

  #groups(step: ImportStep, also: readonly string[]): Iterable<NewFacts> {
    const groups = new CallGroups((id) => this.#statements.alias.get(id)?.call_key ?? null)
    groups.add(step)
    for (const key of also) groups.again(key)
    return groups.all()
  }

  /** From the file attached as `step`. */
  #addNew(): void {
    for (const { name, columns } of newCallTables)
      this.#db.exec(`insert into main.${name} (${columns.join(', ')}) select ${columns.join(', ')} from step.${name}`)
  }

  #take(added: NewFacts, touched: Touched): void {
    const { facts, keepFacts, dropFacts, addAlias, moveAliases, dropAlias } = this.#statements
    const kept: { key: string; text: string; facts: CallFacts }[] = []
    for (const id of added.ids) {
      const row = facts.get(id)
      if (row) kept.push({ key: id, text: row.facts, facts: decodeFacts(row.facts) })
    }
    const { facts: all, text } = uniteFacts([added, ...kept.map((each) => each.facts)])
    const key = keyOf(all)
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
    const ids = [...idsOf(all)]
    // Most calls have one id, their key.
    if (ids.length > 1 || moved) {
      const before = new Set(moved ? [] : kept.flatMap((each) => [...idsOf(each.facts)]))
      for (const id of ids) if (id !== key && !before.has(id)) addAlias.run(id, key)
    }
    this.#addRows(folded, touched)
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

  #fold(key: string, facts: CallFacts, text: string): FoldedCall {
    const { folded, problem } = foldOrTell(key, { facts, text }, { rules: this.#rules, nowMs: () => this.#clock.nowMs() })
    if (problem) this.#statements.problem.run(problem)
    return folded
  }

  #addRows(folded: FoldedCall, touched: Touched): void {
    const { calls, legs, rings, visits } = this.#statements
    if (folded.call) calls.insert(folded.call)
    for (const leg of folded.legs) legs.insert(leg)
    for (const ring of folded.rings) rings.insert(ring)
    for (const visit of folded.visits) visits.insert(visit)
    touched.call(folded)
  }
}

/** What is kept of it cannot be read, or its rows cannot be: another try comes to the same. Not the disk, a lock or damage. */
const isOfContent = (error: unknown): boolean =>
  !(error instanceof SqliteDatabase.SqliteError) || error.code.startsWith('SQLITE_CONSTRAINT')

/** Of what only AMI tells. */
function gapOf({ eventType, atMs, extra, linkedId }: CelRow): ImportGapsTable[] {
  const fromMs = Number(extra)
  return eventType === 'AWAY' && fromMs > 0
    ? [{ source_id: nameAt(serverOf(linkedId), amiSources.channels), kind: 'away', from_ms: fromMs, to_ms: atMs }]
    : []
}
