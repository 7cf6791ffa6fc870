import type SqliteDatabase from 'better-sqlite3'
import { plainName } from '../../contract/index.ts'
import { type AgentTime, extensionTest, type FoldRules } from '../fold/rules.ts'
import { type ChangedDays, type WorkTimes, workTimeChanges } from '../fold/work-time.ts'
import type { SiteFacts } from './protocol.ts'

const siteName = 'site'
const foldName = 'fold'
const workTimeName = 'workTime'
/** Taken for an extension whether it is anybody's or not. */
const isShort = extensionTest(new Set())

/**
 * The ledger was folded by what was known of the site then. People and queues entered later concern calls of the past: those are
 * listed (`refold_calls`), as are the operators whose days or lines are others now (`refold_operators`), and folded again, a piece
 * at a time, whatever restarts come in between.
 */
export function noteSiteChange(db: SqliteDatabase.Database, site: SiteFacts, rules: Pick<FoldRules, 'operatorOf'>): void {
  const { rules: _, workTimes: __, ...facts } = site
  const note = db.transaction(() => {
    const known = exchange(db, siteName, JSON.stringify(facts))
    // A record of before this was noted was folded by about what is known now.
    if (known === null || known === JSON.stringify(facts)) return
    const before = JSON.parse(known) as typeof facts
    const list = lister(db)
    const names = changed(before.agents, site.agents)
    const otherZone = before.timeZone !== site.timeZone
    if (otherZone || before.phoneRegion !== site.phoneRegion) list.everyCall()
    else list.naming([...names, ...changed(before.extensions, site.extensions).filter((extension) => !isShort(extension))])
    for (const number of changed(before.queues, site.queues)) list.refusedBy(number)
    for (const operator of moveLines(db, new Set(names), rules.operatorOf)) list.operator(operator)
    if (otherZone) list.everyOperator()
  })
  note.immediate()
}

/** Lists the calls that visited queues on days whose work time is another than the one they were folded by. */
export function noteWorkTime(db: SqliteDatabase.Database, workTimes: WorkTimes): void {
  const note = db.transaction(() => {
    const known = exchange(db, workTimeName, JSON.stringify(workTimes))
    // A record of before this was noted knew of none: every queue was always open.
    const before: WorkTimes = known === null ? { times: [], holidays: [] } : JSON.parse(known)
    const list = lister(db)
    for (const days of workTimeChanges(before, workTimes)) list.visitedOn(days)
  })
  note.immediate()
}

/** A record that another version of the fold has made is folded again from its facts. */
export function noteFold(db: SqliteDatabase.Database, version: number): void {
  const note = db.transaction(() => {
    if (exchange(db, foldName, String(version)) === String(version)) return
    const list = lister(db)
    list.everyCall()
    list.everyOperator()
  })
  note.immediate()
}

/** Returns what the record was folded by; null: it says nothing. */
function exchange(db: SqliteDatabase.Database, name: string, value: string): string | null {
  const known = db.prepare<[string], { value: string }>('select value from folded_by where name = ?').get(name)
  if (known?.value !== value)
    db.prepare('insert into folded_by (name, value) values (?, ?) on conflict (name) do update set value = excluded.value').run(
      name,
      value,
    )
  return known?.value ?? null
}

/** What is in one of two lists only; of agents their names. */
function changed(before: readonly string[], after: readonly string[]): string[]
function changed(before: readonly AgentTime[], after: readonly AgentTime[]): string[]
function changed<T>(before: readonly T[], after: readonly T[]): unknown[] {
  const texts = (list: readonly T[]) => new Map(list.map((each) => [JSON.stringify(each), each]))
  const [old, now] = [texts(before), texts(after)]
  const other = [...old, ...now].flatMap(([text, each]) => (old.has(text) && now.has(text) ? [] : [each]))
  return [...new Set(other.map((each): unknown => (Array.isArray(each) ? each[0] : each)))]
}

/** Lists what is to be folded again; what is listed without need comes out as it was. */
function lister(db: SqliteDatabase.Database) {
  const calls = (select: string) => db.prepare<unknown[]>(`insert into refold_calls (call_key) ${select} on conflict do nothing`)
  const operators = (select: string) =>
    db.prepare<unknown[]>(`insert into refold_operators (operator) ${select} on conflict do nothing`)
  // As in the facts' JSON.
  const word = (text: string) => JSON.stringify(text).slice(1, -1)
  const like = (text: string) => `%${word(text).replaceAll(/[\\%_]/g, '\\$&')}%`
  return {
    everyCall: () => calls('select call_key from call_facts where true').run(),
    /** One look through the facts, for however many. */
    naming: (texts: readonly string[]) => {
      if (texts.length === 0) return
      const words = texts.map(word)
      db.function('names_one', { deterministic: true }, (facts) =>
        typeof facts === 'string' && words.some((each) => facts.includes(each)) ? 1 : 0,
      )
      calls('select call_key from call_facts where names_one(facts) = 1').run()
    },
    /** Who may not join a queue leaves no line of it. */
    refusedBy: (number: string) =>
      calls(String.raw`select f.call_key from call_facts f join ledger_calls c on c.call_key = f.call_key
        where c.queue_visits = 0 and f.facts like ? escape '\'`).run(like(number)),
    visitedOn: ({ queue, fromDay, toDay }: ChangedDays) =>
      calls(`select distinct call_key from queue_visits
        where day >= ? and (? is null or day <= ?) and (? = '*' or queue = ?)`).run(fromDay, toDay, toDay, queue, queue),
    everyOperator: () => operators('select distinct operator from operator_events where true').run(),
    operator: (operator: string) => operators('values (?)').run(operator),
  }
}

/**
 * Lines that name these members become the operators' they were at that moment, as far as it is known now: those of before somebody
 * changed the extension stay with the old one, as the calls of then do. Lines of before names were kept are known by the operator
 * they were under. Returns whose lines are others now, who lost them too.
 */
function moveLines(db: SqliteDatabase.Database, names: ReadonlySet<string>, operatorOf: FoldRules['operatorOf']): Set<string> {
  const moved = new Set<string>()
  if (names.size === 0) return moved
  const copy = db.prepare(`insert into operator_events (operator, at_ms, queue, event, data, day, agent)
    select ?, at_ms, queue, event, data, day, agent from operator_events where operator = ? and at_ms = ? and agent = ?
    on conflict do nothing`)
  const drop = db.prepare('delete from operator_events where operator = ? and at_ms = ? and agent = ?')
  const known = db.prepare<[], { operator: string; agent: string }>('select distinct operator, agent from operator_events').all()
  const moments = db.prepare<[string, string], { atMs: number }>(
    'select distinct at_ms as atMs from operator_events where operator = ? and agent = ?',
  )
  for (const { operator, agent } of known) {
    const name = agent === '' ? operator : agent
    if (!(names.has(name) || names.has(plainName(name)))) continue
    for (const { atMs } of moments.all(operator, agent)) {
      const to = operatorOf(name, atMs)
      if (operator === to) continue
      copy.run(to, operator, atMs, agent)
      drop.run(operator, atMs, agent)
      moved.add(operator).add(to)
    }
  }
  return moved
}
