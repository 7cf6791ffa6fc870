import { describe, expect, it } from 'vitest'
import { WallboardView } from '../contract/index.ts'
import { alarm, liveOperator, liveQueue, liveView, settings } from './fixture.ts'
import { projectWallboard, wallboardChanges } from './project.ts'

const zone = 'Europe/Moscow'
const sales = { number: '701', name: 'Queue 701' }
const visits = (answered: number, lost: number, serviceLevel: number | null) => ({
  offered: answered + lost,
  ...{ answered, lost, serviceLevel },
})
const floor = (change: object = {}) => ({
  today: {
    day: 20261121,
    today: visits(30, 3, 0.9),
    recent: visits(6, 1, 0.8),
    queues: [
      { ...sales, today: visits(20, 1, 0.95), recent: visits(4, 0, 1) },
      { number: '702', name: 'Queue 702', today: visits(8, 2, 0.7), recent: visits(2, 1, 0.5) },
      { number: '703', name: 'Queue 703', today: visits(2, 0, 1), recent: visits(0, 0, null) },
    ],
    missing: null,
  },
  alarms: [],
  ...change,
})
const busy = liveView({
  queues: [
    liveQueue('710'),
    liveQueue('702', [300], { free: 1, online: 3 }),
    // One who is free is paused in this queue.
    liveQueue('701', [200, 100], { free: 0, online: 3 }),
  ],
  operators: [
    liveOperator('a', 'available', ['701', '702']),
    liveOperator('b', 'onCall', ['701']),
    liveOperator('c', 'ringing', ['702']),
    liveOperator('d', 'paused', ['702']),
    liveOperator('e', 'wrapUp', ['701']),
    liveOperator('f', 'offline', ['701']),
    // Takes no queue's calls.
    liveOperator('g', 'available', []),
  ],
  floor: floor(),
})

