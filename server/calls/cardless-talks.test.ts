import { afterEach, beforeEach, expect, it } from 'vitest'
import { anna, type CallsRig, callOf, endedCall, galina, legOf, openCallsRig } from './fixture.ts'
import type { EndedCall } from './index.ts'
import { leastTalkMs } from './reached-since.ts'

/** Talks nobody here saw, from the PBX's own record: a missed caller who was reached in one is nobody's work any more. */

let rig: CallsRig
let missedAtMs: number
beforeEach(async () => {
  rig = await openCallsRig()
  missedAtMs = rig.clock.nowMs()
  await tell(endedCall({ id: '1.0', started_at_ms: missedAtMs, ended_at_ms: missedAtMs + 20_000 }), 'asterisk')
  expect(await open()).toHaveLength(1)
})
afterEach(() => rig.close())

async function tell(call: EndedCall, from: 'asterisk' | 'record' = 'record'): Promise<void> {
  rig.calls.callEnded(call, from)
  await rig.settle()
}
const talk = (more: Partial<EndedCall> = {}): EndedCall => {
  const answeredAtMs = missedAtMs + 100_000
  return endedCall({
    ...{ id: '2.0', started_at_ms: answeredAtMs - 9_000, answered_at_ms: answeredAtMs, ended_at_ms: answeredAtMs + 60_000 },
    ...more,
  })
}
const laterTalk = () => talk({ id: '9.0', answered_at_ms: missedAtMs + 400_000, ended_at_ms: missedAtMs + 460_000 })
const open = async () => (await rig.calls.missedCalls.list(galina, { status: 'open', limit: 9 })).entries
const done = async () => (await rig.calls.missedCalls.list(galina, { status: 'done', limit: 9 })).entries
const kept = (call: EndedCall) => rig.store.db.insertInto('calls').values(call).execute()

it('closes the entry, with who talked, as reached or as called back, and opens no card', async () => {
  await tell(talk({ operator_id: anna.id, operator_name: anna.name }))
  expect(await open()).toEqual([])
  const over = { doneHow: 'reached', doneBy: { id: 'anna' }, doneAtMs: missedAtMs + 160_000, doneCardId: null }
  expect(await done()).toMatchObject([over])
  const later = { started_at_ms: missedAtMs + 200_000, ended_at_ms: missedAtMs + 210_000 }
  await tell(endedCall({ id: '3.0', ...later }), 'asterisk')
  const dialled = { direction: 'outbound', answered_at_ms: missedAtMs + 300_000, ended_at_ms: missedAtMs + 330_000 }
  await tell(talk({ id: '4.0', ...dialled }))
  expect((await done()).map(({ doneHow, doneBy }) => [doneHow, doneBy])).toEqual([
    ['call', null],
    ['reached', { id: 'anna', name: 'Anna' }],
  ])
})

it.each<[what: string, call: Partial<EndedCall>]>([
  ['was too short', { ended_at_ms: 0 }],
  ['was answered before the caller was missed', { answered_at_ms: -1 }],
  ['was not answered', { answered_at_ms: null, direction: 'outbound' }],
  ['was with somebody else', { number: '+79160000102' }],
  ['was between colleagues', { direction: 'internal' }],
  ['ended nobody knows when', { end_unseen: 1 }],
])('closes nothing that %s', async (_, change) => {
  const call = talk(change)
  const answered = change.answered_at_ms === -1 ? { answered_at_ms: missedAtMs - 1 } : {}
  const short = change.ended_at_ms === 0 ? { ended_at_ms: (call.answered_at_ms ?? 0) + leastTalkMs - 1 } : {}
  await tell({ ...call, ...answered, ...short })
  expect(await open()).toMatchObject([{ count: 1 }])
})

it('closes nothing a second time: somebody who opened it again knows better, after a restart too', async () => {
  await kept(talk())
  await tell(talk())
  const [entry] = await done()
  await rig.calls.missedCalls.complete(galina, [entry?.id ?? ''], false)
  await tell(talk())
  expect(await open()).toHaveLength(1)
  await rig.restart()
  await rig.settle()
  expect(await open()).toHaveLength(1)
  await tell(laterTalk())
  expect(await open()).toEqual([])
})

it('closes by none of the talks of before what somebody opened again, done by hand in between or not', async () => {
  const talks = [talk(), talk({ id: '3.0', answered_at_ms: missedAtMs + 200_000, ended_at_ms: missedAtMs + 260_000 })]
  for (const each of talks) await kept(each)
  const tellAll = async () => {
    for (const each of talks) await tell(each)
  }
  const setDone = async (isDone: boolean) => {
    const [entry] = isDone ? await open() : await done()
    await rig.calls.missedCalls.complete(galina, [entry?.id ?? ''], isDone)
  }
  rig.clock.advance(300_000)
  await tell(talks[1] ?? talk())
  await setDone(false)
  await tellAll()
  expect(await open()).toHaveLength(1)
  await rig.restart()
  await rig.settle()
  expect(await open()).toHaveLength(1)
  await setDone(true)
  await setDone(false)
  await tellAll()
  await rig.restart()
  await rig.settle()
  expect(await open()).toHaveLength(1)
  await tell(laterTalk())
  expect(await open()).toEqual([])
})

it('does not close again by the clock of a PBX that goes ahead', async () => {
  await tell(talk())
  const [entry] = await done()
  await rig.calls.missedCalls.complete(galina, [entry?.id ?? ''], false)
  await tell(talk())
  await tell(talk({ id: '3.0', answered_at_ms: missedAtMs + 160_000, ended_at_ms: missedAtMs + 170_000 }))
  expect(await open()).toHaveLength(1)
})

it('is made good at a start, where the server ended before it was told', async () => {
  await kept(talk())
  await rig.restart()
  await rig.settle()
  expect(await open()).toEqual([])
  expect(await done()).toMatchObject([{ doneHow: 'reached', doneBy: null }])
})

it('leaves to the card what an operator took here, and takes what a phone took that is nobody’s', async () => {
  await tell(talk({ operator_id: anna.id, operator_name: anna.name }), 'asterisk')
  expect(await open()).toHaveLength(1)
  await tell(talk({ id: '3.0' }), 'asterisk')
  expect(await open()).toEqual([])
})

it('closes nothing by the record’s word what the call’s own card has closed before', async () => {
  const answeredAtMs = missedAtMs + 100_000
  rig.clock.advance(100_000)
  rig.telephony.setCall(callOf('2.0', [legOf('2.1', '1001', { state: 'up', answeredAtMs })], { answeredAtMs }))
  await rig.settle()
  rig.clock.advance(60_000)
  rig.telephony.endCall('2.0')
  await rig.settle()
  const [entry] = await done()
  expect(entry).toMatchObject({ doneHow: 'reached', doneCardId: expect.any(String) })
  await rig.calls.missedCalls.complete(galina, [entry?.id ?? ''], false)
  await tell(talk())
  expect(await open()).toHaveLength(1)
})
