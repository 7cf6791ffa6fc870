import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CallsRig, openCallsRig, person } from '../calls/fixture.ts'
import type { User } from '../contract/index.ts'
import { demoHistory } from './demo-history.ts'
import { type NewDemoPerson, randomDemoCaller, seedDemo } from './index.ts'

let rig: CallsRig
let created: NewDemoPerson[]
beforeEach(async () => {
  rig = await openCallsRig()
  rig.users.set([])
  created = []
  // A working day in the afternoon.
  rig.clock.advance(Date.UTC(2026, 10, 20, 15) - rig.clock.nowMs())
})
afterEach(() => rig.close())

const seed = (stopAfter = Number.POSITIVE_INFINITY) =>
  seedDemo({
    db: rig.store.db,
    clock: rig.clock,
    users: {
      all: () => rig.users.all(),
      create: async (request): Promise<User> => {
        if (created.length >= stopAfter) throw new Error('power cut')
        created.push(request)
        const { email, name, role, extension } = request
        const user = { id: `id-${extension}`, email, name, role, extension, active: true }
        rig.users.set([...rig.users.all(), user])
        return user
      },
    },
    queueNames: { set: async ({ number, name }) => rig.queueNames.set(number, name) },
    pbx: { extensions: [{ extension: '1001', sipPassword: 'secret-1001' }] },
    recordFolder: null,
  })
const dump = async () => ({
  cards: await rig.store.db.selectFrom('cards').selectAll().orderBy('id').execute(),
  calls: await rig.store.db.selectFrom('calls').selectAll().orderBy('id').execute(),
  callBacks: await rig.store.db.selectFrom('call_backs').selectAll().orderBy('id').execute(),
  customers: await rig.store.db.selectFrom('customers').selectAll().orderBy('id').execute(),
})

describe('demo data', () => {
  it('fills an empty database with people, customers and a believable past', async () => {
    expect(await seed()).toBe(true)
    expect(created.map(({ extension, role }) => `${extension} ${role}`)).toEqual([
      '1001 operator',
      '1002 operator',
      '1003 operator',
      '1004 supervisor',
      '1005 administrator',
    ])
    expect(created[0]).toMatchObject({ sipPassword: 'secret-1001', password: 'callsync-demo' })
    expect(created[1]).toMatchObject({ sipPassword: null })
    expect(rig.queueNames.name('702')).toBe('Поддержка')
    const { cards, calls, callBacks, customers } = await dump()
    const nowMs = rig.clock.nowMs()
    expect(customers).toHaveLength(40)
    const saved = cards.filter((card) => card.state === 'saved')
    expect(saved.length).toBeGreaterThanOrEqual(150)
    expect(saved.length).toBeLessThanOrEqual(250)
    expect(new Set(saved.map((card) => card.operator_id)).size).toBe(3)
    expect(saved.every((card) => (card.saved_at_ms ?? 0) < nowMs && card.customer_id !== null && card.category_id !== null)).toBe(
      true,
    )
    const firstMs = Math.min(...calls.map((call) => call.started_at_ms))
    expect(firstMs).toBeGreaterThan(nowMs - 22 * 86_400_000)
    expect(
      created.filter(({ heldSinceMs }) => heldSinceMs >= firstMs),
      'the own report would leave out a part of the past',
    ).toEqual([])
    expect(calls.filter((call) => call.answered_at_ms === null).length).toBeGreaterThan(5)
    const open = callBacks.filter((task) => task.done_at_ms === null)
    expect(open.length).toBeGreaterThanOrEqual(6)
    expect(open.some((task) => task.due_at_ms !== null && task.due_at_ms < nowMs)).toBe(true)
    expect(open.every((task) => Math.abs((task.due_at_ms ?? nowMs) - nowMs) < 3 * 86_400_000)).toBe(true)
    expect(callBacks.length).toBeGreaterThan(open.length)
  })

  it('has numbers that belong to nobody', async () => {
    await seed()
    const phones = await rig.store.db.selectFrom('customer_phones').select('phone').execute()
    expect(phones.length).toBeGreaterThan(40)
    for (const { phone } of phones) expect(phone).toMatch(/^\+79\d\d000\d{4}$/)
  })

  it('touches nothing when somebody’s data is there, and seeds once', async () => {
    rig.users.set([person('stranger', null)])
    expect(await seed()).toBe(false)
    expect(created).toEqual([])
    rig.users.set([])
    expect(await seed()).toBe(true)
    const before = await dump()
    expect(await seed()).toBe(false)
    expect(await dump()).toEqual(before)
  })

  it('goes on where it was interrupted', async () => {
    await expect(seed(2)).rejects.toThrow('power cut')
    expect((await dump()).customers).toEqual([])
    expect(await seed()).toBe(true)
    expect(created).toHaveLength(5)
    expect((await dump()).customers).toHaveLength(40)
  })

  it('is the same for the same moment', () => {
    const request = { nowMs: rig.clock.nowMs(), operators: [person('anna', '1001'), person('boris', '1002')] }
    expect(demoHistory(request)).toEqual(demoHistory(request))
  })

  it('gives the demo call somebody to come from, and nobody without the seed', async () => {
    expect(await randomDemoCaller({ db: rig.store.db, random: () => 0 })).toBeNull()
    await seed()
    const first = await randomDemoCaller({ db: rig.store.db, random: () => 0 })
    const last = await randomDemoCaller({ db: rig.store.db, random: () => 0.999 })
    expect(first?.number).toMatch(/^\+79/)
    expect(last).not.toEqual(first)
    const pop = await rig.calls.customers.pop({ number: first?.number ?? '' })
    expect(pop.customer?.name).toBe(first?.name)
    expect(pop.contacts.length).toBeGreaterThan(0)
  })
})
