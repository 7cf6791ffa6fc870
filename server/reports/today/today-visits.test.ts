import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeQueueNames } from '../../calls/fixture.ts'
import type { PbxStatus } from '../../contract/index.ts'
import { AppError } from '../../errors.ts'
import { FakeTelephony } from '../../telephony/fake-telephony.ts'
import { bucketsOf, openRecordRig, type RecordRig, timeZone } from '../fixture.ts'
import { judgeVisit } from '../fold/judge-visit.ts'
import { builtInRule } from '../fold/rules.ts'
import type { WorkTimes } from '../fold/work-time.ts'
import type { VisitOutcome } from '../record/schema.ts'
import { LiveVisits } from './live-visits.ts'
import { TodayVisits } from './today-visits.ts'

// Each opens a record and a thread that reads it.
vi.setConfig({ testTimeout: 30_000 })

let rig: RecordRig
let telephony: FakeTelephony
let visits: TodayVisits
let readAtMs: number | null
let workTimes: WorkTimes
let lost: number
beforeEach(async () => {
  workTimes = { times: [], holidays: [] }
  lost = 0
  rig = await openRecordRig()
  telephony = new FakeTelephony()
  readAtMs = rig.clock.nowMs()
  visits = new TodayVisits({
    reader: {
      ...rig.reader,
      rows: (text) => {
        if (lost > 0 && text.sql.includes('queue_hours')) {
          lost -= 1
          return Promise.reject(new AppError('busy', 'too many questions'))
        }
        return rig.reader.rows(text)
      },
    },
    telephony,
    queueNames: new FakeQueueNames(),
    workTimes: { all: () => workTimes },
    rules: () => [builtInRule, { ...builtInRule, queue: '702', targetMs: 10_000, validFromMs: 0 }],
    recordReadAtMs: () => readAtMs,
    clock: rig.clock,
    timeZone,
    logger: pino({ level: 'silent' }),
  })
})
afterEach(async () => {
  await visits.stop()
  await rig.close()
})

interface Recorded {
  readonly call: string
  readonly queue?: string
  readonly enteredMs: number
  readonly waitMs?: number
  readonly outcome?: VisitOutcome
}
function record({ call, queue = '701', enteredMs, waitMs = 5_000, outcome = 'answered' }: Recorded): void {
  const leftMs = outcome === 'waiting' ? null : enteredMs + waitMs
  const { withinTarget, shortAbandon, level } = judgeVisit({ enteredMs, leftMs, outcome }, builtInRule)
  rig.record.prepare('delete from queue_visits where call_key = ?').run(call)
  rig.add('queue_visits', {
    ...{ call_key: call, n: 0, queue, entered_at_ms: enteredMs, left_at_ms: leftMs, wait_ms: waitMs },
    ...{ position_in: 1, position_out: null, outcome, operator: null, talk_ms: 0, rings: 0, exit_key: null },
    ...{ within_target: withinTarget ? 1 : 0, short_abandon: shortAbandon ? 1 : 0 },
    ...{ target_ms: builtInRule.targetMs, short_ms: builtInRule.shortMs },
    ...{ level_part: level.part, level_whole: level.whole, cause: null, ...bucketsOf(enteredMs) },
  })
}

const say = (name: string, fields: Record<string, string>, server?: string) =>
  telephony.say([{ name, fields, atMs: rig.clock.nowMs() }], server)
const join = (id: string, queue = '701', server?: string) =>
  say('QueueCallerJoin', { uniqueid: id, linkedid: id, queue, position: '1', calleridnum: '89160000101' }, server)
const connect = (id: string, queue = '701') =>
  say('AgentConnect', { uniqueid: id, queue, membername: 'Anna', holdtime: '3', ringtime: '2', destuniqueid: `${id}9` })
const hangUp = (id: string, queue = '701') => {
  say('HangupRequest', { uniqueid: id })
  say('QueueCallerAbandon', { uniqueid: id, queue, position: '1' })
  say('QueueCallerLeave', { uniqueid: id, queue, position: '1' })
  say('Hangup', { uniqueid: id })
}
/** Not in one leap: by the same clock the reader gives up questions. */
async function pass(seconds: number): Promise<void> {
  for (let n = 0; n < seconds; n++) {
    rig.clock.advance(1_000)
    await visits.idle()
  }
}
/** The record is read up to now, and then looked at. */
async function recordIsRead(): Promise<void> {
  await pass(20)
  readAtMs = rig.clock.nowMs()
  await pass(20)
}
const today = (queue: string | null = null) => {
  const figures = visits.figures()
  return queue === null ? figures.today : figures.queues.find(({ number }) => number === queue)?.today
}
const hour = 3_600_000
const up: PbxStatus = { state: 'up', problem: null, sinceMs: 0 }
const away: PbxStatus = { state: 'connecting', problem: 'lost', sinceMs: 0 }

