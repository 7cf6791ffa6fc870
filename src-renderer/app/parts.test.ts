import { expect, test, vi } from 'vitest'
import { ManualClock, settle } from '../platform/manual-clock.ts'
import { createParts, longestRetryMs, patientTries, retryMs } from './parts.ts'

/** The page is idle when the test says so. */
function makeParts() {
  const idle: (() => void)[] = []
  const clock = new ManualClock()
  let count = 0
  const parts = createParts({
    whenIdle: (task) => idle.push(task),
    after: (delayMs, task) => clock.after(delayMs, task),
    onMissing: (now) => {
      count = now
    },
  })
  const beIdle = async () => {
    idle.shift()?.()
    await settle()
  }
  return { parts, clock, idle, beIdle, missing: () => count }
}

test('nothing is fetched before it is time, then one after another, in idle moments', async () => {
  const { parts, idle, beIdle } = makeParts()
  const fetched: string[] = []
  for (const name of ['card', 'drawer']) parts.add(async () => fetched.push(name))
  await settle()
  expect(idle).toHaveLength(0)
  parts.fetchAhead()
  parts.fetchAhead()
  expect(fetched).toEqual([])
  await beIdle()
  expect(fetched).toEqual(['card'])
  await beIdle()
  expect(fetched).toEqual(['card', 'drawer'])
  expect(idle).toHaveLength(0)
})

test('what a part brings along comes before the others', async () => {
  const { parts, beIdle } = makeParts()
  const fetched: string[] = []
  parts.add(async () => {
    fetched.push('card')
    parts.add(async () => fetched.push('calendar'))
  })
  parts.add(async () => fetched.push('settings'))
  parts.fetchAhead()
  for (let time = 0; time < 3; time++) await beIdle()
  expect(fetched).toEqual(['card', 'calendar', 'settings'])
})

test('a part that is asked for is fetched at once, and once', async () => {
  const { parts, beIdle } = makeParts()
  const load = vi.fn(async () => 'card')
  const part = parts.add(load)
  expect(part.now()).toBeNull()
  part.fetch()
  part.fetch()
  await expect(part.here).resolves.toBe('card')
  expect(part.now()).toBe('card')
  parts.fetchAhead()
  await beIdle()
  expect(load).toHaveBeenCalledTimes(1)
})

test('what the network did not bring is asked for again, later and later, until it is here', async () => {
  const { parts, clock, missing } = makeParts()
  const load = vi.fn(async () => 'card')
  for (let time = 0; time < 5; time++) load.mockRejectedValueOnce(new Error('offline'))
  const part = parts.add(load)
  part.fetch()
  for (const [at, waitMs] of [2_000, 4_000, 8_000, 16_000, longestRetryMs].entries()) {
    await clock.advance(waitMs - 1)
    expect(load).toHaveBeenCalledTimes(at + 1)
    expect(missing()).toBe(at + 1 >= patientTries ? 1 : 0)
    await clock.advance(1)
    expect(load).toHaveBeenCalledTimes(at + 2)
  }
  expect(part.now()).toBe('card')
  expect(missing()).toBe(0)
  await clock.advance(longestRetryMs)
  expect(load).toHaveBeenCalledTimes(6)
})

test('one that never comes keeps none of the others', async () => {
  const { parts, beIdle, idle } = makeParts()
  const fetched: string[] = []
  parts.add(() => Promise.reject(new Error('gone')))
  for (const name of ['drawer', 'settings']) parts.add(async () => fetched.push(name))
  parts.fetchAhead()
  for (let time = 0; time < 3; time++) await beIdle()
  expect(fetched).toEqual(['drawer', 'settings'])
  expect(idle).toHaveLength(0)
})

test('who needs it does not wait for the next try, and the tries do not double', async () => {
  const { parts, clock } = makeParts()
  const load = vi.fn(() => Promise.reject(new Error('offline')))
  const part = parts.add(load)
  part.fetch()
  await settle()
  part.fetch()
  await settle()
  expect(load).toHaveBeenCalledTimes(2)
  await clock.advance(retryMs)
  expect(load).toHaveBeenCalledTimes(2)
  await clock.advance(retryMs)
  expect(load).toHaveBeenCalledTimes(3)
})
