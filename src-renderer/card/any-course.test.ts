import fc from 'fast-check'
import { expect, it } from 'vitest'
import { settle } from '../platform/manual-clock.ts'
import { cardId, openDesk } from './desk-bench.ts'

type Step =
  | { do: 'type'; field: 'description' | 'notes'; text: string }
  | { do: 'save' }
  | { do: 'hangUp' }
  | { do: 'deliver' }
  | { do: 'restart' }
  | { do: 'advance'; ms: number }
  | { do: 'mood'; mood: 'ok' | 'down' | 'lost' }
  | { do: 'link'; up: boolean }
  | { do: 'disk'; fault: 'crashBeforeWrite' | 'crashAfterWrite' | 'diskFull' | null }
  | { do: 'other'; field: 'description' | 'notes' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('type' as const),
      field: fc.constantFrom('description' as const, 'notes' as const),
      text: fc.constantFrom('a', 'b', 'c'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(100, 500, 2000, 30_000) }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Step>({ do: 'save' }, { do: 'hangUp' }, { do: 'deliver' }, { do: 'restart' }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('mood' as const),
      mood: fc.constantFrom('ok' as const, 'down' as const, 'lost' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('link' as const), up: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('disk' as const),
      fault: fc.constantFrom('crashBeforeWrite' as const, 'crashAfterWrite' as const, 'diskFull' as const, null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('other' as const), field: fc.constantFrom('description' as const, 'notes' as const) }),
  },
)

it('any course of events ends with every last typed value on the server or offered, and one effect a save', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const bench = await openDesk()
      // What may stand in the end: the last value known to be on disk, and those typed since.
      const mayStand = { description: new Set<unknown>(['']), notes: new Set<unknown>(['']) }
      let typed = 0
      let others = 0
      for (const one of steps) {
        if (one.do === 'type') {
          if (!bench.entry) continue
          const value = `${one.text}${++typed}`
          const safe = bench.disk.fault === null && !bench.crashed
          if (safe) mayStand[one.field].clear()
          mayStand[one.field].add(value)
          bench.desk.type(cardId, one.field, value)
          await settle()
        } else if (one.do === 'save') {
          if (bench.entry) void bench.desk.save(cardId)
          await settle()
        } else if (one.do === 'hangUp') {
          bench.server.hangUp()
          bench.deliver()
        } else if (one.do === 'deliver') bench.deliver()
        else if (one.do === 'restart') await bench.restart()
        else if (one.do === 'advance') await bench.advance(one.ms)
        else if (one.do === 'mood') bench.server.mood = one.mood
        else if (one.do === 'link') await bench.connect(one.up)
        else if (one.do === 'disk') bench.arm(one.fault)
        else if (one.do === 'other') {
          const value = `other${++others}`
          // Written over a value of ours that had arrived: theirs stands by right.
          if (mayStand[one.field].has(bench.server.card.fields[one.field])) mayStand[one.field].add(value)
          bench.server.writeByOther({ [one.field]: value })
          bench.deliver()
        }
        if (bench.crashed) await bench.restart()
      }
      bench.server.mood = 'ok'
      await bench.restart()
      await bench.connect(true)
      await bench.advance(300_000)
      const { offered, entries, setAside } = bench.desk.state
      expect(setAside).toEqual([])
      expect(bench.disk.outbox).toEqual([])
      for (const field of ['description', 'notes'] as const) {
        const clash = entries[cardId]?.clashes.find((found) => found.field === field)?.mine
        const rest = offered.find((found) => found.cardId === cardId)?.fields[field]
        const standing = [bench.server.card.fields[field], clash, rest]
        expect(standing.some((value) => mayStand[field].has(value))).toBe(true)
      }
      for (const effects of bench.server.saves.values()) expect(effects).toBe(1)
      bench.desk.stop()
    }),
    { numRuns: 400 },
  )
}, 60_000)