describe('the figures of today', () => {
  it('are of the record at first, by queue and in all, the last half an hour apart', async () => {
    const nowMs = rig.clock.nowMs()
    record({ call: 'a', enteredMs: nowMs - 5 * hour })
    record({ call: 'b', enteredMs: nowMs - hour, outcome: 'abandoned', waitMs: 40_000 })
    record({ call: 'c', enteredMs: nowMs - 60_000, queue: '702' })
    record({ call: 'yesterday', enteredMs: nowMs - 24 * hour })
    visits.start()
    await visits.idle()
    const figures = visits.figures()
    expect(figures.day).toBe(20_261_120)
    expect(figures.today).toEqual({ offered: 3, answered: 2, lost: 1, serviceLevel: 2 / 3 })
    expect(figures.recent).toEqual({ offered: 1, answered: 1, lost: 0, serviceLevel: 1 })
    expect(figures.queues).toEqual([
      {
        number: '701',
        name: 'Sales',
        today: { offered: 2, answered: 1, lost: 1, serviceLevel: 0.5 },
        recent: { offered: 0, answered: 0, lost: 0, serviceLevel: null },
      },
      expect.objectContaining({ number: '702', today: { offered: 1, answered: 1, lost: 0, serviceLevel: 1 } }),
    ])
  })

  it('have a call at once, and still once when the record has it too', async () => {
    record({ call: 'a', enteredMs: rig.clock.nowMs() - hour })
    visits.start()
    await visits.idle()
    rig.clock.advance(1_500)
    const enteredMs = rig.clock.nowMs()
    join('b')
    expect(today()).toEqual({ offered: 2, answered: 1, lost: 0, serviceLevel: 1 })
    rig.clock.advance(3_000)
    connect('b')
    const both = { offered: 2, answered: 2, lost: 0, serviceLevel: 1 }
    expect(today()).toEqual(both)
    // The file tells whole seconds.
    record({ call: 'b', enteredMs: Math.floor(enteredMs / 1_000) * 1_000, waitMs: 3_000 })
    for (let n = 0; n < 4; n++) {
      await recordIsRead()
      expect(today()).toEqual(both)
    }
    // By now it is the record's alone.
    rig.record.exec("delete from queue_visits where call_key = 'b'")
    await recordIsRead()
    expect(today()?.offered).toBe(1)
  })

  it('keep a visit that goes on from AMI, though the record has its beginning', async () => {
    visits.start()
    await visits.idle()
    rig.clock.advance(1_000)
    const enteredMs = rig.clock.nowMs()
    join('a')
    record({ call: 'a', enteredMs, outcome: 'waiting' })
    await recordIsRead()
    await recordIsRead()
    expect(today()?.offered).toBe(1)
    hangUp('a')
    expect(today()).toMatchObject({ offered: 1, lost: 1, serviceLevel: 0 })
  })

  it('do not count twice what a clock that is behind dates before the border', async () => {
    visits.start()
    await visits.idle()
    rig.clock.advance(500)
    join('a')
    record({ call: 'a', enteredMs: rig.clock.nowMs() - 8_000, outcome: 'waiting' })
    await recordIsRead()
    expect(today()?.offered).toBe(1)
  })

  it('count an earlier visit of a caller who is back in the same queue', async () => {
    record({ call: 'a', enteredMs: rig.clock.nowMs() - 60_000 })
    visits.start()
    await recordIsRead()
    readAtMs = rig.clock.nowMs()
    join('a')
    await pass(20)
    expect(today()?.offered).toBe(2)
  })

  it('judge who waits only when the target is over, each queue by its own', async () => {
    visits.start()
    await visits.idle()
    join('a', '701')
    join('b', '702')
    expect(today()).toMatchObject({ offered: 2, serviceLevel: null })
    rig.clock.advance(11_000)
    expect([today('701')?.serviceLevel, today('702')?.serviceLevel]).toEqual([null, 0])
    rig.clock.advance(20_000)
    expect(today('701')?.serviceLevel).toBe(0)
  })

  it('leave out of the level whom the record has waiting within the target', async () => {
    record({ call: 'a', enteredMs: rig.clock.nowMs() - 10_000, outcome: 'waiting' })
    record({ call: 'b', enteredMs: rig.clock.nowMs() - hour, outcome: 'waiting' })
    visits.start()
    await visits.idle()
    expect(today()).toMatchObject({ offered: 2, serviceLevel: 0 })
    rig.record.exec("delete from queue_visits where call_key = 'b'")
    await pass(15)
    expect(today()).toMatchObject({ offered: 1, serviceLevel: null })
  })

  it('say what they lack until the record is read, and no longer', async () => {
    readAtMs = null
    const nowMs = rig.clock.nowMs()
    visits.start()
    await visits.idle()
    expect(visits.figures().missing).toEqual({ fromMs: null, toMs: nowMs })
    readAtMs = nowMs - hour
    await pass(5)
    expect(visits.figures().missing).toEqual({ fromMs: nowMs - hour - 5_000, toMs: nowMs })
    await recordIsRead()
    expect(visits.figures().missing).toBeNull()
  })

  it('take from the record what happened while the link was away', async () => {
    visits.start()
    await visits.idle()
    rig.clock.advance(5_000)
    join('a')
    await recordIsRead()
    const awayMs = rig.clock.nowMs()
    telephony.setStatus({ state: 'connecting', problem: 'lost', sinceMs: 0 })
    connect('a')
    rig.clock.advance(60_000)
    telephony.setStatus({ state: 'up', problem: null, sinceMs: 0 })
    expect(visits.figures().missing).toMatchObject({ fromMs: awayMs })
    record({ call: 'a', enteredMs: awayMs - 40_000, waitMs: 3_000 })
    record({ call: 'b', enteredMs: awayMs + 10_000, outcome: 'abandoned', waitMs: 20_000 })
    await recordIsRead()
    expect(visits.figures()).toMatchObject({ missing: null, today: { offered: 2, answered: 1, lost: 1 } })
    join('c')
    expect(today()?.offered).toBe(3)
  })

  it('leave out of the level who may have been answered while the link was away', async () => {
    visits.start()
    await visits.idle()
    join('a')
    telephony.setStatus(away)
    rig.clock.advance(60_000)
    telephony.setStatus(up)
    expect(today()).toMatchObject({ offered: 1, answered: 0, serviceLevel: null })
    join('b')
    rig.clock.advance(60_000)
    expect(today()).toMatchObject({ offered: 2, serviceLevel: 0 })
  })

  it('keep nothing of days gone by when the record is never read, but who still waits', async () => {
    readAtMs = null
    visits.start()
    join('over')
    connect('over')
    join('waits')
    await pass(60)
    expect([visits.kept(), today()?.offered]).toEqual([2, 2])
    for (let n = 0; n < 72; n++) {
      rig.clock.advance(hour)
      await visits.idle()
    }
    expect(visits.kept()).toBe(1)
    hangUp('waits')
    await pass(20)
    expect(visits.kept()).toBe(0)
  })

  it('are judged again only when something was heard or somebody’s target is over', async () => {
    visits.start()
    await visits.idle()
    const judged = vi.spyOn(LiveVisits.prototype, 'since')
    join('a')
    today()
    const once = judged.mock.calls.length
    rig.clock.advance(1_000)
    expect([today()?.offered, judged.mock.calls.length]).toEqual([1, once])
    rig.clock.advance(30_000)
    expect(today()?.serviceLevel).toBe(0)
    judged.mockRestore()
  })

  it('begin anew at the site’s midnight', async () => {
    record({ call: 'a', enteredMs: rig.clock.nowMs() - hour })
    visits.start()
    await visits.idle()
    rig.clock.advance(hour)
    await visits.idle()
    join('b')
    connect('b')
    expect(today()?.offered).toBe(2)
    rig.clock.advance(9 * hour)
    expect(visits.figures()).toMatchObject({ day: 20_261_121, today: { offered: 0, serviceLevel: null } })
  })
})

