import type SqliteDatabase from 'better-sqlite3'
import { type QueueRule, rulesDifferSince } from '../fold/rules.ts'
import type { QueueRulesTable } from '../record/schema.ts'

/**
 * Lists the calls that the rules in force judge otherwise than those they were judged by, from the first day that differs; they
 * are folded again a piece at a time (`refold_calls`). The rules are kept beside the visits.
 */
export function noteRules(db: SqliteDatabase.Database, rules: readonly QueueRule[]): void {
  const note = db.transaction(() => {
    const sinceMs = rulesDifferSince(keptRules(db), rules)
    if (sinceMs === null) return
    db.prepare(`
      insert into refold_calls (call_key)
        select call_key from queue_visits where entered_at_ms >= @sinceMs
        union select call_key from ledger_calls where started_at_ms >= @sinceMs and queue_visits = 0 and outcome = 'missed'
      on conflict do nothing`).run({ sinceMs })
    keepRules(db, rules)
  })
  note.immediate()
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
  db.exec('delete from queue_rules')
  for (const rule of rules) insert.run(rule.queue, rule.validFromMs, rule.targetMs, rule.shortMs, rule.formula)
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
  'call_hours',
  'call_days',
  'queue_hours',
  'queue_days',
  'operator_days',
  'operator_sums',
  'operator_states',
  'pbx_starts',
  'import_state',
  'import_problems',
  'import_gaps',
  'folded_by',
  'refold_calls',
  'refold_operators',
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
