import type { SumId } from '../../../server/reports/metrics/index.ts'
import { detailAmount } from '../../../server/reports/queries/questions.ts'
import type { SqlText } from '../../../server/reports/queries/sql-text.ts'
import type {
  LedgerCallsTable,
  LedgerLegsTable,
  LedgerRingsTable,
  OperatorSpansTable,
  QueueVisitsTable,
} from '../../../server/reports/record/schema.ts'
import type { ByHand, CallByHand, OperatorByHand, QueueByHand } from '../../fixtures/ledger/by-hand/index.ts'

/** The record of one scenario: where it is made, or where it is published. */
export interface GoldenReader {
  rows<Row>(text: SqlText): Promise<readonly Row[]>
}

type SumOf = (name: string, id: SumId) => number

/** Figures of the reports over these rows, by queue or operator. */
async function sumsBy(reader: GoldenReader, [from, name]: readonly [string, string], ids: readonly SumId[]): Promise<SumOf> {
  const sums = ids.map((id) => `sum(${detailAmount(id)}) as "${id}"`)
  const rows = await reader.rows<{ readonly name: string } & Readonly<Partial<Record<SumId, number>>>>({
    sql: `select ${name} as name, ${sums.join(', ')} from ${from} group by ${name}`,
    parameters: [],
  })
  return (of, id) => rows.find((row) => row.name === of)?.[id] ?? 0
}

const queueSums = {
  offered: 'offered',
  answered: 'answered',
  inTarget: 'answeredInTarget',
  abandoned: 'abandoned',
  short: 'shortAbandoned',
  timedOut: 'timedOut',
  leftEmpty: 'leftEmpty',
  keyExit: 'keyExit',
  withdrawn: 'withdrawn',
  noEnd: 'unknownEnd',
} as const satisfies Partial<Record<keyof QueueByHand, SumId>>
const moreOfVisits = ['waitMs', 'levelPart', 'levelWhole'] as const satisfies readonly SumId[]

/** Times are compared to the second the PBX's logs are cut to, at each of the ends of each of the stretches. */
interface Time {
  readonly of: string
  readonly byHandSec: number
  readonly ledgerSec: number
  readonly stretches: number
}

interface Compared {
  /** Counts and outcomes, to be equal. */
  readonly byHand: unknown
  readonly ledger: unknown
  readonly times: readonly Time[]
}

