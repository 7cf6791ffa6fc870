import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { history } from '../../../bench/support/history.ts'
import { openLedger } from './fixture.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-import-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the importer as a process of its own until it has done so many steps, then kill -9; true when it came to its end. */
async function importUntil(steps: number): Promise<boolean> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'kill-child.fixture.ts'), join(folder, 'reports.db'), join(folder, 'rows.json')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const gone = once(child, 'exit')
  let seen = 0
  let done = false
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'done') done = true
    if (++seen === steps && !done) child.kill('SIGKILL')
  }
  const [code, signal] = await gone
  expect(done ? code : signal).toBe(done ? 0 : 'SIGKILL')
  return done
}

it('goes on where it was when its process is killed, nothing lost and nothing twice', async () => {
  const days = [...history({ seed: 5, calls: 400, days: 2, operators: 8, queues: 3 })]
  const rows = { cdr: days.flatMap(({ cdr }) => cdr), queueLog: days.flatMap(({ queueLog }) => queueLog) }
  writeFileSync(join(folder, 'rows.json'), JSON.stringify(rows))
  let kills = 0
  while (!(await importUntil(3 + kills * 4))) kills++
  expect(kills).toBeGreaterThanOrEqual(3)

  const straight = await openLedger()
  straight.apply(rows, Math.max(...rows.cdr.map(({ endMs }) => endMs), ...rows.queueLog.map(({ atMs }) => atMs)))
  const killed = new SqliteDatabase(join(folder, 'reports.db'), { readonly: true })
  for (const [table, expected] of Object.entries(straight.everything())) {
    const found = killed
      .prepare(`select * from ${table}`)
      .all()
      .map((row) => JSON.stringify(row))
    expect(new Set(found), table).toEqual(new Set(expected.map((row) => JSON.stringify(row))))
    expect(found.length, table).toBe(expected.length)
  }
  const states = killed.prepare<[], { rows_read: number }>('select rows_read from import_state order by source_id').all()
  expect(states.map(({ rows_read }) => rows_read)).toEqual([rows.cdr.length, rows.queueLog.length])
  killed.close()
}, 120_000)
