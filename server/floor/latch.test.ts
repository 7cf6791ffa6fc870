import fc from 'fast-check'
import { expect, it } from 'vitest'
import { holds, type Latch, stepLatch, unlatched } from './latch.ts'

const delays = { afterMs: 5_000, clearMs: 10_000 }
/** Seconds, each with whether the value is beyond. */
const run = (beyond: readonly boolean[], from: Latch = unlatched) => {
  const seen: string[] = []
  let latch = from
  for (const [second, is] of beyond.entries()) {
    latch = stepLatch(latch, { beyond: is, atMs: second * 1_000, ...delays })
    seen.push(latch.state)
  }
  return { seen, latch }
}
const times = (n: number, value: boolean) => Array.from({ length: n }, () => value)

it('holds only after the value was beyond for the whole time', () => {
  expect(run(times(5, true)).latch.state).toBe('rising')
  expect(run(times(6, true)).latch.state).toBe('on')
  expect(run([...times(4, true), false, ...times(4, true)]).seen).not.toContain('on')
})

it('holds at once where nothing is to be waited for', () => {
  expect(stepLatch(unlatched, { beyond: true, atMs: 7, afterMs: 0, clearMs: 10_000 })).toEqual({ state: 'on', sinceMs: 7 })
})

it('lets go only after the value was inside for the whole time', () => {
  const on: Latch = { state: 'on', sinceMs: 0 }
  expect(run(times(10, false), on).latch.state).toBe('falling')
  expect(run(times(11, false), on).latch.state).toBe('off')
  expect(run([...times(9, false), true, ...times(9, false)], on).seen).not.toContain('off')
})

it('never changes twice within the time it waits, whatever the value does', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (beyond) => {
      let latch = unlatched
      let changedAtMs = Number.NEGATIVE_INFINITY
      for (const [second, is] of beyond.entries()) {
        const next = stepLatch(latch, { beyond: is, atMs: second * 1_000, ...delays })
        if (holds(next) !== holds(latch)) {
          expect(second * 1_000 - changedAtMs).toBeGreaterThanOrEqual(holds(next) ? delays.afterMs : delays.clearMs)
          changedAtMs = second * 1_000
        }
        latch = next
      }
    }),
  )
})
