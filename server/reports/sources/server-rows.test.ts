import { expect, it } from 'vitest'
import { cdrNames, celNames, ofServer, queueLogNames } from './server-rows.ts'
import type { CdrRow, CelRow, QueueLogRow } from './source.ts'

const cdr: CdrRow = {
  ...{ uniqueId: '1.1', linkedId: '1.0', sequence: 3, startMs: 0, answerMs: 1, endMs: 2, talkSec: 1 },
  ...{ channel: 'PJSIP/trunk-00000001', dstChannel: 'PJSIP/ivan-petrov-00000002', src: '+7916', dst: '701', context: 'in' },
  ...{ lastApp: 'Queue', lastData: '701,tTk,,,60', disposition: 'ANSWERED', userField: '', callerId: '', hangupCause: 16 },
}
const line = (agent: string, more: Partial<QueueLogRow> = {}): QueueLogRow => ({
  ...{ atMs: 0, callId: '1.0', queue: '701', agent, event: 'CONNECT', data: ['4', '1.1', '3'], ...more },
})
const cel = (more: Partial<CelRow>): CelRow => ({
  ...{ atMs: 0, eventType: 'HOLD', uniqueId: '1.1', linkedId: '1.0', channel: 'PJSIP/1001-1', peer: '', extra: '', ...more },
})

it('names what a call is made of, and leaves numbers people call as they are', () => {
  expect(cdrNames.at(cdr, '2')).toEqual({
    ...cdr,
    uniqueId: '1.1~2',
    linkedId: '1.0~2',
    channel: 'PJSIP/trunk~2-00000001',
    dstChannel: 'PJSIP/ivan-petrov~2-00000002',
    lastData: '701~2,tTk,,,60',
  })
  const local = { ...cdr, linkedId: null, channel: 'Local/s@x-1;1', dstChannel: '', lastApp: 'Dial', lastData: 'PJSIP/1001,60' }
  expect(cdrNames.at(local, '2')).toEqual({ ...local, uniqueId: '1.1~2' })
})

it.each([
  ['PJSIP/1001', 'PJSIP/1001~2'],
  ['Local/1001@agents/n', 'Local/1001~2@agents/n'],
  ['hint:1001@agents', 'hint:1001~2@agents'],
  ['1001', '1001~2'],
  ['Анна Ковалёва', 'Анна Ковалёва~2'],
  ['NONE', 'NONE'],
])('knows the member %s as %s', (agent, known) => {
  expect(queueLogNames.at(line(agent), '2')).toEqual(line(known, { callId: '1.0~2', queue: '701~2' }))
})

it('leaves what is of no call and no queue', () => {
  const start = line('NONE', { callId: 'NONE', queue: 'NONE', event: 'QUEUESTART', data: [] })
  expect(queueLogNames.at(start, '2')).toEqual(start)
})

it('names the other channels of a transfer, whatever else the facts are', () => {
  const extra = { channel2_uniqueid: '5.1', channel2_name: 'PJSIP/1002-2', bridge2_id: 'b', pickup_channel: 'PJSIP/1003-3', n: 1 }
  const known = celNames.at(cel({ eventType: 'ATTENDEDTRANSFER', extra: JSON.stringify(extra) }), '2')
  expect(known).toMatchObject({ uniqueId: '1.1~2', linkedId: '1.0~2', channel: 'PJSIP/1001~2-1' })
  expect(JSON.parse(known.extra)).toEqual({
    ...extra,
    ...{ channel2_uniqueid: '5.1~2', channel2_name: 'PJSIP/1002~2-2', pickup_channel: 'PJSIP/1003~2-3' },
  })
  expect(celNames.at(cel({ extra: 'no JSON' }), '2').extra).toBe('no JSON')
  expect(celNames.at(cel({ eventType: 'AWAY', uniqueId: '', linkedId: '', channel: '', extra: '123' }), '2')).toMatchObject({
    ...{ uniqueId: '', linkedId: '~2', channel: '', extra: '123' },
  })
})

const sourceOf = <Row>(rows: Row[]) => ({
  id: 'a',
  read: async () => ({ rows, problems: [], cursor: '', more: false, upToMs: null }),
  stop: async () => undefined,
})

it('reads the first server as it is', async () => {
  const { rows } = await ofServer(sourceOf([cdr]), '1', cdrNames).read(null, 1)
  expect(rows[0]).toBe(cdr)
  expect((await ofServer(sourceOf([cdr]), '2', cdrNames).read(null, 1)).rows).toEqual([cdrNames.at(cdr, '2')])
})

it('knows names of the first that end like a mark for no other server’s, as live telephony does', async () => {
  const gsm = { ...cdr, channel: 'PJSIP/gsm~1-00000001', lastData: 'support~2,tTk' }
  expect((await ofServer(sourceOf([gsm]), '1', cdrNames).read(null, 1)).rows).toEqual([
    { ...gsm, channel: 'PJSIP/gsm~1~1-00000001', lastData: 'support~2~1,tTk' },
  ])
  const joined = line('PJSIP/gsm~1', { queue: 'support~2' })
  expect((await ofServer(sourceOf([joined]), '1', queueLogNames).read(null, 1)).rows).toEqual([
    { ...joined, agent: 'PJSIP/gsm~1~1', queue: 'support~2~1' },
  ])
})
