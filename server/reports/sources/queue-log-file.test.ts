import { appendFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { deps, readAll, temporaryFolder } from './fixture.ts'
import { celSource, queueLogSource } from './index.ts'

const second = 1_795_168_800

function log(text: string) {
  const path = join(temporaryFolder(), 'queue_log')
  writeFileSync(path, text)
  return { path, source: queueLogSource({ store: 'log', id: 'log', path, timeZone: 'UTC' }, deps) }
}

it('reads lines, their data without an empty end', async () => {
  const { source } = log(
    [
      `${second}|NONE|NONE|NONE|QUEUESTART|`,
      `${second + 1}|${second}.1|701|NONE|ENTERQUEUE||+79161234567|1`,
      `${second + 9}|${second}.1|701|Анна|CONNECT|8|${second}.2|3`,
      `${second + 20}|NONE|701|Анна|PAUSE|обед|||`,
      '',
    ].join('\n'),
  )
  const { rows, problems } = await readAll(source)
  expect(problems).toEqual([])
  expect(rows).toEqual([
    { atMs: second * 1000, callId: 'NONE', queue: 'NONE', agent: 'NONE', event: 'QUEUESTART', data: [] },
    {
      atMs: (second + 1) * 1000,
      callId: `${second}.1`,
      queue: '701',
      agent: 'NONE',
      event: 'ENTERQUEUE',
      data: ['', '+79161234567', '1'],
    },
    {
      atMs: (second + 9) * 1000,
      callId: `${second}.1`,
      queue: '701',
      agent: 'Анна',
      event: 'CONNECT',
      data: ['8', `${second}.2`, '3'],
    },
    { atMs: (second + 20) * 1000, callId: 'NONE', queue: '701', agent: 'Анна', event: 'PAUSE', data: ['обед'] },
  ])
})

it('leaves a half-written line until it is whole', async () => {
  const { path, source } = log(`${second}|1.1|701|NONE|ENTERQUEUE||101|1\n${second + 5}|1.1|701|NONE|ABAN`)
  const first = await readAll(source)
  expect(first.rows).toHaveLength(1)
  appendFileSync(path, 'DON|1|1|5\n')
  expect((await readAll(source, first.cursor)).rows).toMatchObject([{ event: 'ABANDON', data: ['1', '1', '5'] }])
})

it('takes the last line of a file that is closed as it is, and counts one that is cut', async () => {
  const { path, source } = log(`${second}|1.1|701|NONE|ENTERQUEUE||101|1\n${second + 5}|1.1|701|NONE|ABANDON|1|1|5`)
  const first = await readAll(source)
  renameSync(path, `${path}.1`)
  writeFileSync(path, `${second + 6}|NONE|NONE|NONE|QUEUESTART|\n${second + 7}|2.1|70`)
  const second_ = await readAll(source, first.cursor)
  expect(second_.rows.map(({ event }) => event)).toEqual(['ABANDON', 'QUEUESTART'])
  expect(second_.problems).toEqual([])
  renameSync(`${path}.1`, `${path}.2`)
  renameSync(path, `${path}.1`)
  writeFileSync(path, `${second + 8}|3.1|701|NONE|ENTERQUEUE||102|1\n`)
  const third = await readAll(source, second_.cursor)
  expect(third.rows).toMatchObject([{ callId: '3.1' }])
  expect(third.problems).toMatchObject([{ kind: 'cut', where: 'queue_log.1:2', raw: `${second + 7}|2.1|70` }])
})

it('goes on in a file that was packed while nobody read', async () => {
  const line = (n: number) => `${second + n}|${n}.1|701|NONE|ENTERQUEUE||101|1\n`
  const { path, source } = log(line(1))
  const first = await readAll(source)
  writeFileSync(`${path}.1`, line(3))
  writeFileSync(`${path}.2.gz`, gzipSync(line(1) + line(2)))
  utimesSync(`${path}.2.gz`, second, second)
  writeFileSync(path, line(4))
  const { rows, problems } = await readAll(source, first.cursor)
  expect(rows.map(({ callId }) => callId)).toEqual(['2.1', '3.1', '4.1'])
  expect(problems).toEqual([])
  await source.stop()
})

it('tells the two hours of an autumn night apart in a table without a number', async () => {
  const path = join(temporaryFolder(), 'log.db')
  const db = new Database(path)
  const hour = Date.UTC(2026, 9, 25, 0)
  const enter = (ms: number) => `('2026-10-25 02:30:00', '${ms / 1000}.1', '701', 'NONE', 'ENTERQUEUE')`
  db.exec(`create table queue_log (time, callid, queuename, agent, event);
    insert into queue_log values ${enter(hour + 90 * 60_000)}, ${enter(hour + 30 * 60_000)}`)
  db.close()
  const source = queueLogSource({ store: 'sqlite', id: 'log', path, table: 'queue_log', timeZone: 'Europe/Berlin' }, deps)
  const { rows } = await readAll(source)
  expect(rows.map(({ atMs }) => (atMs - hour) / 60_000)).toEqual([90, 30])
  await source.stop()
})

it.each([
  ['a time that is none', 'now|1.1|701|NONE|ENTERQUEUE||101|1', 'time'],
  ['a time of 2039', '2180000000|1.1|701|NONE|ENTERQUEUE||101|1', 'time'],
  ['a line cut short', `${second}|1.1|701`, 'cut'],
  ['a line without its event', `${second}|1.1|701|NONE|`, 'cut'],
])('counts %s and reads on', async (_, line, kind) => {
  const { source } = log(`${line}\n${second}|2.1|701|NONE|ENTERQUEUE||101|1\n`)
  const { rows, problems } = await readAll(source)
  expect(rows).toMatchObject([{ callId: '2.1' }])
  expect(problems).toMatchObject([{ kind, where: 'queue_log:1' }])
})

it('keeps an event of a broken charset', async () => {
  const { path, source } = log('')
  appendFileSync(path, Buffer.from(`${second}|1.1|701|\xC0\xED\xED\xE0|CONNECT|1|2|3\n`, 'latin1'))
  const { rows, problems } = await readAll(source)
  expect(rows).toMatchObject([{ event: 'CONNECT' }])
  expect(problems).toMatchObject([{ kind: 'charset', text: expect.stringContaining('agent') }])
})

it('reads CEL of cel_custom', async () => {
  const path = join(temporaryFolder(), 'Master.csv')
  const hold =
    '"HOLD","2026-11-20 10:00:00.250000","Anna","101","internal","102","PJSIP/101-1","Dial","PJSIP/102","1.1","1.1","",""'
  writeFileSync(path, `${hold}\n"HOLD","2026-11-20 10:00:00","cut"\n`)
  const { rows, problems } = await readAll(celSource({ store: 'csv', id: 'cel', path, timeZone: 'UTC' }, deps))
  expect(rows).toEqual([
    {
      atMs: Date.UTC(2026, 10, 20, 10, 0, 0, 250),
      eventType: 'HOLD',
      uniqueId: '1.1',
      linkedId: '1.1',
      channel: 'PJSIP/101-1',
      peer: '',
      extra: '',
    },
  ])
  expect(problems).toMatchObject([{ kind: 'cut', where: 'Master.csv:2' }])
})

it('tells once of each older file that it cannot read, and of no file of another log', async () => {
  const { path, source } = log(`${second + 9}|1.2|701|NONE|ENTERQUEUE||102|1\n`)
  for (const rest of ['.2.xz', '-20261119.bz2', '.3.zst', '.old']) writeFileSync(`${path}${rest}`, 'packed')
  // Of other logs.
  for (const rest of ['2', '_agents', '-notes.md']) writeFileSync(`${path}${rest}`, 'not ours')
  writeFileSync(`${path}.4.gz`, gzipSync(`${second}|1.0|701|NONE|ENTERQUEUE||100|1\n`))
  utimesSync(`${path}.4.gz`, second - 100, second - 100)
  const first = await readAll(source)
  expect(first.rows.map(({ callId }) => callId)).toEqual(['1.0', '1.2'])
  expect(first.problems.map(({ kind, where }) => [kind, where.slice(path.length)]).toSorted()).toEqual([
    ['notRead', '-20261119.bz2'],
    ['notRead', '.2.xz'],
    ['notRead', '.3.zst'],
    ['notRead', '.old'],
  ])
  expect((await readAll(source, first.cursor)).problems).toEqual([])
})
