import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { galina, person } from '../calls/fixture.ts'
import { ManualClock } from '../clock.ts'
import type { AlarmThreshold, FloorToday, LiveOperator, LiveQueue, PbxStatus, User } from '../contract/index.ts'
import { testDatabase } from '../store/fixture.ts'
import { Store } from '../store/index.ts'
import { noVisits, operatorOf, queueOf, todayOf } from './fixture.ts'
import { createFloor, type FloorService } from './index.ts'

const root = person('root', null, 'administrator')
const timeZone = 'Europe/Moscow'
const days = { fromDay: 20_261_120, toDay: 20_261_120, offset: 0, limit: 100 }

let dataDir: string
let store: Store
let clock: ManualClock
let floor: FloorService
let today: FloorToday
let operators: LiveOperator[]
let queues: LiveQueue[]
let watching: User[]
let pbx: PbxStatus['state']
let told: string[]

const open = async () => {
  floor = createFloor({
    db: store.db,
    clock,
    timeZone,
    visits: { figures: () => today },
    board: { everybody: () => ({ operators, queues }), watching: () => watching },
    pbx: () => ({ state: pbx, problem: null, sinceMs: 0 }),
    logger: pino({ level: 'silent' }),
  })
  floor.onChange((change) => told.push(change))
  await floor.start()
}
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'callsync-floor-'))
  clock = new ManualClock(Date.UTC(2026, 10, 20, 12))
  store = new Store({ dataDir, ...(await testDatabase(dataDir)), clock })
  await store.start()
  today = todayOf()
  operators = []
  queues = [queueOf('701'), queueOf('702')]
  watching = []
  pbx = 'up'
  told = []
  await open()
})
afterEach(async () => {
  await floor.stop()
  await store.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const waiting: AlarmThreshold = { kind: 'waiting', scope: { of: 'eachQueue' }, warning: 2, critical: 4, afterMs: 0 }
const pause: AlarmThreshold = { kind: 'pause', scope: { of: 'floor' }, warning: 60_000, critical: null, afterMs: 0 }
const wait = (...counts: number[]) => {
  queues = counts.map((count, n) =>
    queueOf(
      `70${n + 1}`,
      Array.from({ length: count }, () => clock.nowMs()),
    ),
  )
}
const seconds = (n: number) => clock.advance(n * 1_000)
const standing = () => floor.state().alarms.map(({ level, queue, acknowledged }) => [level, queue?.number, acknowledged?.byName])
const log = (more: Partial<Parameters<FloorService['log']>[0]> = {}) => floor.log({ ...days, ...more })

describe('alarms', () => {
  it('begin, rise and end, each told to everybody once and written down with its worst value', async () => {
    await floor.saveThresholds(galina, [waiting])
    wait(2, 0)
    seconds(2)
    expect(standing()).toEqual([['warning', '701', undefined]])
    expect(told).toEqual(['today', 'alarms'])
    wait(5, 0)
    seconds(3)
    expect(standing()).toEqual([['critical', '701', undefined]])
    wait(0, 0)
    seconds(20)
    expect(standing()).toEqual([])
    expect(told).toEqual(['today', 'alarms', 'alarms', 'alarms'])
    const { alarms, total } = await log()
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
    await floor.saveThresholds(galina, [waiting])
    wait(2, 0)
    seconds(2)
    pbx = 'connecting'
    wait(0, 9)
    seconds(60)
    expect(standing()).toEqual([['warning', '701', undefined]])
    pbx = 'up'
    seconds(20)
    expect(standing()).toEqual([['critical', '702', undefined]])
  })

  it('have on record who was told: who looked when it began, and who came later', async () => {
    await floor.saveThresholds(galina, [waiting])
    watching = [galina]
    wait(2, 0)
    seconds(2)
    watching = [galina, root]
    seconds(10)
    wait(4, 0)
    seconds(2)
    const { alarms } = await log()
    const began = Date.UTC(2026, 10, 20, 12) + 1_000
    expect(alarms[0]?.told).toEqual([
      { name: 'Galina', level: 'warning', atMs: began },
      { name: 'Root', level: 'warning', atMs: began + 2_000 },
      { name: 'Galina', level: 'critical', atMs: began + 12_000 },
      { name: 'Root', level: 'critical', atMs: began + 12_000 },
    ])
  })

  it('are acknowledged by the first who does so, before all, and the audit has it', async () => {
    await floor.saveThresholds(galina, [waiting])
    wait(2, 0)
    seconds(1)
    const [alarm] = floor.state().alarms
    if (!alarm) throw new Error('no alarm')
    told = []
    await floor.acknowledge(galina, alarm.id)
    await floor.acknowledge(root, alarm.id)
    expect(standing()).toEqual([['warning', '701', 'Galina']])
    expect(told).toEqual(['alarms'])
    seconds(5)
    expect(standing()).toEqual([['warning', '701', 'Galina']])
    wait(0, 0)
    seconds(20)
    expect((await log()).alarms).toMatchObject([{ acknowledged: { byName: 'Galina' }, endedAtMs: expect.any(Number) }])
    const audit = await store.db.selectFrom('audit').select(['action', 'actor_name']).where('subject', '=', alarm.id).execute()
    expect(audit).toEqual([{ action: 'alarm.acknowledge', actor_name: 'Galina' }])
  })

  it('can be acknowledged when they are over, and not when there are none', async () => {
    await floor.saveThresholds(galina, [waiting])
    wait(2, 0)
    seconds(1)
    wait(0, 0)
    seconds(20)
    const [alarm] = (await log()).alarms
    await floor.acknowledge(root, alarm?.id ?? '')
    expect((await log()).alarms[0]?.acknowledged?.byName).toBe('Root')
    expect((await log({ state: 'open' })).total).toBe(0)
    await expect(floor.acknowledge(root, 'none')).rejects.toMatchObject({ code: 'notFound' })
  })

  it('go on when the server starts again, as one, without telling the same person twice', async () => {
    await floor.saveThresholds(galina, [waiting])
    watching = [galina]
    wait(2, 0)
    seconds(2)
    const before = floor.state().alarms
    await floor.stop()
    seconds(30)
    await open()
    expect(floor.state().alarms).toEqual(before)
    seconds(5)
    wait(0, 0)
    seconds(20)
    const { alarms } = await log()
    expect(alarms).toHaveLength(1)
    expect(alarms[0]).toMatchObject({ endedAtMs: expect.any(Number), told: [{ name: 'Galina' }] })
  })

  it('end when nobody wants to know any more', async () => {
    await floor.saveThresholds(galina, [waiting])
    wait(2, 0)
    seconds(1)
    await floor.saveThresholds(galina, [])
    seconds(20)
    expect(standing()).toEqual([])
  })

  it('are of an operator too long in a pause', async () => {
    await floor.saveThresholds(root, [pause])
    operators = [operatorOf('anna', { name: 'Anna', status: 'paused', sinceMs: clock.nowMs() })]
    seconds(59)
    expect(floor.state().alarms).toEqual([])
    seconds(2)
    expect(floor.state().alarms).toMatchObject([{ kind: 'pause', operator: { id: 'anna', name: 'Anna' }, limit: 60_000 }])
  })
})

describe('the log', () => {
  beforeEach(async () => {
    await floor.saveThresholds(galina, [waiting, pause])
    wait(2, 5)
    operators = [operatorOf('anna', { status: 'paused', sinceMs: 0 })]
    seconds(2)
    wait(0, 5)
    seconds(20)
  })

  it('is picked by kind, level, queue and state, the newest first', async () => {
    const seen = async (more: Parameters<typeof log>[0]) =>
      (await log(more)).alarms.map(({ kind, queue, level }) => `${kind} ${queue?.number ?? '-'} ${level}`).sort()
    expect(await seen({})).toEqual(['pause - warning', 'waiting 701 warning', 'waiting 702 critical'])
    expect(await seen({ kind: 'pause' })).toEqual(['pause - warning'])
    expect(await seen({ level: 'critical' })).toEqual(['waiting 702 critical'])
    expect(await seen({ queue: '701' })).toEqual(['waiting 701 warning'])
    expect(await seen({ state: 'standing' })).toEqual(['pause - warning', 'waiting 702 critical'])
    expect(await seen({ fromDay: 20_261_121, toDay: 20_261_121 })).toEqual([])
    expect(await log({ limit: 1, offset: 1 })).toMatchObject({ total: 3, alarms: [{}] })
  })

  it('refuses a period that ends before it begins', async () => {
    await expect(log({ toDay: 20_261_119 })).rejects.toMatchObject({ code: 'invalidInput' })
  })
})

describe('thresholds', () => {
  it('are those somebody saved, after a restart too, and the change is in the audit', async () => {
    expect(floor.thresholds()).toMatchObject([{ kind: 'longestWait', scope: { of: 'eachQueue' } }])
    await floor.saveThresholds(galina, [waiting])
    await floor.stop()
    await open()
    expect(floor.thresholds()).toEqual([waiting])
    const audit = await store.db.selectFrom('audit').select('actor_id').where('action', '=', 'alarms.saveThresholds').execute()
    expect(audit).toEqual([{ actor_id: 'galina' }])
  })

  it('of one kind stand once for the same', async () => {
    await expect(floor.saveThresholds(galina, [waiting, { ...waiting, warning: 1 }])).rejects.toMatchObject({
      code: 'invalidInput',
    })
    const other: AlarmThreshold = { ...waiting, scope: { of: 'queue', number: '701' } }
    await floor.saveThresholds(galina, [waiting, other])
    expect(floor.thresholds()).toHaveLength(2)
  })
})

it('tells of the figures when they are others, at most once a second', () => {
  told = []
  seconds(3)
  expect(told).toEqual([])
  today = todayOf({ today: { ...noVisits, offered: 1 } })
  seconds(3)
  expect(told).toEqual(['today'])
  expect(floor.state().today.today.offered).toBe(1)
})
