import { describe, expect, it } from 'vitest'
import { anna, boris, callOf, galina, legOf, queueOf } from './fixture.ts'
import { phoneKey } from './phone-numbers.ts'
import { number, pagesOf, shared, vera, workForTests } from './work-fixture.ts'

const { rig, open, missedOf, create, dial, miss, reach } = workForTests()

describe('missed calls', () => {
  it('are one entry a caller, seen by the operators of the queues called, and by nobody else', async () => {
    const first = rig().clock.nowMs()
    await miss({ waitMs: 20_000 })
    await miss({ from: '8 916 000-01-01', waitMs: 5_000 })
    const [entry] = await missedOf(anna)
    expect(entry).toMatchObject({ count: 2, firstAtMs: first, lastAtMs: first + 20_000, longestWaitMs: 20_000, holder: null })
    expect(await missedOf(boris)).toHaveLength(1)
    expect(await missedOf(vera)).toEqual([])
    expect(await missedOf(galina)).toHaveLength(1)
    const id = entry?.id ?? ''
    for (const act of ['take', 'return'] as const)
      await expect(rig().calls.missedCalls[act](vera, id)).rejects.toMatchObject({ code: 'notFound' })
    await expect(rig().calls.missedCalls.complete(vera, [id], true)).rejects.toMatchObject({ code: 'notFound' })
    await miss({ queue: '702' })
    expect(await missedOf(vera)).toMatchObject([{ count: 3, queue: { number: '702' } }])
    expect(await missedOf(anna)).toHaveLength(1)
  })

  it('and call-backs of a queue that is not the operator’s to work in are unknown to them, asked for directly too', async () => {
    const members = queueOf('701', ['1001', '1002']).members
    const loggedIn = new Map([...members].map(([endpoint, member]) => [endpoint, { ...member, fixed: false }]))
    rig().telephony.setQueue({ ...queueOf('701', []), members: loggedIn })
    await miss()
    const { id } = await create(boris, shared)
    const [entry] = await missedOf(anna)
    await rig().calls.queueRights.set(galina, 'anna', ['702'])
    expect([...(await missedOf(anna)), ...(await open(anna))]).toEqual([])
    await expect(rig().calls.missedCalls.take(anna, entry?.id ?? '')).rejects.toMatchObject({ code: 'notFound' })
    await expect(rig().calls.callBacks.take(anna, id)).rejects.toMatchObject({ code: 'notFound' })
    await expect(create(anna, shared)).rejects.toMatchObject({ code: 'invalidInput' })
    expect(await missedOf(boris)).toHaveLength(1)
    await rig().restart()
    rig().telephony.setQueue({ ...queueOf('701', []), members: loggedIn })
    expect(await missedOf(anna)).toEqual([])
    await expect(rig().calls.queueRights.set(galina, 'galina', [])).rejects.toMatchObject({ code: 'notFound' })
    await rig().calls.queueRights.set(galina, 'anna', null)
    expect(await missedOf(anna)).toHaveLength(1)
  })

  it('make an entry for no answered and no outgoing call, and once per call', async () => {
    await miss({ id: '5.0' })
    await miss({ id: '5.0' })
    expect(await missedOf(galina)).toMatchObject([{ count: 1 }])
  })

  it('of withheld numbers are one entry a call, closed by hand and by no other call', async () => {
    await miss({ from: '' })
    await miss({ from: 'Anonymous' })
    const entries = await missedOf(anna)
    expect(entries).toMatchObject([
      { number: '', count: 1, customer: null },
      { number: '', count: 1, customer: null },
    ])
    await reach('1001', 30_000, '')
    await rig().restart()
    await rig().settle()
    rig().telephony.setQueue(queueOf('701', ['1001', '1002']))
    expect(await missedOf(anna)).toHaveLength(2)
    await rig().calls.missedCalls.complete(anna, [entries[0]?.id ?? ''], true)
    expect(await missedOf(anna)).toMatchObject([{ id: entries[1]?.id }])
    expect(await missedOf(vera)).toEqual([])
  })

  it('past no queue are the list of the person whose phone rang', async () => {
    rig().telephony.setCall(callOf('6.0', [legOf('6.1', '1003')], { queue: null, queuedAtMs: null }))
    await rig().settle()
    rig().telephony.endCall('6.0')
    await rig().settle()
    await miss({ id: '6.0', queue: null })
    expect(await missedOf(vera)).toMatchObject([{ cause: 'nobodyAnswered', queue: null }])
    expect(await missedOf(anna)).toEqual([])
  })

  it('are closed by a talk of anybody with the caller, and kept over days until then', async () => {
    await miss()
    await dial('1002', null)
    rig().clock.advance(5 * 86_400_000)
    expect(await missedOf(anna)).toMatchObject([{ attempts: 1 }])
    await dial('1002', 20_000)
    expect(await missedOf(anna)).toEqual([])
    expect(await missedOf(anna, 'done')).toMatchObject([{ doneHow: 'call', doneBy: { id: 'boris' } }])
    await miss()
    await reach('1001')
    expect(await missedOf(anna, 'done')).toMatchObject([{ doneHow: 'reached', doneBy: { id: 'anna' } }, { doneHow: 'call' }])
  })

  it('are marked done together, or none when one of them is another’s', async () => {
    await miss()
    await miss({ from: '+79160000102' })
    const ids = (await missedOf(anna)).map(({ id }) => id)
    await rig().calls.missedCalls.take(boris, ids[1] ?? '')
    await expect(rig().calls.missedCalls.complete(anna, ids, true)).rejects.toMatchObject({ fields: { holder: 'Boris' } })
    expect(await missedOf(anna)).toHaveLength(2)
    await rig().calls.missedCalls.complete(galina, ids, true)
    expect(await missedOf(anna)).toEqual([])
    await rig().calls.missedCalls.complete(anna, ids.slice(0, 1), false)
    expect(await missedOf(boris)).toHaveLength(1)
    await expect(rig().calls.missedCalls.complete(anna, [...ids, 'mc:none'], false)).rejects.toMatchObject({ code: 'notFound' })
    const told: boolean[] = []
    rig().calls.workNews.onChange((concerns) => told.push(concerns(boris)))
    await rig().calls.missedCalls.complete(galina, ids, false)
    expect(told).toEqual([true])
  })

  it('beyond a page are on the next one, the taken ones on the first; the operator’s own only', async () => {
    for (const last of ['1', '2', '3', '4', '5']) await miss({ from: `+7916000020${last}` })
    await miss({ from: '+79160000301', queue: '702' })
    const ids = (await missedOf(anna)).map(({ id }) => id)
    await rig().calls.missedCalls.take(anna, ids[4] ?? '')
    const list = (page: { after?: string }) => rig().calls.missedCalls.list(anna, { status: 'open', limit: 2, ...page })
    expect(await pagesOf(list)).toEqual({
      ids: [ids[4], ids[0], ids[1], ids[2], ids[3]],
      totals: [5, 5, 5],
    })
  })

  it('are made good at a start from what the ledger and the cards have', async () => {
    const at = rig().clock.nowMs()
    const row = (id: string, from: string) => ({
      id,
      direction: 'inbound',
      number: from,
      phone_key: phoneKey(from),
      queue_number: '701',
      started_at_ms: at,
      queued_at_ms: at,
      answered_at_ms: null,
      ended_at_ms: at + 9_000,
      end_unseen: 0,
    })
    rig().clock.advance(60_000)
    await reach('1001')
    await rig()
      .store.db.insertInto('calls')
      .values([row('3.0', number), row('4.0', '+79160000102')])
      .execute()
    await rig().restart()
    await rig().settle()
    expect(await missedOf(galina)).toMatchObject([{ number: '+79160000102', count: 1, cause: null }])
    expect(await missedOf(galina, 'done')).toMatchObject([{ number, doneHow: 'reached' }])
    await rig().restart()
    expect(await missedOf(galina)).toMatchObject([{ count: 1 }])
  })
})
