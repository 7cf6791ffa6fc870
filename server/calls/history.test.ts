import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Database } from '../store/index.ts'
import { anna, boris, type CallsRig, callOf, galina, legOf, openCallsRig } from './fixture.ts'
import { CallHistory } from './history.ts'

let rig: CallsRig
beforeEach(async () => {
  rig = await openCallsRig()
})
afterEach(() => rig.close())

/** Finished calls, Anna's and Boris's in turn; `sameMs`: all began to ring at once. */
async function past(count: number, sameMs = false): Promise<void> {
  for (let index = 0; index < count; index++) {
    const leg = legOf(`8.${index}`, index % 2 ? '1002' : '1001', {
      state: 'up',
      startedAtMs: sameMs ? 5 : index + 1,
      answeredAtMs: 1,
    })
    rig.telephony.setCall(callOf(`8${index}.0`, [leg], { number: `+7916000010${index}` }))
    rig.telephony.endCall(`8${index}.0`)
    await rig.settle()
  }
  rig.clock.advance(60_000)
  await rig.settle()
}

const page = (user: typeof anna, more: object = {}) => rig.calls.history.page(user, { limit: 50, ...more })
const ids = async (user: typeof anna, more: object = {}) => (await page(user, more)).cards.map(({ id }) => id)

it('is an operator’s own and everybody’s for a supervisor, newest first', async () => {
  await past(6)
  expect(await ids(anna)).toEqual(['main:8.4', 'main:8.2', 'main:8.0'])
  expect(await ids(anna, { operatorId: 'boris' })).toEqual(['main:8.4', 'main:8.2', 'main:8.0'])
  expect(await ids(galina, { limit: 2 })).toEqual(['main:8.5', 'main:8.4'])
  expect(await ids(galina, { operatorId: 'boris' })).toEqual(['main:8.5', 'main:8.3', 'main:8.1'])
})

it('skips and repeats none between pages, also when several began in one millisecond', async () => {
  await past(7, true)
  const seen: string[] = []
  let after: string | null | undefined
  for (let pages = 0; after !== null; pages++) {
    expect(pages).toBeLessThan(9)
    const got = await page(galina, { limit: 2, ...(after !== undefined && { after }) })
    seen.push(...got.cards.map(({ id }) => id))
    after = got.next
  }
  expect(seen).toEqual(Array.from({ length: 7 }, (_, index) => `main:8.${index}`))
  await expect(page(anna, { after: 'x' })).rejects.toMatchObject({ code: 'invalidInput' })
})

it('finds by text in any case and by any spelling of a number, and treats % as a character', async () => {
  await past(2)
  await rig.calls.cards.writeDraft(anna, 'main:8.0', { baseVersion: 9, changes: { notes: 'Просил СКИДКУ 10%, ещё думает' } })
  const found = (search: string) => ids(galina, { search })
  expect(await found('скидку')).toEqual(['main:8.0'])
  expect(await found('еще')).toEqual(['main:8.0'])
  expect(await found('10%')).toEqual(['main:8.0'])
  expect(await found('1%,')).toEqual([])
  expect(await found('8 916 000-01-01')).toEqual(['main:8.1'])
  expect(await found('8916000')).toHaveLength(2)
})

it('filters by direction, outcome, queue, category', async () => {
  await past(3)
  await rig.calls.cards.writeDraft(anna, 'main:8.0', { baseVersion: 9, changes: { categoryId: 'delivery', satisfaction: 5 } })
  const dialled = legOf('9.0', '1001', { role: 'caller', state: 'dialing', startedAtMs: 50 })
  rig.telephony.setCall(callOf('9.0', [dialled], { direction: 'outbound', queue: null, number: '+79160000200' }))
  rig.telephony.endCall('9.0')
  await rig.settle()
  expect(await ids(anna, { direction: 'outbound' })).toEqual(['main:9.0'])
  expect(await ids(anna, { outcome: 'notReached' })).toEqual(['main:9.0'])
  expect(await ids(anna, { outcome: 'answered', queue: '701' })).toEqual(['main:8.2', 'main:8.0'])
  expect(await ids(anna, { queue: '702' })).toEqual([])
  expect(await ids(anna, { categoryId: 'delivery', outcome: 'rated' })).toEqual(['main:8.0'])
  expect(await ids(anna, { outcome: 'missed' })).toEqual([])
})

it('has a colleague who did not answer as not reached by one, and missed by the other', async () => {
  const legs = [legOf('9.0', '1001', { role: 'caller', state: 'dialing' }), legOf('9.1', '1002', { state: 'ringing' })]
  rig.telephony.setCall(callOf('9.0', legs, { direction: 'internal', number: '1001', queue: null, queuedAtMs: null }))
  await rig.settle()
  rig.telephony.endCall('9.0')
  await rig.settle()
  expect(await ids(anna, { outcome: 'notReached' })).toEqual(['main:9.0'])
  expect(await ids(anna, { outcome: 'missed' })).toEqual([])
  expect(await ids(boris, { outcome: 'missed' })).toEqual(['main:9.1'])
  expect(await ids(boris, { outcome: 'notReached' })).toEqual([])
})

