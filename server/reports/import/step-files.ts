import { closeSync, openSync, rmSync } from 'node:fs'
import SqliteDatabase from 'better-sqlite3'
import type { FoldedCall } from '../fold/fold-call.ts'
import { adder, aliasRows, callRows, type DetailTable, factRows, legRows, ringRows, visitRows } from './detail-tables.ts'

/** Tables of new calls, in the record and in a step's file. */
export const newCallTables: readonly Pick<DetailTable<never>, 'name' | 'columns'>[] = [
  factRows,
  aliasRows,
  callRows,
  legRows,
  ringRows,
  visitRows,
]

/** A call nothing was known of. */
export interface NewCall {
  readonly key: string
  readonly facts: string
  /** Its ids but for the key. */
  readonly aliases: readonly string[]
  readonly folded: FoldedCall
}

/**
 * New calls on their way from the thread that puts them together to the one that writes them: a small SQLite database for each step,
 * beside the record. Its reader takes a table over by one statement, without making an object of any value again. While one is
 * being taken over the next one is filled, so there are two, in turn.
 */
export class StepFiles {
  readonly #paths: readonly [string, string]
  #turn = 0

  constructor(recordFile: string) {
    this.#paths = [`${recordFile}.step-0`, `${recordFile}.step-1`]
  }

  /** Returns the path of the file, which is whole when `work` ends. */
  fill(work: (add: (call: NewCall) => void) => void): string {
    const path = this.#paths[this.#turn % 2 === 0 ? 0 : 1]
    this.#turn += 1
    rmSync(path, { force: true })
    // It holds what the record holds, and is nobody else's to read.
    closeSync(openSync(path, 'w', 0o600))
    const db = new SqliteDatabase(path)
    try {
      // What is left of it by a kill is not looked at again.
      db.pragma('journal_mode = MEMORY')
      db.pragma('synchronous = OFF')
      db.pragma('cache_size = -65536')
      for (const { name, columns } of newCallTables) db.exec(`create table ${name} (${columns.join(', ')})`)
      const facts = adder(db, factRows)
      const aliases = adder(db, aliasRows)
      const calls = adder(db, callRows)
      const legs = adder(db, legRows)
      const rings = adder(db, ringRows)
      const visits = adder(db, visitRows)
      db.transaction(() => {
        work(({ key, facts: text, aliases: ids, folded }) => {
          facts.add({ call_key: key, facts: text })
          for (const unique_id of ids) aliases.add({ unique_id, call_key: key })
          if (folded.call) calls.add(folded.call)
          for (const leg of folded.legs) legs.add(leg)
          for (const ring of folded.rings) rings.add(ring)
          for (const visit of folded.visits) visits.add(visit)
        })
        for (const table of [facts, aliases, calls, legs, rings, visits]) table.end()
      })()
    } finally {
      db.close()
    }
    return path
  }

  remove(): void {
    for (const path of this.#paths) rmSync(path, { force: true })
  }
}
