import fc from 'fast-check'
import { expect, it } from 'vitest'
import { estimateMos, qualityBetween } from './call-quality.ts'
import type { CallStats } from './phone.ts'

const reading = (change: Partial<CallStats>): CallStats => ({
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  jitterMs: 0,
  roundTripMs: null,
  lossSent: null,
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
  // Worked out by hand from the formulas; G.107 gives 4.41 for R 93.2, 4.03 for 80, 3.60 for 70.
  [{ loss: 0, jitterMs: 0, roundTripMs: 0 }, 4.39],
  [{ loss: 0, jitterMs: 5, roundTripMs: 40 }, 4.38],
  [{ loss: 0.02, jitterMs: 5, roundTripMs: 40 }, 4.19],
  [{ loss: 0.05, jitterMs: 10, roundTripMs: 80 }, 3.83],
  [{ loss: 0.2, jitterMs: 10, roundTripMs: 80 }, 2.52],
  [{ loss: 0, jitterMs: 0, roundTripMs: 600 }, 3.53],
  [{ loss: 1, jitterMs: 500, roundTripMs: 5000 }, 1],
  [{ loss: 0, jitterMs: 0, roundTripMs: null }, 4.39],
] as const)('%o gives a MOS of %d', (network, mos) => expect(estimateMos(network)).toBeCloseTo(mos, 1))

it('never gets better when the network gets worse', () => {
  const figure = fc.nat({ max: 2000 })
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const network = fc.record({ loss: share, jitterMs: figure, roundTripMs: figure })
  fc.assert(
    fc.property(network, network, (a, more) => {
      const worse = {
        loss: Math.min(1, a.loss + more.loss),
        jitterMs: a.jitterMs + more.jitterMs,
        roundTripMs: a.roundTripMs + more.roundTripMs,
      }
      expect(estimateMos(worse)).toBeLessThanOrEqual(estimateMos(a) + 1e-9)
      expect(estimateMos(a)).toBeGreaterThanOrEqual(1)
      expect(estimateMos(a)).toBeLessThanOrEqual(4.5)
    }),
  )
})

it.each([
  [{ packetsReceived: 1099, packetsLost: 501 }, 'good'],
  [{ packetsReceived: 1094, packetsLost: 506 }, 'fair'],
  [{ packetsReceived: 1085, packetsLost: 515 }, 'poor'],
  [{ packetsReceived: 1100, packetsLost: 500, jitterMs: 30 }, 'good'],
  [{ packetsReceived: 1100, packetsLost: 500, roundTripMs: 500 }, 'fair'],
  [{ packetsReceived: 1100, packetsLost: 500, roundTripMs: 800 }, 'poor'],
] as const)('%o is %s', (change, grade) => expect(qualityBetween(earlier, reading(change))?.grade).toBe(grade))

it.each([
  [0.3, 'poor', true],
  [0.06, 'fair', true],
  [0.001, 'good', false],
  [0, 'good', false],
] as const)('of %d lost of what we send it is %s, by the ear of the other side: %s', (lossSent, grade, theirs) => {
  const quality = qualityBetween(earlier, reading({ packetsReceived: 1150, packetsLost: 500, lossSent }))
  // The opinion score is of what is heard here.
  expect(quality).toMatchObject({ grade, theirs, lossSent, loss: 0 })
  expect(quality?.mos).toBeCloseTo(4.39, 1)
})

it('says nothing of a held call', () => {
  expect(qualityBetween(earlier, earlier)).toBeNull()
})
