import { expect, it } from 'vitest'
import { type MissedFacts, missedCause } from './missed-cause.ts'

const facts: MissedFacts = {
  queue: '701',
  sawLoggedIn: true,
  sawUnpaused: true,
  sawFree: true,
  rang: false,
  waitMs: 60_000,
  afterQueueMs: null,
  hangUpCause: 16,
}

it.each([
  [{ sawLoggedIn: false, sawUnpaused: false, sawFree: false }, 'nobodyLoggedIn'],
  [{ sawUnpaused: false, sawFree: false }, 'allPaused'],
  [{ sawFree: false }, 'allBusy'],
  [{ rang: true, waitMs: 1_000 }, 'nobodyAnswered'],
  [{ waitMs: 4_999 }, 'hungUpEarly'],
  [{ afterQueueMs: 20 }, 'hungUpWaiting'],
  [{ afterQueueMs: 3_000 }, 'queueTimeout'],
  [{ hangUpCause: 34 }, 'failed'],
  [{ queue: null, sawLoggedIn: false, sawUnpaused: false, sawFree: false, rang: true }, 'nobodyAnswered'],
  [{ queue: null, sawLoggedIn: false, waitMs: 2_000 }, 'hungUpEarly'],
] as const)('%o is %s', (more, cause) => {
  expect(missedCause({ ...facts, ...more })).toBe(cause)
})
