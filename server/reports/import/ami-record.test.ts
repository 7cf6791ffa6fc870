import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { queueOf } from '../../calls/fixture.ts'
import { ManualClock } from '../../clock.ts'
import { FakeTelephony } from '../../telephony/fake-telephony.ts'
import { emptyPbxState, type PbxQueueMember, type PbxState } from '../../telephony/pbx-state.ts'
import { celSource, queueLogSource } from '../sources/index.ts'
import { AmiRecord, amiSourceSettings } from './ami-record.ts'
import { openLedger } from './fixture.ts'

const atMs = Date.UTC(2026, 10, 20, 9)
let folder: string
let clock: ManualClock
let telephony: FakeTelephony
let queueLines: boolean
let records: AmiRecord[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-ami-'))
  clock = new ManualClock(atMs)
  telephony = new FakeTelephony()
  queueLines = true
  records = []
})
afterEach(() => {
  for (const record of records) record.stop()
  rmSync(folder, { recursive: true, force: true })
})

function begin(rotateBytes?: number): AmiRecord {
  const logger = pino({ level: 'silent' })
  const deps = { dataDir: folder, telephony, clock, logger, queueLines: () => queueLines }
  const record = new AmiRecord(rotateBytes === undefined ? deps : { ...deps, rotateBytes })
  record.start()
  records.push(record)
  return record
}

/** One event, `seconds` after the beginning. */
const say = (name: string, seconds: number, fields: Record<string, string> = {}) =>
  telephony.say([
    { name, atMs: atMs + seconds * 1_000, fields: { uniqueid: 'op.1', linkedid: 'in.1', channel: 'PJSIP/1001-1', ...fields } },
  ])

async function kept() {
  const settings = amiSourceSettings(folder)
  const deps = { nowMs: () => clock.nowMs() }
  const cel = await celSource(settings.channels, deps).read(null, 1_000)
  const queueLog = await queueLogSource(settings.queues, deps).read(null, 1_000)
  expect([cel.problems, queueLog.problems]).toEqual([[], []])
  return { cel: cel.rows, queueLog: queueLog.rows }
}
const namesOf = (rows: readonly { eventType: string }[]) => rows.map(({ eventType }) => eventType)

const joins = () => say('QueueCallerJoin', 1, { uniqueid: 'in.1', queue: '701', position: '1', calleridnum: '+7916' })
const connects = () =>
  say('AgentConnect', 5, {
    uniqueid: 'in.1',
    queue: '701',
    membername: '1001',
    holdtime: '4',
    ringtime: '3',
    destuniqueid: 'op.1',
  })

describe('what Asterisk says over AMI', () => {
  it('is in the file when it has come: a server that is killed then loses nothing of it', async () => {
    begin()
    say('Hold', 2.25)
    joins()
    // Nobody stopped it: another server begins on the same files.
    begin()
    telephony.say([])
    say('Unhold', 4)
    const { cel, queueLog } = await kept()
    expect(cel[0]).toEqual({
      atMs: atMs + 2_250,
      eventType: 'HOLD',
      uniqueId: 'op.1',
      linkedId: 'in.1',
      channel: 'PJSIP/1001-1',
      peer: '',
      extra: '',
    })
    expect(namesOf(cel)).toContain('UNHOLD')
    expect(queueLog[0]).toMatchObject({ atMs: atMs + 1_000, callId: 'in.1', queue: '701', event: 'ENTERQUEUE' })
  })

  it('gives no queue lines where another source has them', async () => {
    queueLines = false
    begin()
    joins()
    say('Hold', 2)
    const { cel, queueLog } = await kept()
    expect([namesOf(cel), queueLog]).toEqual([['HOLD'], []])
    // Wanted from here on: who waits is known.
    queueLines = true
    connects()
    expect((await kept()).queueLog.map(({ event }) => event)).toEqual(['CONNECT'])
  })

  it('keeps a line one line, whatever is in it', async () => {
    begin()
    say('Hold', 2, { channel: 'PJSIP/"odd",\n1-1' })
    say('QueueCallerJoin', 3, { uniqueid: 'in.2', queue: '7|01', position: '1' })
    const { cel, queueLog } = await kept()
    expect(cel.map(({ channel }) => channel)).toEqual(['PJSIP/"odd", 1-1'])
    expect(queueLog.map(({ queue }) => queue)).toEqual(['7 01'])
  })

  it('goes on in a new file when one is large, and both are read', async () => {
    begin(100)
    for (let n = 0; n < 6; n++) {
      say(n % 2 === 0 ? 'Hold' : 'Unhold', n)
      clock.advance(1)
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('ami-cel.csv')).length).toBeGreaterThan(1)
    const source = celSource(amiSourceSettings(folder).channels, { nowMs: () => clock.nowMs() })
    let seen = 0
    for (let after: string | null = null, more = true; more; ) {
      const batch = await source.read(after, 1_000)
      seen += batch.rows.length
      ;({ cursor: after, more } = batch)
    }
    expect(seen).toBe(6)
  })
})

