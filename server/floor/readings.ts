import {
  type Alarm,
  type AlarmKind,
  type AlarmLevel,
  type AlarmScope,
  type AlarmThreshold,
  alarmKinds,
  type FloorToday,
  type LiveOperator,
  type LiveQueue,
} from '../contract/index.ts'

/** The floor, of which thresholds are judged. */
export interface Floor {
  readonly operators: readonly LiveOperator[]
  readonly queues: readonly LiveQueue[]
  readonly today: FloorToday
}

/** What one threshold says of one queue or operator now. */
export interface Reading extends Pick<Alarm, 'kind' | 'queue' | 'operator'> {
  /** The same for the same thing each time. */
  readonly key: string
  /** The threshold each level is judged by: two only where a person's queues have limits of their own. */
  readonly by: Readonly<Record<AlarmLevel, AlarmThreshold>>
  readonly value: number
}

/** Fewer calls say nothing of a service level; of one that stands, not so soon that it is over: each call more would begin it anew. */
const fewestVisits = { begins: 5, stands: 2 } as const

type Part = { readonly queue: Alarm['queue']; readonly queues: readonly LiveQueue[]; readonly operators: readonly LiveOperator[] }

/** Everything the thresholds judge, each once; what has no value now is left out. `stands`: whether there is an alarm of that key. */
export function readingsOf(
  thresholds: readonly AlarmThreshold[],
  floor: Floor,
  { nowMs, stands }: { nowMs: number; stands: (key: string) => boolean },
): Reading[] {
  return thresholds.flatMap((threshold) =>
    partsOf(threshold, thresholds, floor).flatMap((part) => {
      const { kind } = threshold
      if (ofPeople(kind)) return ofOperators(threshold, part, thresholds, nowMs)
      const { queue } = part
      const key = alarmKey({ kind, queue, operator: null })
      const value = valueNow(kind, part, floor, { nowMs, fewest: fewestVisits[stands(key) ? 'stands' : 'begins'] })
      return value === null ? [] : [{ key, kind, queue, operator: null, by: sameBy(threshold), value }]
    }),
  )
}

export const alarmKey = ({ kind, queue, operator }: Pick<Alarm, 'kind' | 'queue' | 'operator'>): string =>
  JSON.stringify([kind, queue?.number ?? null, operator?.id ?? null])

const sameBy = (threshold: AlarmThreshold): Reading['by'] => ({ warning: threshold, critical: threshold })

/** The levels whose limit a value has reached. */
export function reached({ kind, by, value }: Pick<Reading, 'kind' | 'by' | 'value'>): Record<AlarmLevel, boolean> {
  const { up } = alarmKinds[kind]
  const is = (limit: number | null): boolean => limit !== null && (up ? value >= limit : value <= limit)
  // Without a warning of its own the critical level is preceded by none.
  return { warning: is(by.warning.warning), critical: is(by.critical.critical) }
}

export const worse = (kind: AlarmKind, a: number, b: number): number => (alarmKinds[kind].up ? Math.max(a, b) : Math.min(a, b))

function partsOf(threshold: AlarmThreshold, all: readonly AlarmThreshold[], { queues, operators }: Floor): Part[] {
  const { kind, scope } = threshold
  if (scope.of === 'floor') return [{ queue: null, queues, operators }]
  const own = (number: string) => all.some((other) => other.kind === kind && isOf(other.scope, number))
  const wanted = queues.filter(({ number }) => (scope.of === 'queue' ? number === scope.number : !own(number)))
  return wanted.map((queue) => ({
    queue: { number: queue.number, name: queue.name },
    queues: [queue],
    operators: operators.filter((operator) => operator.queues.includes(queue.number)),
  }))
}

const ofPeople = (kind: AlarmKind): boolean => kind === 'pause' || kind === 'wrapUp'

/**
 * What a person is judged by: of their queues' own thresholds each level by the one that reaches it first, else that of all operators.
 * `first`: whose alarm it is, a person has one of a kind.
 */
function judging(
  kind: AlarmKind,
  { queues }: LiveOperator,
  all: readonly AlarmThreshold[],
): (Reading['by'] & { readonly first: AlarmThreshold }) | null {
  const ofKind = all.filter((one) => one.kind === kind)
  const own = ofKind.filter(({ scope }) => queues.some((number) => isOf(scope, number)))
  const judges = own.length > 0 ? own : ofKind.filter(({ scope }) => scope.of === 'floor')
  const [some] = judges
  if (!some) return null
  const atMs = (one: AlarmThreshold, level: AlarmLevel): number => (one[level] ?? Number.POSITIVE_INFINITY) + one.afterMs
  const firstBy = (timeOf: (one: AlarmThreshold) => number): AlarmThreshold =>
    judges.reduce((first, one) => (timeOf(one) < timeOf(first) ? one : first), some)
  return {
    first: firstBy((one) => Math.min(atMs(one, 'warning'), atMs(one, 'critical'))),
    warning: firstBy((one) => atMs(one, 'warning')),
    critical: firstBy((one) => atMs(one, 'critical')),
  }
}

const isOf = (scope: AlarmScope, number: string): boolean => scope.of === 'queue' && scope.number === number

function ofOperators(
  threshold: AlarmThreshold,
  { queue, operators }: Part,
  all: readonly AlarmThreshold[],
  nowMs: number,
): Reading[] {
  const { kind } = threshold
  const status = kind === 'pause' ? 'paused' : 'wrapUp'
  return operators
    .filter((operator) => operator.status === status)
    .flatMap((person) => {
      const by = judging(kind, person, all)
      if (by?.first !== threshold) return []
      const { id, name, sinceMs } = person
      const operator = { id, name }
      return [{ key: alarmKey({ kind, queue, operator }), kind, queue, operator, by, value: Math.max(0, nowMs - sinceMs) }]
    })
}

function valueNow(
  kind: AlarmKind,
  { queue, queues, operators }: Part,
  { today }: Floor,
  { nowMs, fewest }: { nowMs: number; fewest: number },
): number | null {
  const waiting = queues.flatMap((one) => one.waiting)
  switch (kind) {
    case 'waiting':
      return waiting.length
    case 'longestWait':
      return waiting.length === 0 ? null : Math.max(0, nowMs - Math.min(...waiting.map(({ sinceMs }) => sinceMs)))
    case 'freeOperators': {
      // At night nobody is free, and nobody minds.
      const open = waiting.length > 0 || queues.some(({ online }) => online > 0)
      if (!open) return null
      const inQueues = operators.filter((operator) => operator.status === 'available' && operator.queues.length > 0)
      return queue === null ? inQueues.length : (queues[0]?.free ?? 0)
    }
    case 'serviceLevel': {
      const recent = queue === null ? today.recent : today.queues.find(({ number }) => number === queue.number)?.recent
      return recent && recent.offered >= fewest ? recent.serviceLevel : null
    }
    default:
      return null
  }
}
