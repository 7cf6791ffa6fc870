import type SqliteDatabase from 'better-sqlite3'
import { extensionTest, type FoldRules } from '../fold/rules.ts'
import type { SiteFacts } from './protocol.ts'

const siteName = 'site'
/** Taken for an extension whether it is anybody's or not. */
const isShort = extensionTest(new Set())

/** What a change of the site asks for. */
export interface SiteChange {
  /** Operators whose lines are another's now, both of them. */
  readonly operators: readonly string[]
}

/**
 * The ledger was folded by what was known of the site then. People and queues entered later concern calls of the past:
 * those are listed (`refold_calls`) and folded again, a piece at a time, whatever restarts come in between.
 */
export function noteSiteChange(
  db: SqliteDatabase.Database,
  site: SiteFacts,
  rules: Pick<FoldRules, 'operatorOf' | 'buckets'>,
): SiteChange {
  const { rules: _, ...facts } = site
  const text = JSON.stringify(facts)
  const note = db.transaction((): SiteChange => {
    const known = db.prepare<[string], { value: string }>('select value from folded_by where name = ?').get(siteName)
    if (known?.value === text) return { operators: [] }
    db.prepare('insert into folded_by (name, value) values (?, ?) on conflict (name) do update set value = excluded.value').run(
      siteName,
      text,
    )
    // A record of before this was noted was folded by about what is known now.
    if (!known) return { operators: [] }
    const before = JSON.parse(known.value) as typeof facts
    const list = lister(db)
    if (before.timeZone !== site.timeZone || before.phoneRegion !== site.phoneRegion) list.everything()
    const names = changed(before.agents, site.agents)
    for (const extension of changed(before.extensions, site.extensions)) if (!isShort(extension)) list.naming(extension)
    for (const name of names) list.naming(name)
    for (const number of changed(before.queues, site.queues)) list.refusedBy(number)
    const moved = names.flatMap((name) => moveLines(db, name, rules.operatorOf(name)))
    if (before.timeZone === site.timeZone) return { operators: [...new Set(moved)] }
    return { operators: otherDays(db, rules.buckets) }
  })
  return note.immediate()
}

/** What is in one of two lists only; of pairs their first part. */
function changed(before: readonly string[], after: readonly string[]): string[]
function changed(before: readonly (readonly [string, string])[], after: readonly (readonly [string, string])[]): string[]
function changed<T>(before: readonly T[], after: readonly T[]): unknown[] {
  const texts = (list: readonly T[]) => new Map(list.map((each) => [JSON.stringify(each), each]))
  const [old, now] = [texts(before), texts(after)]
  const other = [...old, ...now].flatMap(([text, each]) => (old.has(text) && now.has(text) ? [] : [each]))
  return [...new Set(other.map((each): unknown => (Array.isArray(each) ? each[0] : each)))]
}

/** Lists calls to be folded again; one that is listed without need comes out as it was. */
function lister(db: SqliteDatabase.Database) {
  const all = (select: string) => db.prepare<unknown[]>(`insert into refold_calls (call_key) ${select} on conflict do nothing`)
  // Words of the facts' JSON.
  const word = (text: string) =>
    `%${JSON.stringify(text)
      .slice(1, -1)
      .replaceAll(/[\\%_]/g, '\\$&')}%`
  return {
    everything: () => all('select call_key from call_facts where true').run(),
    naming: (text: string) => all(String.raw`select call_key from call_facts where facts like ? escape '\'`).run(word(text)),
    /** Who may not join a queue leaves no line of it. */
    refusedBy: (number: string) =>
      all(String.raw`select f.call_key from call_facts f join ledger_calls c on c.call_key = f.call_key
        where c.queue_visits = 0 and f.facts like ? escape '\'`).run(word(number)),
  }
}

/** Lines that name this member become the operator's; lines of before names were kept are known by the operator they were under. */
function moveLines(db: SqliteDatabase.Database, name: string, to: string): string[] {
  const from = db
    .prepare<[string, string], { operator: string }>(
      "select distinct operator from operator_events where agent = ? or (agent = '' and operator = ?)",
    )
    .all(name, name)
    .map(({ operator }) => operator)
    .filter((operator) => operator !== to)
  const its = "operator = ? and (agent = ? or (agent = '' and operator = ?))"
  for (const operator of from) {
    db.prepare(
      `insert into operator_events (operator, at_ms, queue, event, data, day, agent)
        select ?, at_ms, queue, event, data, day, agent from operator_events where ${its} on conflict do nothing`,
    ).run(to, operator, name, name)
    db.prepare(`delete from operator_events where ${its}`).run(operator, name, name)
  }
  return from.length === 0 ? [] : [...from, to]
}

/** The site's days are others now. Returns all operators. */
function otherDays(db: SqliteDatabase.Database, buckets: FoldRules['buckets']): string[] {
  const set = db.prepare<[number, number]>('update operator_events set day = ? where at_ms = ?')
  for (const { at_ms } of db.prepare<[], { at_ms: number }>('select distinct at_ms from operator_events').all())
    set.run(buckets(at_ms).day, at_ms)
  db.exec('delete from operator_checkpoints')
  return db
    .prepare<[], { operator: string }>('select distinct operator from operator_events')
    .all()
    .map(({ operator }) => operator)
}
