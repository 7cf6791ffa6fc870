import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isFreeWork, remindedForMs, remindersAheadMs, takeLapsesMs, type User } from '../contract/index.ts'
import { anna, boris, callOf, galina, legOf } from './fixture.ts'
import { type NewCallBack, number, pagesOf, shared, task, vera, workForTests } from './work-fixture.ts'

const { rig, open, done, missedOf, create, dial, miss } = workForTests()

describe('call-backs', () => {
  it('are listed due first, as soon as possible before all; own only for an operator', async () => {
    for (const dueAtMs of [900, 100, null]) await create(anna, { ...task, dueAtMs })
    await create(boris, { ...task, dueAtMs: 50 })
    expect((await open(anna)).map(({ dueAtMs }) => dueAtMs)).toEqual([null, 100, 900])
    expect((await open(galina)).map(({ dueAtMs }) => dueAtMs)).toEqual([null, 50, 100, 900])
  })

  it('keep the extension behind a company’s number, and are done by a call to it', async () => {
    await create(anna, { ...task, number: '8 (495) 777-00-00 доб. 12' })
    expect(await open(anna)).toMatchObject([{ number: '+74957770000;ext=12' }])
    await dial('1001', 30_000, '+74957770000')
    expect(await open(anna)).toEqual([])
    await expect(create(anna, { ...task, number: 'доб. 12' })).rejects.toMatchObject({ fields: { number: 'invalid' } })
  })

  it('are done and opened again by their owner, and are unknown to another operator', async () => {
    const { id } = await create(anna, task)
    for (const act of ['take', 'return'] as const)
      await expect(rig().calls.callBacks[act](boris, id)).rejects.toMatchObject({ code: 'notFound' })
    await expect(rig().calls.callBacks.complete(boris, id, true)).rejects.toMatchObject({ code: 'notFound' })
    await expect(rig().calls.callBacks.update(boris, id, { version: 1, reason: 'x' })).rejects.toMatchObject({ code: 'notFound' })
    const closed = await rig().calls.callBacks.complete(anna, id, true)
    expect(closed).toMatchObject({ doneAtMs: rig().clock.nowMs(), doneHow: 'hand', doneBy: { id: 'anna' } })
    expect(await open(anna)).toEqual([])
    expect(await done(anna)).toEqual([closed])
    expect(await done(boris)).toEqual([])
    expect(await rig().calls.callBacks.complete(anna, id, false)).toMatchObject({ doneAtMs: null, doneHow: null })
  })

  it('of a queue are taken by one of two who try, who learns the other’s name; not by those of another queue', async () => {
    const { id } = await create(anna, shared)
    expect(await open(boris)).toMatchObject([{ id, holder: null, queue: { number: '701', name: 'Sales' } }])
    expect(await open(vera)).toEqual([])
    await expect(rig().calls.callBacks.take(vera, id)).rejects.toMatchObject({ code: 'notFound' })
    const [first, second] = await Promise.allSettled([
      rig().calls.callBacks.take(boris, id),
      rig().calls.callBacks.take(anna, id),
    ])
    expect(first).toMatchObject({ status: 'fulfilled', value: { holder: { id: 'boris', name: 'Boris' } } })
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'conflict', fields: { holder: 'Boris' } } })
    await expect(rig().calls.callBacks.return(anna, id)).rejects.toMatchObject({ fields: { holder: 'Boris' } })
    await expect(rig().calls.callBacks.complete(anna, id, true)).rejects.toMatchObject({ fields: { holder: 'Boris' } })
    expect(await rig().calls.callBacks.return(boris, id)).toMatchObject({ holder: null })
    await rig().calls.callBacks.take(anna, id)
    expect(await rig().calls.callBacks.return(galina, id)).toMatchObject({ holder: null })
  })

  it('taken and forgotten are anybody’s of the queue after four hours: to take, to change, to finish, to dial', async () => {
    const forgotten = async () => {
      const { id } = await create(anna, shared)
      await rig().calls.callBacks.take(anna, id)
      return id
    }
    const [first, second] = [await forgotten(), await forgotten()]
    rig().clock.advance(takeLapsesMs)
    const { callBacks } = rig().calls
    for (const early of [() => callBacks.take(boris, first), () => callBacks.complete(boris, first, true)])
      await expect(early()).rejects.toMatchObject({ fields: { holder: 'Anna' } })
    rig().clock.advance(1)
    await expect(callBacks.take(vera, first)).rejects.toMatchObject({ code: 'notFound' })
    const changed = await callBacks.update(boris, first, { version: 1, reason: 'Срочно' })
    expect(changed).toMatchObject({ reason: 'Срочно', holder: { id: 'anna' } })
    expect(await callBacks.take(boris, first)).toMatchObject({ holder: { id: 'boris' } })
    expect(await callBacks.complete(boris, second, true)).toMatchObject({ doneBy: { id: 'boris' } })
    await callBacks.complete(boris, first, true)
    const third = await forgotten()
    rig().clock.advance(takeLapsesMs + 1)
    const leg = { role: 'caller', state: 'dialing', startedAtMs: rig().clock.nowMs() } as const
    rig().telephony.setCall(callOf('96.0', [legOf('96.0', '1002', leg)], { direction: 'outbound', queue: null, number }))
    await rig().settle()
    expect(await open(anna)).toMatchObject([{ id: third, holder: { id: 'boris' } }])
  })

  it('taken long ago stay with who took them and dials in vain', async () => {
    const { id } = await create(anna, shared)
    await rig().calls.callBacks.take(anna, id)
    const takenAtMs = rig().clock.nowMs()
    rig().clock.advance(takeLapsesMs + 1)
    await dial('1001', null)
    expect(await open(anna)).toMatchObject([{ id, holder: { id: 'anna' }, takenAtMs, attempts: 1 }])
  })

  it('personal ones are their holder’s however long they lie', async () => {
    const { id } = await create(anna, shared)
    await rig().calls.callBacks.update(anna, id, { version: 1, queueNumber: null })
    rig().clock.advance(10 * takeLapsesMs)
    await expect(rig().calls.callBacks.take(galina, id)).rejects.toMatchObject({ fields: { holder: 'Anna' } })
    expect(isFreeWork({ holder: anna, queue: null, takenAtMs: 0 }, rig().clock.nowMs())).toBe(false)
  })

  it('come in pages, each entry once: the own ones first, the done ones latest first', async () => {
    for (const dueAtMs of [3, 1, 2, 1, null]) await create(anna, { ...shared, dueAtMs })
    await create(anna, { ...task, dueAtMs: 9 })
    const inAll = await open(anna)
    expect(inAll.map(({ dueAtMs }) => dueAtMs)).toEqual([9, null, 1, 1, 2, 3])
    expect(await pagesOf((page) => rig().calls.callBacks.list(anna, { status: 'open', limit: 2, ...page }))).toEqual({
      ids: inAll.map(({ id }) => id),
      totals: [6, 6, 6],
    })
    for (const { id } of inAll) await rig().calls.callBacks.complete(anna, id, true)
    expect(await pagesOf((page) => rig().calls.callBacks.list(anna, { status: 'done', limit: 4, ...page }))).toEqual({
      ids: inAll
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
      totals: [null, null],
    })
    for (const after of ['', 'x', '1 2', "0 0 0' or 1=1"])
      await expect(rig().calls.callBacks.list(anna, { status: 'open', limit: 2, after })).rejects.toMatchObject({
        code: 'invalidInput',
      })
  })

  it('to be reminded of about now are told however many others lie before them, to whom they concern', async () => {
    const nowMs = remindedForMs + 1_000_000
    rig().clock.advance(nowMs - rig().clock.nowMs())
    const add = async (more: Partial<NewCallBack>) => (await create(anna, { ...shared, dueAtMs: nowMs, ...more })).id
    // As soon as possible: first in the list, and of no reminder.
    for (let n = 0; n < 3; n++) await add({ dueAtMs: null })
    const told = [
      await add({ dueAtMs: nowMs - remindedForMs + 1 }),
      await add({ dueAtMs: nowMs + remindersAheadMs + 5, remindBeforeMs: 5 }),
    ]
    for (const none of [{ dueAtMs: nowMs - remindedForMs }, { dueAtMs: nowMs + remindersAheadMs + 1 }, { remindBeforeMs: null }])
      await add(none)
    const own = await add({ queueNumber: null })
    const taken = await add({})
    await rig().calls.callBacks.take(boris, taken)
    const finished = await add({})
    await rig().calls.callBacks.complete(anna, finished, true)
    const of = async (user: User) => (await rig().calls.callBacks.reminders(user)).map(({ id }) => id)
    expect(await of(anna)).toEqual([own, ...told])
    expect(await of(boris)).toEqual([taken, ...told])
    expect(await of(vera)).toEqual([])
  })

  it('are changed on the version that was seen, and go to a queue’s list and back', async () => {
    const { id } = await create(anna, task)
    const moved = await rig().calls.callBacks.update(anna, id, { version: 1, dueAtMs: 7, queueNumber: '701' })
    expect(moved).toMatchObject({ dueAtMs: 7, holder: null, version: 2, reason: 'Счёт' })
    await expect(rig().calls.callBacks.update(boris, id, { version: 1, reason: 'x' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(rig().calls.callBacks.update(anna, id, { version: 2, queueNumber: '702' })).rejects.toMatchObject({
      fields: { queueNumber: 'not yours' },
    })
    expect(await rig().calls.callBacks.update(boris, id, { version: 2, queueNumber: null })).toMatchObject({
      holder: { id: 'boris' },
      queue: null,
    })
  })

  it('are done by an own talk that is long enough; else the attempt is counted', async () => {
    const { id } = await create(anna, task)
    await dial('1001', null)
    await dial('1001', 2_000)
    expect(await open(anna)).toMatchObject([{ id, attempts: 2, lastAttemptAtMs: rig().clock.nowMs() }])
    await dial('1002', 60_000)
    await dial('1001', 60_000, '+79160000999')
    expect(await open(anna)).toMatchObject([{ id, attempts: 2 }])
    await dial('1001', 60_000)
    expect(await done(anna)).toMatchObject([{ id, doneHow: 'call', doneBy: { id: 'anna' }, doneCardId: /^main:/ }])
  })

  it('noted while the call goes on are not done by that call', async () => {
    rig().clock.advance(1)
    const id = '99.0'
    const leg = { role: 'caller', state: 'up', startedAtMs: rig().clock.nowMs(), answeredAtMs: rig().clock.nowMs() } as const
    rig().telephony.setCall(callOf(id, [legOf(id, '1001', leg)], { direction: 'outbound', queue: null, number }))
    await rig().settle()
    rig().clock.advance(30_000)
    await create(anna, task)
    rig().telephony.endCall(id)
    await rig().settle()
    expect(await open(anna)).toHaveLength(1)
  })

  it('of a list are the dialler’s while the call tries, and free again when nobody was reached', async () => {
    const { id } = await create(anna, shared)
    const leg = { role: 'caller', state: 'dialing', startedAtMs: rig().clock.nowMs() } as const
    rig().telephony.setCall(callOf('98.0', [legOf('98.0', '1002', leg)], { direction: 'outbound', queue: null, number }))
    await rig().settle()
    await expect(rig().calls.callBacks.take(anna, id)).rejects.toMatchObject({ fields: { holder: 'Boris' } })
    rig().clock.advance(1_000)
    rig().telephony.endCall('98.0')
    await rig().settle()
    expect(await open(anna)).toMatchObject([{ holder: null, attempts: 1 }])
  })

  it('taken by hand during a call that reaches nobody stay with who took them', async () => {
    const { id } = await create(anna, shared)
    const leg = { role: 'caller', state: 'dialing', startedAtMs: rig().clock.nowMs() } as const
    rig().telephony.setCall(callOf('97.0', [legOf('97.0', '1002', leg)], { direction: 'outbound', queue: null, number }))
    await rig().settle()
    rig().clock.advance(1_000)
    await rig().calls.callBacks.take(boris, id)
    rig().telephony.endCall('97.0')
    await rig().settle()
    expect(await open(anna)).toMatchObject([{ holder: { id: 'boris' }, attempts: 1 }])
  })

  it('opened again are not closed a second time by the same call, at a start either', async () => {
    const { id } = await create(anna, task)
    await dial('1001', 60_000)
    rig().clock.advance(1_000)
    expect(await rig().calls.callBacks.complete(anna, id, false)).toMatchObject({ doneAtMs: null, doneCardId: null })
    await rig().restart()
    await rig().settle()
    expect(await open(anna)).toMatchObject([{ id }])
    rig().clock.advance(1_000)
    await dial('1001', 60_000)
    expect(await open(anna)).toEqual([])
  })

  it('that are done keep who did them when given back', async () => {
    const { id } = await create(anna, shared)
    await rig().calls.callBacks.take(boris, id)
    await rig().calls.callBacks.complete(boris, id, true)
    expect(await rig().calls.callBacks.return(boris, id)).toMatchObject({ holder: { id: 'boris' }, doneHow: 'hand' })
  })

  it('are made once, however often the request comes, and by each person', async () => {
    const request = { ...task, idempotencyKey: randomUUID() }
    const [first, again] = await Promise.all([
      rig().calls.callBacks.create(anna, request),
      rig().calls.callBacks.create(anna, { ...request, reason: 'x' }),
    ])
    expect(again).toEqual(first)
    expect(await rig().calls.callBacks.create(boris, request)).not.toMatchObject({ id: first.id })
    await create(anna, task)
    expect(await open(anna)).toHaveLength(2)
  })

  it('made of a missed call are answered again, not refused, when the answer was lost', async () => {
    await miss()
    const request = { ...task, missedCallId: (await missedOf(anna))[0]?.id ?? '', idempotencyKey: randomUUID() }
    const first = await rig().calls.callBacks.create(anna, request)
    expect(await rig().calls.callBacks.create(anna, request)).toEqual(first)
    await expect(rig().calls.callBacks.create(anna, { ...request, idempotencyKey: randomUUID() })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('are given to another operator by a supervisor, with a trace, and by nobody else', async () => {
    const { id, version } = await create(anna, task)
    const give = (user: User, operatorId: string, on = version) =>
      rig().calls.callBacks.assign(user, id, { version: on, operatorId })
    await expect(give(anna, 'boris')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(give(galina, 'galina')).rejects.toMatchObject({ code: 'notFound' })
    await expect(give(galina, 'boris', 7)).rejects.toMatchObject({ code: 'conflict' })
    expect(await open(boris)).toEqual([])
    expect(await give(galina, 'boris')).toMatchObject({ holder: { id: 'boris' }, queue: null, version: version + 1 })
    expect(await open(boris)).toHaveLength(1)
    const traces = await rig().store.db.selectFrom('audit').selectAll().where('subject', '=', id).execute()
    expect(traces).toMatchObject([{ action: 'callBack.assign', actor_id: 'galina', details: '{"from":"anna","to":"boris"}' }])
    await rig().calls.callBacks.complete(boris, id, true)
    await expect(give(galina, 'anna', version + 1)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('refuse what is no number', async () => {
    await expect(create(anna, { ...task, number: 'мама' })).rejects.toMatchObject({ code: 'invalidInput' })
  })
})

it('tells those whom a change concerns', async () => {
  const heard: string[][] = []
  rig().calls.workNews.onChange((concerns) =>
    heard.push([anna, boris, vera, galina].filter((user) => concerns(user)).map((user) => user.id)),
  )
  await create(vera, task)
  await miss()
  expect(heard).toEqual([
    ['vera', 'galina'],
    ['anna', 'boris', 'galina'],
  ])
})
