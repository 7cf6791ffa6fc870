import type { KyselyPlugin } from 'kysely'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type CallsRig, callOf, galina, legOf, openCallsRig } from '../calls/fixture.ts'
import { AppError } from '../errors.ts'
import { FakeTelephony } from '../telephony/fake-telephony.ts'
import { playerOf } from '../telephony/live/recorded-call.ts'
import { createSeveralTelephony } from '../telephony/several-telephony.ts'
import { CallLedger, type EndedRow } from './call-ledger.ts'

let rig: CallsRig
let ledger: CallLedger
/** How many statements are refused from now on. */
let refusals: number
let refused: (kind: string) => boolean
const away: KyselyPlugin = {
  transformQuery({ node }) {
    if (refusals > 0 && refused(node.kind)) {
      refusals -= 1
      throw new AppError('busy', 'the database cannot be reached')
    }
    return node
  },
  transformResult: async ({ result }) => result,
}

beforeEach(async () => {
  refusals = 0
  refused = () => true
  rig = await openCallsRig((db) => db.withPlugin(away))
  // Made beside everything else: a statement of theirs would be refused in the place of one that is meant.
  await rig.calls.cardSums.idle()
  const { store, clock, telephony, users } = rig
  ledger = new CallLedger({ db: store.db.withPlugin(away), clock, telephony, users, logger: pino({ level: 'silent' }) })
  ledger.onEnded((call, from) => rig.calls.callEnded(call, from))
  await ledger.start()
})
afterEach(async () => {
  await ledger.stop()
  await rig.close()
})

const settled = () => new Promise((resolve) => setImmediate(resolve))
const idle = async () => {
  await ledger.idle()
  await rig.settle()
}
const missed = async () =>
  (await rig.calls.missedCalls.list(galina, { status: 'open', limit: 10 })).entries.map((entry) => [
    entry.count,
    entry.longestWaitMs,
  ])

it.each([1, 2, 4, 6])(
  'keeps a call that ended while the database was away for %i statements, and who was missed',
  async (times) => {
    const startedAtMs = rig.clock.nowMs()
    rig.telephony.setCall(callOf('1.0', [], { state: 'waiting', startedAtMs, queuedAtMs: startedAtMs }))
    await idle()
    rig.clock.advance(20_000)
    refusals = times
    rig.telephony.endCall('1.0')
    const over = idle()
    let isOver = false
    void over.then(() => {
      isOver = true
    })
    while (!isOver) {
      await settled()
      rig.clock.advance(100)
    }
    expect(await rig.store.db.selectFrom('calls').select(['id', 'ended_at_ms']).execute()).toEqual([
      { id: '1.0', ended_at_ms: startedAtMs + 20_000 },
    ])
    expect(await missed()).toEqual([[1, 20_000]])
  },
)

it('loses no other call’s change over the one that failed, and makes up for that one', async () => {
  const talking = legOf('2.1', '1002', { state: 'up', answeredAtMs: rig.clock.nowMs() })
  rig.telephony.setCall(callOf('2.0', [talking], { state: 'talking' }))
  await idle()
  const open = () => rig.calls.cards.openCards().map(({ operatorId, state }) => `${operatorId} ${state}`)
  expect(open()).toEqual(['boris talking'])
  const before = rig.telephony.state()
  const ringing = callOf('1.0', [legOf('1.1', '1001')])
  const over = callOf('2.0', [talking], { state: 'talking' })
  // Whether the ringing leg had a card is what cannot be read.
  refused = (kind) => kind === 'SelectQueryNode'
  refusals = 1
  rig.telephony.replay({ ...before, calls: new Map([['1.0', ringing]]) }, [
    { kind: 'legRinging', call: ringing, leg: legOf('1.1', '1001') },
    { kind: 'legEnded', call: over, leg: talking, answered: true, cause: 16, cancelled: false },
    { kind: 'callEnded', call: over },
  ])
  await rig.settle()
  expect(open()).toEqual(['boris wrapUp'])
  rig.clock.advance(2_000)
  await idle()
  expect(open().sort()).toEqual(['anna ringing', 'boris wrapUp'])
})

