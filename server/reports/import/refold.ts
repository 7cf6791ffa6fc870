import type SqliteDatabase from 'better-sqlite3'
import { type QueueRule, rulesDifferSince } from '../fold/rules.ts'
import type { QueueRulesTable } from '../record/schema.ts'
import type { ImportStep } from './ledger-writer.ts'

export interface RefoldDeps {
  readonly db: SqliteDatabase.Database
  readonly rules: readonly QueueRule[]
  readonly write: (step: ImportStep) => void
  /** Lets other work of the thread in between two steps. */
  readonly rest: () => Promise<void>
  readonly stopped: () => boolean
  /** Calls in one step. */
  readonly atOnce?: number
}

const nothing = { cdr: [], queueLog: [], cel: [], states: [], problems: [], upToMs: 0 } as const

/**
 * Judges calls again that the rules in force judge otherwise than those they were judged by, from the first day that differs.
 * The rules are kept beside the visits when that is done: cut short, it begins anew.
 */
export async function refold(deps: RefoldDeps): Promise<void> {
  const { db, rules, write, rest, stopped, atOnce = 500 } = deps
  const sinceMs = rulesDifferSince(keptRules(db), rules)
  if (sinceMs === null) return
  const keys = db
    .prepare<[number, number], { call_key: string }>(`
      select call_key from queue_visits where entered_at_ms >= ?
      union select call_key from ledger_calls where started_at_ms >= ? and queue_visits = 0 and outcome = 'missed'`)
    .all(sinceMs, sinceMs)
    .map(({ call_key }) => call_key)
  for (let at = 0; at < keys.length; at += atOnce) {
    if (stopped()) return
    write({ ...nothing, again: keys.slice(at, at + atOnce) })
    await rest()
  }
  if (!stopped()) keepRules(db, rules)
}

function keptRules(db: SqliteDatabase.Database): QueueRule[] {
  return db
    .prepare<[], QueueRulesTable>('select * from queue_rules')
    .all()
    .map(({ queue, valid_from_ms, target_ms, short_ms, formula }) => ({
      queue,
      validFromMs: valid_from_ms,
      targetMs: target_ms,
      shortMs: short_ms,
      formula,
    }))
}

function keepRules(db: SqliteDatabase.Database, rules: readonly QueueRule[]): void {
  const insert = db.prepare('insert into queue_rules (queue, valid_from_ms, target_ms, short_ms, formula) values (?, ?, ?, ?, ?)')
  db.transaction(() => {
    db.exec('delete from queue_rules')
    for (const rule of rules) insert.run(rule.queue, rule.validFromMs, rule.targetMs, rule.shortMs, rule.formula)
  }).immediate()
}

const derived = [
  'call_facts',
  'call_aliases',
  'ledger_calls',
  'ledger_legs',
  'ledger_rings',
  'queue_visits',
  'operator_events',
  'operator_spans',
  'operator_checkpoints',
  'queue_hours',
  'operator_days',
  'pbx_starts',
  'import_state',
  'import_problems',
  'import_gaps',
  'folded_by',
  'refold_calls',
] as const

/** Forgets everything read when another generation of the import is asked for; readers see the old until the new begins. */
export function beginGeneration(db: SqliteDatabase.Database, generation: number): void {
  const kept = db.prepare<[], { value: string }>("select value from record_marks where name = 'generation'").get()?.value ?? '0'
  if (Number(kept) === generation) return
  db.transaction(() => {
    for (const table of derived) db.exec(`delete from ${table}`)
    db.prepare(
      "insert into record_marks (name, value) values ('generation', ?) on conflict (name) do update set value = excluded.value",
    ).run(String(generation))
  }).immediate()
}

/** What is read from no more, says no more how far it was read. */
export function forgetOtherSources(db: SqliteDatabase.Database, ids: readonly string[]): void {
  const known = new Set(ids)
  const states = db.prepare<[], { source_id: string }>('select source_id from import_state').all()
  const drop = db.prepare<[string]>('delete from import_state where source_id = ?')
  for (const { source_id } of states) if (!known.has(source_id)) drop.run(source_id)
}
