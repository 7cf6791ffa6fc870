import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { deps, readAll, temporaryFolder } from './fixture.ts'
import { cdrSource, queueLogSource, SourceSettings } from './index.ts'

const usual =
  'calldate, src, dst, dcontext, clid, channel, dstchannel, lastapp, lastdata, duration, billsec, disposition, userfield, uniqueid, linkedid, sequence'

function table(columns = usual, extra: Partial<{ columns: Record<string, string>; table: string }> = {}) {
  const path = join(temporaryFolder(), 'master.db')
  const db = new Database(path)
  onTestFinished(() => void db.close())
  db.exec(`create table cdr (AcctId integer primary key, ${columns})`)
  const source = cdrSource({ store: 'sqlite', id: 'db', path, table: 'cdr', timeZone: 'UTC', ...extra }, deps)
  onTestFinished(() => source.stop())
  const add = (n: number, start: string | null = '2026-11-20 10:00:00', more: Record<string, string | number | null> = {}) => {
    const row: Record<string, string | number | null> = {
      calldate: start,
      src: '101',
      dst: '102',
      channel: 'PJSIP/101-1',
      duration: '12',
      billsec: '10',
      disposition: 'ANSWERED',
      uniqueid: `${1_795_168_800 + n}.${n}`,
      sequence: n,
      ...more,
    }
    const names = Object.keys(row)
    db.prepare(`insert into cdr (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`).run(...Object.values(row))
  }
  return { db, path, source, add }
}

const numbers = (rows: readonly { sequence: number | null }[]) => rows.map(({ sequence }) => sequence)

