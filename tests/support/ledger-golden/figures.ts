import type { Ledger } from '../../../server/reports/import/fixture.ts'
import { type SourceId, type SumId, sumOf } from '../../../server/reports/metrics/index.ts'
import type { ByHand, CallByHand, OperatorByHand, QueueByHand } from '../../fixtures/ledger/by-hand/index.ts'

const tables: Readonly<Partial<Record<SourceId, string>>> = {
  visits: 'queue_visits v',
  legs: 'ledger_legs l',
  rings: 'ledger_rings r',
}

/** A figure of the reports over these rows. */
function sum({ db }: Ledger, id: SumId, where: string, parameter: string): number {
  const { source, where: counted, value } = sumOf(id)
  const text = `select ${value === undefined ? 'count(*)' : `coalesce(sum(${value}), 0)`} as n from ${tables[source]}
    where ${where} and ${counted ?? '1 = 1'}`
  return db.prepare<[string], { n: number }>(text).get(parameter)?.n ?? 0
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
export function compared(hand: ByHand, ledger: Ledger): Compared {
  const calls = [...ledger.calls()].sort((a, b) => a.started_at_ms - b.started_at_ms || (a.call_key < b.call_key ? -1 : 1))
  const legs = ledger.legs()
  const queueNames = [...new Set(ledger.visits().map(({ queue }) => queue))]
  const operatorNames = [...new Set([...legs, ...ledger.rings()].map(({ operator }) => operator))]
  const queueTimes = Object.entries(hand.queues ?? {}).flatMap(([queue, by]): Time[] => {
    const of = (id: SumId) => sum(ledger, id, 'v.queue = ?', queue) / 1_000
    const own = legs.filter((leg) => leg.visit !== null && leg.queue === queue)
    const talkSec = own.reduce((all, leg) => all + leg.talk_ms, 0) / 1_000
    return [
      { of: `${queue} wait`, byHandSec: by.wait ?? 0, ledgerSec: of('waitMs'), stretches: by.offered },
      { of: `${queue} talk`, byHandSec: by.talk ?? 0, ledgerSec: talkSec, stretches: by.answered ?? 0 },
    ]
  })
  const operatorTimes = Object.entries(hand.operators ?? {}).flatMap(([operator, by]): Time[] => {
    const talks = (by.queue ?? 0) + (by.direct ?? 0) + (by.transfer ?? 0) + (by.pickup ?? 0) + (by.made ?? 0)
    const of = (id: SumId) => sum(ledger, id, 'l.operator = ?', operator)
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
          const of = (id: SumId) => sum(ledger, id, 'v.queue = ?', queue)
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
          const of = (id: SumId) => sum(ledger, id, 'r.operator = ?', operator)
          const gaveOn = own.filter(({ transferred }) => transferred === 1).length
          return some({ ...ways, gaveOn, rings: of('rings'), missed: of('missedRings') })
        },
      ),
      ...(hand.hours
        ? { hours: byHour(ledger, 'queue_hours', 'sum(offered)'), begun: byHour(ledger, 'ledger_calls', 'count(*)') }
        : {}),
    },
    times: [...queueTimes, ...operatorTimes, ...callTimes, ...stateTimes(hand, ledger)],
  }
}

type Counts<Row> = Readonly<Partial<Record<keyof Row, number | string>>>

const by = <In, Out>(entries: readonly (readonly [string, In])[], of: (value: In) => Out): Record<string, Out> =>
  Object.fromEntries(entries.map(([name, value]) => [name, of(value)]))

const hour = 'day, hour_of_day, hour_ms'

/** Nothing is not named. */
const some = (counts: Readonly<Record<string, number | string>>): Record<string, number | string> =>
  Object.fromEntries(Object.entries(counts).filter(([, n]) => n !== 0))

function byHour(ledger: Ledger, table: string, counted: string): Record<string, number> {
  const hours = ledger.db
    .prepare<[], { day: number; hour_of_day: number; hour_ms: number; n: number }>(
      `select ${hour}, ${counted} as n from ${table} group by ${hour}`,
    )
    .all()
  return Object.fromEntries(
    hours.map(({ day, hour_of_day, hour_ms, n }) => [
      `${day} ${hour_of_day}, ${new Date(hour_ms).toISOString().slice(0, 16)}Z`,
      n,
    ]),
  )
}

function stateTimes(hand: ByHand, ledger: Ledger): Time[] {
  return Object.entries(hand.states ?? {}).flatMap(([who, states]) => {
    const spans = ledger.spans().filter(({ operator, queue, to_ms }) => `${operator} ${queue}` === who && to_ms !== null)
    const named = spans.map((span) => ({ ...span, name: [span.state, span.reason].filter(Boolean).join(' ') }))
    return [...new Set([...Object.keys(states), ...named.map(({ name }) => name)])].map((name): Time => {
      const own = named.filter((span) => span.name === name)
      const ledgerSec = own.reduce((all, span) => all + ((span.to_ms ?? span.from_ms) - span.from_ms), 0) / 1_000
      return { of: `${who} ${name}`, byHandSec: states[name] ?? 0, ledgerSec, stretches: Math.max(1, own.length) }
    })
  })
}
