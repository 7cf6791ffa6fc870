import { expect, it } from 'vitest'
import type { Alarm, AlarmThreshold, FloorState } from '../../../server/contract/index.ts'
import { operator, queue, view } from '../../app/live/fixtures.ts'
import {
  alarmsIn,
  inUrgency,
  isBusy,
  levelOf,
  newsKey,
  newsOf,
  ofOperator,
  ofQueue,
  turnsMs,
  valueNow,
  waitLimitMs,
} from './standing.ts'

const alarm = (id: string, change: Partial<Alarm> = {}): Alarm => ({
  id,
  kind: 'waiting',
  level: 'warning',
  queue: { number: '701', name: 'Sales' },
  operator: null,
  limit: 3,
  worst: 4,
  beganAtMs: 1,
  criticalAtMs: null,
  endedAtMs: null,
  acknowledged: null,
  ...change,
})
const acknowledged = { byName: 'Galina', atMs: 2 }
const ids = (alarms: readonly Alarm[]) => alarms.map(({ id }) => id)

it('of one queue are its own and those of all queues', () => {
  const all = [alarm('own'), alarm('other', { queue: { number: '702', name: '' } }), alarm('all', { queue: null })]
  expect(ids(alarmsIn(all, '701'))).toEqual(['own', 'all'])
  expect(ids(alarmsIn(all, null))).toEqual(['own', 'other', 'all'])
})

it('stand by urgency: critical first, then the oldest, acknowledged ones last', () => {
  const all = [
    alarm('seen', { level: 'critical', acknowledged }),
    alarm('young', { beganAtMs: 9 }),
    alarm('old', { beganAtMs: 2 }),
    alarm('critical', { level: 'critical', beganAtMs: 99 }),
  ]
  expect(ids(inUrgency(all))).toEqual(['critical', 'old', 'young', 'seen'])
})

it('colour what they are of by the worst level', () => {
  const all = [alarm('a'), alarm('b', { level: 'critical' }), alarm('c', { kind: 'pause' })]
  expect(levelOf(all, 'waiting')).toBe('critical')
  expect(levelOf(all, 'pause')).toBe('warning')
  expect(levelOf(all, 'serviceLevel')).toBeNull()
})

it('are of a queue’s row or of an operator’s, not of both', () => {
  const of = alarm('operator', { kind: 'pause', operator: { id: 'anna', name: 'Anna' } })
  expect(ids(ofQueue([alarm('queue'), of, alarm('all', { queue: null })], '701'))).toEqual(['queue'])
  expect(ids(ofOperator([alarm('queue'), of], 'anna'))).toEqual(['operator'])
})

it('are news once a level, and each time they become critical again, and none when somebody sees to them', () => {
  const first = alarm('a')
  expect(ids(newsOf([first, alarm('b', { acknowledged })], new Set()))).toEqual(['a'])
  const known = new Set([newsKey(first)])
  expect(newsOf([first], known)).toEqual([])
  const critical = alarm('a', { level: 'critical', criticalAtMs: 5 })
  expect(ids(newsOf([critical], known))).toEqual(['a'])
  const all = new Set([...known, newsKey(critical)])
  expect(newsOf([first, critical], all)).toEqual([])
  expect(ids(newsOf([{ ...critical, criticalAtMs: 9 }], all))).toEqual(['a'])
})

it('tell the value of now, of their queue or of all, and of a time that runs none', () => {
  const caller = (callId: string) => ({ callId, number: '', sinceMs: 0 })
  const level = (serviceLevel: number) => ({ offered: 9, answered: 9, lost: 0, serviceLevel })
  const figures = { today: level(1), recent: level(0.7) }
  const floor: FloorState = {
    today: {
      ...{ day: 20_261_120, missing: null, today: level(1), recent: level(0.8) },
      queues: [{ number: '701', name: '', ...figures }],
    },
    alarms: [],
  }
  const live = view({
    operators: [operator(), operator({ id: 'galina', queues: [] }), operator({ id: 'boris', status: 'onCall' })],
    queues: [queue({ waiting: [caller('a'), caller('b')], free: 3 }), queue({ number: '702', waiting: [caller('c')], free: 0 })],
    floor,
  })
  const of = (kind: Alarm['kind'], all = false) => valueNow(alarm('a', { kind, ...(all && { queue: null }) }), live)
  expect([of('waiting'), of('waiting', true)]).toEqual([2, 3])
  // A supervisor's phone takes no queue's calls.
  expect([of('freeOperators'), of('freeOperators', true)]).toEqual([3, 1])
  expect([of('serviceLevel'), of('serviceLevel', true)]).toEqual([0.7, 0.8])
  expect([of('longestWait'), of('pause'), of('wrapUp', true)]).toEqual([null, null, null])
})

it('colour a wait by the limit of its queue before that of each, and by that of all too', () => {
  const limit = (scope: AlarmThreshold['scope'], warning: number | null, critical: number | null = null): AlarmThreshold => ({
    ...{ kind: 'longestWait', scope, warning, critical, afterMs: 0 },
  })
  const each = limit({ of: 'eachQueue' }, 60_000)
  const own = limit({ of: 'queue', number: '701' }, null, 90_000)
  expect(waitLimitMs([], '701')).toBeNull()
  expect(waitLimitMs([{ ...each, kind: 'pause' }], '701')).toBeNull()
  expect([waitLimitMs([each, own], '701'), waitLimitMs([each, own], '702')]).toEqual([90_000, 60_000])
  expect(waitLimitMs([each, own, limit({ of: 'floor' }, 30_000)], '701')).toBe(30_000)
})

it('sound for nobody who is in a call, on whatever phone', () => {
  const all = [operator({ status: 'onCall' }), operator({ id: 'boris', status: 'ringing' }), operator({ id: 'vera' })]
  expect(['anna', 'boris', 'vera', 'nobody'].map((id) => isBusy(all, id))).toEqual([true, true, false, false])
})

it('sound first in the window with the phone, and are read first in one that is seen', () => {
  const windows = {
    seenPhone: turnsMs({ phone: true, visible: true }),
    phone: turnsMs({ phone: true, visible: false }),
    seen: turnsMs({ phone: false, visible: true }),
    neither: turnsMs({ phone: false, visible: false }),
  }
  expect([windows.phone.sound, windows.seen.sound, windows.neither.sound]).toEqual([0, 300, 600])
  expect([windows.seenPhone.words, windows.seen.words, windows.phone.words, windows.neither.words]).toEqual([0, 300, 600, 900])
})
