import { afterAll, beforeAll, expect, it } from 'vitest'
import { FakeQueueNames } from '../calls/fixture.ts'
import { addCustomers } from '../calls/index.ts'
import { bucketsOf, openRecordRig, type RecordRig } from './fixture.ts'
import { PastCalls } from './index.ts'

const atMs = Date.UTC(2026, 10, 12, 9)
const buckets = bucketsOf(atMs)

let rig: RecordRig
let past: PastCalls
beforeAll(async () => {
  rig = await openRecordRig()
  past = new PastCalls({ reader: rig.reader, users: rig.users, queueNames: new FakeQueueNames() })
  rig.add('ledger_calls', {
    ...{ call_key: '1.0', direction: 'inbound', number: '+79160000101', phone_key: '9160000101', queue: '701' },
    ...{ started_at_ms: atMs, queued_at_ms: atMs, answered_at_ms: atMs + 9_000, ended_at_ms: atMs + 60_000, operator: '1001' },
    ...{ talk_ms: 51_000, hold_ms: 4_000, wait_ms: 9_000, outcome: 'answered', missed_cause: null },
    ...{ rings: 1, queue_visits: 1, recording: null, ...buckets },
  })
  rig.add('queue_visits', {
    ...{ call_key: '1.0', n: 0, queue: '701', entered_at_ms: atMs, left_at_ms: atMs + 9_000, wait_ms: 9_000 },
    ...{ position_in: 3, position_out: null, outcome: 'answered', operator: '1001', talk_ms: 51_000, rings: 1, exit_key: null },
    ...{ within_target: 1, short_abandon: 0, target_ms: 30_000, short_ms: 5_000, level_part: 1, level_whole: 1 },
    ...{ out_of_hours: 0, cause: null, ...buckets },
  })
  rig.add('ledger_rings', {
    ...{ call_key: '1.0', n: 0, direction: 'inbound', operator: '1001', queue: '701', visit: 0, at_ms: atMs + 5_000 },
    ...{ ring_ms: 4_000, outcome: 'answered', ...buckets },
  })
  rig.add('ledger_legs', {
    ...{ call_key: '1.0', n: 0, direction: 'inbound', operator: '1001', queue: '701', visit: 0, origin: 'queue' },
    ...{ answered_at_ms: atMs + 9_000, ended_at_ms: atMs + 60_000, talk_ms: 51_000, hold_ms: 4_000, transferred: 0, ...buckets },
  })
  for (const unique_id of ['1.1', '1.2']) rig.add('call_aliases', { unique_id, call_key: '1.0' })
})
afterAll(() => rig.close())

it('reads a call of the record by any of its ids, with its course and whose it was', async () => {
  const call = await past.read('1.0')
  expect(call).toMatchObject({
    call: {
      ...{ callKey: '1.0', number: '+79160000101', customerName: null, queue: { number: '701', name: 'Sales' } },
      ...{ operatorName: 'Anna', outcome: 'answered', waitMs: 9_000, talkMs: 51_000 },
    },
    endedAtMs: atMs + 60_000,
    parts: [
      { operatorId: 'anna', talk: null },
      { operatorId: 'anna', talk: { fromMs: atMs + 9_000, toMs: atMs + 60_000 } },
    ],
  })
  expect(call?.ids.toSorted()).toEqual(['1.0', '1.1', '1.2'])
  expect(call?.course.map(({ kind }) => kind)).toEqual(['started', 'queued', 'rang', 'answered', 'left', 'ended'])
  expect(call?.course.at(-2)).toMatchObject({ kind: 'left', holdMs: 4_000, lengthMs: 51_000 })
  expect(await past.read('1.2')).toEqual(call)
  expect(await past.read('1.3')).toBeNull()
})

it('names who had the phone then, and the customer whose number it is', async () => {
  const ivan = { id: 'c1', name: 'Ivan', phones: ['+79160000101'], address: '', notes: '', tag: null, createdAtMs: 0 }
  await addCustomers(rig.store.db, [ivan])
  rig.users.setExtensionTimes('anna', [{ extension: '1001', fromMs: atMs + 1_000_000, toMs: null }])
  rig.users.setExtensionTimes('boris', [{ extension: '1001', fromMs: 0, toMs: atMs + 1_000_000 }])
  const call = await past.read('1.0')
  expect(call?.call).toMatchObject({ operatorName: 'Boris', customerName: 'Ivan' })
  expect(call?.parts.map(({ operatorId }) => operatorId)).toEqual(['boris', 'boris'])
  expect(call?.course.map(({ operatorName }) => operatorName)).toContain('Boris')
})