describe('what a wallboard shows', () => {
  it('all queues: each operator once, the day of all', () => {
    const { total, queues } = projectWallboard(busy, settings, zone)
    expect(total).toEqual({
      ...{ waiting: 3, longestWaitSinceMs: 100, free: 1, talking: 1, wrapUp: 1, paused: 1, online: 5 },
      ...{ answered: 30, lost: 3, serviceLevel: 0.9, serviceLevelRecent: 0.8, alarms: {} },
    })
    expect(queues.map(({ number }) => number)).toEqual(['701', '702', '710'])
    expect(queues[0]).toMatchObject({ waiting: 2, free: 0, talking: 1, wrapUp: 1, paused: 0, answered: 20, serviceLevel: 0.95 })
  })

  it('some queues: only their callers, operators and calls, and no service level of formulas mixed', () => {
    const { total, queues } = projectWallboard(busy, { ...settings, queues: ['702', '703', 'gone'] }, zone)
    expect(queues.map(({ number }) => number)).toEqual(['702'])
    expect(total).toMatchObject({ waiting: 1, free: 1, talking: 0, paused: 1, wrapUp: 0, online: 3 })
    expect(total).toMatchObject({ answered: 8, lost: 2, serviceLevel: 0.7 })
    const two = projectWallboard(busy, { ...settings, queues: ['701', '702'] }, zone).total
    expect(two).toMatchObject({ answered: 28, lost: 3, serviceLevel: null, serviceLevelRecent: null })
  })

  it('nothing of a day that is not known', () => {
    const { total, missing } = projectWallboard(liveView({ floor: null }), settings, zone)
    expect(total).toMatchObject({ answered: null, lost: null, serviceLevel: null, serviceLevelRecent: null })
    expect(missing).toBeNull()
    const gap = { fromMs: 5, toMs: 9 }
    const partly = liveView({ floor: floor({ today: { ...floor().today, missing: gap } }) })
    expect(projectWallboard(partly, settings, zone).missing).toEqual(gap)
  })

  it('the link to the Asterisk its queues are at, not to another', () => {
    const link = (state: 'up' | 'down', sinceMs: number) => ({ state, problem: null, sinceMs })
    const view = liveView({
      queues: [liveQueue('701'), liveQueue('702~2')],
      pbx: link('down', 7),
      servers: [
        { id: '1', name: 'First', pbx: link('up', 3) },
        { id: '2', name: 'Second', pbx: link('down', 7) },
      ],
    })
    const pbx = (queues: string[] | null) => projectWallboard(view, { ...settings, queues }, zone).pbx
    expect([pbx(null), pbx(['701']), pbx(['702~2'])]).toEqual([
      { state: 'down', sinceMs: 7 },
      { state: 'up', sinceMs: 3 },
      { state: 'down', sinceMs: 7 },
    ])
    const [, second] = view.servers
    if (!second) throw new Error('no second server')
    const servers = [{ id: '1', name: 'First', pbx: { ...link('up', 3), state: 'connecting' as const } }, second]
    expect(projectWallboard({ ...view, servers }, { ...settings, queues: null }, zone).pbx.state).toBe('down')
    // Away since the start, its queues are not known.
    const cold = projectWallboard({ ...view, queues: [liveQueue('701')] }, { ...settings, queues: ['702~2'] }, zone)
    expect([cold.queues, cold.pbx.state]).toEqual([[], 'down'])
  })

  it('alarms at the figures they are about, the worse of two', () => {
    const alarms = [
      alarm('waiting', { queue: sales }),
      alarm('waiting', { id: '2', level: 'critical' }),
      alarm('longestWait', { queue: sales, level: 'critical' }),
      alarm('pause', { operator: { id: 'd', name: 'Name of d' } }),
      alarm('freeOperators'),
    ]
    const view = { ...busy, floor: floor({ alarms }) }
    const all = projectWallboard(view, settings, zone)
    expect(all.total.alarms).toEqual({ waiting: 'critical', longestWait: 'critical', paused: 'warning', free: 'warning' })
    expect(all.queues.map((queue) => queue.alarms)).toEqual([
      { waiting: 'warning', longestWait: 'critical' },
      { paused: 'warning' },
      {},
    ])
    // An operator's alarm by the limit of one queue is none of the operator's other queues.
    const ofSales = alarm('pause', { queue: sales, operator: { id: 'a', name: 'Name of a' } })
    const each = projectWallboard({ ...busy, floor: floor({ alarms: [ofSales] }) }, settings, zone).queues
    expect(each.map((queue) => queue.alarms)).toEqual([{ paused: 'warning' }, {}, {}])
    // What stands for all queues together is no alarm of a part of them.
    expect(projectWallboard(view, { ...settings, queues: ['702'] }, zone).total.alarms).toEqual({ paused: 'warning' })
  })

  it('no call, no number, no reason, and names only with the page for them', () => {
    const alarms = [alarm('pause', { operator: { id: 'd', name: 'Name of d' } })]
    const view = { ...busy, floor: floor({ alarms }) }
    const plain = JSON.stringify(projectWallboard(view, settings, zone))
    for (const secret of ['secret', '+7916', 'Name of', '1001']) expect(plain).not.toContain(secret)
    const named = projectWallboard(view, { ...settings, pages: ['operators'] }, zone)
    expect(JSON.stringify(named)).not.toMatch(/secret|\+7916|1001/)
    expect(named.operators.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => `Name of ${id}`))
    // Neither does the contract let anything through.
    expect(WallboardView.parse(named)).toEqual(named)
  })
})

describe('what has changed', () => {
  const before = projectWallboard(busy, settings, zone)

  it('is nothing between equal views', () => {
    expect(wallboardChanges(before, projectWallboard(structuredClone(busy), settings, zone))).toEqual([])
  })

  it('is told part by part', () => {
    const after = projectWallboard(
      { ...busy, pbx: { state: 'down', problem: 'lost', sinceMs: 7 }, queues: [liveQueue('701'), liveQueue('800')] },
      { ...settings, name: 'Other', pages: ['operators'] },
      zone,
    )
    const kinds = wallboardChanges(before, after).map(({ kind }) => kind)
    expect(kinds).toEqual(['screen', 'pbx', 'total', 'queue', 'queue', 'queueOrder', 'operators'])
  })
})
