import { beforeEach, expect, it } from 'vitest'
import type { QualitySample } from '../../../server/contract/index.ts'
import { QualityReport } from './quality-report.ts'

const sample = (atMs: number): QualitySample => ({ atMs, loss: 0, jitterMs: 1, roundTripMs: null, mos: 4.4 })
let sent: number[][]
let fails: boolean
let report: QualityReport

beforeEach(() => {
  sent = []
  fails = false
  report = new QualityReport(async (samples) => {
    if (fails) throw new Error('offline')
    sent.push(samples.map(({ atMs }) => atMs))
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
  await report.flush()
  expect(sent[1]).toEqual([11])
  await report.flush()
  expect(sent).toHaveLength(2)
})

it('keeps what could not be sent, at most as much as the server takes', async () => {
  fails = true
  await add(1, 250)
  fails = false
  await report.flush()
  expect(sent[0]).toHaveLength(200)
  expect(sent[0]?.at(-1)).toBe(250)
})
