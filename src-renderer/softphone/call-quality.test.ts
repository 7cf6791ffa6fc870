import { expect, it } from 'vitest'
import { qualityBetween } from './call-quality.ts'
import type { CallStats } from './phone.ts'

const reading = (change: Partial<CallStats>): CallStats => ({
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  jitterMs: 0,
  roundTripMs: null,
  levelIn: 0,
  levelOut: 0,
  energyIn: 0,
  energyOut: 0,
  codec: null,
  ...change,
})
const earlier = reading({ packetsReceived: 1000, packetsLost: 500 })

it('counts only what was lost since the earlier reading', () => {
  expect(qualityBetween(earlier, reading({ packetsReceived: 1150, packetsLost: 500 }))).toMatchObject({ grade: 'good', loss: 0 })
})

it.each([
  [{ packetsReceived: 1097, packetsLost: 503 }, 'fair'],
  [{ packetsReceived: 1090, packetsLost: 510 }, 'poor'],
  [{ packetsReceived: 1100, packetsLost: 500, jitterMs: 35 }, 'fair'],
  [{ packetsReceived: 1100, packetsLost: 500, jitterMs: 90 }, 'poor'],
  [{ packetsReceived: 1100, packetsLost: 500, roundTripMs: 400 }, 'fair'],
  [{ packetsReceived: 1099, packetsLost: 501 }, 'good'],
] as const)('%o is %s', (change, grade) => expect(qualityBetween(earlier, reading(change))?.grade).toBe(grade))

it('says nothing of a held call', () => {
  expect(qualityBetween(earlier, earlier)).toBeNull()
})
