import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { beforeSignOut, onSigningOut } from './before-sign-out.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('waits for every task, also beside one that fails', async () => {
  const done: string[] = []
  const stops = [
    onSigningOut(() => Promise.reject(new Error('refused'))),
    onSigningOut(async () => {
      await Promise.resolve()
      done.push('sent')
    }),
  ]
  await beforeSignOut()
  expect(done).toEqual(['sent'])
  for (const stop of stops) stop()
})

it('does not wait for ever, nor for a task that was taken back', async () => {
  const stop = onSigningOut(() => new Promise(() => undefined))
  let left = false
  const leaving = beforeSignOut(2000).then(() => {
    left = true
  })
  await vi.advanceTimersByTimeAsync(1999)
  expect(left).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await leaving
  stop()
  await beforeSignOut(2000)
})