it('finds with a category the calls of all that are under it, and of no other', async () => {
  await past(6)
  const { setup, version } = rig.calls.setups.current()
  const category = (id: string, parentId: string | null, archived = false) => ({
    id,
    parentId,
    archived,
    ru: id,
    en: id,
    script: { ru: '', en: '' },
  })
  const categories = [
    ...setup.categories,
    category('late', 'delivery'),
    category('lost', 'late', true),
    category('returns', null),
  ]
  await rig.calls.setups.save(galina, { baseVersion: version, setup: { ...setup, categories } })
  const chosen = { 'main:8.0': 'delivery', 'main:8.2': 'late', 'main:8.4': 'returns' }
  for (const [id, categoryId] of Object.entries(chosen))
    await rig.calls.cards.writeDraft(anna, id, { baseVersion: 9, changes: { categoryId } })
  expect(await ids(anna, { categoryId: 'delivery' })).toEqual(['main:8.2', 'main:8.0'])
  expect(await ids(anna, { categoryId: 'late' })).toEqual(['main:8.2'])
  expect(await ids(anna, { categoryId: 'returns' })).toEqual(['main:8.4'])
  expect(await ids(anna, { categoryId: 'nobody knows' })).toEqual([])
})

it('counts a ring as missed when nobody took the call meanwhile', async () => {
  const rings = (id: string, endpoint: string) => legOf(id, endpoint)
  rig.telephony.setCall(callOf('1.0', [rings('1.1', '1001'), rings('1.2', '1002')]))
  await rig.settle()
  rig.telephony.setCall(callOf('1.0', [legOf('1.2', '1002', { state: 'up', answeredAtMs: rig.clock.nowMs() })]))
  await rig.settle()
  expect((await page(anna)).cards).toMatchObject([{ state: 'missed', takenElsewhere: true }])
  expect(await ids(anna, { outcome: 'missed' })).toEqual([])
  rig.telephony.setCall(callOf('2.0', [rings('2.1', '1001')]))
  rig.telephony.endCall('2.0')
  await rig.settle()
  expect(await ids(anna, { outcome: 'missed' })).toEqual(['main:2.1'])
  expect(await ids(boris, { outcome: 'missed' })).toEqual([])
})

it('counts no ring of a queue as missed that its caller ended', async () => {
  rig.telephony.setCall(callOf('1.0', [legOf('1.1', '1001')]))
  await rig.settle()
  rig.telephony.endCall('1.0', 16, true)
  await rig.settle()
  expect((await page(anna)).cards).toMatchObject([{ state: 'missed', takenElsewhere: false, ringCancelled: true }])
  expect(await ids(anna, { outcome: 'missed' })).toEqual([])
})

it('asks elsewhere for what may go through every card, and only for that', async () => {
  await past(2)
  const elsewhere = new Kysely<Database>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  const { clock, users, queueNames, calls, store } = rig
  const history = new CallHistory({
    ...{ clock, users, queueNames, setups: calls.setups, timeZone: 'UTC' },
    db: store.db,
    searchDb: elsewhere,
  })
  const found = async (more: object) => (await history.page(galina, { limit: 50, ...more })).cards.length
  expect([await found({}), await found({ operatorId: 'anna' }), await found({ search: ' ' })]).toEqual([2, 1, 2])
  for (const narrow of [{ search: '916' }, { queue: '701' }, { direction: 'inbound' }, { outcome: 'answered' }])
    expect(await found(narrow)).toBe(0)
})

it('has the days of the site’s calendar, both ends in them', async () => {
  const day = 86_400_000
  const began = async (name: string, startedAtMs: number, queuedAtMs = startedAtMs) => {
    const leg = legOf(name, '1001', { state: 'up', startedAtMs, answeredAtMs: startedAtMs })
    rig.telephony.setCall(callOf(`${name}.0`, [leg], { queuedAtMs }))
    rig.telephony.endCall(`${name}.0`)
    await rig.settle()
  }
  rig.clock.advance(40 * day)
  const midnight = Math.floor(rig.clock.nowMs() / day) * day
  const date = (daysAgo: number) => new Date(midnight - daysAgo * day).toISOString().slice(0, 10)
  await began('7.3', midnight - 6 * day - 1)
  await began('7.2', midnight - 6 * day)
  // Waited over midnight: as My day and the reports, by when the caller came.
  await began('7.1', midnight + 1, midnight - 1)
  await began('7.0', midnight + 2, midnight)
  rig.clock.advance(60_000)
  await rig.settle()
  expect(await ids(anna, { period: 'today' })).toEqual(['main:7.0'])
  expect(await ids(anna, { period: 'week' })).toEqual(['main:7.0', 'main:7.1', 'main:7.2'])
  expect(await ids(anna, { period: 'month' })).toEqual(['main:7.0', 'main:7.1', 'main:7.2', 'main:7.3'])
  expect(await ids(anna, { period: `${date(6)}..${date(1)}` })).toEqual(['main:7.1', 'main:7.2'])
})
