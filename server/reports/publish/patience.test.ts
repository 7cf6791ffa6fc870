import { expect, it } from 'vitest'
import { type Clock, ManualClock } from '../../clock.ts'
import { patiently } from './patience.ts'

it('gives the answer, or says that there was none in time', async () => {
  const clock = new ManualClock()
  expect(await patiently(Promise.resolve(7), 2_000, clock)).toBe(7)
  await expect(patiently(Promise.reject(new Error('refused')), 2_000, clock)).rejects.toThrow('refused')
  const waiting = patiently(new Promise(() => undefined), 2_000, clock)
  clock.advance(1_999)
  expect(await Promise.race([waiting.catch(() => 'late'), Promise.resolve('waits')])).toBe('waits')
  clock.advance(1)
  await expect(waiting).rejects.toThrow('no answer for 2 s')
})

it('takes a time in which nobody could listen for one second', async () => {
  let tick = () => {}
  let nowMs = 0
  const clock: Clock = {
    nowMs: () => nowMs,
    after(_, callback) {
      tick = callback
      return () => undefined
    },
  }
  const answer = Promise.withResolvers<string>()
  const waiting = patiently(answer.promise, 3_000, clock)
  for (const blockedMs of [60_000, 60_000]) {
    nowMs += blockedMs
    tick()
  }
  answer.resolve('here')
  expect(await waiting).toBe('here')
})
