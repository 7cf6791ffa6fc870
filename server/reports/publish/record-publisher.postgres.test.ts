import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type SqliteDatabase from 'better-sqlite3'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ManualClock } from '../../clock.ts'
import { testDatabase } from '../../store/fixture.ts'
import { addHistory } from '../fixture.ts'
import { openRecord } from '../record/record-file.ts'
import { PublishQueue, publishedTables, RecordPublisher } from './index.ts'
import { recordShape } from './record-shape.ts'

let folder: string
let databaseUrl: string
let clock: ManualClock
let record: SqliteDatabase.Database
let troubles: string[]
let ends: (() => Promise<void>)[]
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-publish-'))
  databaseUrl = (await testDatabase(folder)).databaseUrl ?? ''
  clock = new ManualClock()
  troubles = []
  ends = []
  record = await openRecord(join(folder, 'reports.db'), 0)
})
afterEach(async () => {
  for (const end of ends) await end()
  record.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(on = record, url = databaseUrl): RecordPublisher {
  const publisher = new RecordPublisher({
    queue: new PublishQueue(on),
    databaseUrl: url,
    clock,
    onTrouble: (message) => troubles.push(message),
  })
  ends.push(() => publisher.stop())
  return publisher
}

async function ask(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databaseUrl, options: '-c search_path=record' })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const asText = (rows: readonly object[]) =>
  rows
    .map((row) =>
      Object.values(row)
        .map((value) => (value === null ? 'null' : String(value)))
        .join('|'),
    )
    .sort()

async function expectSame(on = record): Promise<void> {
  for (const table of publishedTables) {
    const own = asText(on.prepare<[], object>(`select * from ${table}`).all())
    expect({ table, rows: asText(await ask(`select * from ${table}`)) }).toEqual({ table, rows: own })
  }
}

const add = (table: string, row: Readonly<Record<string, string | number | null>>) => {
  const names = Object.keys(row)
  record.prepare(`insert into ${table} (${names}) values (${names.map((name) => `@${name}`)})`).run(row)
}
const history = (seed: number) => addHistory({ record, add }, { calls: 300, days: 9, seed })
const alias = (unique_id: string) => add('call_aliases', { unique_id, call_key: 'x' })

it('has every row, the keys and the indices, and follows every change', async () => {
  history(1)
  const publisher = open()
  await publisher.flush()
  await expectSame()
  expect(
    await ask(`select 1 from pg_indexes where schemaname = 'record' and indexname = 'queue_visits_unanswered'`),
  ).toHaveLength(1)

  record.exec(
    "delete from ledger_legs where talk_ms < 100000; update queue_visits set cause = 'nobodyFree' where outcome <> 'answered'",
  )
  record.exec(
    "update ledger_calls set call_key = 'moved' where call_key = '7.0'; delete from ledger_calls where call_key like '1%'",
  )
  add('import_state', { source_id: 'a', kind: 'cdr', rows_read: 1, problems: 0, up_to_ms: 1_760_000_000_000, caught_up: 1 })
  add('operator_spans', {
    operator: '1001',
    queue: '',
    from_ms: 5,
    to_ms: null,
    state: 'paused',
    reason: '\0обед\ud800',
    day: 20261120,
  })
  await publisher.flush()
  expect(await ask('select reason from operator_spans')).toEqual([{ reason: 'обед\ufffd' }])
  record.exec('delete from operator_spans')
  for (const rows of [2, 3])
    record.exec(`insert into import_state (source_id, kind, rows_read, problems, caught_up) values ('a', 'cdr', ${rows}, 0, 1)
      on conflict (source_id) do update set rows_read = excluded.rows_read`)
  record.exec(
    "insert or replace into call_aliases values ('replaced', 'a'); insert or replace into call_aliases values ('replaced', 'b')",
  )
  await publisher.flush()
  await expectSame()
})

it('publishes what another run changed and did not publish, or published and did not mark', async () => {
  await open().flush()
  const queue = new PublishQueue(await reopened())
  alias('left behind')
  expect(queue.take(10)).toHaveLength(1)
  await reopened()
  const publisher = open()
  alias('while it was marked')
  await publisher.flush()
  await expectSame()
})

it('replaces everything by a record that was made anew', async () => {
  history(2)
  await open().flush()
  const anew = await openRecord(join(folder, 'anew.db'), 0)
  ends.unshift(async () => void anew.close())
  const publisher = open(anew)
  await publisher.flush()
  await expectSame(anew)
  expect(await ask('select * from ledger_calls')).toEqual([])
  await publisher.stop()
})

it('keeps what is published under another shape, and publishes again only what that changes', async () => {
  history(8)
  const publisher = open()
  await publisher.flush()
  await publisher.stop()
  await ask('alter table queue_days drop column lost_out_of_hours')
  await ask('drop table call_hours')
  const shape = await recordShape()
  const { call_hours: _, ...before } = shape
  const days = shape['queue_days']
  if (!days) throw new Error('no such table')
  before['queue_days'] = { ...days, columns: days.columns.slice(0, -1) }
  await ask(`update published set shape = '${JSON.stringify(before).replaceAll("'", "''")}'`)
  // What is not published again is as it was left.
  await ask(`update ledger_calls set number = 'kept'`)
  await reopened()
  await open().flush()
  for (const table of ['queue_days', 'call_hours'])
    expect(asText(await ask(`select * from ${table}`))).toEqual(
      asText(record.prepare<[], object>(`select * from ${table}`).all()),
    )
  expect(await ask(`select distinct number from ledger_calls`)).toEqual([{ number: 'kept' }])
})

it('publishes nothing over another server’s record', async () => {
  const publisher = open()
  await publisher.flush()
  await ask(`update published set epoch = 'another'`)
  alias('mine')
  await expect(publisher.flush()).rejects.toThrow('another server')
  expect(await ask('select * from call_aliases')).toEqual([])
})

it('says once that it cannot, tries again later and later, and loses nothing', async () => {
  const publisher = open()
  await publisher.flush()
  await ask('alter table call_aliases rename to away')
  alias('a')
  const tried = async (waitMs: number) => {
    clock.advance(waitMs)
    await publisher.settled()
  }
  publisher.poke(5)
  await tried(0)
  alias('b')
  publisher.poke(7)
  await tried(999)
  await tried(1)
  expect(troubles).toEqual([expect.stringContaining('call_aliases')])
  await ask('alter table away rename to call_aliases')
  await tried(1_999)
  expect(await ask('select * from call_aliases')).toEqual([])
  expect(publisher.publishedUpToMs()).toBeNull()
  await tried(1)
  await expectSame()
  expect(publisher.publishedUpToMs()).toBe(7)
})

it('goes on after its connection was lost', async () => {
  const publisher = open()
  await publisher.flush()
  await ask(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'callsync-record'
    and datname = current_database()`)
  alias('a')
  await publisher.flush().catch(() => publisher.flush())
  await expectSame()
})

it.each([
  ['says no farewell', false],
  ['does not answer', true],
])('stops within seconds when the other side %s', async (_, isPublishing) => {
  const line = await openLine(databaseUrl)
  ends.push(line.stop)
  const publisher = open(record, line.url)
  await publisher.flush()
  alias('a')
  const asked = line.silence()
  if (isPublishing) {
    publisher.poke()
    await asked
  }
  let stopped = false
  const stopping = publisher.stop().then(() => {
    stopped = true
  })
  let waitedMs = 0
  for (; !stopped && waitedMs < 20_000; waitedMs += 1_000) {
    clock.advance(1_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await stopping
  expect(waitedMs).toBeLessThan(10_000)
  expect(troubles).toEqual([])
  // Nothing is lost by it.
  await reopened()
  await open().flush()
  await expectSame()
})

/** A way to the database that can be made to take everything and give nothing. */
async function openLine(to: string): Promise<{ url: string; silence(): Promise<void>; stop(): Promise<void> }> {
  const { hostname, port } = new URL(to)
  const asked = Promise.withResolvers<void>()
  const sockets: Socket[] = []
  let isSilent = false
  // Open on this side still when the other one has said farewell.
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect(Number(port), hostname)
    sockets.push(near, far)
    near.on('data', (data) => {
      if (isSilent) asked.resolve()
      else far.write(data)
    })
    far.on('data', (data) => near.write(data))
    for (const socket of [near, far]) socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = new URL(to)
  url.hostname = '127.0.0.1'
  url.port = String(address.port)
  return {
    url: url.href,
    silence() {
      isSilent = true
      return asked.promise
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** As after a kill: the triggers were of the old connection. */
async function reopened(): Promise<SqliteDatabase.Database> {
  record.close()
  record = await openRecord(join(folder, 'reports.db'), 0)
  return record
}
