import { describe, expect, it } from 'vitest'
import { addUp, type MetricId, metricIds, metricOf, noSums, type SumId, type Sums, sumIds, sumOf, sumsFor } from './index.ts'
import { serviceLevels } from './service-level.ts'

const sums = (some: Partial<Record<SumId, number>>): Sums => ({ ...noSums, ...some })
const value = (id: MetricId, some: Partial<Record<SumId, number>>) => metricOf(id).compute(sums(some))

describe('service level', () => {
  const day = { offered: 1_060, answered: 1_000, abandoned: 60, answeredInTarget: 860, abandonedInTarget: 20, shortAbandoned: 10 }

  it.each<[MetricId, number]>([
    ['serviceLevelWithAbandoned', 83.0],
    ['serviceLevelOfAnswered', 86.0],
    ['serviceLevelOfAll', 81.1],
    ['serviceLevelLessAbandoned', 82.7],
    ['serviceLevelWithShort', 82.1],
  ])('%s of the published day is %d %%', (id, percent) => {
    expect(Math.round((value(id, day) ?? 0) * 1_000) / 10).toBe(percent)
  })

  it('by default leaves out who hung up at once and who left by a key', () => {
    expect(value('serviceLevel', { ...day, keyExit: 0 })).toBeCloseTo(860 / 1_050, 10)
    expect(value('serviceLevel', { ...day, offered: 1_070, keyExit: 20 })).toBeCloseTo(860 / 1_040, 10)
  })

  it('of a time with nothing but short hang-ups and key exits is no data', () => {
    expect(value('serviceLevel', { offered: 3, shortAbandoned: 2, keyExit: 1 })).toBeNull()
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

it('every sum is needed by a figure or opened by one', () => {
  const used = new Set(metricIds.flatMap((id) => [...metricOf(id).needs, metricOf(id).opens]))
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

it('has six service levels', () => {
  expect(Object.keys(serviceLevels)).toHaveLength(6)
})
