import { open, stat } from 'node:fs/promises'
import type { RecordKind } from '../../contract/index.ts'
import { cdrCsv, celCsv, missingColumns, queueLogFile } from './file-formats.ts'
import type { FileFormat } from './file-source.ts'
import { type ReadRow, type RowTimes, shortened } from './record-rows.ts'
import { type AnyRow, failure, type Sample, type SampleDeps, sampleRows } from './sample.ts'
import type { ParsedSettings } from './settings.ts'
import { errorCode, otherTrouble } from './table-connection.ts'

export type FilePlaceSettings = Extract<ParsedSettings, { store: 'csv' | 'log' }>

const tailBytes = 256 * 1024

export async function fileSample(kind: RecordKind, settings: FilePlaceSettings, deps: SampleDeps): Promise<Sample> {
  const { path } = settings
  const columns = settings.store === 'csv' ? settings.columns : undefined
  const missing = columns && kind !== 'queueLog' ? missingColumns(kind, columns) : []
  if (missing.length > 0) return failure('columns', { code: 'columns', text: missing.join(', ') })
  let tail: { readonly text: string; readonly size: number; readonly whole: boolean }
  try {
    tail = await tailOf(path)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EACCES' || code === 'EPERM') return failure('reach', { code: 'denied', text: path })
    if (code === 'ENOENT' || code === 'ENOTDIR') return failure('reach', { code: 'noFile', text: path })
    return failure('reach', otherTrouble(error))
  }
  const all = tail.text.split('\n')
  // The last one is still being written, the first one may be cut by where the piece begins.
  const lines = all.slice(tail.whole ? 0 : 1, -1).map((line) => line.replace(/\r$/, ''))
  const count = tail.whole ? lines.length : Math.round((tail.size / Math.max(1, tail.text.length)) * all.length)
  return {
    passed: ['reach'],
    failed: null,
    present: null,
    rows: { count, exact: tail.whole },
    read: (timeZone) => {
      const times: RowTimes = { timeZone, offsetMs: settings.clockOffsetMs, nowMs: () => deps.nowMs() }
      if (settings.store === 'log') return readLines(queueLogFile(times), lines)
      return kind === 'cel' ? readLines(celCsv({ ...times, columns }), lines) : readLines(cdrCsv({ ...times, columns }), lines)
    },
  }
}

async function tailOf(path: string) {
  // A pipe would never end.
  if (!(await stat(path)).isFile()) throw new Error(`${path} is no file`)
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const from = Math.max(0, size - tailBytes)
    const bytes = Buffer.alloc(size - from)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from)
    return { text: bytes.toString('utf8', 0, bytesRead), size, whole: from === 0 }
  } finally {
    await file.close()
  }
}

function readLines<Row extends AnyRow>(format: FileFormat<Row>, lines: readonly string[]): ReadRow<AnyRow>[] {
  return lines.slice(-sampleRows).flatMap((line, n) => {
    if (line === '') return []
    const fields = format.decode(line)
    const raw = typeof fields === 'string' ? null : format.name(fields)
    const where = String(Math.max(0, lines.length - sampleRows) + n + 1)
    if (raw) return [format.toRow(raw, where)]
    const text = 'the line is cut or damaged: it cannot be used'
    return [{ row: null, problems: [{ kind: 'cut' as const, where, text, raw: shortened(line) }] }]
  })
}
