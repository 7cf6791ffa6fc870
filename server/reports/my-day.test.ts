import { expect, it } from 'vitest'
import { DayService } from '../calls/day-figures.ts'
import { anna, boris } from '../calls/fixture.ts'
import { addHistory, keepRollUps, openRecordRig, timeZone } from './fixture.ts'
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
    // Of a colleague, of yesterday, of Boris: none of Anna's today.
    await addCard(rig, { callId: 'd', operatorId: 'anna', atMs, wrapUpMs: 900_000, direction: 'internal', score: 1 })
    await addCard(rig, { callId: 'e', operatorId: 'anna', atMs: atMs - 24 * 3_600_000, wrapUpMs: 900_000, score: 1 })
    await addCard(rig, { callId: 'f', operatorId: 'boris', atMs, wrapUpMs: 5_000, score: 4 })
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
