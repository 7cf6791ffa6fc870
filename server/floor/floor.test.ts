import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { boris, galina, person } from '../calls/fixture.ts'
import { ManualClock } from '../clock.ts'
import { type AlarmThreshold, type FloorToday, type LiveOperator, type LiveQueue, nameAt, type User } from '../contract/index.ts'

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
/** Asterisk servers. */
let away: Set<string>
let lacking: Set<string>
let refusing: boolean
/** Happens once, at the next question to the database. */
let meanwhile: () => void
let told: string[]

const open = async () => {
  floor = createFloor({
    db: store.db.withPlugin({
      transformQuery({ node }) {
        if (refusing) throw new Error('the database is away')
        const act = meanwhile
        meanwhile = () => undefined
        act()
        return node
      },
      transformResult: async ({ result }) => result,
    }),
    clock,
    timeZone,
    visits: { figures: () => today, lacksRecent: (server) => lacking.has(server) },
    board: { everybody: () => ({ operators, queues }), watching: () => watching },
    pbx: (server) => ({ state: away.has(server) ? 'connecting' : 'up', problem: null, sinceMs: 0 }),
    logger: pino({ level: 'silent' }),
  })
  floor.onChange((change) => told.push(change))
  await floor.start()
}
const save = (thresholds: AlarmThreshold[], user: User = galina) =>
  floor.saveThresholds(user, thresholds, floor.thresholdsVersion())
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'callsync-floor-'))
  clock = new ManualClock(Date.UTC(2026, 10, 20, 12))
  store = new Store({ dataDir, ...(await testDatabase(dataDir)), clock })
  await store.start()
  today = todayOf()
  operators = []
  queues = [queueOf('701'), queueOf('702')]
  watching = []
  away = new Set()
  lacking = new Set()
  refusing = false
  meanwhile = () => undefined
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
/** Also when it was refused. */
const written = () => floor.log(days).catch(() => undefined)
const log = (more: Partial<Parameters<FloorService['log']>[0]> = {}) => floor.log({ ...days, ...more })

