import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type HistoryDay, history } from '../../../bench/support/history.ts'
import { goldens } from '../../../tests/support/ledger-golden/recorded.ts'
import type { CdrRow, CelRow, QueueLogRow } from '../sources/index.ts'
import { type Facts, imbalances, openLedger } from './fixture.ts'

type Row = { cdr: CdrRow } | { line: QueueLogRow } | { cel: CelRow }

const rowsOf = (facts: Facts): Row[] => [
  ...(facts.cdr ?? []).map((cdr) => ({ cdr })),
  ...(facts.queueLog ?? []).map((line) => ({ line })),
  ...(facts.cel ?? []).map((cel) => ({ cel })),
]
const factsOf = (rows: readonly Row[]): Facts => ({
  cdr: rows.flatMap((row) => ('cdr' in row ? [row.cdr] : [])),
  queueLog: rows.flatMap((row) => ('line' in row ? [row.line] : [])),
  cel: rows.flatMap((row) => ('cel' in row ? [row.cel] : [])),
})

/** Recorded calls, one after another in time so that their members' lines do not meet. */
async function recorded(): Promise<Row[]> {
  return (await goldens()).flatMap(({ facts }, n) => {
    const later = n * 600_000
    const text = JSON.stringify(facts)
      .replaceAll(/"(\w+Ms)":(\d+)/g, (_, field: string, ms: string) => `"${field}":${Number(ms) + later}`)
      .replaceAll(/pbx-(\d{10})\./g, (_, at: string) => `pbx-${Number(at) + later / 1_000}.`)
    return rowsOf(JSON.parse(text) as Facts)
  })
}

function generated(seed: number): Row[] {
  const days: HistoryDay[] = [...history({ seed, calls: 60, days: 2, operators: 6, queues: 3 })]
  return days.flatMap(rowsOf)
}

/** The rows in an order, cut into batches, some of them twice. */
async function imported(
  rows: readonly Row[],
  way: { order: readonly number[]; cuts: readonly number[]; again: readonly number[]; first: number },
) {
  const keys = rows.map((row, n) => ({ row, key: way.order[n % way.order.length] ?? 0, n }))
  const shuffled = keys.sort((a, b) => a.key - b.key || a.n - b.n).map(({ row }) => row)
  const repeated = way.again.flatMap((n) => shuffled[n % shuffled.length] ?? [])
  const all = [...shuffled, ...repeated]
  const cuts = [...new Set(way.cuts.map((cut) => cut % all.length))].sort((a, b) => a - b)
  const ledger = await openLedger()
  let from = 0
  for (const [n, to] of [...cuts, all.length].entries()) {
    ledger.apply(factsOf(all.slice(from, to)), untilMs(rows))
    from = to
    if (n === way.first) ledger.writer.caughtUp()
  }
  return ledger
}

const untilMs = (rows: readonly Row[]): number =>
  rows.reduce((max, row) => Math.max(max, 'cdr' in row ? row.cdr.endMs : 'line' in row ? row.line.atMs : row.cel.atMs), 0)

const way = fc.record({
  order: fc.array(fc.nat(1_000_000), { minLength: 97, maxLength: 211 }),
  cuts: fc.array(fc.nat(100_000), { maxLength: 12 }),
  /** The batch after which a first import has caught up. */
  first: fc.nat(12),
  again: fc.array(fc.nat(100_000), { maxLength: 40 }),
})

async function same(rows: readonly Row[], any: Parameters<typeof imported>[1]): Promise<void> {
  const once = await openLedger()
  once.apply(factsOf(rows), untilMs(rows))
  const ledger = await imported(rows, any)
  expect(ledger.everything()).toEqual(once.everything())
  once.db.close()
  ledger.db.close()
}

describe('any order, batching and repetition', () => {
  it('gives the same ledger of the recorded calls', async () => {
    const rows = await recorded()
    await fc.assert(
      fc.asyncProperty(way, (any) => same(rows, any)),
      { numRuns: 12, seed: 7, endOnFailure: true },
    )
  }, 120_000)

  it('gives the same ledger of a generated history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), way, (seed, any) => same(generated(seed), any)),
      { numRuns: 30, seed: 11, endOnFailure: true },
    )
  }, 120_000)
})

describe('any history', () => {
  it('balances: outcomes and offered, operators and queues, roll-ups and detail', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), way, async (seed, any) => {
        const ledger = await imported(generated(seed), any)
        expect(imbalances(ledger)).toEqual([])
        expect(ledger.visits().length).toBeGreaterThan(0)
        ledger.db.close()
      }),
      { numRuns: 20, seed: 3, endOnFailure: true },
    )
  }, 120_000)

  it('balances too while half of its rows are not there yet', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), fc.array(fc.boolean(), { minLength: 50, maxLength: 50 }), async (seed, kept) => {
        const ledger = await openLedger()
        ledger.apply(factsOf(generated(seed).filter((_, n) => kept[n % kept.length])))
        expect(imbalances(ledger)).toEqual([])
        ledger.db.close()
      }),
      { numRuns: 20, seed: 5, endOnFailure: true },
    )
  }, 120_000)

  it.each([
    'update queue_hours set answered = answered + 1',
    "update call_hours set missed = missed + 1 where cause <> ''",
    'delete from call_days where day = (select max(day) from call_days)',
    'update queue_days set longest_wait_ms = longest_wait_ms + 1',
    'update operator_sums set talk_ms = talk_ms + 1',
    'update operator_states set closed_ms = closed_ms + 1',
  ])('is told out of balance when a sum is wrong: %s', async (wrong) => {
    const ledger = await openLedger()
    ledger.apply(factsOf(generated(1)))
    expect(imbalances(ledger)).toEqual([])
    ledger.db.exec(wrong)
    expect(imbalances(ledger)).not.toEqual([])
  })
})
