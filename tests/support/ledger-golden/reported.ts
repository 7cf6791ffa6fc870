import { FakeQueueNames, FakeUsers, galina } from '../../../server/calls/fixture.ts'
import { ManualClock } from '../../../server/clock.ts'
import { addDays, type Grouping, type ReportId } from '../../../server/contract/index.ts'
import { LedgerReports } from '../../../server/reports/index.ts'
import type { MetricId } from '../../../server/reports/metrics/index.ts'
import type { ReportReader } from '../../../server/reports/readers/read-pool.ts'
import { siteDay } from '../../../server/site-time.ts'
import type { ByHand } from '../../fixtures/ledger/by-hand/index.ts'
import type { Golden } from './recorded.ts'

type Figures = Readonly<Record<string, Readonly<Record<string, number>>>>
interface Said {
  readonly queues: Figures
  readonly operators: Figures
  readonly missed: Figures
}

/** What was worked out by hand beside what people read in the reports. */
export async function reported(
  hand: ByHand,
  reader: ReportReader,
  { timeZone, fromMs }: Golden,
): Promise<{ byHand: Said; said: Said }> {
  const reports = new LedgerReports({
    reader,
    // By extension, as the figures by hand are.
    users: new FakeUsers([]),
    queueNames: new FakeQueueNames(),
    workTimes: { all: () => ({ times: [], holidays: [] }) },
    cardSums: { whole: () => true },
    clock: new ManualClock(fromMs),
    timeZone,
  })
  const day = siteDay(fromMs, timeZone)
  const rows = async (report: ReportId, groupBy: Grouping, figures: readonly MetricId[]): Promise<Figures> => {
    const days = { fromDay: addDays(day, -1), toDay: addDays(day, 2) }
    const table = await reports.run(galina, { report, groupBy, ...days, filter: {}, compare: false, figures: [...figures] })
    return named(table.rows.map(({ key, values }) => [key ?? '', values]))
  }
  return {
    byHand: worked(hand),
    said: {
      queues: await rows('queues', 'queue', ofQueues),
      operators: await rows('operators', 'operator', ['handled', 'missedRings']),
      missed: await rows('missed', 'cause', ['missed']),
    },
  }
}

const ofQueues = [
  'offered',
  'answered',
  'abandoned',
  'shortAbandoned',
  'timedOut',
  'leftEmpty',
  'keyExit',
  'withdrawn',
  'unknownEnd',
  'serviceLevel',
] as const satisfies readonly MetricId[]

function worked({ calls, queues = {}, operators = {} }: ByHand): Said {
  const missed = Object.groupBy(
    calls.filter(({ outcome }) => outcome === 'missed'),
    ({ cause = '' }) => cause,
  )
  return {
    queues: named(
      Object.entries(queues).map(([queue, by]) => {
        const [part, whole] = by.level.split('/').map(Number)
        const { offered, answered, abandoned, leftEmpty, keyExit, withdrawn } = by
        const others = { shortAbandoned: by.short, timedOut: by.timedOut, unknownEnd: by.noEnd }
        const serviceLevel = whole ? (part ?? 0) / whole : null
        return [queue, { offered, answered, abandoned, leftEmpty, keyExit, withdrawn, ...others, serviceLevel }]
      }),
    ),
    operators: named(
      Object.entries(operators).map(([operator, { queue = 0, direct = 0, transfer = 0, pickup = 0, made = 0, missed }]) => [
        operator,
        { handled: queue + direct + transfer + pickup + made, missedRings: missed },
      ]),
    ),
    missed: named(Object.entries(missed).map(([cause, all = []]) => [cause, { missed: all.length }])),
  }
}

/** Nothing is not named, nor what has nothing. */
function named(rows: readonly (readonly [string, Readonly<Record<string, number | null | undefined>>])[]): Figures {
  const some = rows.map(([name, values]): [string, Record<string, number>] => [
    name,
    Object.fromEntries(Object.entries(values).flatMap(([figure, value]) => (value ? [[figure, value]] : []))),
  ])
  return Object.fromEntries(some.filter(([, values]) => Object.keys(values).length > 0))
}