describe('a table of cdr_sqlite3_custom', () => {
  it('is read in pieces, then only what is new', async () => {
    const { source, add } = table()
    for (let n = 1; n <= 7; n++) add(n)
    const first = await readAll(source, null, 3)
    expect(numbers(first.rows)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(first.rows[0]).toMatchObject({
      answerMs: Date.UTC(2026, 10, 20, 10, 0, 2),
      endMs: Date.UTC(2026, 10, 20, 10, 0, 12),
      talkSec: 10,
    })
    const again = await readAll(source, first.cursor)
    // the overlap, once
    add(8, '2026-11-20 09:00:00')
    const next = await readAll(source, again.cursor)
    expect(numbers(next.rows)).toEqual([8])
    expect((await readAll(source, next.cursor)).rows).toEqual([])
  })

  it('hands rows out again when their batch was not kept', async () => {
    const { source, add } = table()
    add(1)
    const first = await readAll(source)
    add(2)
    const lost = await source.read(first.cursor, 10)
    expect(numbers(lost.rows)).toContain(2)
    expect(numbers((await source.read(first.cursor, 10)).rows)).toContain(2)
  })

  it('gives everything again when asked from the beginning', async () => {
    const { source, add } = table()
    for (let n = 1; n <= 3; n++) add(n)
    const { cursor } = await readAll(source)
    await readAll(source, cursor)
    expect(numbers((await readAll(source)).rows)).toEqual([1, 2, 3])
  })

  it('begins anew when the table was emptied', async () => {
    const { db, source, add } = table()
    for (let n = 1; n <= 3; n++) add(n)
    const first = await readAll(source)
    db.exec('delete from cdr')
    add(9)
    expect(numbers((await readAll(source, first.cursor)).rows)).toEqual([9])
  })

  it('takes columns of any name by its mapping, and names those that lack', async () => {
    const path = join(temporaryFolder(), 'own.db')
    const db = new Database(path)
    onTestFinished(() => void db.close())
    db.exec('create table "my calls" (began, "who called", callee, chan, talked, how, ident)')
    db.exec(`insert into "my calls" values ('2026-11-20 10:00:00', '101', '102', 'PJSIP/101-1', 5, 8, '1795168801.1')`)
    const columns = {
      start: 'began',
      src: 'who called',
      dst: 'callee',
      channel: 'chan',
      billsec: 'talked',
      disposition: 'how',
      uniqueid: 'ident',
    }
    const of = (mapping: Record<string, string>) =>
      readAll(cdrSource({ store: 'sqlite', id: 'own', path, table: 'my calls', timeZone: 'UTC', columns: mapping }, deps))
    expect((await of(columns)).rows).toMatchObject([
      { src: '101', disposition: 'ANSWERED', talkSec: 5, uniqueId: '1795168801.1' },
    ])
    const { dst: _, ...part } = columns
    const { rows, problems } = await of({ ...part, uniqueid: 'identity' })
    expect(rows).toEqual([])
    expect(problems).toMatchObject([{ kind: 'columns', text: expect.stringMatching(/lacks dst or destination, identity/) }])
    expect((await of({ ...columns, speed: 'x' })).problems).toMatchObject([
      { kind: 'columns', text: expect.stringContaining('speed') },
    ])
  })

  it.each([
    ['NULL in the start', null, {}, ['time'], 0],
    ['NULL in text', '2026-11-20 10:00:00', { src: null, disposition: null, uniqueid: null }, ['value', 'value'], 1],
    ['NULL in numbers', '2026-11-20 10:00:00', { billsec: null, duration: null, sequence: null }, [], 1],
    ['a negative duration', '2026-11-20 10:00:00', { billsec: '-5' }, ['value'], 1],
    ['a date of 2038 and later', '2038-01-20 10:00:00', {}, ['time'], 0],
    ['broken charset', '2026-11-20 10:00:00', { clid: 'A\uFFFDB' }, ['charset'], 1],
  ])('counts %s', async (_, start, fault, kinds, left) => {
    const { source, add } = table()
    add(1, start, fault)
    add(2)
    const { rows, problems } = await readAll(source)
    expect(rows).toHaveLength(1 + left)
    expect(problems.map(({ kind }) => kind)).toEqual(kinds)
    for (const { where } of problems) expect(where).toBe('cdr:1')
  })

  it('says what to do when the file, the database or the table is not there', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'text.db'), 'this is no database, just a text that is long enough to have a header of its own')
    const of = async (path: string) => {
      const { problems } = await cdrSource({ store: 'sqlite', id: 'x', path, table: 'cdr', timeZone: 'UTC' }, deps).read(null, 10)
      return problems
    }
    expect(await of(join(folder, 'none.db'))).toMatchObject([
      { kind: 'unreachable', text: expect.stringContaining('check the path') },
    ])
    expect(await of(join(folder, 'text.db'))).toMatchObject([
      { kind: 'unreachable', text: expect.stringContaining('no SQLite database') },
    ])
    const { path } = table()
    const other = cdrSource({ store: 'sqlite', id: 'x', path, table: 'calls', timeZone: 'UTC' }, deps)
    expect((await other.read(null, 10)).problems).toMatchObject([
      { kind: 'columns', text: expect.stringContaining('no table calls') },
    ])
    await other.stop()
  })

  it('reads a queue_log kept there', async () => {
    const { db, path } = table()
    db.exec('create table queue_log (time, callid, queuename, agent, event, data1, data2, data3, data4, data5)')
    db.exec(
      `insert into queue_log values ('2026-11-20 10:00:00.500000', '1.1', '701', 'NONE', 'ENTERQUEUE', '', '101', '1', null, '')`,
    )
    const source = queueLogSource({ store: 'sqlite', id: 'log', path, table: 'queue_log', timeZone: 'UTC' }, deps)
    const { rows } = await readAll(source)
    expect(rows).toEqual([
      {
        atMs: Date.UTC(2026, 10, 20, 10, 0, 0, 500),
        callId: '1.1',
        queue: '701',
        agent: 'NONE',
        event: 'ENTERQUEUE',
        data: ['', '101', '1'],
      },
    ])
    await source.stop()
  })
})

it('refuses settings that are none', () => {
  expect(SourceSettings.safeParse({ store: 'csv', id: 'x', path: '/x', timeZone: 'Mars/Phobos' }).success).toBe(false)
  expect(SourceSettings.safeParse({ store: 'mysql', id: 'x', timeZone: 'UTC' }).success).toBe(false)
  expect(() => cdrSource({ store: 'log', id: 'x', path: '/x', timeZone: 'UTC' }, deps)).toThrow(/no CDR/)
})