it('closes a card that rang in vain once that is written, with the time it ended', async () => {
  rig.telephony.setCall(callOf('1.0', [legOf('1.1', '1001')]))
  await idle()
  rig.clock.advance(7_000)
  const endedAtMs = rig.clock.nowMs()
  refused = (kind) => kind === 'InsertQueryNode'
  // Once the ledger, twice the card: with its leg, and with its call.
  refusals = 3
  rig.telephony.endCall('1.0')
  await rig.settle()
  expect(rig.calls.cards.openCards()).toHaveLength(1)
  rig.clock.advance(5_000)
  await idle()
  expect(rig.calls.cards.openCards()).toEqual([])
  expect(await rig.store.db.selectFrom('cards').select(['state', 'ended_at_ms']).execute()).toEqual([
    { state: 'missed', ended_at_ms: endedAtMs },
  ])
})

it.each([
  ['attended-transfer-asked-first', 'inbound', '+79161234567'],
  ['attended-transfer-called-for', 'outbound', '+79165550002'],
])(
  'has one row of a call that was transferred into a talk of colleagues, of who answered first: %s',
  async (name, direction, number) => {
    playerOf(name, rig.telephony)()
    await idle()
    const rows = await rig.store.db.selectFrom('calls').select(['direction', 'number', 'operator_id', 'ended_at_ms']).execute()
    expect(rows).toMatchObject([{ direction, number, operator_id: 'anna', ended_at_ms: expect.any(Number) }])
  },
)

/** As the PBX's own record has a call. */
const recorded = (id: string, more: Partial<EndedRow> = {}): EndedRow => ({
  id,
  direction: 'inbound',
  number: '+79160000001',
  phone_key: '9160000001',
  queue_number: '701',
  started_at_ms: 1_000,
  queued_at_ms: 1_000,
  answered_at_ms: null,
  ended_at_ms: 21_000,
  end_unseen: 0,
  operator_id: null,
  operator_name: null,
  ...more,
})
const row = (id: string) => rig.store.db.selectFrom('calls').selectAll().where('id', '=', id).executeTakeFirst()

it('takes a call nobody saw from the record, and its caller into the missed calls, once', async () => {
  await ledger.fill([recorded('1.0')])
  await ledger.fill([recorded('1.0')])
  await idle()
  expect(await row('1.0')).toEqual(recorded('1.0'))
  expect(await missed()).toEqual([[1, 20_000]])
})

it('has no work for a missed caller who has reached us since', async () => {
  await ledger.fill([recorded('2.0', { started_at_ms: 30_000, answered_at_ms: 31_000, ended_at_ms: 40_000 })])
  await ledger.fill([recorded('1.0')])
  await idle()
  expect(await row('1.0')).toEqual(recorded('1.0'))
  expect(await missed()).toEqual([])
})

it('has no work, after a restart neither, for who was missed and served while nobody looked; but for whom it was too short', async () => {
  const nowMs = rig.clock.nowMs()
  const early = { started_at_ms: nowMs - 60_000, queued_at_ms: nowMs - 60_000, ended_at_ms: nowMs - 40_000 }
  const later = { started_at_ms: nowMs - 30_000, answered_at_ms: nowMs - 29_000 }
  await ledger.fill([recorded('1.0', early), recorded('2.0', { ...later, ended_at_ms: nowMs - 24_000 })])
  await idle()
  expect(await missed()).toEqual([])
  await rig.restart()
  expect(await missed()).toEqual([])

  const other = { number: '+79160000002', phone_key: '9160000002' }
  await ledger.fill([
    recorded('3.0', { ...early, ...other }),
    recorded('4.0', { ...later, ...other, ended_at_ms: nowMs - 24_001 }),
  ])
  await idle()
  expect(await missed()).toEqual([[1, 20_000]])
})

