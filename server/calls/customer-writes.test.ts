import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CustomerFields } from '../contract/index.ts'
import { annasCall, cardId } from './annas-call.ts'
import { decideMatch } from './customers.ts'
import { anna, boris, type CallsRig, openCallsRig } from './fixture.ts'
import { addCustomers, normalizePhone, phoneKey } from './index.ts'
import { storedPhone } from './phone-numbers.ts'

let rig: CallsRig
beforeEach(async () => {
  rig = await openCallsRig()
})
afterEach(() => rig.close())
const { answer, hangUp, card, save } = annasCall(() => rig)

const writes = () => rig.calls.customerWrites
const blank: CustomerFields = { name: 'A', phones: [], address: '', notes: '', tag: null }
const create = (id: string, fields: Partial<CustomerFields> = {}) => writes().create(anna, id, { ...blank, ...fields })
const read = async (id: string) => (await rig.calls.customers.read(id)).customer
const actions = async () => (await rig.store.db.selectFrom('audit').select('action').execute()).map(({ action }) => action)

describe('whom a number belongs to', () => {
  it('is sure only for the very number', async () => {
    await create('a', { phones: ['+7 916 000-01-01'] })
    await create('b', { phones: ['+44 916 000 0101', '+49 30 1234567'] })
    const found = async (number: string) => {
      const { match, customer, candidates } = await rig.calls.customers.pop({ number })
      return [match, customer?.id ?? candidates.map(({ id }) => id).join()]
    }
    expect(await found('89160000101')).toEqual(['sure', 'a'])
    expect(await found('+449160000101')).toEqual(['sure', 'b'])
    expect(await found('+339160000101')).toEqual(['maybe', 'a,b'])
    expect(await found('0000101')).toEqual(['maybe', 'a,b'])
    expect(await found('1234567')).toEqual(['maybe', 'b'])
    expect(await found('000101')).toEqual(['none', ''])
    expect(await found('+79160000102')).toEqual(['none', ''])
  })

  it('is asked about when several have it, and a local number in the database is found by a whole one', async () => {
    await create('a', { phones: ['+79160000101'] })
    await create('b', { phones: ['8916 000 01 01'] })
    await create('c', { phones: ['000-02-02'] })
    expect((await rig.calls.customers.pop({ number: '+79160000101' })).candidates.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(await rig.calls.customers.pop({ number: '+74950000202' })).toMatchObject({ match: 'maybe', candidates: [{ id: 'c' }] })
    expect(await rig.calls.customers.nameFor('+79160000101')).toBeNull()
  })

  it('puts the one spoken with last first', async () => {
    await create('a', { phones: ['+79160000101'] })
    await create('b', { phones: ['+79160000101'] })
    await hangUp()
    await rig.calls.cards.chooseCustomer(anna, cardId, { kind: 'customer', customerId: 'b' })
    await save({})
    expect((await rig.calls.customers.pop({ number: '+79160000101' })).candidates.map(({ id }) => id)).toEqual(['b', 'a'])
  })

  it('leaves nobody for nobody', () => expect(decideMatch('1', [])).toEqual({ match: 'none', customer: null, candidates: [] }))

  it('reads numbers with extensions, URIs and foreign prefixes', () => {
    expect(storedPhone('+7 (495) 000-00-00 доб. 12')).toBe('+74950000000;ext=12')
    expect(storedPhone('8 495 000-00-00, 12')).toBe('+74950000000;ext=12')
    expect(storedPhone('+74950000000 ext.12')).toBe('+74950000000;ext=12')
    expect(storedPhone('1001')).toBe('1001')
    expect(normalizePhone('sip:+79160000101@pbx;user=phone')).toBe('+79160000101')
    expect(normalizePhone('tel:8-916-000-01-01')).toBe('+79160000101')
    expect(normalizePhone('sip:ivan@example.com')).toBe('sip:ivan@example.com')
    expect(phoneKey('sip:ivan4242424242@example.com')).toBe('')
    expect(normalizePhone('0044 20 7946 0958')).toBe('+442079460958')
    expect(normalizePhone('810 44 20 7946 0958')).toBe('+442079460958')
    expect(normalizePhone('49500007')).toBe('49500007')
  })
})

describe('the operator’s word', () => {
  beforeEach(async () => {
    await create('a', { phones: ['+79160000101'] })
    await create('b', { phones: ['+79160000101'] })
    await answer()
  })
  const choose = (choice: Parameters<CallsRig['calls']['cards']['chooseCustomer']>[2], user = anna) =>
    rig.calls.cards.chooseCustomer(user, cardId, choice)

  it('is kept, over a restart and over what the number tells, and taken back', async () => {
    expect(await card()).toMatchObject({ customerMatch: 'maybe', customer: null, candidates: [{ id: 'a' }, { id: 'b' }] })
    expect(await choose({ kind: 'customer', customerId: 'b' })).toMatchObject({ customerMatch: 'chosen', customer: { id: 'b' } })
    await rig.restart()
    expect(await card()).toMatchObject({ customerMatch: 'chosen', customer: { id: 'b' }, candidates: [] })
    expect(await choose({ kind: 'nobody' })).toMatchObject({ customerMatch: 'nobody', customer: null, candidates: [] })
    expect(await choose({ kind: 'byNumber' })).toMatchObject({ customerMatch: 'maybe', customer: null })
  })

  it('is only for the own card and a customer who exists', async () => {
    await expect(choose({ kind: 'nobody' }, boris)).rejects.toMatchObject({ code: 'notFound' })
    await expect(choose({ kind: 'customer', customerId: 'x' })).rejects.toMatchObject({ code: 'notFound' })
  })

  it('can be given after the card was closed', async () => {
    rig.telephony.endCall('1.0')
    await rig.settle()
    await save({})
    await choose({ kind: 'customer', customerId: 'a' })
    expect(await card()).toMatchObject({ state: 'saved', customerMatch: 'chosen', customer: { id: 'a' } })
  })
})

describe('a customer', () => {
  it('created during the call is at once on its card; the same id again changes nothing', async () => {
    await answer()
    await create('a', { name: 'Новый', phones: ['8 916 000-01-01'] })
    expect(await card()).toMatchObject({ customerMatch: 'sure', customer: { name: 'Новый', phones: ['+79160000101'] } })
    await create('a', { name: 'Другой' })
    expect((await read('a')).name).toBe('Новый')
  })

  it('is changed field by field: what somebody wrote since is kept and told', async () => {
    const { version } = await create('a', { name: 'A', address: 'x' })
    await writes().change(anna, 'a', { baseVersion: version, changes: { name: 'B' } })
    const { customer, clashes } = await writes().change(boris, 'a', { baseVersion: version, changes: { name: 'C', tag: 'VIP' } })
    expect(customer).toMatchObject({ name: 'B', tag: 'VIP', address: 'x' })
    expect(clashes).toEqual([{ field: 'name', mine: 'C', theirs: 'B' }])
    const same = await writes().change(anna, 'a', { baseVersion: 0, changes: { name: 'B', phones: [] } })
    expect(same).toMatchObject({ clashes: [], customer: { version: customer.version } })
    expect(await actions()).toEqual(['customer.create', 'customer.change', 'customer.change'])
    await expect(writes().change(anna, 'x', { baseVersion: 0, changes: {} })).rejects.toMatchObject({ code: 'notFound' })
  })
})

describe('merging', () => {
  beforeEach(async () => {
    await create('a', { name: 'A', phones: ['+79160000101'], notes: 'раз' })
    await create('b', { name: 'B', phones: ['+79160000202'], notes: 'два', address: 'дом', tag: 'VIP' })
  })

  it('keeps the phones, notes and calls of both, on open cards at once', async () => {
    await hangUp()
    await save({ callBack: true })
    const { customer } = await writes().merge(anna, 'b', 'a')
    expect(customer).toMatchObject({
      id: 'b',
      name: 'B',
      phones: ['+79160000202', '+79160000101'],
      notes: 'два\nраз',
      address: 'дом',
    })
    await expect(read('a')).rejects.toMatchObject({ code: 'notFound' })
    expect((await rig.calls.customers.read('b')).contacts).toHaveLength(1)
    expect(await card()).toMatchObject({ customer: { id: 'b' } })
    const tasks = await rig.store.db.selectFrom('call_backs').select('customer_id').execute()
    expect(tasks).toEqual([{ customer_id: 'b' }])
    expect(await rig.calls.customers.search({ search: 'A', limit: 9 })).toEqual([])
  })

  it('moves an open card’s customer with it', async () => {
    await answer()
    expect((await card()).customer?.id).toBe('a')
    await writes().merge(anna, 'b', 'a')
    expect((await card()).customer?.id).toBe('b')
    rig.telephony.endCall('1.0')
    await rig.settle()
    await save({})
    expect((await rig.calls.customers.read('b')).contacts).toHaveLength(1)
  })

  it('is undone: each has the own phones and calls again; what was written since stays', async () => {
    await hangUp()
    await save({})
    const { mergeId, customer } = await writes().merge(anna, 'b', 'a')
    await writes().change(anna, 'b', { baseVersion: customer.version, changes: { notes: 'новое' } })
    const { kept, restored } = await writes().undoMerge(anna, mergeId)
    expect(kept).toMatchObject({ name: 'B', phones: ['+79160000202'], notes: 'новое' })
    expect(restored).toMatchObject({ name: 'A', phones: ['+79160000101'], notes: 'раз' })
    expect((await card()).customer?.id).toBe('a')
    await expect(writes().undoMerge(anna, mergeId)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is refused with itself, with nobody, and once the merged one is gone', async () => {
    await expect(writes().merge(anna, 'a', 'a')).rejects.toMatchObject({ code: 'conflict' })
    await expect(writes().merge(anna, 'a', 'x')).rejects.toMatchObject({ code: 'notFound' })
    await writes().merge(anna, 'b', 'a')
    await expect(writes().merge(anna, 'b', 'a')).rejects.toMatchObject({ code: 'notFound' })
    await expect(writes().undoMerge(anna, 'x')).rejects.toMatchObject({ code: 'notFound' })
  })

  it('leaves everything as it was when the two together are too long', async () => {
    await addCustomers(rig.store.db, [{ ...blank, id: 'long', notes: 'я'.repeat(4_000), createdAtMs: 0 }])
    await expect(writes().merge(anna, 'b', 'long')).rejects.toMatchObject({ code: 'conflict' })
    expect((await read('long')).notes).toHaveLength(4_000)
    expect(await actions()).toEqual(['customer.create', 'customer.create'])
  })
})
