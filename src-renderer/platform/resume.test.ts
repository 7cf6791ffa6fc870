import { expect, test } from 'vitest'
import { lookAtClock, watchResume } from './resume.ts'

test.each([
  [1_000, false, false],
  [3_000, false, false],
  [3_001, false, true],
  [61_000, true, false],
  [70_001, true, true],
  // The clock was set back: no sleep.
  [-5_000, false, false],
])('a gap of %i ms, hidden %s: resumed %s', (gapMs, hidden, resumed) => {
  expect(lookAtClock({ lastTickMs: 100_000 }, { nowMs: 100_000 + gapMs, hidden }).resumed).toBe(resumed)
})

test('a sleep is told once, by the timer or by becoming visible, and not after the disposer', () => {
  let nowMs = 0
  const looks: (() => void)[] = []
  const added = (look: () => void) => {
    looks.push(look)
    return () => void looks.splice(looks.indexOf(look), 1)
  }
  let told = 0
  const stop = watchResume({ now: () => nowMs, isHidden: () => false, everySecond: added, onVisible: added }, () => {
    told += 1
  })
  const look = () => {
    for (const each of [...looks]) each()
  }
  nowMs += 1_000
  look()
  expect(told).toBe(0)
  nowMs += 60_000
  look()
  expect(told).toBe(1)
  stop()
  expect(looks).toEqual([])
})
