import { expect, test, vi } from 'vitest'
import { ManualClock, settle } from '../platform/manual-clock.ts'
import { createParts, retryMs } from './parts.ts'

/** The page is idle when the test says so. */
function makeParts() {
  const idle: (() => void)[] = []
  const clock = new ManualClock()
  const parts = createParts({ whenIdle: (task) => idle.push(task), after: (delayMs, task) => clock.after(delayMs, task) })
  const beIdle = async () => {
    idle.shift()?.()
    await settle()
  }
  return { parts, clock, idle, beIdle }
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

test('what the network did not bring is asked for again until it is here, and the next waits for its turn', async () => {
  const { parts, clock, beIdle } = makeParts()
  const load = vi.fn(async () => 'card')
  load.mockRejectedValueOnce(new Error('offline')).mockRejectedValueOnce(new Error('offline'))
  const next = vi.fn(async () => 'drawer')
  const part = parts.add(load)
  parts.add(next)
  parts.fetchAhead()
  await beIdle()
  expect(load).toHaveBeenCalledTimes(1)
  await clock.advance(retryMs - 1)
  expect(load).toHaveBeenCalledTimes(1)
  await clock.advance(1)
  expect(load).toHaveBeenCalledTimes(2)
  expect(part.now()).toBeNull()
  await clock.advance(retryMs)
  expect(part.now()).toBe('card')
  await beIdle()
  expect(next).toHaveBeenCalledTimes(1)
})
