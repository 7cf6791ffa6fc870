import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ManualClock } from '../../clock.ts'
import type { RecordKind } from '../../contract/index.ts'
import { cdrLine, nowMs, temporaryFolder } from './fixture.ts'
import { SourceSettings, tryRecordSource } from './index.ts'
import { lookAtSource } from './look-at-source.ts'
import { sqliteTable } from './sqlite-table.ts'
import { sampleOf } from './table-sample.ts'

const timeZones = ['Europe/Moscow', 'Asia/Yekaterinburg', 'UTC']
const attempt = (kind: RecordKind, settings: SourceSettings) =>
  lookAtSource(kind, SourceSettings.parse(settings), { nowMs, timeZones })
const csv = (path: string, timeZone = 'UTC'): SourceSettings => ({ store: 'csv', id: 'x', timeZone, path })
/** Unique ids of `cdrLine` are of 10:00:00 UTC and the seconds after. */
const lines = (count: number, start = '2026-11-20 10:00:00') =>
  Array.from({ length: count }, (_, n) => `${cdrLine(n, { start })}\n`).join('')
const file = (text: string, name = 'Master.csv') => {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, text)
  return path
}
const steps = (trial: Awaited<ReturnType<typeof attempt>>) =>
  trial.checks.map(({ step, ok, trouble }) => `${step} ${ok ? 'ok' : 'no'}${trouble === null ? '' : ` ${trouble}`}`)

describe('a file', () => {
  it('that is right is counted, with its newest time and its zone', async () => {
    const trial = await attempt('cdr', csv(file(lines(8))))
    expect(steps(trial)).toEqual(['reach ok', 'rows ok', 'times ok'])
    expect(trial).toMatchObject({
      rows: { count: 8, exact: true },
      newestMs: Date.UTC(2026, 10, 20, 10, 0, 10),
      shiftMs: 0,
      betterTimeZone: null,
      problems: [],
    })
  })

  it('of another zone says by how much, and names the zone', async () => {
    const trial = await attempt('cdr', csv(file(lines(8, '2026-11-20 15:00:00')), 'Europe/Moscow'))
    expect(steps(trial)).toEqual(['reach ok', 'rows ok', 'times no shifted'])
    expect(trial).toMatchObject({ shiftMs: 2 * 3_600_000, betterTimeZone: 'Asia/Yekaterinburg' })
  })

  it('with a clock that is off is in its own zone', async () => {
    const trial = await attempt('cdr', { ...csv(file(lines(8))), clockOffsetMs: 900_000 })
    expect(trial).toMatchObject({ shiftMs: 0, newestMs: Date.UTC(2026, 10, 20, 10, 15, 10) })
  })

  it('of five years is not read from its beginning', async () => {
    const trial = await attempt('cdr', csv(file(lines(3_000))))
    expect(trial.rows?.exact).toBe(false)
    expect(Math.abs((trial.rows?.count ?? 0) - 3_000)).toBeLessThan(100)
    expect(trial.problems).toEqual([])
  })

  it('of old is shown as that', async () => {
    const old = lines(3).replaceAll('2026-11-20', '2026-10-20')
    expect(steps(await attempt('cdr', csv(file(old))))).toEqual(['reach ok', 'rows ok', 'times ok old'])
  })

  it('that has a cut line shows it, and is read all the same', async () => {
    const trial = await attempt('cdr', csv(file(`${lines(6)}"","101","10\n${lines(2)}`)))
    expect(steps(trial)).toEqual(['reach ok', 'rows ok someUnreadable', 'times ok'])
    expect(trial.problems).toMatchObject([{ kind: 'cut', place: '7', raw: '"","101","10' }])
  })

  it('of something else cannot be read', async () => {
    const trial = await attempt('cdr', csv(file('hello\nworld\n')))
    expect(steps(trial)).toEqual(['reach ok', 'rows no unreadable'])
    expect(trial.problems).toHaveLength(2)
  })

  it('that is empty, or not there, or a folder, is told apart', async () => {
    expect(steps(await attempt('cdr', csv(file(''))))).toEqual(['reach ok', 'rows ok empty'])
    expect(steps(await attempt('cdr', csv('/nowhere/Master.csv')))).toEqual(['reach no noFile'])
    const folder = join(temporaryFolder(), 'Master.csv')
    mkdirSync(folder)
    expect(steps(await attempt('cdr', csv(folder)))).toEqual(['reach no other'])
  })

  it('without unique ids cannot be joined to calls', async () => {
    const bare = lines(3)
      .split('\n')
      .map((line) => line.split(',"DOCUMENTATION"')[0])
      .map((line) => (line ? `${line},"DOCUMENTATION"\n` : ''))
      .join('')
    expect(steps(await attempt('cdr', csv(file(bare))))).toEqual(['reach ok', 'rows no noIds', 'times ok'])
  })

  it('with columns of its own that lack one names it', async () => {
    const columns = ['start', 'src', 'dst']
    const trial = await attempt('cdr', { store: 'csv', id: 'x', timeZone: 'UTC', path: file(lines(1)), columns })
    expect(steps(trial)).toEqual(['columns no columns'])
    expect(trial.checks[0]?.detail).toContain('uniqueid')
  })

  it('of queue_log has seconds, which are of no zone', async () => {
    const log = (zoneId: number) => `1795168800|1795168800.${zoneId}|701|NONE|ENTERQUEUE||79160000001|1\n`
    const path = file([1, 2, 3, 4, 5].map(log).join(''), 'queue_log')
    const trial = await attempt('queueLog', { store: 'log', id: 'x', timeZone: 'Asia/Tokyo', path })
    expect(steps(trial)).toEqual(['reach ok', 'rows ok', 'times ok'])
    expect(trial).toMatchObject({ shiftMs: 0, rows: { count: 5, exact: true } })
  })
})

