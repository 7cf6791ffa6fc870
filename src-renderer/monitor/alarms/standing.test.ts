import { expect, it } from 'vitest'
import type { Alarm } from '../../../server/contract/index.ts'
import { alarmsIn, inUrgency, levelOf, newsKey, newsOf, ofOperator, ofQueue } from './standing.ts'

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
