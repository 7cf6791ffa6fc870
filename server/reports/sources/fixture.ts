import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Batch, RecordProblem, RecordSource } from './source.ts'

export const nowMs = Date.UTC(2026, 10, 20, 12)
export const deps = { nowMs: () => nowMs }

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'callsync-sources-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Reads on until there is no more, as an importer does. */
export async function readAll<Row>(source: RecordSource<Row>, after: string | null = null, limit = 1_000) {
  const rows: Row[] = []
  const problems: RecordProblem[] = []
  let cursor = after
  let batch: Batch<Row>
  let batches = 0
  do {
    batch = await source.read(cursor, limit)
    rows.push(...batch.rows)
    problems.push(...batch.problems)
    cursor = batch.cursor
    batches += 1
    if (batches > 10_000) throw new Error(`${source.id} never ends`)
  } while (batch.more)
  return { rows, problems, cursor, batches, upToMs: batch.upToMs }
}

/** A line of Master.csv with uniqueid, userfield and the new columns. */
export function cdrLine(
  n: number,
  {
    start = '2026-11-20 10:00:00',
    clid = '"Anna" <101>',
    billsec = '5',
    sequence = String(n),
  }: { start?: string; clid?: string; billsec?: string; sequence?: string } = {},
): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const end = new Date(Date.parse(`${start.replace(' ', 'T')}Z`) + 10_000)
  const endText = Number.isNaN(end.getTime()) ? start : end.toISOString().slice(0, 19).replace('T', ' ')
  const texts = [
    '',
    '101',
    '102',
    'internal',
    clid,
    'PJSIP/101-00000001',
    'PJSIP/102-00000002',
    'Dial',
    'PJSIP/102,20',
    start,
    start,
    endText,
  ]
  const id = `${1_795_168_800 + n}.${n}`
  return [
    ...texts.map(quoted),
    '10',
    billsec,
    '"ANSWERED"',
    '"DOCUMENTATION"',
    quoted(id),
    '""',
    '""',
    quoted(id),
    sequence,
  ].join(',')
}
