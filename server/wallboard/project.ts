import { isDeepStrictEqual } from 'node:util'
import type {
  Alarm,
  AlarmKind,
  FloorToday,
  LiveOperator,
  LiveQueue,
  LiveView,
  VisitFigures,
  WallboardChange,
  WallboardFigure,
  WallboardFigures,
  WallboardOperator,
  WallboardQueue,
  WallboardSettings,
  WallboardView,
} from '../contract/index.ts'
import { serverOf } from '../contract/index.ts'

/** Which figure an alarm colours. */
const figureOf = {
  waiting: 'waiting',
  longestWait: 'longestWait',
  freeOperators: 'free',
  serviceLevel: 'serviceLevelRecent',
  pause: 'paused',
  wrapUp: 'wrapUp',
} as const satisfies Record<AlarmKind, WallboardFigure>

interface Scope {
  readonly queues: readonly LiveQueue[]
  readonly crew: readonly LiveOperator[]
  readonly day: { readonly today: VisitFigures; readonly recent: VisitFigures } | null
  /** Of these queues together, of each of them, and of their operators. */
  readonly alarms: readonly Alarm[]
}

/**
 * What a wallboard shows of the live view: figures, never a call. Field by field, so that nothing which is added to the live view
 * later comes along by itself.
 */
export function projectWallboard(view: LiveView, settings: WallboardSettings, timeZone: string): WallboardView {
  const { name, pages, secondsPerPage, language, theme } = settings
  const wanted = settings.queues && new Set(settings.queues)
  const shown = view.queues
    .filter(({ number }) => wanted === null || wanted.has(number))
    .sort((a, b) => a.number.localeCompare(b.number, 'en', { numeric: true }))
  const numbers = new Set(shown.map(({ number }) => number))
  const crew = crewOf(view.operators, numbers)
  const today = view.floor?.today ?? null
  const alarms = view.floor?.alarms ?? []
  return {
    screen: { name, pages, secondsPerPage, language, theme, timeZone },
    pbx: pbxOf(view, wanted ?? numbers),
    missing: today?.missing ?? null,
    total: figuresOf({
      queues: shown,
      crew,
      day: today && totalDay(today, wanted === null ? null : numbers),
      // Those of all queues together are of no part of them.
      alarms: alarmsOf(alarms, numbers, crew).concat(wanted === null ? alarms.filter(isOfAll) : []),
    }),
    queues: shown.map((queue) => {
      const own = new Set([queue.number])
      const ownCrew = crewOf(crew, own)
      return {
        number: queue.number,
        name: queue.name,
        ...figuresOf({
          queues: [queue],
          crew: ownCrew,
          day: today?.queues.find(({ number }) => number === queue.number) ?? null,
          alarms: alarmsOf(alarms, own, ownCrew),
        }),
      }
    }),
    operators: pages.includes('operators') ? crew.map(nameOf).sort(byName) : [],
  }
}

/** Of several Asterisk servers, the link that is worst off among those the queues are at, whether these are known already or not. */
function pbxOf({ pbx, servers }: LiveView, numbers: ReadonlySet<string>): WallboardView['pbx'] {
  const ids = new Set([...numbers].map(serverOf))
  const links = servers.filter(({ id }) => ids.has(id)).map((server) => server.pbx)
  const { state, sinceMs } = links.find(isDown) ?? links.find(isOff) ?? links[0] ?? pbx
  return { state, sinceMs }
}

const isDown = ({ state }: LiveView['pbx']): boolean => state === 'down'
const isOff = ({ state }: LiveView['pbx']): boolean => state !== 'up'

/** Operators who take calls of one of these queues. */
const crewOf = (operators: readonly LiveOperator[], numbers: ReadonlySet<string>): LiveOperator[] =>
  operators.filter(({ queues }) => queues.some((number) => numbers.has(number)))

const isOfAll = ({ queue, operator }: Alarm): boolean => queue === null && operator === null

