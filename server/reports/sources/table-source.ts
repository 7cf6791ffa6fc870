import { createHash } from 'node:crypto'
import { z } from 'zod'
import { civilTimes } from './civil-time.ts'
import type { ColumnMapping, MappedColumns } from './column-mapping.ts'
import type { RawRow, RowReader } from './record-rows.ts'
import type { Batch, RecordProblem, RecordSource } from './source.ts'
import type { TableColumn, TableConnection, TableRow, Trouble } from './table-connection.ts'

export interface TableFormat<Row> {
  /** Finds our fields among the table's columns. */
  map(mapping: ColumnMapping, present: readonly string[]): MappedColumns
  /** Our field that a table is read along. */
  readonly key: string
  /** Fields whose absence differs from emptiness. */
  readonly optional: readonly string[]
  readonly toRow: RowReader<Row>
  timeOf(row: Row): number
  review?(rows: readonly Row[]): readonly RecordProblem[]
  /**
   * A row's key may be this much older than the moment the row was written: a CDR row comes at the end of its call, and
   * is kept by its start.
   */
  readonly writtenLateMs: number
}

export interface TableSettings {
  readonly table: string
  readonly mapping: ColumnMapping
  nowMs(): number
}

/**
 * How far a table has been read. By a growing number (`id`), or by time (`at`): `all` is the first pass, then `tail`
 * passes over the newest rows, and from time to time a `deep` one for rows that came very late.
 */
const Cursor = z.object({
  v: z.literal(1),
  pass: z.enum(['all', 'tail', 'deep']),
  /** Where the pass goes on; null when the next one is to begin. */
  at: z.string().nullable(),
  /** The newest key and the newest end read so far. */
  high: z.string().nullable(),
  highEnd: z.string().nullable(),
  deepAtMs: z.number(),
  /** Rows without a usable time that were told of. */
  odd: z.number(),
  /** Makes every batch's cursor its own. */
  n: z.number(),
})
type Cursor = z.infer<typeof Cursor>

interface Plan {
  readonly select: string
  readonly table: string
  readonly columns: ReadonlyMap<string, string>
  /** The columns behind all names of the result. */
  readonly aliases: ReadonlyMap<string, string>
  /** Quoted; read along it. */
  readonly key: string
  readonly by: 'id' | 'time'
  readonly numeric: boolean
  /** An expression of the row's end, when rows are kept by their start. */
  readonly end: string | null
}

/** Two transactions may commit in another order than they took their numbers. */
const idOverlap = 500
/** The tail: an hour more than ten minutes, since clocks go back an hour in autumn. */
const tailMs = 70 * 60_000
const deepMs = 48 * 3_600_000
const deepEveryMs = 3_600_000
const aheadMs = 5 * 60_000
const farAheadMs = 38 * 3_600_000
const oldest = '1995-01-01 00:00:00'
const oldestEpoch = 788_918_400
const mostSeen = 200_000
const keyAlias = 'callsync_key'
const endAlias = 'callsync_end'

/** A table of call records that grows. Rows of the overlap are handed out once, unless they changed or a batch was not kept. */
export class TableSource<Row> implements RecordSource<Row> {
  readonly id: string
  readonly #connection: TableConnection
  readonly #format: TableFormat<Row>
  readonly #settings: TableSettings
  readonly #utc = civilTimes('UTC')
  #plan: Plan | null = null
  /** Rows handed out and kept, and those of the last batch, whose cursor has not come back yet. */
  readonly #seen = new Set<string>()
  #unconfirmed: { cursor: string; rows: readonly string[] } | null = null

  constructor(id: string, connection: TableConnection, format: TableFormat<Row>, settings: TableSettings) {
    this.id = id
    this.#connection = connection
    this.#format = format
    this.#settings = settings
  }

  async read(after: string | null, limit: number): Promise<Batch<Row>> {
    this.#confirm(after)
    try {
      const plan = this.#plan ?? (await this.#prepare())
      if ('missing' in plan) return this.#nothing(after, 'columns', plan.missing)
      this.#plan = plan
      return await this.#readOn(plan, cursorOf(after), limit)
    } catch (error) {
      this.#plan = null
      return this.#nothing(after, 'unreachable', this.#connection.trouble(error))
    }
  }