describe('of several servers', () => {
  beforeEach(async () => {
    telephony.setStatus(up, '2')
    visits.start()
    telephony.setStatus(away, '2')
    telephony.setStatus(up, '2')
    await visits.idle()
    await recordIsRead()
  })

  it('say what they lack as long as one is away, and until the record has it', async () => {
    expect(visits.figures().missing).toBeNull()
    const awayMs = rig.clock.nowMs()
    telephony.setStatus(away, '2')
    await pass(600)
    const { missing } = visits.figures()
    expect(missing).toMatchObject({ fromMs: awayMs })
    expect(missing?.toMs).toBeGreaterThanOrEqual(rig.clock.nowMs())
    expect([visits.lacksRecent('1'), visits.lacksRecent('2')]).toEqual([false, true])
    telephony.setStatus(up, '2')
    expect(visits.figures().missing).toMatchObject({ fromMs: awayMs })
    await recordIsRead()
    expect([visits.figures().missing, visits.lacksRecent('2')]).toEqual([null, false])
  })

  it('go on counting the others’ callers as they were', async () => {
    join('a')
    join('b', '702', '2')
    telephony.setStatus(away, '2')
    await recordIsRead()
    hangUp('a')
    expect(today()).toMatchObject({ offered: 2, lost: 1 })
  })

  it('lack nothing of one that is theirs no more', async () => {
    telephony.setStatus(away, '2')
    await pass(60)
    telephony.setStatus({ state: 'down', problem: 'notConfigured', sinceMs: 0 }, '2')
    expect(visits.figures().missing).toBeNull()
  })

  it('lack the first of two losses in a row as well', async () => {
    const awayMs = rig.clock.nowMs()
    for (let n = 0; n < 2; n++) {
      telephony.setStatus(away)
      await pass(60)
      telephony.setStatus(up)
      await pass(60)
    }
    expect(visits.figures().missing).toEqual({ fromMs: awayMs, toMs: awayMs + 180_000 })
  })
})

