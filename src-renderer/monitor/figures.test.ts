import { describe, expect, it } from 'vitest'
import { type CallRow, conversationsOf, keepsCall, type Listener } from '../../server/contract/index.ts'
import { call, operator, queue, view } from '../app/live/fixtures.ts'
import {
  callOf,
  callTimes,
  dayFigures,
  dayFilter,
  floorConversations,
  floorFigures,
  floorOperators,
  floorQueues,
  isConference,
  lacks,
  listenersIn,
  namesIn,
  othersFromOutside,
  queueNames,
} from './figures.ts'

const floor = view({
  operators: [
    operator({ id: 'vera', name: 'Вера', status: 'offline', queues: ['701', '702'] }),
    operator({ id: 'boris', name: 'Борис', status: 'onCall', queues: ['702'] }),
    operator({ id: 'anna', name: 'Анна', status: 'available', queues: ['701'] }),
  ],
  calls: [call({ id: 'c1' }), call({ id: 'c2', queue: { number: '702', name: 'Поддержка' } }), call({ id: 'c3', queue: null })],
  queues: [
    queue({ waiting: [{ callId: 'c1', number: '1', sinceMs: 500 }] }),
    queue({
      number: '702',
      waiting: [
        { callId: 'c2', number: '2', sinceMs: 200 },
        { callId: 'c4', number: '3', sinceMs: 900 },
      ],
    }),
  ],
})

const row = (change: Partial<CallRow>): CallRow => ({
  callId: 'c',
  startedAtMs: 0,
  direction: 'inbound',
  number: '',
  customerName: null,
  queue: { number: '701', name: 'Отдел продаж' },
  operatorName: null,
  outcome: 'answered',
  waitMs: null,
  talkMs: null,
  categoryId: null,
  resultId: null,
  satisfaction: null,
  description: '',
  cardId: null,
  ...change,
})

describe('floorQueues', () => {
  it('stand by number, whatever the order they came in', () => {
    const numbers = floorQueues(view({ queues: [queue({ number: '1000' }), queue({ number: '702' }), queue()] }), null)
    expect(numbers.map(({ number }) => number)).toEqual(['701', '702', '1000'])
  })
})

describe('floorFigures', () => {
  it('counts everybody', () => {
    expect(floorFigures(floor, null)).toEqual({
      online: 2,
      operators: 3,
      talking: 1,
      free: 1,
      wrapUp: 0,
      paused: 0,
      waiting: 3,
      activeQueues: 2,
      queues: 2,
      longestWaitSinceMs: 200,
    })
  })

  it('counts nobody as free who takes no queue’s calls', () => {
    const inNone = operator({ id: 'vera', status: 'available', queues: [] })
    expect(floorFigures(view({ operators: [inNone] }), null)).toMatchObject({ online: 1, free: 0 })
  })

  it('does not count who only looks on, listening or not, nor has a card for them', () => {
    for (const status of ['available', 'onCall'] as const) {
      const galina = operator({ id: 'galina', name: 'Галина', status, queues: [], listed: false })
      const watched = { ...floor, operators: [...floor.operators, galina] }
      for (const queue of [null, '701']) expect(floorFigures(watched, queue)).toEqual(floorFigures(floor, queue))
      for (const shown of [null, 'online', status] as const) {
        const filter = { queue: null, status: shown }
        expect(floorOperators(watched, filter)).toEqual(floorOperators(floor, filter))
      }
    }
  })

  it('counts one queue', () => {
    expect(floorFigures(floor, '701')).toEqual({
      online: 1,
      operators: 2,
      talking: 0,
      free: 1,
      wrapUp: 0,
      paused: 0,
      waiting: 1,
      activeQueues: 1,
      queues: 1,
      longestWaitSinceMs: 500,
    })
  })

  it('counts as active the queues somebody works or waits in', () => {
    const waiting = [{ callId: 'c1', number: '1', sinceMs: 0 }]
    const queues = [
      queue({ number: '1', online: 0 }),
      queue({ number: '2', online: 0, waiting }),
      queue({ number: '3', online: 1 }),
    ]
    expect(floorFigures(view({ queues }), null)).toMatchObject({ activeQueues: 2, queues: 3 })
  })

  it('has no longest wait when nobody waits', () => {
    expect(floorFigures(view(), null).longestWaitSinceMs).toBeNull()
  })
})

