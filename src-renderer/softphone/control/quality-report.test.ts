import { beforeEach, expect, it } from 'vitest'
import type { QualitySample } from '../../../server/contract/index.ts'
import { ManualClock, settle } from '../../platform/manual-clock.ts'
import { QualityReport } from './quality-report.ts'

const sample = (atMs: number): QualitySample => ({ atMs, loss: 0, jitterMs: 1, roundTripMs: null, mos: 4.4 })
let sent: number[][]
/** How the server fails: for the moment, or for good. */
let fails: 'away' | 'refuses' | null
let tries: number
let clock: ManualClock
let report: QualityReport

beforeEach(() => {
  sent = []
  fails = null
  tries = 0
  clock = new ManualClock()
  report = new QualityReport({
    clock,
    mayGoLater: () => fails === 'away',
    send: async (samples) => {
      tries += 1
      if (fails !== null) throw new Error(fails)
      sent.push(samples.map(({ atMs }) => atMs))
    },
  })
})

const add = async (from: number, to: number) => {
  for (let at = from; at <= to; at++) await report.add(sample(at))
}

it('sends ten readings together, and what is left at the end', async () => {
  await add(1, 9)
  expect(sent).toEqual([])
  await add(10, 11)
  expect(sent).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]])
  await report.end()
  expect(sent[1]).toEqual([11])
  await report.end()
  expect(sent).toHaveLength(2)
})

it.each(['away', 'refuses'] as const)(
  'keeps what could not be sent in a talk, at most as much as the server takes: %s',
  async (how) => {
    fails = how
    await add(1, 250)
    fails = null
    await report.end()
    expect(sent[0]).toHaveLength(200)
    expect(sent[0]?.at(-1)).toBe(250)
  },
)

it('sends what is left when the server is back after the end of the talk', async () => {
  fails = 'away'
  await add(1, 3)
  await report.end()
  await clock.advance(60_000)
  expect([sent, tries]).toEqual([[], 7])
  fails = null
  await clock.advance(10_000)
  expect(sent).toEqual([[1, 2, 3]])
  await clock.advance(60_000)
  expect(tries).toBe(8)
})

it('sends what came while an earlier portion was on its way', async () => {
  let taken: () => void = () => undefined
  const slow = new QualityReport({
    clock,
    mayGoLater: () => true,
    send: (samples) => {
      sent.push(samples.map(({ atMs }) => atMs))
      return new Promise((resolve) => (taken = resolve))
    },
  })
  for (let at = 1; at <= 11; at++) void slow.add(sample(at))
  void slow.end()
  taken()
  await settle()
  expect(sent).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [11]])
})

it('gives up at the end what the server does not want', async () => {
  fails = 'refuses'
  await add(1, 3)
  await report.end()
  await clock.advance(60_000)
  expect([sent, tries]).toEqual([[], 1])
})