it('closes the work of a missed caller whom the record shows answered in the gap', async () => {
  await ledger.fill([recorded('1.0')])
  await idle()
  expect(await missed()).toHaveLength(1)
  await ledger.fill([recorded('2.0', { started_at_ms: 30_000, answered_at_ms: 31_000, ended_at_ms: 40_000 })])
  await idle()
  expect(await missed()).toEqual([])
})

it('tells at the second try who was missed, where the first one ended between writing and telling', async () => {
  refused = (kind) => kind === 'SelectQueryNode' && asked++ > 0
  let asked = 0
  refusals = 1
  await expect(ledger.fill([recorded('1.0')])).rejects.toThrow('cannot be reached')
  await idle()
  expect(await row('1.0')).toEqual(recorded('1.0'))
  expect(await missed()).toEqual([])
  await ledger.fill([recorded('1.0')])
  await idle()
  expect(await missed()).toEqual([[1, 20_000]])
})

it('learns from the record how a call ended unseen, and leaves what was seen or goes on as it is', async () => {
  const startedAtMs = rig.clock.nowMs()
  const seen = callOf('1.0', [legOf('1.1', '1001')], { state: 'talking', startedAtMs, answeredAtMs: startedAtMs })
  rig.telephony.setCall(seen)
  await idle()
  await ledger.fill([recorded('1.0')])
  expect(await row('1.0')).toMatchObject({ ended_at_ms: null })
  rig.telephony.endCall('1.0')
  await idle()
  const ended = await row('1.0')
  await ledger.fill([recorded('1.0')])
  expect(await row('1.0')).toEqual(ended)

  await rig.store.db.updateTable('calls').set({ end_unseen: 1 }).where('id', '=', '1.0').execute()
  const truth = recorded('1.0', { started_at_ms: startedAtMs, answered_at_ms: startedAtMs + 1, ended_at_ms: startedAtMs + 9 })
  await ledger.fill([truth])
  expect(await row('1.0')).toEqual(truth)
})

it('closes what a snapshot lacks of its own server, and nothing of another', async () => {
  const open = async () => {
    await idle()
    const rows = await rig.store.db.selectFrom('calls').select('id').where('ended_at_ms', 'is', null).orderBy('id').execute()
    return rows.map(({ id }) => id)
  }
  const calls = ['1.0', '1.0~2'].map((id) => callOf(id, [], { state: 'waiting' }))
  for (const call of calls) rig.telephony.setCall(call)
  expect(await open()).toEqual(['1.0', '1.0~2'])
  // As after a restart: the state has nothing of the first server yet.
  rig.telephony.replay({ ...rig.telephony.state(), calls: new Map() }, [])
  rig.telephony.heal({ ...rig.telephony.state(), calls: new Map(calls.slice(1).map((call) => [call.id, call])) }, '2')
  expect(await open()).toEqual(['1.0', '1.0~2'])
  rig.telephony.heal(rig.telephony.state(), '1')
  expect(await open()).toEqual(['1.0~2'])
})

it('closes the calls of a server that was removed and has told nothing since the start, as ended unseen', async () => {
  for (const id of ['1.0', '1.0~2']) rig.telephony.setCall(callOf(id, [], { state: 'waiting' }))
  await idle()
  await ledger.stop()
  const silent = createSeveralTelephony({
    create: () => new FakeTelephony(),
    clock: rig.clock,
    logger: pino({ level: 'silent' }),
  })
  const { store, clock, users } = rig
  const later = new CallLedger({ db: store.db, clock, telephony: silent, users, logger: pino({ level: 'silent' }) })
  await later.start()
  silent.use('2', null)
  await later.idle()
  await later.stop()
  expect(await rig.store.db.selectFrom('calls').select(['id', 'ended_at_ms', 'end_unseen']).orderBy('id').execute()).toEqual([
    { id: '1.0', ended_at_ms: null, end_unseen: 0 },
    { id: '1.0~2', ended_at_ms: clock.nowMs(), end_unseen: 1 },
  ])
})