describe('a talk', () => {
  const talk = () => {
    say('Newchannel', 0)
    say('BridgeEnter', 5)
  }

  it('is WATCHED when it was followed from its beginning to its end', async () => {
    begin()
    talk()
    say('Newchannel', 1, { uniqueid: 'rang.1' })
    say('Hangup', 8, { uniqueid: 'rang.1' })
    say('Newchannel', 1, { uniqueid: 'half.1', channel: 'Local/1001@x-1;1' })
    say('BridgeEnter', 2, { uniqueid: 'half.1' })
    say('Hangup', 8, { uniqueid: 'half.1' })
    say('Hangup', 9)
    expect((await kept()).cel).toMatchObject([{ eventType: 'WATCHED', uniqueId: 'op.1', atMs: atMs + 9_000 }])
  })

  it('is not, when the link was lost meanwhile', async () => {
    begin()
    talk()
    telephony.setStatus({ state: 'connecting', problem: null, sinceMs: clock.nowMs() })
    clock.advance(60_000)
    telephony.setStatus({ state: 'up', problem: null, sinceMs: clock.nowMs() })
    say('Hangup', 90)
    expect(namesOf((await kept()).cel)).toEqual(['AWAY'])
  })

  it('brings its holds into the ledger', async () => {
    begin()
    talk()
    joins()
    connects()
    say('Hold', 7)
    say('Unhold', 11)
    say('Hangup', 20)
    const facts = await kept()
    const ledger = await openLedger()
    const row = {
      uniqueId: 'in.1',
      linkedId: 'in.1',
      sequence: 1,
      startMs: atMs,
      answerMs: atMs + 1_000,
      endMs: atMs + 20_000,
      talkSec: 15,
      channel: 'PJSIP/trunk-1',
      dstChannel: 'PJSIP/1001-1',
      src: '+79160000001',
      dst: '701',
      context: 'ledger',
      lastApp: 'Queue',
      lastData: '701',
      disposition: 'ANSWERED',
      userField: '',
      callerId: '',
      hangupCause: null,
    }
    ledger.apply({ ...facts, cdr: [row] })
    expect(ledger.legs()).toMatchObject([{ operator: '1001', queue: '701', hold_ms: 4_000 }])
    expect(ledger.calls()).toMatchObject([{ call_key: 'in.1', hold_ms: 4_000 }])
    ledger.db.close()
  })
})

describe('a time nothing was heard in', () => {
  const gaps = async () => {
    const ledger = await openLedger()
    ledger.apply(await kept())
    const rows = ledger.db.prepare('select source_id, kind, from_ms - ? as f, to_ms - ? as t from import_gaps').all(atMs, atMs)
    ledger.db.close()
    return rows
  }

  it('is kept as a gap: the link was down', async () => {
    begin()
    clock.advance(10_000)
    telephony.setStatus({ state: 'connecting', problem: null, sinceMs: clock.nowMs() })
    clock.advance(50_000)
    telephony.setStatus({ state: 'up', problem: null, sinceMs: clock.nowMs() })
    expect(await gaps()).toEqual([{ source_id: 'ami:channels', kind: 'away', f: 10_000, t: 60_000 }])
  })

  it('is kept as a gap: the server was killed, from its last mark on', async () => {
    begin()
    clock.advance(30_000)
    // As if it had been killed: nothing marks the end.
    const later = new ManualClock(atMs + 3_600_000)
    clock = later
    begin()
    expect(await gaps()).toEqual([{ source_id: 'ami:channels', kind: 'away', f: 30_000, t: 3_600_000 }])
  })

  it('is none on the very first start', async () => {
    begin()
    expect(await gaps()).toEqual([])
  })

  it('is none of a moment', async () => {
    begin()
    utimesSync(join(folder, 'ami-cel.csv'), atMs / 1_000, atMs / 1_000)
    clock.advance(900)
    begin()
    expect(await gaps()).toEqual([])
  })
})

