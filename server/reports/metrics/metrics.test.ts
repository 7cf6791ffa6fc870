import { describe, expect, it } from 'vitest'
import { LevelFormula } from '../../contract/index.ts'
import { levelShare } from '../fold/level-share.ts'
import type { VisitOutcome } from '../record/schema.ts'
import { addUp, type MetricId, metricIds, metricOf, noSums, type SumId, type Sums, sumIds, sumOf, sumsFor } from './index.ts'
import { serviceLevels } from './service-level.ts'

const everyOutcome: readonly VisitOutcome[] = ['answered', 'abandoned', 'timeout', 'leftEmpty', 'keyExit', 'withdrawn', 'lost']
const sums = (some: Partial<Record<SumId, number>>): Sums => ({ ...noSums, ...some })
const value = (id: MetricId, some: Partial<Record<SumId, number>>) => metricOf(id).compute(sums(some))

describe('service level', () => {
  const day = { offered: 1_060, answered: 1_000, abandoned: 60, answeredInTarget: 860, abandonedInTarget: 20, shortAbandoned: 10 }

  it.each<[MetricId, number]>([
    ['serviceLevelOfOffered', 81.9],
    ['serviceLevelWithAbandoned', 83.0],
    ['serviceLevelOfAnswered', 86.0],
    ['serviceLevelOfAll', 81.1],
    ['serviceLevelLessAbandoned', 82.7],
    ['serviceLevelWithShort', 82.1],
  ])('%s of the published day is %d %%', (id, percent) => {
    expect(Math.round((value(id, day) ?? 0) * 1_000) / 10).toBe(percent)
  })

  it('by default leaves out who hung up at once and who left by a key', () => {
    expect(value('serviceLevelOfOffered', { ...day, keyExit: 0 })).toBeCloseTo(860 / 1_050, 10)
    expect(value('serviceLevelOfOffered', { ...day, offered: 1_070, keyExit: 20 })).toBeCloseTo(860 / 1_040, 10)
  })

  it('of a time with nothing but short hang-ups and key exits is no data', () => {
    expect(value('serviceLevelOfOffered', { offered: 3, shortAbandoned: 2, keyExit: 1 })).toBeNull()
  })

  it('of a queue is the sum of what its visits add by the queue’s formula', () => {
    const kinds = everyOutcome.flatMap((outcome) =>
      [true, false].flatMap((withinTarget) =>
        [true, false].map((short) => ({
          outcome,
          withinTarget: withinTarget && (outcome === 'answered' || outcome === 'abandoned'),
          shortAbandon: short && outcome === 'abandoned',
        })),
      ),
    )
    const visits = kinds.flatMap((visit, n) => Array.from({ length: n + 1 }, () => visit))
    const number = (where: (visit: (typeof visits)[number]) => boolean) => visits.filter(where).length
    const added = sums({
      offered: visits.length,
      answered: number(({ outcome }) => outcome === 'answered'),
      answeredInTarget: number(({ outcome, withinTarget }) => outcome === 'answered' && withinTarget),
      abandoned: number(({ outcome }) => outcome === 'abandoned'),
      abandonedInTarget: number(({ outcome, withinTarget }) => outcome === 'abandoned' && withinTarget),
      shortAbandoned: number(({ shortAbandon }) => shortAbandon),
      keyExit: number(({ outcome }) => outcome === 'keyExit'),
    })
    for (const formula of LevelFormula.options) {
      const shares = visits.map((visit) => levelShare(formula, visit))
      const own = sums({
        levelPart: shares.reduce((all, { part }) => all + part, 0),
        levelWhole: shares.reduce((all, { whole }) => all + whole, 0),
      })
      expect([formula, metricOf('serviceLevel').compute(own)]).toEqual([formula, metricOf(formula).compute(added)])
    }
  })
})

describe('every metric', () => {
  it('is no data or none of an empty time, never a share', () => {
    for (const id of metricIds) {
      const { unit, compute } = metricOf(id)
      if (unit === 'share' || unit === 'mark') expect([id, compute(noSums)]).toEqual([id, null])
      else expect([null, 0]).toContain(compute(noSums))
    }
  })

  it('asks for each sum it reads', () => {
    for (const id of metricIds) {
      const asked = new Set<string>(metricOf(id).needs)
      const read: string[] = []
      // Ones, so that no branch ends before its last sum.
      const get = (_: Sums, name: string | symbol) => {
        read.push(String(name))
        return 1
      }
      const watched = new Proxy(noSums, { get })
      metricOf(id).compute(watched)
      expect([id, read.filter((name) => !asked.has(name))]).toEqual([id, []])
    }
  })

  it('has its name and formula in both languages', () => {
    for (const id of metricIds)
      for (const words of [metricOf(id).ru, metricOf(id).en]) {
        expect(words.name.length).toBeGreaterThan(0)
        expect(words.formula.length).toBeGreaterThan(0)
      }
    const names = metricIds.map((id) => metricOf(id).ru.name)
    expect(names.every((name) => /[А-Яа-я]/.test(name))).toBe(true)
  })

  it('that counts opens exactly what it counts', () => {
    for (const id of metricIds) {
      const { unit, needs, opens } = metricOf(id)
      if (unit === 'count' && needs.length === 1) expect([id, opens]).toEqual([id, needs[0]])
      // A list is of rows, not of amounts.
      if (opens !== null) expect([id, sumOf(opens).greatest ?? false, 'value' in sumOf(opens)]).toEqual([id, false, false])
    }
  })
})

it('needs each sum once for several figures', () => {
  expect(sumsFor(['answeredShare', 'averageAnswerMs']).toSorted()).toEqual(['answered', 'answeredWaitMs', 'offered'])
})

it('every sum is needed by a figure or opened by one, or counts the list of calls', () => {
  const ofList = ['answeredCalls'] as const
  const used = new Set([...ofList, ...metricIds.flatMap((id) => [...metricOf(id).needs, metricOf(id).opens])])
  expect(sumIds.filter((id) => !used.has(id))).toEqual([])
})

it('adds rows up: sums are added, the longest stays the longest', () => {
  const together = addUp([
    sums({ offered: 1, answered: 1, answeredWaitMs: 10_000, longestWaitMs: 10_000 }),
    sums({ offered: 99, answered: 99, answeredWaitMs: 99_000, longestWaitMs: 2_000 }),
  ])
  expect(together).toMatchObject({ offered: 100, answered: 100, answeredWaitMs: 109_000, longestWaitMs: 10_000 })
  // Not (10 s + 1 s) / 2.
  expect(metricOf('averageAnswerMs').compute(together)).toBe(1_090)
})

it('has a queue’s own service level, and the six formulas', () => {
  expect(Object.keys(serviceLevels)).toEqual(['serviceLevel', ...LevelFormula.options])
})