describe('alarms', () => {
  it('begin, rise and end, each told to everybody once and written down with its worst value', async () => {
    await save([waiting])
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
    await save([waiting])
    wait(2, 0)
    seconds(2)
    away.add('1')
    wait(0, 9)
    seconds(60)
    expect(standing()).toEqual([['warning', '701', undefined]])
    away.delete('1')
    seconds(20)
    expect(standing()).toEqual([['critical', '702', undefined]])
  })

  it('are judged at the servers that are heard while another is away', async () => {
    const floorWide: AlarmThreshold = { ...waiting, scope: { of: 'floor' }, warning: 7 }
    await save([waiting, { ...floorWide, critical: null }, pause])
    const at2 = nameAt('2', '701')
    const callers = (first: number, second: number) => {
      const since = (count: number) => Array.from({ length: count }, () => clock.nowMs())
      queues = [queueOf('701', since(first)), queueOf(at2, since(second))]
    }
    callers(0, 2)
    operators = [
      operatorOf('anna', { status: 'paused', sinceMs: clock.nowMs() }),
      operatorOf('boris', { status: 'paused', sinceMs: clock.nowMs(), extension: nameAt('2', '1001') }),
    ]
    seconds(2)
    expect(standing()).toEqual([['warning', at2, undefined]])
    away.add('2')
    callers(2, 9)
    seconds(65)
    expect(standing()).toEqual([
      ['warning', at2, undefined],
      ['warning', '701', undefined],
      ['warning', undefined, undefined],
    ])
    expect(floor.state().alarms[2]?.operator?.id).toBe('anna')
    callers(0, 0)
    seconds(20)
    expect(standing()).toContainEqual(['warning', at2, undefined])
    away.delete('2')
    seconds(20)
    expect(floor.state().alarms.map(({ operator }) => operator?.id)).toEqual(['anna', 'boris'])
  })

  it('of all queues are nobody’s while no server is heard', async () => {
    await save([{ ...waiting, scope: { of: 'floor' } }])
    wait(2, 0)
    seconds(2)
    away.add('1')
    wait(0, 0)
    seconds(60)
    expect(standing()).toEqual([['warning', undefined, undefined]])
  })

  it('begin by what was seen, not by what time went by unseen, and end so', async () => {
    await save([{ ...waiting, afterMs: 30_000 }])
    wait(2, 0)
    seconds(5)
    away.add('1')
    seconds(600)
    away.delete('1')
    seconds(20)
    expect(standing()).toEqual([])
    seconds(10)
    expect(standing()).toEqual([['warning', '701', undefined]])
    wait(0, 0)
    seconds(5)
    away.add('1')
    seconds(30)
    away.delete('1')
    seconds(2)
    expect(standing()).toHaveLength(1)
    seconds(8)
    expect(standing()).toEqual([])
  })

  it('of the service level neither begin nor end while calls are lacking', async () => {
    const level: AlarmThreshold = { kind: 'serviceLevel', scope: { of: 'eachQueue' }, warning: 0.8, critical: null, afterMs: 0 }
    await save([level, { ...level, scope: { of: 'floor' } }])
    const is = (serviceLevel: number) => {
      const recent = { ...noVisits, offered: 9, serviceLevel }
      today = todayOf({ recent, queues: [{ number: '701', name: '701', today: recent, recent }] })
    }
    lacking.add('1')
    is(0.5)
    seconds(30)
    expect(standing()).toEqual([])
    lacking.clear()
    seconds(1)
    expect(standing()).toHaveLength(2)
    lacking.add('1')
    is(0.9)
    seconds(30)
    expect(standing()).toHaveLength(2)
    lacking.clear()
    seconds(20)
    expect(standing()).toEqual([])
  })

  it('have on record who was told: who looked when it began, and who came later', async () => {
    await save([waiting])
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
    await save([waiting])
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

  it('are acknowledged by one of two who do so at once', async () => {
    await save([waiting])
    wait(2, 0)
    seconds(1)
    const id = floor.state().alarms[0]?.id ?? ''
    await Promise.all([floor.acknowledge(galina, id), floor.acknowledge(root, id)])
    expect(standing()).toEqual([['warning', '701', 'Galina']])
    const audit = await store.db.selectFrom('audit').select('actor_name').where('subject', '=', id).execute()
    expect(audit).toEqual([{ actor_name: 'Galina' }])
  })

  it('are not acknowledged when that cannot be kept', async () => {
    await save([waiting])
    wait(2, 0)
    seconds(1)
    await log()
    const id = floor.state().alarms[0]?.id ?? ''
    refusing = true
    await expect(floor.acknowledge(galina, id)).rejects.toThrow('away')
    refusing = false
    seconds(5)
    expect(standing()).toEqual([['warning', '701', undefined]])
    await floor.acknowledge(root, id)
    expect((await log()).alarms).toMatchObject([{ acknowledged: { byName: 'Root' } }])
  })

  it('that rise or end while they are acknowledged lose neither', async () => {
    await save([waiting])
    wait(2, 2)
    seconds(1)
    await log()
    const idOf = (number: string) => floor.state().alarms.find(({ queue }) => queue?.number === number)?.id ?? ''
    meanwhile = () => {
      wait(5, 2)
      seconds(1)
    }
    await floor.acknowledge(galina, idOf('701'))
    expect(standing()).toContainEqual(['critical', '701', undefined])
    meanwhile = () => {
      wait(5, 0)
      seconds(15)
    }
    await floor.acknowledge(galina, idOf('702'))
    const acknowledged = { byName: 'Galina' }
    expect((await log({ queue: '702' })).alarms).toMatchObject([{ acknowledged, endedAtMs: expect.any(Number) }])
    expect((await log({ queue: '701' })).alarms).toMatchObject([{ acknowledged: null, level: 'critical' }])
  })

  it('are in the log as soon as the database is back, with who was told', async () => {
    await save([waiting])
    watching = [galina]
    refusing = true
    wait(2, 0)
    seconds(3)
    wait(5, 0)
    // Each attempt is refused before the next one.
    for (let n = 0; n < 5; n++) {
      seconds(5)
      await written()
    }
    refusing = false
    expect((await log()).total).toBe(0)
    seconds(60)
    const { alarms } = await log()
    expect(alarms).toMatchObject([{ level: 'critical', told: [{ level: 'warning' }, { level: 'critical' }] }])
  })

  it('can be acknowledged when they are over, and not when there are none', async () => {
    await save([waiting])
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
    await save([waiting])
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

  it('are over where they were seen last when the server was off for long, and others begin', async () => {
    await save([waiting, pause])
    wait(2, 0)
    operators = ['anna', 'boris'].map((id) => operatorOf(id, { status: 'paused', sinceMs: clock.nowMs() }))
    seconds(62)
    for (const { id } of floor.state().alarms) await floor.acknowledge(galina, id)
    const stoppedMs = clock.nowMs()
    await floor.stop()
    seconds(9 * 3_600)
    operators = [...operators.slice(0, 1), operatorOf('boris', { status: 'paused', sinceMs: clock.nowMs() - 61_000 })]
    await open()
    const of = (operator: string) => expect.objectContaining({ operator: expect.objectContaining({ id: operator }) })
    const { alarms } = await log({ toDay: 20_261_121 })
    expect(alarms).toHaveLength(5)
    const ended = alarms.filter(({ endedAtMs }) => endedAtMs !== null)
    expect(ended).toEqual([of('boris'), expect.objectContaining({ kind: 'waiting' })])
    expect(ended.map(({ endedAtMs }) => endedAtMs)).toEqual([stoppedMs, stoppedMs])
    // Anna is in the same pause still.
    expect(alarms.filter(({ acknowledged }) => acknowledged === null)).toHaveLength(2)
    expect(floor.state().alarms.find(({ acknowledged }) => acknowledged !== null)).toEqual(of('anna'))
  })

  it('end when nobody wants to know any more', async () => {
    await save([waiting])
    wait(2, 0)
    seconds(1)
    await save([])
    seconds(20)
    expect(standing()).toEqual([])
  })

  it('are of an operator too long in a pause', async () => {
    await save([pause], root)
    operators = [operatorOf('anna', { name: 'Anna', status: 'paused', sinceMs: clock.nowMs() })]
    seconds(59)
    expect(floor.state().alarms).toEqual([])
    seconds(2)
    expect(floor.state().alarms).toMatchObject([{ kind: 'pause', operator: { id: 'anna', name: 'Anna' }, limit: 60_000 }])
  })
})

describe('the log', () => {
  beforeEach(async () => {
    await save([waiting, pause])
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
    expect(await seen({ queue: '701' })).toEqual(['pause - warning', 'waiting 701 warning'])
    expect(await seen({ state: 'standing' })).toEqual(['pause - warning', 'waiting 702 critical'])
    expect(await seen({ fromDay: 20_261_121, toDay: 20_261_121 })).toEqual([])
    // Whenever they began.
    expect(await seen({ state: 'standing', fromDay: 20_261_121, toDay: 20_261_121 })).toHaveLength(2)
    expect(await log({ limit: 1, offset: 1 })).toMatchObject({ total: 3, alarms: [{}] })
  })

  it('refuses a period that ends before it begins', async () => {
    await expect(log({ toDay: 20_261_119 })).rejects.toMatchObject({ code: 'invalidInput' })
  })
})

describe('thresholds', () => {
  it('are not taken back by who has not seen them', async () => {
    const seen = floor.thresholdsVersion()
    await save([waiting])
    const other: AlarmThreshold = { ...waiting, scope: { of: 'queue', number: '701' } }
    const late = () => floor.saveThresholds(boris, [other], seen)
    await expect(late()).rejects.toMatchObject({ code: 'conflict' })
    expect(floor.thresholds()).toEqual([waiting])
    await floor.stop()
    await open()
    await expect(late()).rejects.toMatchObject({ code: 'conflict' })
    await save([waiting, other])
    expect(floor.thresholds()).toEqual([waiting, other])
    const lines = await store.db.selectFrom('audit').select('actor_id').where('action', '=', 'alarms.saveThresholds').execute()
    expect(lines.map(({ actor_id }) => actor_id)).toEqual(['galina', 'galina'])
  })

  it('are those somebody saved, after a restart too, and the change is in the audit', async () => {
    expect(floor.thresholds()).toMatchObject([{ kind: 'longestWait', scope: { of: 'eachQueue' } }])
    await save([waiting])
    await floor.stop()
    await open()
    expect(floor.thresholds()).toEqual([waiting])
    const audit = await store.db.selectFrom('audit').select('actor_id').where('action', '=', 'alarms.saveThresholds').execute()
    expect(audit).toEqual([{ actor_id: 'galina' }])
  })

  it('that are not understood are left out, and the server starts with the others', async () => {
    const value = JSON.stringify([{ ...waiting, kind: 'mood' }, waiting, { ...waiting, warning: -1 }])
    await store.db.insertInto('settings').values({ key: 'alarms', value, updated_at_ms: 0 }).execute()
    await floor.stop()
    await open()
    expect(floor.thresholds()).toEqual([waiting])
  })

  it('of one kind stand once for the same', async () => {
    await expect(save([waiting, { ...waiting, warning: 1 }])).rejects.toMatchObject({
      code: 'invalidInput',
    })
    const other: AlarmThreshold = { ...waiting, scope: { of: 'queue', number: '701' } }
    await save([waiting, other])
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
