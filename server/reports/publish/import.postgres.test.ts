import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { systemClock } from '../../clock.ts'
import { testDatabase } from '../../store/fixture.ts'
import { builtInRule } from '../fold/rules.ts'
import { Importer } from '../import/importer.ts'
import { sqlText } from '../queries/sql-text.ts'
import { PostgresReader } from '../readers/postgres-reader.ts'

/** Threads begin and end, each with all its code to read: slow on a busy machine. */
vi.setConfig({ testTimeout: 120_000 })

let folder: string
let databaseUrl: string
let importer: Importer
let reader: PostgresReader
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-publish-'))
  databaseUrl = (await testDatabase(folder)).databaseUrl ?? ''
  writeFileSync(log(), lines('1763629200'))
  reader = new PostgresReader({ databaseUrl })
})
afterEach(async () => {
  await importer.stop()
  await reader.stop()
  rmSync(folder, { recursive: true, force: true })
})

const log = () => join(folder, 'queue_log')
const lines = (at: string) =>
  `${at}|${at}.1|701|NONE|ENTERQUEUE||79160000001|1\n${Number(at) + 20}|${at}.1|701|NONE|ABANDON|1|1|20\n`
function begin(): Promise<void> {
  const site = {
    timeZone: 'Europe/Moscow',
    phoneRegion: 'RU' as const,
    extensions: [],
    agents: [],
    queues: [],
    rules: [builtInRule],
    workTimes: { times: [], holidays: [] },
  }
  const settings = { store: 'log', id: 'q', timeZone: 'Europe/Moscow', path: log() } as const
  importer = new Importer({
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    setup: () => ({
      recordFile: join(folder, 'reports.db'),
      databaseUrl,
      generation: 0,
      site,
      sources: [{ kind: 'queueLog', settings }],
    }),
  })
  return importer.start()
}
const visits = () =>
  reader.rows(
    sqlText(sql`select v.call_key, h.offered from queue_visits v join queue_hours h on h.hour_ms = v.hour_ms
  and h.queue = v.queue order by v.call_key`),
  )
/** The import is a thread of its own, with a real clock: what it has published is the only thing to wait for. */
const published = (...keys: string[]) =>
  vi.waitFor(async () => expect(await visits()).toEqual(keys.map((call_key) => ({ call_key, offered: 1 }))), 50_000)

it('has what was imported where reports read it, and what came while the server was away', async () => {
  await begin()
  await published('1763629200.1')
  await importer.stop()
  appendFileSync(log(), lines('1763829200'))
  await begin()
  await published('1763629200.1', '1763829200.1')
})

it('tells reports to ask again while nothing was published yet', async () => {
  await expect(visits()).rejects.toMatchObject({ code: 'busy' })
  await begin()
  await published('1763629200.1')
})

it('ends a question that takes too long, refuses more than may wait, and cannot write', async () => {
  await begin()
  await published('1763629200.1')
  const small = new PostgresReader({ databaseUrl, size: 1, waiting: 1, deadlineMs: 300 })
  const ask = (text: string) => small.rows({ sql: text, parameters: [] })
  const slow = ask('select pg_sleep(5)')
  const behind = ask('select 1 as one')
  await expect(ask('select 1 as one')).rejects.toMatchObject({ code: 'busy', message: 'too many reports at once' })
  await expect(slow).rejects.toMatchObject({ code: 'busy' })
  expect(await behind).toEqual([{ one: 1 }])
  await expect(ask('delete from queue_visits')).rejects.toThrow('read-only')
  await small.stop()
})
