import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { galina } from '../calls/fixture.ts'
import { operatorOf } from './fixture.ts'
import { type FloorRig, openFloorRig, pause, root, waiting } from './floor-fixture.ts'

let rig: FloorRig
beforeEach(async () => {
  rig = await openFloorRig()
})
afterEach(() => rig.close())

describe('alarms', () => {
  it('have on record who was told: who looked when it began, and who came later', async () => {
    await rig.save([waiting])
    rig.watching = [galina]
    rig.wait(2, 0)
    rig.seconds(2)
    rig.watching = [galina, root]
    rig.seconds(10)
    rig.wait(4, 0)
    rig.seconds(2)
    const { alarms } = await rig.log()
    const began = Date.UTC(2026, 10, 20, 12) + 1_000
    expect(alarms[0]?.told).toEqual([
      { name: 'Galina', level: 'warning', atMs: began },
      { name: 'Root', level: 'warning', atMs: began + 2_000 },
      { name: 'Galina', level: 'critical', atMs: began + 12_000 },
      { name: 'Root', level: 'critical', atMs: began + 12_000 },
    ])
  })

  it('are acknowledged by the first who does so, before all, and the audit has it', async () => {
    await rig.save([waiting])
    rig.wait(2, 0)
    rig.seconds(1)
    const [alarm] = rig.floor.state().alarms
    if (!alarm) throw new Error('no alarm')
    rig.told = []
    await rig.floor.acknowledge(galina, alarm.id)
    await rig.floor.acknowledge(root, alarm.id)
    expect(rig.standing()).toEqual([['warning', '701', 'Galina']])
    expect(rig.told).toEqual(['alarms'])
    rig.seconds(5)
    expect(rig.standing()).toEqual([['warning', '701', 'Galina']])
    rig.wait(0, 0)
    rig.seconds(20)
    expect((await rig.log()).alarms).toMatchObject([{ acknowledged: { byName: 'Galina' }, endedAtMs: expect.any(Number) }])
    const audit = await rig.store.db
      .selectFrom('audit')
      .select(['action', 'actor_name'])
      .where('subject', '=', alarm.id)
      .execute()
    expect(audit).toEqual([{ action: 'alarm.acknowledge', actor_name: 'Galina' }])
  })

  it('are acknowledged by one of two who do so at once', async () => {
    await rig.save([waiting])
    rig.wait(2, 0)
    rig.seconds(1)
    const id = rig.floor.state().alarms[0]?.id ?? ''
    await Promise.all([rig.floor.acknowledge(galina, id), rig.floor.acknowledge(root, id)])
    expect(rig.standing()).toEqual([['warning', '701', 'Galina']])
    const audit = await rig.store.db.selectFrom('audit').select('actor_name').where('subject', '=', id).execute()
    expect(audit).toEqual([{ actor_name: 'Galina' }])
  })

  it('are not acknowledged when that cannot be kept', async () => {
    await rig.save([waiting])
    rig.wait(2, 0)
    rig.seconds(1)
    await rig.log()
    const id = rig.floor.state().alarms[0]?.id ?? ''
    rig.refusing = true
    await expect(rig.floor.acknowledge(galina, id)).rejects.toThrow('away')
    rig.refusing = false
    rig.seconds(5)
    expect(rig.standing()).toEqual([['warning', '701', undefined]])
    await rig.floor.acknowledge(root, id)
    expect((await rig.log()).alarms).toMatchObject([{ acknowledged: { byName: 'Root' } }])
  })

  it('that rise or end while they are acknowledged lose neither', async () => {
    await rig.save([waiting])
    rig.wait(2, 2)
    rig.seconds(1)
    await rig.log()
    const idOf = (number: string) => rig.floor.state().alarms.find(({ queue }) => queue?.number === number)?.id ?? ''
    rig.meanwhile = () => {
      rig.wait(5, 2)
      rig.seconds(1)
    }
    await rig.floor.acknowledge(galina, idOf('701'))
    expect(rig.standing()).toContainEqual(['critical', '701', undefined])
    rig.meanwhile = () => {
      rig.wait(5, 0)
      rig.seconds(15)
    }
    await rig.floor.acknowledge(galina, idOf('702'))
    const acknowledged = { byName: 'Galina' }
    expect((await rig.log({ queue: '702' })).alarms).toMatchObject([{ acknowledged, endedAtMs: expect.any(Number) }])
    expect((await rig.log({ queue: '701' })).alarms).toMatchObject([{ acknowledged: null, level: 'critical' }])
  })

  it('are in the log as soon as the database is back, with who was told', async () => {
    await rig.save([waiting])
    rig.watching = [galina]
    rig.refusing = true
    rig.wait(2, 0)
    rig.seconds(3)
    rig.wait(5, 0)
    // Each attempt is refused before the next one.
    for (let n = 0; n < 5; n++) {
      rig.seconds(5)
      await rig.written()
    }
    rig.refusing = false
    expect((await rig.log()).total).toBe(0)
    rig.seconds(60)
    const { alarms } = await rig.log()
    expect(alarms).toMatchObject([{ level: 'critical', told: [{ level: 'warning' }, { level: 'critical' }] }])
  })

  it('can be acknowledged when they are over, and not when there are none', async () => {
    await rig.save([waiting])
    rig.wait(2, 0)
    rig.seconds(1)
    rig.wait(0, 0)
    rig.seconds(20)
    const [alarm] = (await rig.log()).alarms
    await rig.floor.acknowledge(root, alarm?.id ?? '')
    expect((await rig.log()).alarms[0]?.acknowledged?.byName).toBe('Root')
    expect((await rig.log({ state: 'open' })).total).toBe(0)
    await expect(rig.floor.acknowledge(root, 'none')).rejects.toMatchObject({ code: 'notFound' })
  })
})

describe('the log', () => {
  beforeEach(async () => {
    await rig.save([waiting, pause])
    rig.wait(2, 5)
    rig.operators = [operatorOf('anna', { status: 'paused', sinceMs: 0 })]
    rig.seconds(2)
    rig.wait(0, 5)
    rig.seconds(20)
  })

  it('is picked by kind, level, queue and state, the newest first', async () => {
    const seen = async (more: Parameters<FloorRig['log']>[0]) =>
      (await rig.log(more)).alarms.map(({ kind, queue, level }) => `${kind} ${queue?.number ?? '-'} ${level}`).sort()
    expect(await seen({})).toEqual(['pause - warning', 'waiting 701 warning', 'waiting 702 critical'])
    expect(await seen({ kind: 'pause' })).toEqual(['pause - warning'])
    expect(await seen({ level: 'critical' })).toEqual(['waiting 702 critical'])
    expect(await seen({ queue: '701' })).toEqual(['pause - warning', 'waiting 701 warning'])
    expect(await seen({ state: 'standing' })).toEqual(['pause - warning', 'waiting 702 critical'])
    expect(await seen({ fromDay: 20_261_121, toDay: 20_261_121 })).toEqual([])
    // Whenever they began.
    expect(await seen({ state: 'standing', fromDay: 20_261_121, toDay: 20_261_121 })).toHaveLength(2)
    expect(await rig.log({ limit: 1, offset: 1 })).toMatchObject({ total: 3, alarms: [{}] })
  })

  it('refuses a period that ends before it begins', async () => {
    await expect(rig.log({ toDay: 20_261_119 })).rejects.toMatchObject({ code: 'invalidInput' })
  })
})
