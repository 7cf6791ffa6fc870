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
  readonly threshold: AlarmThreshold
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
      if (ofPeople(kind)) return ofOperators(threshold, part, nowMs)
      const { queue } = part
      const key = alarmKey({ kind, queue, operator: null })
      const value = valueNow(kind, part, floor, { nowMs, fewest: fewestVisits[stands(key) ? 'stands' : 'begins'] })
      return value === null ? [] : [{ key, kind, queue, operator: null, threshold, value }]
    }),
  )
}

export const alarmKey = ({ kind, queue, operator }: Pick<Alarm, 'kind' | 'queue' | 'operator'>): string =>
  JSON.stringify([kind, queue?.number ?? null, operator?.id ?? null])

/** The limits of a threshold that a value has reached. */
export function reached({ kind, warning, critical }: AlarmThreshold, value: number): Record<AlarmLevel, boolean> {
  const { up } = alarmKinds[kind]
  const is = (limit: number | null): boolean => limit !== null && (up ? value >= limit : value <= limit)
  // Without a warning of its own the critical level is preceded by none.
  return { warning: is(warning), critical: is(critical) }
}

export const worse = (kind: AlarmKind, a: number, b: number): number => (alarmKinds[kind].up ? Math.max(a, b) : Math.min(a, b))

function partsOf(threshold: AlarmThreshold, all: readonly AlarmThreshold[], { queues, operators }: Floor): Part[] {
  const { kind, scope } = threshold
  // A person has one alarm of a kind.
  const judged = ofPeople(kind) ? operators.filter((operator) => judging(kind, operator, all) === threshold) : operators
  if (scope.of === 'floor') return [{ queue: null, queues, operators: judged }]
  const own = (number: string) => all.some((other) => other.kind === kind && isOf(other.scope, number))
  const wanted = queues.filter(({ number }) => (scope.of === 'queue' ? number === scope.number : !own(number)))
  return wanted.map((queue) => ({
    queue: { number: queue.number, name: queue.name },
    queues: [queue],
    operators: judged.filter((operator) => operator.queues.includes(queue.number)),
  }))
}

const ofPeople = (kind: AlarmKind): boolean => kind === 'pause' || kind === 'wrapUp'

/** The threshold of a person: of their queues' own ones the one reached first, else that of all operators. */
function judging(kind: AlarmKind, { queues }: LiveOperator, all: readonly AlarmThreshold[]): AlarmThreshold | undefined {
  const first = ({ warning, critical }: AlarmThreshold): number => warning ?? critical ?? Number.POSITIVE_INFINITY
  const own = all
    .filter((one) => one.kind === kind && queues.some((number) => isOf(one.scope, number)))
    .sort((a, b) => first(a) - first(b))
  return own[0] ?? all.find((one) => one.kind === kind && one.scope.of === 'floor')
}

const isOf = (scope: AlarmScope, number: string): boolean => scope.of === 'queue' && scope.number === number

function ofOperators(threshold: AlarmThreshold, { queue, operators }: Part, nowMs: number): Reading[] {
  const { kind } = threshold
  const status = kind === 'pause' ? 'paused' : 'wrapUp'
  return operators
    .filter((operator) => operator.status === status)
    .map(({ id, name, sinceMs }) => {
      const operator = { id, name }
      return { key: alarmKey({ kind, queue, operator }), kind, queue, operator, threshold, value: Math.max(0, nowMs - sinceMs) }
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
