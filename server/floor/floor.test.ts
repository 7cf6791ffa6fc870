import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { boris, galina } from '../calls/fixture.ts'
import { type AlarmThreshold, nameAt } from '../contract/index.ts'
import { noVisits, operatorOf, queueOf, todayOf } from './fixture.ts'
import { type FloorRig, openFloorRig, pause, root, waiting } from './floor-fixture.ts'

let rig: FloorRig
beforeEach(async () => {
  rig = await openFloorRig()
})
afterEach(() => rig.close())

describe('alarms', () => {
  it('begin, rise and end, each told to everybody once and written down with its worst value', async () => {
    await rig.save([waiting])
    rig.wait(2, 0)
    rig.seconds(2)
    expect(rig.standing()).toEqual([['warning', '701', undefined]])
    expect(rig.told).toEqual(['today', 'alarms'])
    rig.wait(5, 0)
    rig.seconds(3)
    expect(rig.standing()).toEqual([['critical', '701', undefined]])
    rig.wait(0, 0)
    rig.seconds(20)
    expect(rig.standing()).toEqual([])
    expect(rig.told).toEqual(['today', 'alarms', 'alarms', 'alarms'])
    const { alarms, total } = await rig.log()
    expect(total).toBe(1)
    const began = Date.UTC(2026, 10, 20, 12) + 1_000
    expect(alarms).toMatchObject([
      {
        ...{
          kind: 'waiting',
          level: 'critical',
          queue: { number: '701', name: 'queue 701' },
          operator: null,
          limit: 4,
          worst: 5,
        },
        ...{ beganAtMs: began, criticalAtMs: began + 2_000, endedAtMs: began + 15_000, acknowledged: null, told: [] },
      },
    ])
  })

  it('are nobody’s while the link to Asterisk is away: none begins, none ends', async () => {
    await rig.save([waiting])
    rig.wait(2, 0)
    rig.seconds(2)
    rig.away.add('1')
    rig.wait(0, 9)
    rig.seconds(60)
    expect(rig.standing()).toEqual([['warning', '701', undefined]])
    rig.away.delete('1')
    rig.seconds(20)
    expect(rig.standing()).toEqual([['critical', '702', undefined]])
  })

  it('are judged at the servers that are heard while another is away', async () => {
    const floorWide: AlarmThreshold = { ...waiting, scope: { of: 'floor' }, warning: 7 }
    await rig.save([waiting, { ...floorWide, critical: null }, pause])
    const at2 = nameAt('2', '701')
    const callers = (first: number, second: number) => {
      const since = (count: number) => Array.from({ length: count }, () => rig.clock.nowMs())
      rig.queues = [queueOf('701', since(first)), queueOf(at2, since(second))]
    }
    callers(0, 2)
    rig.operators = [
      operatorOf('anna', { status: 'paused', sinceMs: rig.clock.nowMs() }),
      operatorOf('boris', { status: 'paused', sinceMs: rig.clock.nowMs(), extension: nameAt('2', '1001') }),
    ]
    rig.seconds(2)
    expect(rig.standing()).toEqual([['warning', at2, undefined]])
    rig.away.add('2')
    callers(2, 9)
    rig.seconds(65)
    expect(rig.standing()).toEqual([
      ['warning', at2, undefined],
      ['warning', '701', undefined],
      ['warning', undefined, undefined],
    ])
    expect(rig.floor.state().alarms[2]?.operator?.id).toBe('anna')
    callers(0, 0)
    rig.seconds(20)
    expect(rig.standing()).toContainEqual(['warning', at2, undefined])
    rig.away.delete('2')
    rig.seconds(20)
    expect(rig.floor.state().alarms.map(({ operator }) => operator?.id)).toEqual(['anna', 'boris'])
  })

  it('of all queues are nobody’s while no server is heard', async () => {
    await rig.save([{ ...waiting, scope: { of: 'floor' } }])
    rig.wait(2, 0)
    rig.seconds(2)
    rig.away.add('1')
    rig.wait(0, 0)
    rig.seconds(60)
    expect(rig.standing()).toEqual([['warning', undefined, undefined]])
  })

  it('begin by what was seen, not by what time went by unseen, and end so', async () => {
    await rig.save([{ ...waiting, afterMs: 30_000 }])
    rig.wait(2, 0)
    rig.seconds(5)
    rig.away.add('1')
    rig.seconds(600)
    rig.away.delete('1')
    rig.seconds(20)
    expect(rig.standing()).toEqual([])
    rig.seconds(10)
    expect(rig.standing()).toEqual([['warning', '701', undefined]])
    rig.wait(0, 0)
    rig.seconds(5)
    rig.away.add('1')
    rig.seconds(30)
    rig.away.delete('1')
    rig.seconds(2)
    expect(rig.standing()).toHaveLength(1)
    rig.seconds(8)
    expect(rig.standing()).toEqual([])
  })

  it('of the service level neither begin nor end while calls are lacking', async () => {
    const level: AlarmThreshold = { kind: 'serviceLevel', scope: { of: 'eachQueue' }, warning: 0.8, critical: null, afterMs: 0 }
    await rig.save([level, { ...level, scope: { of: 'floor' } }])
    const is = (serviceLevel: number) => {
      const recent = { ...noVisits, offered: 9, serviceLevel }
      rig.today = todayOf({ recent, queues: [{ number: '701', name: '701', today: recent, recent }] })
    }
    rig.lacking.add('1')
    is(0.5)
    rig.seconds(30)
    expect(rig.standing()).toEqual([])
    rig.lacking.clear()
    rig.seconds(1)
    expect(rig.standing()).toHaveLength(2)
    rig.lacking.add('1')
    is(0.9)
    rig.seconds(30)
    expect(rig.standing()).toHaveLength(2)
    rig.lacking.clear()
    rig.seconds(20)
    expect(rig.standing()).toEqual([])
  })

  it('go on when the server starts again, as one, without telling the same person twice', async () => {
    await rig.save([waiting])
    rig.watching = [galina]
    rig.wait(2, 0)
    rig.seconds(2)
    const before = rig.floor.state().alarms
    await rig.floor.stop()
    rig.seconds(30)
    await rig.open()
    expect(rig.floor.state().alarms).toEqual(before)
    rig.seconds(5)
    rig.wait(0, 0)
    rig.seconds(20)
    const { alarms } = await rig.log()
    expect(alarms).toHaveLength(1)
    expect(alarms[0]).toMatchObject({ endedAtMs: expect.any(Number), told: [{ name: 'Galina' }] })
  })

  it('are over where they were seen last when the server was off for long, and others begin', async () => {
    await rig.save([waiting, pause])
    rig.wait(2, 0)
    rig.operators = ['anna', 'boris'].map((id) => operatorOf(id, { status: 'paused', sinceMs: rig.clock.nowMs() }))
    rig.seconds(62)
    for (const { id } of rig.floor.state().alarms) await rig.floor.acknowledge(galina, id)
    const stoppedMs = rig.clock.nowMs()
    await rig.floor.stop()
    rig.seconds(9 * 3_600)
    rig.operators = [...rig.operators.slice(0, 1), operatorOf('boris', { status: 'paused', sinceMs: rig.clock.nowMs() - 61_000 })]
    await rig.open()
    const of = (operator: string) => expect.objectContaining({ operator: expect.objectContaining({ id: operator }) })
    const { alarms } = await rig.log({ toDay: 20_261_121 })
    expect(alarms).toHaveLength(5)
    const ended = alarms.filter(({ endedAtMs }) => endedAtMs !== null)
    expect(ended).toEqual([of('boris'), expect.objectContaining({ kind: 'waiting' })])
    expect(ended.map(({ endedAtMs }) => endedAtMs)).toEqual([stoppedMs, stoppedMs])
    // Anna is in the same pause still.
    expect(alarms.filter(({ acknowledged }) => acknowledged === null)).toHaveLength(2)
    expect(rig.floor.state().alarms.find(({ acknowledged }) => acknowledged !== null)).toEqual(of('anna'))
  })

  it('end when nobody wants to know any more', async () => {
    await rig.save([waiting])
    rig.wait(2, 0)
    rig.seconds(1)
    await rig.save([])
    rig.seconds(20)
    expect(rig.standing()).toEqual([])
  })

  it('are of an operator too long in a pause', async () => {
    await rig.save([pause], root)
    rig.operators = [operatorOf('anna', { name: 'Anna', status: 'paused', sinceMs: rig.clock.nowMs() })]
    rig.seconds(59)
    expect(rig.floor.state().alarms).toEqual([])
    rig.seconds(2)
    expect(rig.floor.state().alarms).toMatchObject([{ kind: 'pause', operator: { id: 'anna', name: 'Anna' }, limit: 60_000 }])
  })
})

