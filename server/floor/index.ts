import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type {
  AlarmThreshold,
  FloorState,
  FloorToday,
  LiveOperator,
  LiveQueue,
  PbxStatus,
  RouteReply,
  RouteRequest,
  Routes,
  User,
} from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import { AlarmStore } from './alarm-store.ts'
import { Alarms } from './alarms.ts'
import { heardOf } from './heard.ts'
import { Thresholds } from './thresholds.ts'

export interface FloorDeps {
  readonly db: Db
  readonly clock: Clock
  /** IANA name of the zone the site's day is in. */
  readonly timeZone: string
  /** `TodayVisits` of the reports. */
  readonly visits: {
    figures(): FloorToday
    /** Whether the last half an hour lacks calls of this Asterisk server. */
    lacksRecent(server: string): boolean
  }
  readonly board: {
    /** Every operator and queue as overseers see them. */
    everybody(): { operators: readonly LiveOperator[]; queues: readonly LiveQueue[] }
    /** Overseers with a live view before them. */
    watching(): readonly User[]
  }
  /** The link to one of the Asterisk servers. */
  readonly pbx: (server: string) => PbxStatus
  readonly logger: Logger
}

/** The figures of today and the alarms, the same for everybody who may see them. */
export interface FloorService {
  start(): Promise<void>
  /** Finishes what is being written. */
  stop(): Promise<void>
  state(): FloorState
  onChange(listener: (change: keyof FloorState) => void): Disposer
  thresholds(): AlarmThreshold[]
  /** Of the thresholds; see the contract. */
  thresholdsVersion(): number
  /** Throws invalidInput, and conflict when `baseVersion` is of before. */
  saveThresholds(user: User, thresholds: readonly AlarmThreshold[], baseVersion: number): Promise<void>
  /** Throws notFound. */
  acknowledge(user: User, id: string): Promise<void>
  /** Throws invalidInput. */
  log(request: RouteRequest<Routes['alarmLog']>['query']): Promise<RouteReply<Routes['alarmLog']>>
}

const tickMs = 1_000

export function createFloor(deps: FloorDeps): FloorService {
  const { db, clock, visits, board, pbx, logger, timeZone } = deps
  const store = new AlarmStore({ db })
  const thresholds = new Thresholds({ db, clock, logger })
  const alarms = new Alarms({ db, store, thresholds: () => thresholds.all(), newId: randomUUID, clock, logger })
  const listeners = new Set<(change: keyof FloorState) => void>()
  const link = {
    isUp: (server: string) => pbx(server).state === 'up',
    lacksRecent: (server: string) => visits.lacksRecent(server),
  }
  let today: FloorToday | null = null
  let cancel: Disposer = () => undefined
  const tell = (change: keyof FloorState) => {
    for (const listener of [...listeners]) listener(change)
  }

  const look = () => {
    const now = visits.figures()
    if (!isDeepStrictEqual(now, today)) {
      today = now
      tell('today')
    }
    if (alarms.judge(heardOf({ ...board.everybody(), today: now }, link))) tell('alarms')
    alarms.tell(board.watching())
  }
  const lookAgain = () => {
    try {
      look()
    } catch (error) {
      logger.error({ err: error }, 'the floor could not be judged')
    }
    cancel = clock.after(tickMs, lookAgain)
  }

  return {
    async start() {
      await thresholds.start()
      await alarms.start()
      lookAgain()
    },
    async stop() {
      cancel()
      listeners.clear()
      await alarms.stop()
    },
    state() {
      today ??= visits.figures()
      return { today, alarms: [...alarms.standing()] }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    thresholds: () => [...thresholds.all()],
    thresholdsVersion: () => thresholds.version(),
    saveThresholds: (user, wanted, baseVersion) => thresholds.save(user, wanted, baseVersion),
    async acknowledge(user, id) {
      if (await alarms.acknowledge(user, id)) tell('alarms')
    },
    async log(request) {
      await alarms.idle()
      if (request.fromDay > request.toDay) throw new AppError('invalidInput', 'no such period', { fields: { toDay: 'invalid' } })
      return store.log(request, timeZone)
    },
  }
}
