import type { Alarm, AlarmKind, AlarmLevel, AlarmThreshold, LiveView } from '../../../server/contract/index.ts'

const rank = { warning: 1, critical: 2 } as const satisfies Record<AlarmLevel, number>

/** Of the chosen queue (null: any), those of all queues too. */
export const alarmsIn = (alarms: readonly Alarm[], queue: string | null): Alarm[] =>
  alarms.filter((alarm) => queue === null || alarm.queue === null || alarm.queue.number === queue)

/** The worst first, of equal ones the oldest; what somebody sees to comes last. */
export const inUrgency = (alarms: readonly Alarm[]): Alarm[] =>
  alarms.toSorted(
    (a, b) =>
      Number(a.acknowledged !== null) - Number(b.acknowledged !== null) ||
      rank[b.level] - rank[a.level] ||
      a.beganAtMs - b.beganAtMs,
  )

/** The worst level of these; null: of none. */
export const levelIn = (alarms: readonly Alarm[]): AlarmLevel | null =>
  alarms.some(({ level }) => level === 'critical') ? 'critical' : alarms.length > 0 ? 'warning' : null

/** The worst level that stands of a kind. */
export const levelOf = (alarms: readonly Alarm[], kind: AlarmKind): AlarmLevel | null =>
  levelIn(alarms.filter((alarm) => alarm.kind === kind))

/** The alarm of a queue's own; the one of all queues is nobody's row. */
export const ofQueue = (alarms: readonly Alarm[], number: string): Alarm[] =>
  alarms.filter(({ queue, operator }) => queue?.number === number && operator === null)

export const ofOperator = (alarms: readonly Alarm[], id: string): Alarm[] => alarms.filter(({ operator }) => operator?.id === id)

/** An alarm is news when it begins and each time it becomes critical, and none when somebody sees to it. */
export const newsKey = ({ id, level, criticalAtMs }: Alarm): string =>
  level === 'critical' ? `${id} ${level} ${criticalAtMs}` : `${id} ${level}`
export const newsOf = (alarms: readonly Alarm[], known: ReadonlySet<string>): Alarm[] =>
  alarms.filter((alarm) => alarm.acknowledged === null && !known.has(newsKey(alarm)))

type Floor = Pick<LiveView, 'operators' | 'queues' | 'floor'>

/** What a standing alarm's value is now, as the figures of the floor have it; null: of this kind it is a time that runs. */
export function valueNow({ kind, queue }: Alarm, { operators, queues, floor }: Floor): number | null {
  const own = queues.filter(({ number }) => queue === null || number === queue.number)
  switch (kind) {
    case 'waiting':
      return own.reduce((sum, { waiting }) => sum + waiting.length, 0)
    case 'freeOperators':
      return queue === null
        ? operators.filter((operator) => operator.status === 'available' && operator.queues.length > 0).length
        : (own[0]?.free ?? 0)
    case 'serviceLevel': {
      const figures = queue === null ? floor?.today : floor?.today.queues.find(({ number }) => number === queue.number)
      return figures?.recent.serviceLevel ?? null
    }
    default:
      return null
  }
}

/** From when on a wait in this queue is too long by any limit that is set; null: by none. */
export function waitLimitMs(thresholds: readonly AlarmThreshold[], queue: string): number | null {
  const waits = thresholds.filter(({ kind }) => kind === 'longestWait')
  const own = waits.filter(({ scope }) => scope.of === 'queue' && scope.number === queue)
  const each = waits.filter(({ scope }) => scope.of === 'eachQueue')
  const limits = [...(own.length > 0 ? own : each), ...waits.filter(({ scope }) => scope.of === 'floor')].flatMap(
    ({ warning, critical }) => warning ?? critical ?? [],
  )
  return limits.length === 0 ? null : Math.min(...limits)
}

/** Whether the person is in a call, on whatever phone: a sound would be in the customer's ear. */
export const isBusy = (operators: LiveView['operators'], userId: string): boolean =>
  operators.some(({ id, status }) => id === userId && (status === 'onCall' || status === 'ringing'))

/**
 * How long a window leaves news to the others of this computer: the sound first to the one with the phone, which knows of its
 * calls before the server does; the words to one that is seen.
 */
export const turnsMs = ({ phone, visible }: { readonly phone: boolean; readonly visible: boolean }) => ({
  sound: phone ? 0 : visible ? 300 : 600,
  words: (visible ? 0 : 600) + (phone ? 0 : 300),
})