describe('today', () => {
  const rows = [
    row({}),
    row({ outcome: 'missed' }),
    row({ outcome: 'running' }),
    row({ direction: 'outbound' }),
    row({ direction: 'internal', outcome: 'noAnswer' }),
    row({ outcome: 'missed', queue: { number: '702', name: 'Поддержка' } }),
  ]

  it('lists finished calls from outside by their outcome, and all of the day without one', () => {
    const shown = (...[queue, day]: Parameters<typeof dayFilter>) =>
      rows.filter(keepsCall({ search: '', ...dayFilter(queue, day) }))
    expect(shown(null, 'missed')).toHaveLength(2)
    expect(shown(null, 'answered')).toHaveLength(1)
    expect(shown('702', 'answered')).toEqual([])
    expect(shown(null, null)).toHaveLength(rows.length)
  })

  it('has the figures of all queues, of one, and none of one nobody called', () => {
    const of = (offered: number) => ({ offered, answered: offered, lost: 0, serviceLevel: 1 })
    const sales = { number: '701', name: 'Продажи', today: of(3), recent: of(1) }
    const today = { day: 20_261_120, today: of(5), recent: of(2), queues: [sales], missing: null }
    expect(dayFigures(today, null)).toMatchObject({ today: of(5), recent: of(2) })
    expect(dayFigures(today, '701')).toMatchObject({ today: of(3), recent: of(1) })
    expect(dayFigures(today, '799').today).toEqual({ offered: 0, answered: 0, lost: 0, serviceLevel: null })
  })
})

it('the hours of the day lack what has come since', () => {
  const hour = (offered: number, answered: number, lost: number) => ({
    ...{ hourMs: offered, hourOfDay: 9, offered, answered, lost, expected: null },
  })
  const hours = [hour(5, 3, 1), hour(2, 1, 0)]
  const figures = { offered: 7, answered: 4, lost: 1, serviceLevel: null }
  expect(lacks({ hours }, figures)).toBe(false)
  for (const figure of ['offered', 'answered', 'lost'] as const)
    expect(lacks({ hours }, { ...figures, [figure]: figures[figure] + 1 })).toBe(true)
})

