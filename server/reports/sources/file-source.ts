import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { CsvRecord } from './csv-record.ts'
import { type Chunk, FilePlace, FileTrouble, FollowedFile, placeAfter } from './followed-file.ts'
import type { RawRow, RowReader } from './record-rows.ts'
import { shortened } from './record-rows.ts'
import type { Batch, RecordProblem, RecordSource } from './source.ts'

/** How the lines of a file become rows. */
export interface FileFormat<Row> {
  /** One record of one line, or of several while it says `open`. */
  decode(text: string): CsvRecord
  /** Null: these are not the fields of a whole record. */
  name(fields: readonly string[]): RawRow | null
  readonly toRow: RowReader<Row>
  /** When the row was written, as near as it tells. */
  timeOf(row: Row): number
  /** What only many rows together show. */
  review?(rows: readonly Row[]): readonly RecordProblem[]
}

const Cursor = z.object({ v: z.literal(1), file: FilePlace })

const chunkBytes = 1 << 20
/** A field with line feeds in it; more lines than this are a lost quote. */
const mostLinesARecord = 20

/** The records of a file that grows, is rotated and may be damaged. What it reads is final: nothing is read twice. */
export class FileSource<Row> implements RecordSource<Row> {
  readonly id: string
  readonly #path: string
  readonly #format: FileFormat<Row>
  readonly #file: FollowedFile
  /** Files that were told of. */
  readonly #told = new Set<string>()

  constructor(id: string, path: string, format: FileFormat<Row>) {
    this.id = id
    this.#path = path
    this.#format = format
    this.#file = new FollowedFile(path)
  }

  async read(after: string | null, limit: number): Promise<Batch<Row>> {
    try {
      const chunk = await this.#file.read(placeOf(after), chunkBytes)
      return this.#batch(chunk, limit)
    } catch (error) {
      const text =
        error instanceof FileTrouble ? `${error.message}${advice[error.code]}` : `${this.#path} cannot be read: ${error}`
      const code = error instanceof FileTrouble ? codes[error.code] : 'other'
      const problem: RecordProblem = { kind: 'unreachable', where: this.#path, text, raw: '', code }
      return { rows: [], problems: [problem], cursor: after ?? '', more: false, upToMs: null }
    }
  }

  stop(): Promise<void> {
    return this.#file.stop()
  }

  #batch(chunk: Chunk, limit: number): Batch<Row> {
    const { bytes } = chunk
    const rows: Row[] = []
    const problems: RecordProblem[] = this.#problemsOf(chunk)
    let upToMs: number | null = null
    let at = 0
    let lines = 0
    let taken = 0
    const cut = (end: number) => {
      const raw = shortened(bytes.toString('utf8', at, Math.min(end, at + 2_000)).replace(/\r?\n$/, ''))
      const text = 'the line is cut or damaged: it cannot be used'
      problems.push({ kind: 'cut', where: `${chunk.name}:${chunk.place.line + lines + 1}`, text, raw })
    }
    while (at < bytes.length && taken < limit) {
      const record = this.#nextRecord(chunk, at)
      if (record === null) {
        // a line longer than a chunk is none
        if (at > 0 || bytes.length < chunkBytes) break
        cut(bytes.length)
        at = bytes.length
        break
      }
      taken += 1
      const raw = record.fields === null ? null : this.#format.name(record.fields)
      if (raw) {
        const { row, problems: found } = this.#format.toRow(raw, `${chunk.name}:${chunk.place.line + lines + 1}`)
        problems.push(...found)
        if (row) {
          rows.push(row)
          upToMs = Math.max(upToMs ?? 0, this.#format.timeOf(row))
        }
      } else if (!record.empty) cut(record.end)
      at = record.end
      lines += record.lines
    }
    problems.push(...(this.#format.review?.(rows) ?? []))
    const cursor = JSON.stringify({ v: 1, file: placeAfter(chunk, at, lines) } satisfies z.infer<typeof Cursor>)
    return { rows, problems, cursor, more: chunk.more || (taken >= limit && at < bytes.length), upToMs }
  }

  /** The record at `from`; null: it has not been written to its end. */
  #nextRecord({ bytes, final }: Chunk, from: number) {
    let end = from
    let first = from
    for (let lines = 1; lines <= mostLinesARecord; lines++) {
      const feed = bytes.indexOf(10, end)
      if (feed < 0 && (!final || end === bytes.length)) {
        if (!final) return null
        break
      }
      const stop = feed < 0 ? bytes.length : feed
      end = feed < 0 ? bytes.length : feed + 1
      if (lines === 1) first = end
      const text = bytes.toString('utf8', from, bytes[stop - 1] === 13 ? stop - 1 : stop)
      const record = this.#format.decode(text)
      if (typeof record !== 'string') return { fields: record, empty: text === '', end, lines }
      if (record === 'broken') break
    }
    // the next line may be whole again
    return { fields: null, empty: false, end: first, lines: 1 }
  }

  #problemsOf(chunk: Chunk): RecordProblem[] {
    const problems = chunk.damaged.map((text): RecordProblem => ({ kind: 'cut', where: this.#path, text, raw: '' }))
    if (chunk.lost) {
      const text =
        'the file was cut or replaced, and what it held before is not beside it: all there is is read again, the rest is missing'
      problems.push({ kind: 'cut', where: this.#path, text, raw: '' })
    }
    for (const name of chunk.notRead) {
      if (this.#told.has(name)) continue
      this.#told.add(name)
      const text =
        'it has the name of the log and is not read, unlike .1, -20261120 and .1.gz: unpack it or pack it as .gz, then let everything be read again'
      problems.push({ kind: 'notRead', where: join(dirname(this.#path), name), text, raw: '' })
    }
    return problems
  }
}

const advice: Readonly<Record<FileTrouble['code'], string>> = {
  missing: ': check the path, and that the folder of the PBX is mounted on this server',
  denied: ': let the account this server runs under read it',
  broken: '',
}

const codes = { missing: 'noFile', denied: 'denied', broken: 'other' } as const satisfies Record<FileTrouble['code'], string>

function placeOf(cursor: string | null): FilePlace | null {
  if (!cursor) return null
  try {
    return Cursor.parse(JSON.parse(cursor)).file
  } catch {
    // not ours: from the beginning, nothing is lost by it
    return null
  }
}
