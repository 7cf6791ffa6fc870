import { idsOfCdr, idsOfCel, isCallLine, isUsefulCel } from '../fold/facts.ts'
import type { CdrRow, CelRow, QueueLogRow } from '../sources/source.ts'

/** What a step brings of one call. */
export interface NewFacts {
  cdr: CdrRow[]
  queueLog: QueueLogRow[]
  cel: CelRow[]
  /** Ids tied together, among them the keys the call may be kept under. */
  ids: string[]
  /** Nothing of it can be in the record. */
  isNew: boolean
  /** To be folded again even if nothing is new. */
  again: boolean
}

/** What is known of an id before the step: the key of its call where it is another's alias; null: it may be a key; `new`: nothing. */
export type KnownId = (id: string) => string | null | 'new'

/** New facts by call; ids that a fact ties together, now or ever before, are one call. */
export class CallGroups {
  readonly #known: KnownId
  readonly #byId = new Map<string, NewFacts>()
  readonly #groups = new Set<NewFacts>()

  constructor(known: KnownId) {
    this.#known = known
  }

  all(): Iterable<NewFacts> {
    return this.#groups
  }

  /** Returns the rows that are of no call. */
  add(rows: { cdr: readonly CdrRow[]; queueLog: readonly QueueLogRow[]; cel: readonly CelRow[] }) {
    const rest = { cdr: [] as CdrRow[], queueLog: [] as QueueLogRow[], cel: [] as CelRow[] }
    for (const row of rows.cdr) this.#cdr(row)
    for (const line of rows.queueLog) {
      if (isCallLine(line)) this.#of(line.callId).queueLog.push(line)
      else rest.queueLog.push(line)
    }
    for (const row of rows.cel) {
      if (isUsefulCel(row)) this.#tie(idsOfCel(row)).cel.push(row)
      else rest.cel.push(row)
    }
    return rest
  }

  again(key: string): void {
    this.#of(key).again = true
  }

  #cdr(row: CdrRow): void {
    const { uniqueId, linkedId } = row
    const plain = linkedId === uniqueId || linkedId === null || linkedId === ''
    ;(plain ? this.#of(uniqueId) : this.#tie(idsOfCdr(row))).cdr.push(row)
  }

  #of(id: string): NewFacts {
    const found = this.#byId.get(id)
    if (found) return found
    const key = this.#known(id)
    if (key !== null && key !== 'new' && key !== id) {
      const group = this.#of(key)
      group.ids.push(id)
      this.#byId.set(id, group)
      return group
    }
    const group: NewFacts = { cdr: [], queueLog: [], cel: [], ids: [id], isNew: key === 'new', again: false }
    this.#groups.add(group)
    this.#byId.set(id, group)
    return group
  }

  #tie(ids: readonly string[]): NewFacts {
    let to: NewFacts | null = null
    for (const id of ids) {
      const group = this.#of(id)
      to = to === null ? group : this.#join(to, group)
    }
    return to ?? this.#of('')
  }

  #join(a: NewFacts, b: NewFacts): NewFacts {
    if (a === b) return a
    const [to, from] = a.ids.length < b.ids.length ? [b, a] : [a, b]
    to.cdr.push(...from.cdr)
    to.queueLog.push(...from.queueLog)
    to.cel.push(...from.cel)
    to.ids.push(...from.ids)
    to.isNew &&= from.isNew
    to.again ||= from.again
    for (const id of from.ids) this.#byId.set(id, to)
    this.#groups.delete(from)
    return to
  }
}