const alarmsOf = (alarms: readonly Alarm[], numbers: ReadonlySet<string>, crew: readonly LiveOperator[]): Alarm[] =>
  alarms.filter(({ queue, operator }) =>
    operator && !crew.some(({ id }) => id === operator.id) ? false : queue ? numbers.has(queue.number) : operator !== null,
  )

/** `numbers` null: all queues. Of some of them, calls can be added up; service levels, each by a formula of its own, cannot. */
function totalDay(today: FloorToday, numbers: ReadonlySet<string> | null): Scope['day'] {
  if (numbers === null) return today
  const parts = today.queues.filter(({ number }) => numbers.has(number))
  const [only] = parts
  if (only && parts.length === 1) return only
  const sum = (figures: readonly VisitFigures[]): VisitFigures => ({
    offered: figures.reduce((all, { offered }) => all + offered, 0),
    answered: figures.reduce((all, { answered }) => all + answered, 0),
    lost: figures.reduce((all, { lost }) => all + lost, 0),
    serviceLevel: null,
  })
  return { today: sum(parts.map((part) => part.today)), recent: sum(parts.map(({ recent }) => recent)) }
}

function figuresOf({ queues, crew, day, alarms }: Scope): WallboardFigures {
  const waiting = queues.flatMap((queue) => queue.waiting.map(({ sinceMs }) => sinceMs))
  const count = (wanted: LiveOperator['status']) => crew.filter(({ status }) => status === wanted).length
  // Of one queue as Asterisk counts it: who is paused in that queue alone is not free for it.
  const [only] = queues.length === 1 ? queues : []
  const levels: WallboardFigures['alarms'] = {}
  for (const { kind, level } of alarms) if (levels[figureOf[kind]] !== 'critical') levels[figureOf[kind]] = level
  return {
    waiting: waiting.length,
    longestWaitSinceMs: waiting.length > 0 ? waiting.reduce((a, b) => Math.min(a, b)) : null,
    free: only?.free ?? count('available'),
    talking: count('onCall'),
    wrapUp: count('wrapUp'),
    paused: count('paused'),
    online: only?.online ?? crew.length - count('offline'),
    answered: day?.today.answered ?? null,
    lost: day?.today.lost ?? null,
    serviceLevel: day?.today.serviceLevel ?? null,
    serviceLevelRecent: day?.recent.serviceLevel ?? null,
    alarms: levels,
  }
}

const nameOf = ({ id, name, status, sinceMs }: LiveOperator): WallboardOperator => ({ id, name, status, sinceMs })
const byName = (a: WallboardOperator, b: WallboardOperator): number =>
  Number(a.status === 'offline') - Number(b.status === 'offline') || a.name.localeCompare(b.name, 'ru')

/** What a screen that shows `before` needs to show `after`. */
export function wallboardChanges(before: WallboardView, after: WallboardView): WallboardChange[] {
  const changes: WallboardChange[] = []
  if (!isDeepStrictEqual(before.screen, after.screen)) changes.push({ kind: 'screen', screen: after.screen })
  if (!isDeepStrictEqual(before.pbx, after.pbx)) changes.push({ kind: 'pbx', pbx: after.pbx })
  if (!isDeepStrictEqual(before.missing, after.missing)) changes.push({ kind: 'missing', missing: after.missing })
  if (!isDeepStrictEqual(before.total, after.total)) changes.push({ kind: 'total', total: after.total })
  const known = new Map<string, WallboardQueue>(before.queues.map((queue) => [queue.number, queue]))
  for (const queue of after.queues) if (!isDeepStrictEqual(known.get(queue.number), queue)) changes.push({ kind: 'queue', queue })
  const [was, is] = [numbersOf(before), numbersOf(after)]
  if (!isDeepStrictEqual(was, is)) changes.push({ kind: 'queueOrder', numbers: is })
  if (!isDeepStrictEqual(before.operators, after.operators)) changes.push({ kind: 'operators', operators: after.operators })
  return changes
}

const numbersOf = ({ queues }: WallboardView): string[] => queues.map(({ number }) => number)