describe('thresholds', () => {
  it('are not taken back by who has not seen them', async () => {
    const seen = rig.floor.thresholdsVersion()
    await rig.save([waiting])
    const other: AlarmThreshold = { ...waiting, scope: { of: 'queue', number: '701' } }
    const late = () => rig.floor.saveThresholds(boris, [other], seen)
    await expect(late()).rejects.toMatchObject({ code: 'conflict' })
    expect(rig.floor.thresholds()).toEqual([waiting])
    await rig.floor.stop()
    await rig.open()
    await expect(late()).rejects.toMatchObject({ code: 'conflict' })
    await rig.save([waiting, other])
    expect(rig.floor.thresholds()).toEqual([waiting, other])
    const lines = await rig.store.db
      .selectFrom('audit')
      .select('actor_id')
      .where('action', '=', 'alarms.saveThresholds')
      .execute()
    expect(lines.map(({ actor_id }) => actor_id)).toEqual(['galina', 'galina'])
  })

  it('are those somebody saved, after a restart too, and the change is in the audit', async () => {
    expect(rig.floor.thresholds()).toMatchObject([{ kind: 'longestWait', scope: { of: 'eachQueue' } }])
    await rig.save([waiting])
    await rig.floor.stop()
    await rig.open()
    expect(rig.floor.thresholds()).toEqual([waiting])
    const audit = await rig.store.db
      .selectFrom('audit')
      .select('actor_id')
      .where('action', '=', 'alarms.saveThresholds')
      .execute()
    expect(audit).toEqual([{ actor_id: 'galina' }])
  })

  it('that are not understood are left out, and the server starts with the others', async () => {
    const value = JSON.stringify([{ ...waiting, kind: 'mood' }, waiting, { ...waiting, warning: -1 }])
    await rig.store.db.insertInto('settings').values({ key: 'alarms', value, updated_at_ms: 0 }).execute()
    await rig.floor.stop()
    await rig.open()
    expect(rig.floor.thresholds()).toEqual([waiting])
  })

  it('of one kind stand once for the same', async () => {
    await expect(rig.save([waiting, { ...waiting, warning: 1 }])).rejects.toMatchObject({
      code: 'invalidInput',
    })
    const other: AlarmThreshold = { ...waiting, scope: { of: 'queue', number: '701' } }
    await rig.save([waiting, other])
    expect(rig.floor.thresholds()).toHaveLength(2)
  })
})

it('tells of the figures when they are others, at most once a second', () => {
  rig.told = []
  rig.seconds(3)
  expect(rig.told).toEqual([])
  rig.today = todayOf({ today: { ...noVisits, offered: 1 } })
  rig.seconds(3)
  expect(rig.told).toEqual(['today'])
  expect(rig.floor.state().today.today.offered).toBe(1)
})
