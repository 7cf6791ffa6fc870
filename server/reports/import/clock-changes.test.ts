import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { history } from '../../../bench/support/history.ts'
import { addDays, type Days, dayCount, type Grouping } from '../../contract/index.ts'
import { type SourceId, type SumId, sumIds, sumOf } from '../metrics/index.ts'
import { answers, type Selection, sumsQuestions } from '../queries/questions.ts'
import { momentsOf } from '../queries/site-days.ts'
import { imbalances, type Ledger, openLedger, siteRules } from './fixture.ts'

const hourMs = 3_600_000
const minuteMs = 60_000

/** Days around a night in which a day is no 24 hours, or a year ends; and how many hours the days have together. */
const nights = [
  { what: 'a day of 25 hours', timeZone: 'Europe/Berlin', fromDay: 20_261_024, hours: 73 },
  { what: 'a day of 23 hours', timeZone: 'Europe/Berlin', fromDay: 20_270_327, hours: 71 },
  { what: 'a day of 25 hours west of UTC', timeZone: 'America/New_York', fromDay: 20_261_031, hours: 73 },
  { what: 'a day without its midnight', timeZone: 'America/Santiago', fromDay: 20_260_905, hours: 71 },
  { what: 'a day longer by half an hour', timeZone: 'Australia/Lord_Howe', fromDay: 20_260_404, hours: 72.5 },
  { what: 'the end of a year', timeZone: 'Europe/Berlin', fromDay: 20_261_231, hours: 72 },
] as const

/** Cards and call-backs are no part of the record. */
const recorded: readonly SourceId[] = ['visits', 'legs', 'rings', 'calls', 'spans']

function ask(
  ledger: Ledger,
  days: Days,
  of: { timeZone: string; source: SourceId; groupBy: Grouping | null; detailOnly: boolean },
) {
  const { timeZone, source, groupBy, detailOnly } = of
  const moments = momentsOf(days, timeZone)
  const selection: Selection = {
    days,
    moments,
    filter: {},
    people: null,
    nowMs: moments.toMs,
    endMs: moments.toMs,
    cardSums: false,
    timeZone,
  }
  const wanted = sumIds.filter((id) => sumOf(id).source === source)
  const groups = new Map<string | number | null, Record<string, number>>()
  for (const { text } of sumsQuestions(wanted, { selection, groupBy, detailOnly })) {
    const rows = ledger.db
      .prepare<(string | number | null)[], Record<SumId, number> & { group_key: string | number | null }>(text.sql)
      .all(...text.parameters)
    for (const { group_key, ...sums } of rows) groups.set(group_key, { ...groups.get(group_key), ...sums })
  }
  return groups
}

function added(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const together: Record<string, number> = {}
  for (const sums of all)
    for (const id of sumIds) {
      const value = sums[id]
      if (value === undefined) continue
      together[id] = sumOf(id).greatest ? Math.max(together[id] ?? 0, value) : (together[id] ?? 0) + value
    }
  return together
}

/** A history of three days of 24 hours from the first midnight, so moved that its busy hours lie anywhere, the night too. */
async function around(night: (typeof nights)[number], seed: number, laterHours: number) {
  const { timeZone, fromDay } = night
  const days = { fromDay, toDay: addDays(fromDay, 2) }
  const { fromMs, toMs } = momentsOf(days, timeZone)
  const ledger = await openLedger(siteRules(timeZone))
  const start = fromMs - 24 * hourMs + laterHours * hourMs
  for (const day of history({ seed, calls: 160, days: 4, operators: 4, queues: 2, fromMs: start })) ledger.apply(day)
  return { ledger, days, timeZone, fromMs, toMs }
}

describe.each(nights)('$what in $timeZone', (night) => {
  it('adds up: the days one by one, the days beside each other, the hours, and the whole period', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), fc.nat(23), async (seed, laterHours) => {
        const { ledger, days, timeZone, fromMs, toMs } = await around(night, seed, laterHours)
        expect((toMs - fromMs) / hourMs).toBe(night.hours)
        for (const source of recorded) {
          for (const detailOnly of [false, true]) {
            const whole = added([...ask(ledger, days, { timeZone, source, groupBy: null, detailOnly }).values()])
            const single = Array.from({ length: dayCount(days) }, (_, n) => {
              const day = addDays(days.fromDay, n)
              return ask(ledger, { fromDay: day, toDay: day }, { timeZone, source, groupBy: null, detailOnly })
            })
            expect(added(single.flatMap((groups) => [...groups.values()])), `${source} day by day`).toEqual(whole)
            for (const groupBy of [
              'day',
              'hour',
              'halfHour',
              'quarterHour',
              'hourOfDay',
              'weekday',
              'queue',
              'operator',
              'direction',
            ] as const) {
              if (!answers(source, groupBy, [])) continue
              const groups = ask(ledger, days, { timeZone, source, groupBy, detailOnly })
              expect(added([...groups.values()]), `${source} by ${groupBy}`).toEqual(whole)
            }
          }
        }
        const offered = ledger.visits().filter(({ entered_at_ms }) => entered_at_ms >= fromMs && entered_at_ms < toMs)
        const asked = ask(ledger, days, { timeZone, source: 'visits', groupBy: null, detailOnly: false })
        expect(asked.get(null)?.['offered']).toBe(offered.length)
        expect(imbalances(ledger)).toEqual([])
        ledger.db.close()
      }),
      { numRuns: 6, seed: 13, endOnFailure: true },
    )
  }, 120_000)

  it('has every visit in the day and the hour in which it began, and spans that end with their day', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), fc.nat(23), async (seed, laterHours) => {
        const { ledger, timeZone } = await around(night, seed, laterHours)
        for (const { day, hour_ms, entered_at_ms } of ledger.visits()) {
          const { fromMs, toMs } = momentsOf({ fromDay: day, toDay: day }, timeZone)
          expect(entered_at_ms >= fromMs && entered_at_ms < toMs).toBe(true)
          // A change by half an hour cuts an hour.
          expect(entered_at_ms >= hour_ms && entered_at_ms - hour_ms < 60 * minuteMs && hour_ms >= fromMs).toBe(true)
        }
        for (const { day, from_ms, to_ms } of ledger.spans()) {
          const { fromMs, toMs } = momentsOf({ fromDay: day, toDay: day }, timeZone)
          expect(from_ms >= fromMs && (to_ms ?? from_ms) <= toMs).toBe(true)
        }
        expect(ledger.spans().length).toBeGreaterThan(0)
        ledger.db.close()
      }),
      { numRuns: 6, seed: 17, endOnFailure: true },
    )
  }, 120_000)
})