describe('today by the hour', () => {
  it('has every hour of the day, and the mean of the same weekdays the record knows', async () => {
    const nowMs = rig.clock.nowMs()
    record({ call: 'a', enteredMs: nowMs - 2 * hour, outcome: 'abandoned', waitMs: 40_000 })
    visits.start()
    await visits.idle()
    join('b')
    connect('b')
    const week = 7 * 24 * hour
    const kept = (atMs: number, queue: string, offered: number) =>
      rig.add('queue_hours', {
        ...Object.fromEntries(columns().map((name) => [name, 0])),
        ...{ queue, offered, ...bucketsOf(atMs) },
      })
    kept(nowMs - week, '701', 6)
    kept(nowMs - week, '702', 1)
    kept(nowMs - 3 * week, '701', 2)
    // Another weekday.
    kept(nowMs - 24 * hour, '701', 100)
    const all = await visits.load(null)
    expect(all).toMatchObject({ day: 20_261_120, expectedFrom: [20_261_113, 20_261_030], emptyDays: [20_261_106] })
    expect(all.hours.map(({ hourOfDay }) => hourOfDay)).toEqual(Array.from({ length: 24 }, (_, hour) => hour))
    expect(all.hours[13]).toMatchObject({ offered: 1, answered: 0, lost: 1, expected: 0 })
    expect(all.hours[15]).toMatchObject({ offered: 1, answered: 1, lost: 0, expected: 4.5 })
    const one = await visits.load('702')
    expect(one.hours[15]).toMatchObject({ offered: 0, expected: 0.5 })
  })

  it('leaves a holiday out of the mean, as soon as it is one', async () => {
    visits.start()
    const nowMs = rig.clock.nowMs()
    for (const [ago, offered] of [
      [1, 2],
      [2, 40],
    ] as const)
      rig.add('queue_hours', {
        ...Object.fromEntries(columns().map((name) => [name, 0])),
        ...{ queue: '701', offered, ...bucketsOf(nowMs - ago * 7 * 24 * hour) },
      })
    expect((await visits.load(null)).hours[15]).toMatchObject({ expected: 21 })
    workTimes = { times: [], holidays: [{ queue: '*', day: 20_261_106, name: '', hours: [] }] }
    const load = await visits.load(null)
    expect(load).toMatchObject({ holiday: false, expectedFrom: [20_261_113] })
    expect(load.hours[15]).toMatchObject({ expected: 2 })
  })

  it('has the hours of today though what they lead to expect cannot be read, and then that too', async () => {
    record({ call: 'a', enteredMs: rig.clock.nowMs() - 2 * hour })
    visits.start()
    await visits.idle()
    rig.add('queue_hours', {
      ...Object.fromEntries(columns().map((name) => [name, 0])),
      ...{ queue: '701', offered: 3, ...bucketsOf(rig.clock.nowMs() - 7 * 24 * hour) },
    })
    lost = 1
    const [one, other] = await Promise.all([visits.load(null), visits.load('701')])
    expect(one.hours[13]).toMatchObject({ offered: 1, expected: null })
    expect(other.hours[15]?.expected).toBeNull()
    expect((await visits.load(null)).hours[15]).toMatchObject({ expected: 3 })
  })

  it('expects nothing without a past', async () => {
    visits.start()
    const load = await visits.load(null)
    expect(load).toMatchObject({ expectedFrom: [], emptyDays: [] })
    expect(load.hours.every(({ expected }) => expected === null)).toBe(true)
  })
})

const columns = (): string[] =>
  rig.record
    .prepare('select * from queue_hours')
    .columns()
    .map(({ name }) => name)
