import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { anna, endedCall, FakeQueueNames, FakeUsers, galina, person } from '../calls/fixture.ts'
import { ManualClock } from '../clock.ts'
import { routes } from '../contract/index.ts'
import { RecordingRules, SurveyedQueues } from '../settings/index.ts'
import { testDatabase } from '../store/fixture.ts'
import { Store } from '../store/index.ts'
import { type AuditEntry, AuditTrail, writeAudit } from './index.ts'

const root = person('root', null, 'administrator')
const noon = Date.UTC(2026, 10, 20, 12)
let dataDir: string
let store: Store
let clock: ManualClock
let trail: AuditTrail
let written = 0

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'callsync-audit-'))
  clock = new ManualClock(noon)
  store = new Store({ dataDir, clock, ...(await testDatabase(dataDir)) })
  await store.start()
  const queueNames = new FakeQueueNames()
  trail = new AuditTrail({
    db: store.db,
    clock,
    users: new FakeUsers([anna, galina, root]),
    queueNames,
    timeZone: 'Europe/Moscow',
  })
})
afterEach(async () => {
  await store.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const write = (user: typeof anna, atMs: number, entry: AuditEntry) => {
  written += 1
  return writeAudit(store.db, { ...entry, id: `a${String(written).padStart(3, '0')}`, user, atMs })
}
const page = async (query: Record<string, unknown> = {}) => trail.page(routes.auditLog.query.parse(query))
const actions = async (query: Record<string, unknown>) => (await page(query)).records.map(({ action }) => action)

it('tells who did what to whom, newest first', async () => {
  await write(galina, noon, { action: 'operator.pause', subject: 'anna', details: { reason: 'lunch' } })
  await write(root, noon + 1, { action: 'workTime.remove', subject: '701', details: { fromDay: 20_261_120 } })
  await write(root, noon + 2, { action: 'wallboard.create', subject: 'w', details: { name: 'Hall' } })
  const { records, total } = await page()
  expect(total).toBe(3)
  expect(records).toMatchObject([
    { action: 'wallboard.create', actorName: 'Root', about: 'Hall' },
    { action: 'workTime.remove', about: 'Sales', details: [{ name: 'fromDay', value: 20_261_120 }] },
    { action: 'operator.pause', actorName: 'Galina', about: 'Anna', atMs: noon, details: [{ name: 'reason', value: 'lunch' }] },
  ])
})

it('tells whose calls are recorded whether the operator likes it, and whose callers are asked, once for each change', async () => {
  const rules = new RecordingRules({ db: store.db, clock })
  const surveyed = new SurveyedQueues({ db: store.db, clock })
  for (const on of [true, true, false]) {
    await rules.force('701', on, root)
    clock.advance(1)
    await surveyed.set('701', on, root)
    clock.advance(1)
  }
  const { records } = await page()
  expect(records.map(({ action, details }) => [action, details[0]?.value])).toEqual([
    ['queue.survey', false],
    ['queue.recording', false],
    ['queue.survey', true],
    ['queue.recording', true],
  ])
  expect(records[0]).toMatchObject({ actorName: 'Root', about: 'Sales' })
})

it('names customers and calls by what is known of them now, and nothing that is not there', async () => {
  await store.db
    .insertInto('customers')
    .values({
      ...{ id: 'ivan', name: 'Ivan', name_folded: 'ivan', address: '', notes: '', tag: null, created_at_ms: 0 },
      ...{ version: 1, field_stamps: '{}', merged_into: null },
    })
    .execute()
  await write(galina, noon, { action: 'customer.change', subject: 'ivan', details: { from: { name: 'Vanya' } } })
  await write(galina, noon + 1, { action: 'call.end', subject: 'gone', details: {} })
  await write(galina, noon + 2, { action: 'call.spy', subject: 'gone', details: { operatorId: 'anna', mode: 'whisper' } })
  expect((await page()).records).toMatchObject([
    { about: null, details: [{ value: 'Anna' }, { value: 'whisper' }] },
    { about: null, details: [] },
    { about: 'Ivan', details: [{ name: 'from.name', value: 'Vanya' }] },
  ])
})

it('names every call of a conference that was ended', async () => {
  for (const [id, number] of [
    ['5.0', '+79160000101'],
    ['6.0', '+79160000102'],
    ['7.0', ''],
  ] as const)
    await store.db.insertInto('calls').values(endedCall({ id, number })).execute()
  await write(galina, noon, { action: 'call.end', subject: '5.0', details: { calls: ['5.0', '6.0', '7.0', 'gone'] } })
  expect((await page()).records).toMatchObject([
    { about: '+79160000101', details: [{ name: 'calls', value: '+79160000101, +79160000102, 7.0, gone' }] },
  ])
})

it('leaves out the whole card setup as it was before, which no list can show', async () => {
  await write(root, noon, { action: 'cardSetup.save', subject: 'current', details: { before: { forms: [{}] }, version: 7 } })
  expect((await page()).records[0]?.details).toEqual([{ name: 'version', value: 7 }])
})

it('finds by person, action and days of the site', async () => {
  await write(galina, noon - 86_400_000, { action: 'call.end', subject: 'c', details: {} })
  // In Moscow this is the 20th already.
  await write(galina, Date.UTC(2026, 10, 19, 21), { action: 'call.move', subject: 'c', details: {} })
  await write(root, noon, { action: 'record.importAnew', subject: 'record', details: {} })
  expect(await actions({})).toEqual(['record.importAnew', 'call.move', 'call.end'])
  expect(await actions({ period: 'today' })).toEqual(['record.importAnew', 'call.move'])
  expect(await actions({ period: '2026-11-19..2026-11-19' })).toEqual(['call.end'])
  expect(await actions({ actorId: 'galina' })).toEqual(['call.move', 'call.end'])
  expect(await actions({ actorId: 'galina', action: 'call.end', period: 'week' })).toEqual(['call.end'])
  expect(await page({ actorId: 'anna' })).toEqual({ records: [], total: 0 })
})

it('comes in pages that neither skip nor repeat what was done in one millisecond', async () => {
  for (let at = 0; at < 5; at++) await write(root, noon, { action: 'call.end', subject: `c${at}`, details: {} })
  const pages = [await page({ limit: 2 }), await page({ limit: 2, offset: 2 }), await page({ limit: 2, offset: 4 })]
  expect(pages.map(({ records, total }) => [records.length, total])).toEqual([
    [2, 5],
    [2, 5],
    [1, 5],
  ])
  expect(new Set(pages.flatMap(({ records }) => records.map(({ id }) => id))).size).toBe(5)
})

it('refuses actions and periods there are not', () => {
  for (const query of [{ action: 'drop' }, { period: 'ever' }, { limit: 10_000 }])
    expect(routes.auditLog.query.safeParse(query).success).toBe(false)
})

it('is for administrators alone', () => {
  expect(routes.auditLog.access).toEqual(['administrator'])
})
