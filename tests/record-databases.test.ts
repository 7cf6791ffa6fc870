import { type Connection, createConnection } from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../server/clock.ts'
import { deps, nowMs, readAll } from '../server/reports/sources/fixture.ts'
import { cdrSource, celSource, queueLogSource, type SourceSettings, tryRecordSource } from '../server/reports/sources/index.ts'
import { startMariaDb, startPostgres, type TestDatabase } from './support/databases.ts'

/** What a suite needs of a database to fill it. */
interface Filler {
  run(sql: string): Promise<void>
  /** Ends every other session, as a restart of the database would. */
  cutOthers(): Promise<void>
  close(): Promise<void>
}

const hourMs = 3_600_000
/** A wall clock's text in Moscow, where the PBX of these tests stands. */
const moscow = (ms: number): string => new Date(ms + 3 * hourMs).toISOString().slice(0, 19).replace('T', ' ')

async function fillMySql({ host, port, user, password, database }: TestDatabase): Promise<Filler> {
  const connection: Connection = await createConnection({ host, port, user, password, database, multipleStatements: true })
  return {
    run: async (sql) => void (await connection.query(sql)),
    cutOthers: async () => {
      const [rows] = await connection.query(
        'select id from information_schema.processlist where user = ? and id <> connection_id()',
        [user],
      )
      if (!Array.isArray(rows)) return
      for (const row of rows) if ('id' in row) await connection.query(`kill ${Number(row.id)}`)
    },
    close: () => connection.end(),
  }
}

async function fillPostgres({ host, port, user, password, database }: TestDatabase): Promise<Filler> {
  const client = new pg.Client({ host, port, user, password, database })
  await client.connect()
  return {
    run: async (sql) => void (await client.query(sql)),
    cutOthers: async () =>
      void (await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )),
    close: () => client.end(),
  }
}

/** FreePBX's table, whose PBX writes local time. */
const mysqlCdr = `drop table if exists cdr; create table cdr (
  calldate datetime default null, clid varchar(80) not null default '', src varchar(80) default '', dst varchar(80) not null default '',
  dcontext varchar(80) not null default '', channel varchar(80) not null default '', dstchannel varchar(80) not null default '',
  lastapp varchar(80) not null default '', lastdata varchar(80) not null default '', duration int default 0, billsec int default 0,
  disposition varchar(45) default '', amaflags int not null default 0, accountcode varchar(20) not null default '',
  uniqueid varchar(32) not null default '', userfield varchar(255) not null default '', did varchar(50) not null default '',
  linkedid varchar(32) not null default '', sequence int not null default 0, key calldate (calldate)
) default charset utf8mb4`

/** The table of cdr_pgsql's documentation. */
const postgresCdr = `drop table if exists cdr; create table cdr (
  calldate timestamp, clid varchar(80) not null default '', src varchar(80) default '', dst varchar(80) not null default '',
  dcontext varchar(80) not null default '', channel varchar(80) not null default '', dstchannel varchar(80) not null default '',
  lastapp varchar(80) not null default '', lastdata varchar(80) not null default '', duration integer default 0, billsec integer default 0,
  disposition varchar(45) default '', amaflags integer not null default 0, accountcode varchar(20) not null default '',
  uniqueid varchar(150) not null default '', userfield varchar(255) not null default '',
  linkedid varchar(150) not null default '', sequence integer not null default 0
); create index on cdr (calldate)`