describe('members of queues', () => {
  const member = { queue: '701', interface: 'PJSIP/1001', membername: '1001' }
  const pauses = (seconds: number, reason: string | null) =>
    say('QueueMemberPause', seconds, { ...member, paused: reason === null ? '0' : '1', pausedreason: reason ?? '' })
  /** What a snapshot has: of 701, and by default nobody. */
  const there = (members: readonly Partial<PbxQueueMember>[] = []): PbxState => {
    const all = members.map((more): [string, PbxQueueMember] => {
      const [[endpoint, own] = []] = [...queueOf('701', ['1001']).members]
      if (!endpoint || !own) throw new Error('no member')
      return [endpoint, { ...own, fixed: false, ...more }]
    })
    return { ...emptyPbxState, queues: new Map([['701', { ...queueOf('701', []), members: new Map(all) }]]) }
  }
  const lunch = { paused: true, pauseReason: 'lunch' }
  const away = () => telephony.setStatus({ state: 'connecting', problem: null, sinceMs: clock.nowMs() })
  const back = (state: PbxState) => {
    telephony.resync(state)
    telephony.setStatus({ state: 'up', problem: null, sinceMs: clock.nowMs() })
  }
  const lines = async () =>
    (await kept()).queueLog.map(({ atMs: at, event, data }) => [(at - atMs) / 1_000, event, ...data].join(' '))
  const spans = async () => {
    const ledger = await openLedger()
    ledger.apply(await kept())
    const rows = ledger.spans().filter(({ queue }) => queue === '')
    ledger.db.close()
    return rows.map(({ from_ms, to_ms, state, reason }) => {
      const until = to_ms === null ? 'on' : (to_ms - atMs) / 1_000
      return `${(from_ms - atMs) / 1_000}–${until} ${state} ${reason}`.trim()
    })
  }

  it('who logged in before this server began are there from its beginning on, in their pause too', async () => {
    away()
    begin()
    clock.advance(5_000)
    back(there([lunch]))
    pauses(9, null)
    expect(await lines()).toEqual(['5 ADDMEMBER', '5 PAUSE lunch', '9 UNPAUSE'])
    expect(await spans()).toEqual(['5–9 paused lunch', '9–on available'])
    // A snapshot of now and then that says the same says nothing more.
    telephony.resync(there([{}]))
    expect(await lines()).toHaveLength(3)
  })

  it('are not paused for ever, whose end of a pause was not heard', async () => {
    begin()
    say('QueueMemberAdded', 0, { ...member, paused: '0' })
    pauses(10, 'lunch')
    clock.advance(60_000)
    away()
    clock.advance(600_000)
    back(there([{}]))
    pauses(900, 'lunch')
    pauses(1_000, null)
    expect(await spans()).toEqual([
      '0–10 available',
      '10–60 paused lunch',
      '660–900 available',
      '900–1000 paused lunch',
      '1000–on available',
    ])
  })

  it('who are as they were have been so all the time', async () => {
    begin()
    say('QueueMemberAdded', 0, { ...member, paused: '0' })
    pauses(10, 'lunch')
    clock.advance(60_000)
    away()
    clock.advance(600_000)
    back(there([{ ...lunch, pausedSinceMs: atMs + 10_000 }]))
    expect(await spans()).toEqual(['0–10 available', '10–on paused lunch'])
  })

  it('who were paused again meanwhile were not in between', async () => {
    begin()
    say('QueueMemberAdded', 0, { ...member, paused: '0' })
    pauses(10, 'lunch')
    clock.advance(60_000)
    away()
    clock.advance(600_000)
    back(there([{ ...lunch, pausedSinceMs: atMs + 600_000 }]))
    expect(await spans()).toEqual(['0–10 available', '10–60 paused lunch', '600–on paused lunch'])
  })

  it('who left while the server was away left when they were last seen, also for the next server', async () => {
    const first = begin()
    say('QueueMemberAdded', 0, { ...member, paused: '0' })
    clock.advance(60_000)
    first.stop()
    clock.advance(600_000)
    away()
    begin()
    back(there())
    expect(await lines()).toEqual(['0 ADDMEMBER', '60 REMOVEMEMBER'])
  })

  it('that are written in queues.conf are never said to come or go', async () => {
    away()
    begin()
    back(there([{ fixed: true }]))
    expect(await lines()).toEqual([])
    pauses(10, 'lunch')
    clock.advance(60_000)
    away()
    clock.advance(60_000)
    back(there([{ fixed: true }]))
    expect(await lines()).toEqual(['10 PAUSE lunch', '60 UNPAUSE'])
  })

  it('are told anew when the lines are wanted later, and of no other server', async () => {
    queueLines = false
    begin()
    pauses(1, 'lunch')
    queueLines = true
    clock.advance(9_000)
    telephony.resync({ ...emptyPbxState, queues: new Map([['701~2', { ...queueOf('701~2', ['1001~2']) }]]) })
    expect(await lines()).toEqual([])
    telephony.resync(there([lunch]))
    expect(await lines()).toEqual(['9 ADDMEMBER', '9 PAUSE lunch'])
  })
})

it('keeps nothing of a second Asterisk, whose ids may be the same', async () => {
  begin()
  telephony.setStatus({ state: 'down', problem: 'lost', sinceMs: 0 }, '2')
  const hold = { name: 'Hold', atMs, fields: { uniqueid: 'op.1', linkedid: 'in.1', channel: 'PJSIP/1001-1' } }
  telephony.say([hold], '2')
  expect((await kept()).cel).toEqual([])
  telephony.say([hold])
  expect((await kept()).cel).toHaveLength(1)
})
