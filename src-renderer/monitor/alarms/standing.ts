import type { Alarm, AlarmKind, AlarmLevel } from '../../../server/contract/index.ts'

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