describe.each([
  { name: 'MariaDB', store: 'mysql' as const, start: startMariaDb, fill: fillMySql, cdr: mysqlCdr },
  { name: 'PostgreSQL', store: 'postgres' as const, start: startPostgres, fill: fillPostgres, cdr: postgresCdr },
])('call records in $name', ({ store, start, fill, cdr }) => {
  let database: TestDatabase
  let filler: Filler
  const opened: { stop(): Promise<void> }[] = []
  let clockMs = nowMs

  beforeAll(async () => {
    database = await start()
    filler = await fill(database)
  }, 300_000)

  beforeEach(async () => {
    clockMs = nowMs
    for (const source of opened.splice(0)) await source.stop()
    await filler.run(cdr)
  })

  afterAll(async () => {
    for (const source of opened) await source.stop()
    await filler?.close()
    await database?.stop()
  })

  const settings = (
    table: string,
    more: { columns?: Record<string, string>; password?: string; port?: number; database?: string; timeZone?: string } = {},
  ): SourceSettings => ({
    store,
    id: store,
    timeZone: 'Europe/Moscow',
    table,
    host: database.host,
    port: database.port,
    user: database.user,
    password: database.password,
    database: database.database,
    ...more,
  })

  function open(more: Parameters<typeof settings>[1] = {}) {
    const source = cdrSource(settings('cdr', more), { nowMs: () => clockMs })
    opened.push(source)
    return source
  }

  const add = (n: number, startMs: number, more: Record<string, string> = {}): Promise<void> => {
    const row: Record<string, string> = {
      calldate: `'${moscow(startMs)}'`,
      src: `'101'`,
      dst: `'102'`,
      channel: `'PJSIP/101-1'`,
      duration: '30',
      billsec: '20',
      disposition: `'ANSWERED'`,
      uniqueid: `'${startMs / 1000}.${n}'`,
      linkedid: `'${startMs / 1000}.${n}'`,
      sequence: String(n),
      ...more,
    }
    return filler.run(`insert into cdr (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`)
  }
  const numbers = (rows: readonly { sequence: number | null }[]) =>
    rows.map(({ sequence }) => sequence).sort((a, b) => Number(a) - Number(b))

  it('are read whole in pages of any size, though many have one time', async () => {
    const base = nowMs - 5 * hourMs
    for (let n = 0; n < 12; n++) await add(n, base + Math.floor(n / 5) * 60_000)
    const all = Array.from({ length: 12 }, (_, n) => n)
    for (const limit of [1, 3, 7, 100]) expect(numbers((await readAll(open(), null, limit)).rows)).toEqual(all)
    const { rows, problems } = await readAll(open())
    expect(problems).toEqual([])
    expect(rows[0]).toMatchObject({
      startMs: base,
      answerMs: base + 10_000,
      endMs: base + 30_000,
      talkSec: 20,
      linkedId: `${base / 1000}.0`,
      sequence: 0,
      disposition: 'ANSWERED',
    })
  })

  it('come once each as they are written, at the end of calls of any length', async () => {
    const source = open()
    await add(1, nowMs - 2 * hourMs)
    const first = await readAll(source)
    await add(2, nowMs - hourMs)
    // began before the first, ended just now
    await add(3, nowMs - 5 * hourMs, { duration: String(5 * 3600) })
    const second = await readAll(source, first.cursor)
    expect(numbers(second.rows)).toEqual([2, 3])
    const third = await readAll(source, second.cursor)
    expect(third.rows).toEqual([])
    // changed afterwards
    await filler.run(`update cdr set userfield = 'note' where sequence = 2`)
    expect((await readAll(source, third.cursor)).rows).toMatchObject([{ sequence: 2, userField: 'note' }])
  })

  it('come though a row claims to last for years', async () => {
    const source = open()
    await add(1, nowMs - hourMs, { duration: '999999999' })
    const first = await readAll(source)
    expect(first.problems).toMatchObject([{ kind: 'value', text: expect.stringContaining('more than a week') }])
    await add(2, nowMs - 1_800_000)
    expect(numbers((await readAll(source, first.cursor)).rows)).toEqual([2])
  })

  it('are found within an hour when they came a day late', async () => {
    const source = open()
    await add(1, nowMs - hourMs)
    const first = await readAll(source)
    await add(2, nowMs - 30 * hourMs)
    const second = await readAll(source, first.cursor)
    expect(second.rows).toEqual([])
    clockMs += hourMs
    expect(numbers((await readAll(source, second.cursor)).rows)).toEqual([2])
  })

  it('go on from a cursor in another process', async () => {
    for (let n = 0; n < 5; n++) await add(n, nowMs - (10 - n) * hourMs)
    const batch = await open().read(null, 2)
    expect(batch.more).toBe(true)
    expect(numbers([...batch.rows, ...(await readAll(open(), batch.cursor, 2)).rows])).toEqual([0, 1, 2, 3, 4])
  })

  it('count rows that cannot be used or had to be mended, once', async () => {
    await add(1, nowMs - hourMs)
    await add(2, nowMs - hourMs, { calldate: 'null' })
    await add(3, nowMs - hourMs, { calldate: `'2040-01-01 00:00:00'` })
    await add(4, nowMs - hourMs, { billsec: '-3', duration: '-3' })
    await add(5, nowMs - hourMs, { src: 'null', disposition: 'null' })
    await add(6, nowMs - hourMs, { calldate: `'1970-01-01 03:00:00'` })
    const source = open()
    const { rows, problems, cursor } = await readAll(source)
    expect(numbers(rows)).toEqual([1, 4, 5])
    expect(problems.map(({ kind, where }) => `${kind} ${where.replace(/@.*/, '').split('.').at(-1)}`).sort()).toEqual([
      'time 2',
      'time 3',
      'time 6',
      'value 4',
      'value 4',
      'value 5',
    ])
    clockMs += 2 * hourMs
    expect((await readAll(source, cursor)).problems.filter(({ kind }) => kind === 'time')).toEqual([])
  })

  it('say which columns lack, and which table', async () => {
    await filler.run('alter table cdr drop column billsec')
    await filler.run('alter table cdr drop column uniqueid')
    const { rows, problems } = await readAll(open())
    expect(rows).toEqual([])
    expect(problems).toMatchObject([{ kind: 'columns', text: expect.stringMatching(/lacks billsec or talk, uniqueid/) }])
    await filler.run('drop table cdr')
    expect((await readAll(open())).problems).toMatchObject([{ kind: 'columns', text: expect.stringContaining('no table cdr') }])
  })

  it('say what to do when they cannot be reached', async () => {
    const text = async (more: Parameters<typeof settings>[1]) => {
      const batch = await open(more).read(null, 10)
      expect(batch).toMatchObject({ rows: [], more: false, problems: [{ kind: 'unreachable' }] })
      return batch.problems[0]?.text
    }
    expect(await text({ port: 1 })).toMatch(/refuses connections/)
    expect(await text({ password: 'wrong' })).toMatch(/refuses the user callsync/)
    expect(await text({ password: 'wrong' })).not.toMatch(/wrong/)
    expect(await text({ database: 'nowhere' })).toMatch(/no database nowhere/)
  })

  it('are read again after the database was restarted', async () => {
    const source = open()
    await add(1, nowMs - hourMs)
    const first = await readAll(source)
    await filler.cutOthers()
    await add(2, nowMs - hourMs)
    let batch = await source.read(first.cursor, 10)
    if (batch.problems.length > 0) {
      expect(batch).toMatchObject({ rows: [], cursor: first.cursor, problems: [{ kind: 'unreachable' }] })
      batch = await source.read(batch.cursor, 10)
    }
    expect(numbers(batch.rows)).toContain(2)
  })

  it('are read from columns of any name', async () => {
    await filler.run('drop table if exists own')
    await filler.run(
      `create table own (began timestamp null, talked int, how varchar(20), a varchar(20), b varchar(20), chan varchar(20), ident varchar(40))`,
    )
    for (const [minute, id] of [
      ['00', '1'],
      ['01', '2'],
      ['02', '3'],
    ]) {
      await filler.run(
        `insert into own values ('2026-11-20 13:${minute}:00', 5, 'ANSWERED', '101', '102', 'PJSIP/1-1', '1795168800.${id}')`,
      )
    }
    const columns = {
      start: 'began',
      billsec: 'talked',
      disposition: 'how',
      src: 'a',
      dst: 'b',
      channel: 'chan',
      uniqueid: 'ident',
    }
    const source = cdrSource({ ...settings('own', { columns }) }, deps)
    opened.push(source)
    const { rows, problems } = await readAll(source, null, 1)
    expect(problems).toEqual([])
    // a MySQL timestamp is an instant, which this session wrote in its own zone
    const hour = store === 'mysql' ? Date.parse('2026-11-20T13:00:00') : Date.UTC(2026, 10, 20, 10)
    expect(rows.map(({ startMs }) => startMs - hour)).toEqual([0, 60_000, 120_000])
    expect(rows[0]).toMatchObject({ talkSec: 5, src: '101', dst: '102', uniqueId: '1795168800.1' })
  })

  it('give queue_log rows, by their number', async () => {
    const number = store === 'mysql' ? 'int auto_increment primary key' : 'serial primary key'
    await filler.run('drop table if exists queue_log')
    await filler.run(
      `create table queue_log (id ${number}, time char(26), callid varchar(80), queuename varchar(80), agent varchar(80), event varchar(32), data1 varchar(100), data2 varchar(100), data3 varchar(100), data4 varchar(100), data5 varchar(100))`,
    )
    const line = (time: string, event: string, data1: string) =>
      filler.run(
        `insert into queue_log (time, callid, queuename, agent, event, data1, data2) values ('${time}', '1.1', '701', 'Анна', '${event}', '${data1}', null)`,
      )
    await line('2026-11-20 13:00:00.250000', 'ENTERQUEUE', '')
    await line('1795168805', 'CONNECT', '5')
    await line('soon', 'COMPLETEAGENT', '5')
    const source = queueLogSource(settings('queue_log'), deps)
    opened.push(source)
    const { rows, problems, cursor } = await readAll(source, null, 1)
    const base = Date.UTC(2026, 10, 20, 10)
    expect(rows).toEqual([
      { atMs: base + 250, callId: '1.1', queue: '701', agent: 'Анна', event: 'ENTERQUEUE', data: [] },
      { atMs: base + 5_000, callId: '1.1', queue: '701', agent: 'Анна', event: 'CONNECT', data: ['5'] },
    ])
    expect(problems).toMatchObject([{ kind: 'time', where: 'queue_log:3' }])
    await readAll(source, cursor)
    await line('1795168809', 'ABANDON', '5')
    const on = queueLogSource(settings('queue_log'), deps)
    opened.push(on)
    expect((await readAll(on, cursor)).rows.map(({ event }) => event)).toContain('ABANDON')
  })

  it('give CEL rows', async () => {
    await filler.run('drop table if exists cel')
    await filler.run(
      `create table cel (eventtype varchar(30), eventtime ${store === 'mysql' ? 'datetime(6)' : 'timestamptz'}, uniqueid varchar(40), linkedid varchar(40), channame varchar(40), peer varchar(40), extra varchar(200))`,
    )
    await filler.run(
      `insert into cel values ('HOLD', '2026-11-20 13:00:00.5${store === 'mysql' ? '' : '+03'}', '1.1', '1.1', 'PJSIP/101-1', '', '{}')`,
    )
    const source = celSource(settings('cel'), deps)
    opened.push(source)
    expect((await readAll(source)).rows).toEqual([
      {
        atMs: Date.UTC(2026, 10, 20, 10, 0, 0, 500),
        eventType: 'HOLD',
        uniqueId: '1.1',
        linkedId: '1.1',
        channel: 'PJSIP/101-1',
        peer: '',
        extra: '{}',
      },
    ])
  })

  describe('are tried before they are read', () => {
    const attempt = async (more: Parameters<typeof settings>[1] = {}, table = 'cdr') => {
      const trial = await tryRecordSource('cdr', settings(table, more), {
        clock: systemClock,
        timeZones: ['UTC', 'Europe/Moscow'],
      })
      const steps = trial.checks.map(({ step, ok, trouble }) => `${step} ${ok ? 'ok' : 'no'}${trouble ? ` ${trouble}` : ''}`)
      return { ...trial, steps }
    }

    it('with what is found', async () => {
      for (let n = 0; n < 6; n++) await add(n, nowMs - hourMs, { uniqueid: `'${(nowMs - hourMs) / 1_000}.${n}'` })
      const right = await attempt()
      expect(right.steps.slice(0, 4)).toEqual(['reach ok', 'table ok', 'columns ok', 'rows ok'])
      expect(right).toMatchObject({ rows: { count: 6, exact: true }, shiftMs: 0 })
      const shifted = await attempt({ timeZone: 'UTC' })
      expect(shifted).toMatchObject({ shiftMs: 3 * hourMs, betterTimeZone: 'Europe/Moscow' })
      expect(shifted.steps).toContain('times no shifted')
    })

    it('with a word for each thing that can be wrong', async () => {
      expect((await attempt()).steps).toEqual(['reach ok', 'table ok', 'columns ok', 'rows ok empty'])
      expect((await attempt({ password: 'wrong' })).steps).toEqual(['reach no login'])
      expect((await attempt({ database: 'nowhere' })).steps).toEqual(['reach no noDatabase'])
      expect((await attempt({ port: 1 })).steps).toEqual(['reach no refused'])
      expect((await attempt({}, 'calls')).steps).toEqual(['reach ok', 'table no noTable'])
      await filler.run('alter table cdr drop column uniqueid')
      const lacking = await attempt()
      expect(lacking.steps).toEqual(['reach ok', 'table ok', 'columns no columns'])
      expect(lacking.columns?.fields).toContainEqual({ field: 'uniqueid', column: null, required: true })
      expect((await attempt({ columns: { uniqueid: 'linkedid' } })).steps).toEqual([
        'reach ok',
        'table ok',
        'columns ok',
        'rows ok empty',
      ])
    })
  })

  if (store !== 'mysql') return
  it('keep names that were written in any charset', async () => {
    await filler.run('alter table cdr modify clid varchar(80) charset latin1, modify userfield varchar(80) charset cp1251')
    await add(1, nowMs - hourMs, { clid: `unhex(hex('Анна'))`, userfield: `'Борис'` })
    await filler.run(
      `insert into cdr (calldate, src, dst, channel, disposition, uniqueid, sequence, clid) values ('${moscow(nowMs - hourMs)}', '1', '2', 'x', 'BUSY', '5.5', 2, unhex('E9'))`,
    )
    const { rows, problems } = await readAll(open())
    expect(rows.map(({ callerId, userField }) => `${callerId} ${userField}`)).toEqual(['Анна Борис', 'é '])
    expect(problems).toEqual([])
  })
})