describe('a table', () => {
  const usual = 'calldate, clid, src, dst, dcontext, channel, lastapp, duration, billsec, disposition, uniqueid, linkedid'
  function table(columns = usual, count = 6) {
    const path = join(temporaryFolder(), 'master.db')
    const db = new Database(path)
    db.exec(`create table cdr (${columns})`)
    const names = columns.split(', ')
    const add = db.prepare(`insert into cdr values (${names.map(() => '?').join(', ')})`)
    db.exec('begin')
    for (let n = 0; n < count; n++) {
      const id = `${1_795_168_800 + n}.${n}`
      add.run('2026-11-20 10:00:01', 'A', '101', '102', 'from', 'PJSIP/1', 'Dial', 10, 5, 'ANSWERED', id, id)
    }
    db.exec('commit')
    db.close()
    return path
  }
  const sqlite = (path: string, columns = {}, name = 'cdr'): SourceSettings => ({
    store: 'sqlite',
    id: 'x',
    timeZone: 'UTC',
    path,
    table: name,
    columns,
  })

  it('that is right is counted, and its columns are shown', async () => {
    const trial = await attempt('cdr', sqlite(table()))
    expect(steps(trial)).toEqual(['reach ok', 'table ok', 'columns ok', 'rows ok', 'times ok'])
    expect(trial).toMatchObject({ rows: { count: 6, exact: true }, shiftMs: 0, newestMs: Date.UTC(2026, 10, 20, 10, 0, 11) })
    expect(trial.columns?.present).toEqual(usual.split(', '))
    expect(trial.columns?.fields).toContainEqual({ field: 'start', column: 'calldate', required: true })
    expect(trial.columns?.fields).toContainEqual({ field: 'answer', column: null, required: false })
  })

  it('with names of its own offers its columns, and is read when they are named', async () => {
    const path = table(usual.replace('calldate', 'began').replace('uniqueid', 'call_uid'))
    const lacking = await attempt('cdr', sqlite(path))
    expect(steps(lacking)).toEqual(['reach ok', 'table ok', 'columns no columns'])
    expect(lacking.columns?.fields.filter(({ column, required }) => required && column === null)).toEqual([
      { field: 'start', column: null, required: true },
      { field: 'uniqueid', column: null, required: true },
    ])
    const named = await attempt('cdr', sqlite(path, { start: 'began', uniqueid: 'call_uid' }))
    expect(steps(named)).toEqual(['reach ok', 'table ok', 'columns ok', 'rows ok', 'times ok'])
  })

  it('that is not there, is empty, or is no database is told apart', async () => {
    expect(steps(await attempt('cdr', sqlite(table(), {}, 'calls')))).toEqual(['reach ok', 'table no noTable'])
    expect(steps(await attempt('cdr', sqlite(table(usual, 0))))).toEqual(['reach ok', 'table ok', 'columns ok', 'rows ok empty'])
    const text = file('no database at all, and longer than the head of one'.repeat(100), 'x.db')
    expect(steps(await attempt('cdr', sqlite(text)))).toEqual(['reach no notADatabase'])
    expect(steps(await attempt('cdr', sqlite('/nowhere/master.db')))).toEqual(['reach no noFile'])
  })

  it('of many rows is neither sorted nor counted as a whole', async () => {
    const path = table(usual, 10_500)
    const connection = sqliteTable(path)
    onTestFinished(() => connection.close())
    const asked: string[] = []
    const query: typeof connection.query = (sql, ...more) => {
      asked.push(sql)
      return connection.query(sql, ...more)
    }
    const settings = SourceSettings.parse(sqlite(path))
    if (settings.store !== 'sqlite') throw new Error('no table')
    const sample = await sampleOf('cdr', settings, { nowMs: () => nowMs, connection: { ...connection, query } })
    expect(sample.rows).toEqual({ count: 10_500, exact: false })
    const db = new Database(path, { readonly: true })
    onTestFinished(() => void db.close())
    const plans = asked.flatMap((sql) => db.prepare<[], { detail: string }>(`explain query plan ${sql}`).all())
    expect(plans.length).toBeGreaterThan(2)
    expect(plans.map(({ detail }) => detail)).not.toContainEqual(expect.stringContaining('TEMP B-TREE'))
    expect(sample.read('UTC')[0]?.row).toMatchObject({ uniqueId: '1795179299.10499' })
  })

  it('that is locked holds up nobody but its own thread', async () => {
    const path = table()
    const writer = new Database(path)
    onTestFinished(() => void writer.close())
    writer.exec('begin exclusive')
    const trial = tryRecordSource('cdr', sqlite(path), { clock: new ManualClock(nowMs), timeZones })
    // Waited for in this thread, the lock could not be given back.
    writer.exec('rollback')
    expect(steps(await trial)).toEqual(['reach ok', 'table ok', 'columns ok', 'rows ok', 'times ok'])
  })

  it('that nothing answers for is given up before who asks gives up', async () => {
    const clock = new ManualClock(nowMs)
    // Discarded by every router: nothing ever answers.
    const away = { host: '192.0.2.1', port: 3306, user: 'u', password: 'p', database: 'd' }
    const trial = tryRecordSource(
      'cdr',
      { store: 'mysql', id: 'x', timeZone: 'UTC', table: 'cdr', ...away },
      { clock, timeZones },
    )
    const ended = vi.spyOn(Worker.prototype, 'terminate')
    onTestFinished(() => ended.mockRestore())
    clock.advance(8_000)
    expect(steps(await trial)).toEqual(['reach no slow'])
    expect(ended).toHaveBeenCalledOnce()
  })
})
