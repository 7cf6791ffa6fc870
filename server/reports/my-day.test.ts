import { expect, it } from 'vitest'
import { DayService } from '../calls/day-figures.ts'
import { anna, boris } from '../calls/fixture.ts'
import { addHistory, bucketsOf, keepRollUps, openRecordRig, timeZone } from './fixture.ts'
import { addCard } from './fixture-people.ts'

/** My day is of the cards alone, which are there at once; what reports too have of cards is the same there. */
it('the figures of My day that reports have of cards are theirs', async () => {
  const rig = await openRecordRig()
  try {
    addHistory(rig, { calls: 20, days: 1, seed: 5 })
    keepRollUps(rig.record)
    const atMs = Date.UTC(2026, 10, 20, 8)
    await addCard(rig, { callId: 'a', operatorId: 'anna', atMs, wrapUpMs: 10_000, score: 5 })
    await addCard(rig, { callId: 'b', operatorId: 'anna', atMs, wrapUpMs: 30_000, score: 3 })
    await addCard(rig, { callId: 'c', operatorId: 'anna', atMs, wrapUpMs: 50_000, direction: 'outbound' })
    // Of a colleague, of yesterday, of Boris: none of Anna's today. Nor of a caller who waited over midnight.
    const midnight = Date.UTC(2026, 10, 19, 21)
    const late = { queuedAtMs: midnight - 5_000, atMs: midnight + 5_000, wrapUpMs: 900_000, score: 1 }
    await addCard(rig, { callId: 'h', operatorId: 'anna', ...late })
    await addCard(rig, { callId: 'd', operatorId: 'anna', atMs, wrapUpMs: 900_000, direction: 'internal', score: 1 })
    await addCard(rig, { callId: 'e', operatorId: 'anna', atMs: atMs - 24 * 3_600_000, wrapUpMs: 900_000, score: 1 })
    await addCard(rig, { callId: 'f', operatorId: 'boris', atMs, wrapUpMs: 5_000, score: 4 })
    // Noted on a call that she missed.
    await addCard(rig, { callId: 'g', operatorId: 'anna', atMs, state: 'missed', answered: false, score: 1 })
    await rig.sumCards()
    const days = new DayService({ db: rig.store.db, clock: rig.clock, users: rig.users, timeZone })
    const own = { report: 'own', groupBy: 'day', filter: {}, fromDay: 20_261_120, toDay: 20_261_120, compare: false } as const
    for (const [who, wrapUpMs, satisfied] of [
      [anna, 30_000, 0.5],
      [boris, 5_000, 1],
    ] as const) {
      const day = await days.read(who)
      const { total } = await rig.reports.run(who, own)
      expect([day.own.averageWrapUpMs, day.own.satisfaction]).toEqual([wrapUpMs, satisfied])
      expect([total['averageWrapUpMs'], total['satisfaction'], total['rated']]).toEqual([wrapUpMs, satisfied, day.rated])
    }
  } finally {
    await rig.close()
  }
})

it('of the same talks and rings both have the same figures', async () => {
  const rig = await openRecordRig()
  try {
    const atMs = Date.UTC(2026, 10, 20, 8)
    const leg = (call_key: string, operator: string, talk_ms: number, direction = 'inbound') =>
      rig.add('ledger_legs', {
        ...{ call_key, n: 0, direction, operator, queue: direction === 'inbound' ? '701' : null, visit: null },
        ...{ origin: 'queue', answered_at_ms: atMs, ended_at_ms: atMs + talk_ms, talk_ms, hold_ms: null, transferred: 0 },
        ...bucketsOf(atMs),
      })
    let n = 0
    const ring = (call_key: string, operator: string, outcome: string) =>
      rig.add('ledger_rings', {
        ...{ call_key, n: n++, direction: 'inbound', operator, queue: '701', visit: null, at_ms: atMs, ring_ms: 9_000, outcome },
        ...bucketsOf(atMs),
      })
    const missed = { state: 'missed', answered: false, talkMs: 9_000, atMs } as const
    for (const [callId, talkMs, direction] of [
      ['a', 61_000, 'inbound'],
      ['b', 7_000, 'inbound'],
      ['c', 302_000, 'outbound'],
    ] as const) {
      leg(callId, '1001', talkMs, direction)
      await addCard(rig, { callId, operatorId: 'anna', atMs, talkMs, direction })
      if (direction === 'inbound') ring(callId, '1001', 'answered')
    }
    // Anna lets it ring, Boris takes it after; what he took while hers rang beside it was not hers to take.
    await addCard(rig, { ...missed, callId: 'd', operatorId: 'anna' })
    await addCard(rig, { callId: 'd', operatorId: 'boris', atMs: atMs + 20_000, talkMs: 30_000 })
    await addCard(rig, { ...missed, callId: 'e', operatorId: 'anna' })
    await addCard(rig, { callId: 'e', operatorId: 'boris', atMs: atMs + 9_000, talkMs: 30_000 })
    for (const [call, outcome] of [
      ['d', 'noAnswer'],
      ['e', 'cancelled'],
    ] as const) {
      ring(call, '1001', outcome)
      ring(call, '1002', 'answered')
      leg(call, '1002', 30_000)
    }
    // She turns one down that nobody takes.
    await addCard(rig, { ...missed, callId: 'f', operatorId: 'anna' })
    ring('f', '1001', 'rejected')
    // The caller hangs up while it rings: of a queue that is nobody's miss, of a call to her own number it is hers.
    await addCard(rig, { ...missed, callId: 'g', operatorId: 'anna', ringCancelled: true })
    ring('g', '1001', 'cancelled')
    await addCard(rig, { ...missed, callId: 'h', operatorId: 'anna', queue: null })
    ring('h', '1001', 'noAnswer')
    keepRollUps(rig.record)
    const days = new DayService({ db: rig.store.db, clock: rig.clock, users: rig.users, timeZone })
    const own = { report: 'own', groupBy: 'day', filter: {}, fromDay: 20_261_120, toDay: 20_261_120, compare: false } as const
    for (const [who, expected] of [
      [anna, { averageTalkMs: 370_000 / 3, missed: 3, talks: 3, outgoing: 1 }],
      [boris, { averageTalkMs: 30_000, missed: 0, talks: 2, outgoing: 0 }],
    ] as const) {
      const { averageTalkMs, missed, taken, outgoing } = (await days.read(who)).own
      const { total } = await rig.reports.run(who, own)
      expect({ averageTalkMs, missed, talks: (taken ?? 0) + (outgoing ?? 0), outgoing }).toEqual(expected)
      expect({
        ...{ averageTalkMs: total['averageTalkMs'], missed: total['missedRings'] },
        ...{ talks: total['handled'], outgoing: total['handledOutbound'] },
      }).toEqual(expected)
    }
  } finally {
    await rig.close()
  }
})