  async stop(): Promise<void> {
    await this.#connection.close()
  }

  #nothing(after: string | null, kind: RecordProblem['kind'], { code, text }: Trouble): Batch<Row> {
    const problem: RecordProblem = { kind, where: this.#settings.table, text, raw: '', code }
    return { rows: [], problems: [problem], cursor: after ?? '', more: false, upToMs: null }
  }

  /** A batch is kept when its cursor comes back; otherwise its rows have to come again. */
  #confirm(after: string | null): void {
    const last = this.#unconfirmed
    this.#unconfirmed = null
    if (last && after === last.cursor) for (const row of last.rows) this.#seen.add(row)
    else this.#seen.clear()
    if (this.#seen.size > mostSeen) this.#seen.clear()
  }

  async #prepare(): Promise<Plan | { missing: Trouble }> {
    const { table, mapping } = this.#settings
    const { dialect } = this.#connection
    const present = await this.#connection.columns(table)
    if (!present)
      return { missing: { code: 'noTable', text: `there is no table ${table}: check its name, and that the user may read it` } }
    const { id, ...fields } = mapping
    const mapped = this.#format.map(
      fields,
      present.map(({ name }) => name),
    )
    const lost = id !== undefined && !present.some(({ name }) => name.toLowerCase() === id.toLowerCase()) ? [id] : []
    const missing = [...('missing' in mapped ? mapped.missing : []), ...lost]
    if ('missing' in mapped || lost.length > 0) {
      return {
        missing: {
          code: 'columns',
          text: `the table ${table} lacks ${missing.join(', ')}: name the columns that hold them in the source's settings`,
        },
      }
    }
    const { columns } = mapped
    const rowNumber = id === undefined ? await this.#rowNumber(present) : dialect.quote(id)
    const keyColumn = columns.get(this.#format.key) ?? ''
    const key = rowNumber ?? dialect.quote(keyColumn)
    const keyKind = present.find(({ name }) => name === keyColumn)?.kind ?? 'text'
    const timed = keyKind === 'naive' || keyKind === 'instant'
    const end = rowNumber === null && timed && this.#format.writtenLateMs > 0 ? this.#endOf(columns, keyColumn) : null
    const selected = [...columns].map(([field, column]) => `${dialect.quote(column)} as ${dialect.quote(field)}`)
    selected.push(`${key} as ${keyAlias}`)
    if (end !== null) selected.push(`${end} as ${endAlias}`)
    return {
      select: selected.join(', '),
      table: table.split('.').map(dialect.quote).join('.'),
      columns,
      aliases: new Map([...columns, [keyAlias, keyColumn]]),
      key,
      by: rowNumber === null ? 'time' : 'id',
      numeric: keyKind === 'number',
      end,
    }
  }

  #endOf(columns: ReadonlyMap<string, string>, key: string): string | null {
    const { dialect } = this.#connection
    const duration = columns.get('duration')
    return duration === undefined ? null : dialect.later(dialect.quote(key), dialect.quote(duration))
  }

  /** SQLite counts its rows; other tables are read along a number when they have an `id`. */
  async #rowNumber(present: readonly TableColumn[]): Promise<string | null> {
    const { dialect } = this.#connection
    const id = present.find(({ name, kind }) => name.toLowerCase() === 'id' && kind === 'number')
    if (id) return dialect.quote(id.name)
    if (dialect.rowNumber === null) return null
    // a view has none
    const sql = `select max(${dialect.rowNumber}) as top from ${dialect.quote(this.#settings.table)}`
    return this.#connection.query(sql, []).then(
      () => dialect.rowNumber,
      () => null,
    )
  }

  async #readOn(plan: Plan, before: Cursor, limit: number): Promise<Batch<Row>> {
    const problems: RecordProblem[] = []
    const begun = before.at === null ? await this.#beginPass(plan, before, problems) : before
    const page =
      plan.by === 'id' ? await this.#pageById(plan, begun.at ?? '0', limit) : await this.#pageByTime(plan, begun, limit)
    const rows: Row[] = []
    const fresh: string[] = []
    let { high, highEnd } = begun
    let upToMs: number | null = null
    const nowMs = this.#settings.nowMs()
    for (const raw of page.rows) {
      const key = keyOf(raw)
      const { row, problems: found } = this.#format.toRow(
        this.#raw(plan, raw),
        `${this.#settings.table}:${this.#name(plan, raw, key)}`,
      )
      const timeMs = row === null ? null : this.#format.timeOf(row)
      if (plan.by === 'id' || (timeMs !== null && timeMs <= nowMs + aheadMs)) {
        if (after(key, high, plan)) high = key
        const end = raw[endAlias] ?? null
        // a duration beyond reason would hide the calls of the days to come
        if (end !== null && found.length === 0 && (highEnd === null || end > highEnd)) highEnd = end
      }
      // a first pass hands out years: only its newest rows are met again
      const again = begun.pass !== 'all' || timeMs === null || timeMs > nowMs - deepMs
      const print = again ? fingerprint(row ?? raw) : null
      if (print !== null && this.#seen.has(print)) continue
      if (print !== null) fresh.push(print)
      problems.push(...found)
      if (row === null || timeMs === null) continue
      rows.push(row)
      upToMs = Math.max(upToMs ?? 0, timeMs)
    }
    problems.push(...(this.#format.review?.(rows) ?? []))
    const pass = page.next === null ? 'tail' : begun.pass
    const cursor = JSON.stringify({ ...begun, pass, at: page.next, high, highEnd, n: before.n + 1 } satisfies Cursor)
    this.#unconfirmed = { cursor, rows: fresh }
    return { rows, problems, cursor, more: page.next !== null, upToMs }
  }

  async #beginPass(plan: Plan, before: Cursor, problems: RecordProblem[]): Promise<Cursor> {
    if (plan.by === 'id') {
      const top = await this.#connection.query(`select max(${plan.key}) as top from ${plan.table}`, [])
      const high = Number(before.high ?? 0)
      // emptied and begun anew: its numbers start again
      const anew = Number(top[0]?.['top'] ?? 0) < high
      const pass = before.high === null || anew ? 'all' : 'tail'
      return { ...before, pass, at: String(pass === 'all' ? 0 : Math.max(0, high - idOverlap)), high: anew ? null : before.high }
    }
    const nowMs = this.#settings.nowMs()
    const deep = nowMs - before.deepAtMs >= deepEveryMs
    const odd = deep ? await this.#tellOdd(plan, before.odd, problems) : before.odd
    const pass = before.high === null ? 'all' : deep ? 'deep' : 'tail'
    const backMs = pass === 'deep' ? deepMs : tailMs + this.#format.writtenLateMs
    const at = before.high === null ? this.#oldest(plan) : this.#shifted(before.high, -backMs)
    return { ...before, pass, at, odd, deepAtMs: deep ? nowMs : before.deepAtMs }
  }

  async #pageById(plan: Plan, at: string, limit: number) {
    const parameter = this.#connection.dialect.parameter(1)
    const sql = `select ${plan.select} from ${plan.table} where ${plan.key} > ${parameter} order by ${plan.key} limit ${limit + 1}`
    const rows = await this.#connection.query(sql, [Number(at)], plan.aliases)
    const kept = rows.slice(0, limit)
    return { rows: kept, next: rows.length > limit ? keyOf(kept.at(-1)) : null }
  }

  /** A page ends where a time ends: rows of one time are never torn apart, so no further key is needed. */
  async #pageByTime(plan: Plan, { pass, at, highEnd }: Cursor, limit: number) {
    const { parameter } = this.#connection.dialect
    const parameters = [at ?? this.#oldest(plan), this.#farAhead(plan)]
    let where = `${plan.key} >= ${parameter(1)} and ${plan.key} <= ${parameter(2)}`
    if (pass === 'tail' && plan.end !== null && highEnd !== null) {
      where += ` and ${plan.end} >= ${parameter(3)}`
      parameters.push(this.#shifted(highEnd, -tailMs))
    }
    for (let size = limit; ; size *= 2) {
      const sql = `select ${plan.select} from ${plan.table} where ${where} order by ${plan.key} limit ${size + 1}`
      const rows = await this.#connection.query(sql, parameters, plan.aliases)
      if (rows.length <= size) return { rows, next: null }
      const next = keyOf(rows.at(-1))
      const kept = rows.filter((row) => keyOf(row) !== next)
      if (kept.length > 0) return { rows: kept, next }
    }
  }

  /** Rows a reading along time never meets: without a time, of long ago, of the far future. Told of when they grow in number. */
  async #tellOdd(plan: Plan, told: number, problems: RecordProblem[]): Promise<number> {
    const { parameter } = this.#connection.dialect
    const where = `${plan.key} is null or ${plan.key} < ${parameter(1)} or ${plan.key} > ${parameter(2)}`
    const parameters = [this.#oldest(plan), this.#farAhead(plan)]
    const counted = await this.#connection.query(`select count(*) as n from ${plan.table} where ${where}`, parameters)
    const count = Number(counted[0]?.['n'] ?? 0)
    if (count <= told) return count
    const rows = await this.#connection.query(
      `select ${plan.select} from ${plan.table} where ${where} limit 1000`,
      parameters,
      plan.aliases,
    )
    for (const raw of rows) {
      const key = keyOf(raw) || 'NULL'
      problems.push(...this.#format.toRow(this.#raw(plan, raw), `${this.#settings.table}:${this.#name(plan, raw, key)}`).problems)
    }
    if (count > rows.length) {
      const text = `${count - rows.length} more rows have no usable time`
      problems.push({ kind: 'time', where: this.#settings.table, text, raw: '' })
    }
    return count
  }

  #raw(plan: Plan, row: TableRow): RawRow {
    const raw = new Map<string, string>()
    for (const field of plan.columns.keys()) {
      const value = row[field] ?? null
      if (value !== null) raw.set(field, value)
      else if (!this.#format.optional.includes(field)) raw.set(field, '')
    }
    return raw
  }

  /** The row's own id, for a person to find it. */
  #name(plan: Plan, row: TableRow, key: string): string {
    return plan.by === 'id' ? key : `${row['uniqueid'] ?? row['callid'] ?? ''}@${key}`
  }

  #oldest(plan: Plan): string {
    return plan.numeric ? String(oldestEpoch) : oldest
  }

  #farAhead(plan: Plan): string {
    const ms = this.#settings.nowMs() + farAheadMs
    return plan.numeric ? String(Math.floor(ms / 1000)) : wallText(ms)
  }

  /** A key some time earlier, in the column's own notation. */
  #shifted(key: string, byMs: number): string {
    if (/^\d+(\.\d+)?$/.test(key)) return String(Math.floor(Number(key) + byMs / 1000))
    const read = this.#utc.read(key, null)
    return read ? wallText(read.ms + byMs) : key
  }
}

/** Sessions are in UTC: a key is compared without its zone. */
function keyOf(row: TableRow | undefined): string {
  return (row?.[keyAlias] ?? '').replace(/Z$/, '')
}

function after(key: string, high: string | null, plan: Plan): boolean {
  if (high === null) return key !== ''
  return plan.by === 'id' || plan.numeric ? Number(key) > Number(high) : key > high
}

const wallText = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

const fingerprint = (row: unknown): string => createHash('sha1').update(JSON.stringify(row)).digest('base64').slice(0, 20)

function cursorOf(text: string | null): Cursor {
  const start: Cursor = { v: 1, pass: 'all', at: null, high: null, highEnd: null, deepAtMs: 0, odd: 0, n: 0 }
  if (!text) return start
  try {
    return Cursor.parse(JSON.parse(text))
  } catch {
    // not ours: from the beginning, nothing is lost by it
    return start
  }
}