/** What was worked out by hand beside what the ledger and the definitions of the metrics make of the records. */
export async function compared(hand: ByHand, reader: GoldenReader): Promise<Compared> {
  const table = <Row>(name: string) => reader.rows<Row>({ sql: `select * from ${name}`, parameters: [] })
  const calls = (await table<LedgerCallsTable>('ledger_calls')).toSorted(
    (a, b) => a.started_at_ms - b.started_at_ms || (a.call_key < b.call_key ? -1 : 1),
  )
  const legs = await table<LedgerLegsTable>('ledger_legs')
  const visits = await table<QueueVisitsTable>('queue_visits')
  const rings = await table<LedgerRingsTable>('ledger_rings')
  const visitSum = await sumsBy(reader, ['queue_visits v', 'v.queue'], [...Object.values(queueSums), ...moreOfVisits])
  const legSum = await sumsBy(reader, ['ledger_legs l', 'l.operator'], ['talkMs', 'holdMs', 'holdKnown'])
  const ringSum = await sumsBy(reader, ['ledger_rings r', 'r.operator'], ['rings', 'missedRings'])
  const queueNames = [...new Set(visits.map(({ queue }) => queue))]
  const operatorNames = [...new Set([...legs, ...rings].map(({ operator }) => operator))]
  const queueTimes = Object.entries(hand.queues ?? {}).flatMap(([queue, by]): Time[] => {
    const own = legs.filter((leg) => leg.visit !== null && leg.queue === queue)
    const talkSec = own.reduce((all, leg) => all + leg.talk_ms, 0) / 1_000
    const waitSec = visitSum(queue, 'waitMs') / 1_000
    return [
      { of: `${queue} wait`, byHandSec: by.wait ?? 0, ledgerSec: waitSec, stretches: by.offered },
      { of: `${queue} talk`, byHandSec: by.talk ?? 0, ledgerSec: talkSec, stretches: by.answered ?? 0 },
    ]
  })
  const operatorTimes = Object.entries(hand.operators ?? {}).flatMap(([operator, by]): Time[] => {
    const talks = (by.queue ?? 0) + (by.direct ?? 0) + (by.transfer ?? 0) + (by.pickup ?? 0) + (by.made ?? 0)
    const of = (id: SumId) => legSum(operator, id)
    const talk = { of: `${operator} talk`, byHandSec: by.talk ?? 0, ledgerSec: of('talkMs') / 1_000, stretches: talks }
    if (by.hold === undefined) return [talk]
    const heldSec = of('holdKnown') === talks ? of('holdMs') / 1_000 : -1
    return [talk, { of: `${operator} hold`, byHandSec: by.hold, ledgerSec: heldSec, stretches: talks }]
  })
  const callTimes = calls.flatMap((call, n): Time[] => {
    const by = hand.calls[n]
    const stretches = Math.max(1, legs.filter(({ call_key }) => call_key === call.call_key).length)
    return [
      {
        of: `call ${n} wait`,
        byHandSec: by?.wait ?? 0,
        ledgerSec: call.wait_ms / 1_000,
        stretches: Math.max(1, call.queue_visits),
      },
      { of: `call ${n} talk`, byHandSec: by?.talk ?? 0, ledgerSec: call.talk_ms / 1_000, stretches },
    ]
  })
  return {
    byHand: {
      calls: hand.calls.map(({ wait, talk, ...rest }) => rest),
      queues: by(Object.entries(hand.queues ?? {}), ({ wait, talk, ...counts }) => some(counts)),
      operators: by(Object.entries(hand.operators ?? {}), ({ talk, hold, ...counts }) => some(counts)),
      ...(hand.hours ? { hours: hand.hours, begun: hand.hours } : {}),
    },
    ledger: {
      calls: calls.map((call): Omit<CallByHand, 'wait' | 'talk'> | { outcome: 'running' } => {
        const { direction, outcome, missed_cause, operator } = call
        if (outcome === 'running') return { outcome }
        return { call: direction, outcome, ...(missed_cause ? { cause: missed_cause } : {}), ...(operator ? { operator } : {}) }
      }),
      queues: by(
        queueNames.map((queue) => [queue, queue]),
        (queue): Counts<QueueByHand> => {
          const of = (id: SumId) => visitSum(queue, id)
          const counts = by(Object.entries(queueSums), of)
          return { ...some(counts), level: `${of('levelPart')}/${of('levelWhole')}` }
        },
      ),
      operators: by(
        operatorNames.map((operator) => [operator, operator]),
        (operator): Counts<OperatorByHand> => {
          const own = legs.filter((leg) => leg.operator === operator)
          const ways = by(
            (['queue', 'direct', 'transfer', 'pickup', 'made'] as const).map((way) => [way, way]),
            (way) => own.filter(({ origin }) => origin === way).length,
          )
          const of = (id: SumId) => ringSum(operator, id)
          const gaveOn = own.filter(({ transferred }) => transferred === 1).length
          return some({ ...ways, gaveOn, rings: of('rings'), missed: of('missedRings') })
        },
      ),
      ...(hand.hours
        ? {
            hours: await byHour(reader, 'queue_hours', 'sum(offered)'),
            begun: await byHour(reader, 'ledger_calls', 'count(*)'),
          }
        : {}),
    },
    times: [
      ...queueTimes,
      ...operatorTimes,
      ...callTimes,
      ...stateTimes(hand, await table<OperatorSpansTable>('operator_spans')),
    ],
  }
}

type Counts<Row> = Readonly<Partial<Record<keyof Row, number | string>>>

const by = <In, Out>(entries: readonly (readonly [string, In])[], of: (value: In) => Out): Record<string, Out> =>
  Object.fromEntries(entries.map(([name, value]) => [name, of(value)]))

const hour = 'day, hour_of_day, hour_ms'

/** Nothing is not named. */
const some = (counts: Readonly<Record<string, number | string>>): Record<string, number | string> =>
  Object.fromEntries(Object.entries(counts).filter(([, n]) => n !== 0))

async function byHour(reader: GoldenReader, table: string, counted: string): Promise<Record<string, number>> {
  const hours = await reader.rows<{ day: number; hour_of_day: number; hour_ms: number; n: number }>({
    sql: `select ${hour}, ${counted} as n from ${table} group by ${hour}`,
    parameters: [],
  })
  return Object.fromEntries(
    hours.map(({ day, hour_of_day, hour_ms, n }) => [
      `${day} ${hour_of_day}, ${new Date(hour_ms).toISOString().slice(0, 16)}Z`,
      n,
    ]),
  )
}

function stateTimes(hand: ByHand, all: readonly OperatorSpansTable[]): Time[] {
  return Object.entries(hand.states ?? {}).flatMap(([who, states]) => {
    const spans = all.filter(({ operator, queue, to_ms }) => `${operator} ${queue}` === who && to_ms !== null)
    const named = spans.map((span) => ({ ...span, name: [span.state, span.reason].filter(Boolean).join(' ') }))
    return [...new Set([...Object.keys(states), ...named.map(({ name }) => name)])].map((name): Time => {
      const own = named.filter((span) => span.name === name)
      const ledgerSec = own.reduce((all, span) => all + ((span.to_ms ?? span.from_ms) - span.from_ms), 0) / 1_000
      return { of: `${who} ${name}`, byHandSec: states[name] ?? 0, ledgerSec, stretches: Math.max(1, own.length) }
    })
  })
}
