import { describe, expect, it } from 'vitest'
import type { AlarmThreshold } from '../contract/index.ts'
import type { Reading } from './readings.ts'
import { clearMs, type Watched, watch, watchedAgain } from './watched.ts'

const threshold: AlarmThreshold = { kind: 'waiting', scope: { of: 'floor' }, warning: 3, critical: 6, afterMs: 5_000 }
const reading = (value: number, critical: AlarmThreshold): Reading => {
  return { key: 'k', kind: 'waiting', queue: null, operator: null, by: { warning: threshold, critical }, value }
}

/** Values a second each; what happened at which second. */
function run(values: readonly (number | null)[], from?: Watched, critical = threshold) {
  let watched = from
  let n = 0
  const steps: string[] = []
  for (const [second, value] of values.entries()) {
    const now = value === null ? null : reading(value, critical)
    const after = watch(watched, now, { nowMs: second * 1_000, newId: () => `alarm ${++n}` })
    watched = after.watched
    if (after.step !== null) steps.push(`${second} ${after.step} ${after.watched.alarm?.level}`)
  }
  return { steps, watched }
}
const times = (n: number, value: number | null) => Array.from({ length: n }, () => value)
const clearS = clearMs / 1_000

describe('an alarm', () => {
  it('begins after its time, becomes critical after that level’s, and ends when both have cleared', () => {
    const values = [...times(10, 3), ...times(10, 7), ...times(20, 4), ...times(20, 0)]
    expect(run(values).steps).toEqual(['5 began warning', '15 rose critical', '30 fell warning', `${40 + clearS} ended critical`])
  })

  it('does not flap when the value swings about the limit', () => {
    const swings = Array.from({ length: 120 }, (_, second) => (second % 8 < 6 ? 3 : 2))
    expect(run(swings).steps).toEqual(['5 began warning'])
    const short = Array.from({ length: 120 }, (_, second) => (second % 8 < 4 ? 3 : 2))
    expect(run(short).steps).toEqual([])
  })

  it('may begin critical', () => {
    expect(run(times(6, 9)).steps).toEqual(['5 began critical'])
  })

  it('ends when there is nothing to judge any more', () => {
    expect(run([...times(6, 3), ...times(clearS + 1, null)]).steps).toEqual(['5 began warning', `${6 + clearS} ended warning`])
  })

  it('keeps its worst value, and the limit of its level', () => {
    const { watched } = run([...times(6, 3), 5, 3])
    expect(watched).toMatchObject({ worst: 5, alarm: { worst: 3, limit: 3 } })
    const risen = run([...times(6, 3), ...times(6, 8)]).watched
    expect(risen?.alarm).toMatchObject({ worst: 8, limit: 6, criticalAtMs: 11_000 })
  })

  it('is of each level by the limit and the time of the threshold that level is judged by', () => {
    const { steps, watched } = run(times(20, 5), undefined, { ...threshold, warning: 4, critical: 5, afterMs: 9_000 })
    expect(steps).toEqual(['5 began warning', '9 rose critical'])
    expect(watched?.alarm?.limit).toBe(5)
  })

  it('says when it became critical the last time', () => {
    const swings = [...times(6, 9), ...times(12, 4), ...times(6, 9)]
    const { steps, watched } = run(swings)
    expect(steps).toEqual(['5 began critical', '16 fell warning', '23 rose critical'])
    expect(watched?.alarm?.criticalAtMs).toBe(23_000)
  })

  it('acknowledged as a warning is not acknowledged when it becomes critical, but stays so when it falls', () => {
    const warning = run(times(6, 3)).watched
    if (!warning?.alarm) throw new Error('no alarm')
    const acknowledged = { byName: 'Galina', atMs: 1 }
    const seen = { ...warning, alarm: { ...warning.alarm, acknowledged } }
    expect(run(times(10, 4), seen).watched?.alarm?.acknowledged).toEqual(acknowledged)
    const critical = run(times(6, 9), seen).watched
    expect(critical?.alarm).toMatchObject({ level: 'critical', acknowledged: null })
    if (!critical?.alarm) throw new Error('no alarm')
    const again = { ...critical, alarm: { ...critical.alarm, acknowledged } }
    expect(run(times(12, 4), again).watched?.alarm).toMatchObject({ level: 'warning', acknowledged })
  })

  it('goes on over a restart of the server, and ends where its value has gone meanwhile', () => {
    const alarm = run(times(6, 9)).watched?.alarm
    if (!alarm) throw new Error('no alarm')
    expect(run(times(30, 9), watchedAgain(alarm)).steps).toEqual([])
    expect(run(times(30, 0), watchedAgain(alarm)).steps).toEqual([`${clearS} ended critical`])
  })
})
