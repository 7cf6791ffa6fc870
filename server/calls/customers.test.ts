import type { KyselyPlugin } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CustomerService } from './customers.ts'
import { type CallsRig, callOf, legOf, openCallsRig } from './fixture.ts'
import { addCustomers, formatPhone, normalizePhone, phoneKey, setPhoneRegion } from './index.ts'

describe('phone numbers', () => {
  it('bring every spelling to one form', () => {
    for (const spelling of [
      '+7 916 123-45-67',
      '8 (916) 123-45-67',
      '9161234567',
      '79161234567',
      '89161234567',
      '007 916 1234567'.slice(2),
    ]) {
      expect([spelling, normalizePhone(spelling), phoneKey(spelling)]).toEqual([spelling, '+79161234567', '9161234567'])
    }
  })

  it('leave extensions, names and nothing as they are', () => {
    expect(normalizePhone('1001')).toBe('1001')
    expect(phoneKey('1001')).toBe('1001')
    expect(normalizePhone('')).toBe('')
    expect(phoneKey('anonymous')).toBe('')
  })

  it('without a country code are the server’s country’s', () => {
    expect(normalizePhone('020 7946 0958')).not.toBe('+442079460958')
    setPhoneRegion('GB')
    try {
      expect(normalizePhone('020 7946 0958')).toBe('+442079460958')
    } finally {
      setPhoneRegion('RU')
    }
  })

  it('know other countries', () => {
    expect(normalizePhone('+44 20 7946 0958')).toBe('+442079460958')
    expect(formatPhone('+442079460958')).toBe('+44 20 7946 0958')
    expect(formatPhone('701')).toBe('701')
  })
})

let rig: CallsRig
beforeEach(async () => {
  rig = await openCallsRig()
  const blank = { address: '', notes: '', tag: null, createdAtMs: 0 }
  await addCustomers(rig.store.db, [
    { ...blank, id: 'c1', name: 'Пётр Ёлкин', phones: ['8 916 000-01-01', '+7 495 000 07 01'] },
    { ...blank, id: 'c2', name: 'ООО «Елка»', phones: ['9160000202'] },
    { ...blank, id: 'c3', name: '100% Скидка', phones: [] },
  ])
})
afterEach(() => rig.close())

describe('customers', () => {
  it('are found by the calling number in every form, with all their phones in order', async () => {
    for (const number of ['+79160000101', '89160000101', '9160000101', '+7 (916) 000-01-01']) {
      expect((await rig.calls.customers.pop({ number })).customer).toMatchObject({
        id: 'c1',
        phones: ['+79160000101', '+74950000701'],
      })
    }
  })

  it('are not found by less than a local number, an extension or a withheld one', async () => {
    for (const number of ['000101', '1001', '', 'anonymous', 'sip:0000101@elsewhere']) {
      const nobody = { match: number.startsWith('sip') ? 'maybe' : 'none', customer: null, contacts: [] }
      expect(await rig.calls.customers.pop({ number })).toMatchObject(nobody)
    }
  })

  it('prefer the exact number over one with the same last ten digits', async () => {
    await addCustomers(rig.store.db, [
      { id: 'a0', name: 'Abroad', phones: ['+449160000101'], address: '', notes: '', tag: null, createdAtMs: 0 },
    ])
    expect((await rig.calls.customers.pop({ number: '+79160000101' })).customer?.id).toBe('c1')
    expect((await rig.calls.customers.pop({ number: '+449160000101' })).customer?.id).toBe('a0')
  })

  it('are searched by part of the name in any case, ё like е, and by part of the number', async () => {
    const found = async (search: string) => (await rig.calls.customers.search({ search, limit: 9 })).map(({ id }) => id)
    expect(await found('ЁЛК')).toEqual(['c2', 'c1'])
    expect(await found('пётр')).toEqual(['c1'])
    expect(await found('петр е')).toEqual(['c1'])
    expect(await found('8916000020')).toEqual(['c2'])
    expect(await found('0101')).toEqual(['c1'])
    expect(await found('0%')).toEqual(['c3'])
    expect(await found('_кидка')).toEqual([])
    expect(await found('нет таких')).toEqual([])
    expect(await found('')).toHaveLength(3)
  })

  it('come with the last ten contacts, newest first, without the call itself', async () => {
    for (let index = 0; index < 12; index++) {
      const leg = legOf(`7.${index}`, index % 2 ? '1002' : '1001', { state: 'up', startedAtMs: 10 + index, answeredAtMs: 1_000 })
      rig.telephony.setCall(callOf(`7${index}.0`, [leg], { number: index % 3 ? '89160000101' : '+7 495 000-07-01' }))
      rig.telephony.endCall(`7${index}.0`)
      await rig.settle()
    }
    let queries = 0
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => {
        queries++
        return node
      },
      transformResult: async ({ result }) => result,
    }
    const { users, queueNames } = rig
    const service = new CustomerService({ db: rig.store.db.withPlugin(counting), users, queueNames })
    const { customer, contacts } = await service.pop({ number: '89160000101', exceptCallId: '711.0' })
    expect(queries).toBe(2)
    expect(customer?.id).toBe('c1')
    expect(contacts.map(({ atMs }) => atMs)).toEqual([20, 19, 18, 17, 16, 15, 14, 13, 12, 11])
    expect(contacts[0]).toMatchObject({ operatorName: 'Anna', queueName: 'Sales', direction: 'inbound' })
  })

  it('are unknown by a wrong id', async () => {
    await expect(rig.calls.customers.read('none')).rejects.toMatchObject({ code: 'notFound' })
    expect((await rig.calls.customers.read('c2')).customer.name).toBe('ООО «Елка»')
  })
})