describe('lists', () => {
  it('puts operators by name and the absent last', () => {
    expect(floorOperators(floor, { queue: null, status: null }).map((each) => each.id)).toEqual(['anna', 'boris', 'vera'])
  })

  it('filters', () => {
    expect(floorOperators(floor, { queue: '702', status: null }).map((each) => each.id)).toEqual(['boris', 'vera'])
    expect(floorOperators(floor, { queue: null, status: 'available' }).map((each) => each.id)).toEqual(['anna'])
    expect(floorOperators(floor, { queue: null, status: 'online' }).map((each) => each.id)).toEqual(['anna', 'boris'])
    expect(floorConversations(conversationsOf(floor.calls), '702').map((each) => each.call.id)).toEqual(['c2'])
    expect(floorQueues(floor, '702').map((each) => each.number)).toEqual(['702'])
  })

  it('names the operators of a call and leaves out strangers', () => {
    const one = { call: call({ operatorIds: ['boris', 'nobody', 'anna'] }), joined: [] }
    expect(namesIn(one, floor.operators)).toBe('Борис, Анна')
  })

  describe('of a conference', () => {
    const outside = (number: string) => ({
      id: number,
      kind: 'outside' as const,
      operatorId: null,
      number,
      name: '',
      muted: false,
    })
    const room = '471147114711'
    const participants = [outside('+79160000001'), outside('+79160000002')]
    const own = call({ id: 'own', conferenceId: room, participants, number: '+79160000001', operatorIds: ['anna'] })
    const asked = call({ id: 'asked', conferenceId: room, participants, queue: null, operatorIds: ['anna', 'boris'] })
    const listener: Listener = {
      ...{ id: 's1', userId: 'galina', name: 'Галина', operatorId: 'boris' },
      ...{ mode: 'listen', private: false, sinceMs: 0 },
    }
    const heard = { ...asked, direction: 'internal' as const, startedAtMs: -1, listeners: [listener] }
    const other = call({ id: 'other', queue: { number: '702', name: 'Поддержка' } })
    const all = conversationsOf([other, heard, own])

    it('has one row, of the customer’s call, with everybody in it', () => {
      expect(all).toEqual([
        { call: other, joined: [] },
        { call: own, joined: [heard] },
      ])
      const [, one] = all
      if (!one) throw new Error('no conference')
      expect(namesIn(one, floor.operators)).toBe('Анна, Борис')
      expect(othersFromOutside(one).map(({ number }) => number)).toEqual(['+79160000002'])
      expect(listenersIn(one)).toEqual(heard.listeners)
      expect(isConference(one.call)).toBe(true)
    })

    it('has everybody else from outside, of the same number and of none too', () => {
      const others = (number: string, more: readonly string[]) => {
        const all = [number, ...more].map((each, at) => ({ ...outside(each), id: String(at) }))
        return othersFromOutside({ call: { ...own, number, participants: all }, joined: [] }).map(({ id }) => id)
      }
      expect(others('', ['', '+79160000002'])).toEqual(['1', '2'])
      expect(others('+79160000001', ['+79160000001'])).toEqual(['1'])
      expect(others('', [])).toEqual([])
    })

    it('is not one in a room of the PBX’s own, where strangers meet', () => {
      const met = (id: string) => call({ id, conferenceId: '850', participants, operatorIds: [id] })
      const strangers = conversationsOf([met('c850'), met('d850')])
      expect(strangers.map(({ call, joined }) => [call.id, joined])).toEqual([
        ['c850', []],
        ['d850', []],
      ])
      expect(strangers.map((one) => [isConference(one.call), othersFromOutside(one)])).toEqual([
        [false, []],
        [false, []],
      ])
      expect(callOf(strangers, operator({ id: 'd850' }))?.id).toBe('d850')
      // That of another server is ours as well.
      expect(conversationsOf([own, asked].map((each) => ({ ...each, conferenceId: `${room}~2` })))).toHaveLength(1)
    })

    it('is in the queue one of its callers came by, and on the cards of all its operators', () => {
      expect(floorConversations(all, '701').map((one) => one.call.id)).toEqual(['own'])
      expect(callOf(all, operator({ id: 'boris', callId: 'asked' }))).toBe(own)
      expect(callOf(all, operator({ id: 'nobody' }))).toBeNull()
    })

    it('is none any more when one is left in it, and a call by itself never was', () => {
      expect(isConference({ ...own, participants: participants.slice(1) })).toBe(false)
      expect(isConference({ ...own, conferenceId: null })).toBe(false)
    })
  })

  it('names the queues of an operator, by number when they have no name', () => {
    expect(queueNames(operator({ queues: ['701', '999'] }), floor.queues)).toBe('Отдел продаж, 999')
  })

  it('counts how long a call rang, was talked in and was on hold, each as long as it lasts', () => {
    const times = (change: Parameters<typeof call>[0]) => callTimes(call({ startedAtMs: 5_000, ...change }), 60_000)
    expect(times({})).toEqual({ ringMs: 55_000, talkMs: null, holdMs: null })
    expect(times({ answeredAtMs: 9_000 })).toEqual({ ringMs: 4_000, talkMs: 51_000, holdMs: null })
    expect(times({ answeredAtMs: 9_000, heldMs: 3_000 })).toMatchObject({ talkMs: 51_000, holdMs: 3_000 })
    expect(times({ answeredAtMs: 9_000, heldMs: 3_000, heldSinceMs: 50_000 })).toMatchObject({ holdMs: 13_000 })
    // The server's clock and ours are not the same to the millisecond.
    expect(times({ startedAtMs: 60_001 }).ringMs).toBe(0)
  })
})
