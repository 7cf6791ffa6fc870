import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { galina, person } from '../calls/fixture.ts'
import { ManualClock } from '../clock.ts'
import type { AlarmThreshold, FloorToday, LiveOperator, LiveQueue, User } from '../contract/index.ts'
import { testDatabase } from '../store/fixture.ts'
import { Store } from '../store/index.ts'
import { queueOf, todayOf } from './fixture.ts'
import { createFloor, type FloorService } from './index.ts'

export const root = person('root', null, 'administrator')
export const waiting: AlarmThreshold = { kind: 'waiting', scope: { of: 'eachQueue' }, warning: 2, critical: 4, afterMs: 0 }
export const pause: AlarmThreshold = { kind: 'pause', scope: { of: 'floor' }, warning: 60_000, critical: null, afterMs: 0 }

const days = { fromDay: 20_261_120, toDay: 20_261_120, offset: 0, limit: 100 }

/** A floor of two queues at noon UTC of the 20th of November 2026, and all that it is told as a test sets it. */
export class FloorRig {
  readonly clock: ManualClock
  readonly store: Store
  readonly #dataDir: string
  floor: FloorService
  today: FloorToday = todayOf()
  operators: LiveOperator[] = []
  queues: LiveQueue[] = [queueOf('701'), queueOf('702')]
  watching: User[] = []
  /** Asterisk servers. */
  readonly away = new Set<string>()
  readonly lacking = new Set<string>()
  /** The database takes and tells nothing. */
  refusing = false
  /** Happens once, at the next question to the database. */
  meanwhile: () => void = () => undefined
  /** The kinds of change that listeners heard of. */
  told: string[] = []

  constructor(deps: { dataDir: string; clock: ManualClock; store: Store }) {
    this.#dataDir = deps.dataDir
    this.clock = deps.clock
    this.store = deps.store
    this.floor = this.#create()
  }

  /** As a server that starts again. */
  async open(): Promise<void> {
    this.floor = this.#create()
    await this.floor.start()
  }

  async close(): Promise<void> {
    await this.floor.stop()
    await this.store.stop()
    rmSync(this.#dataDir, { recursive: true, force: true })
  }

  /** By who has seen those of now. */
  save(thresholds: readonly AlarmThreshold[], user: User = galina): Promise<void> {
    return this.floor.saveThresholds(user, thresholds, this.floor.thresholdsVersion())
  }

  /** So many callers wait in 701, 702 and so on since now. */
  wait(...counts: number[]): void {
    this.queues = counts.map((count, n) =>
      queueOf(
        `70${n + 1}`,
        Array.from({ length: count }, () => this.clock.nowMs()),
      ),
    )
  }

  seconds(n: number): void {
    this.clock.advance(n * 1_000)
  }

  standing() {
    return this.floor.state().alarms.map(({ level, queue, acknowledged }) => [level, queue?.number, acknowledged?.byName])
  }

  log(more: Partial<Parameters<FloorService['log']>[0]> = {}) {
    return this.floor.log({ ...days, ...more })
  }

  /** Until what was changed is written, also when that was refused. */
  written() {
    return this.floor.log(days).catch(() => undefined)
  }

  #create(): FloorService {
    const floor = createFloor({
      db: this.store.db.withPlugin({
        transformQuery: ({ node }) => {
          if (this.refusing) throw new Error('the database is away')
          const act = this.meanwhile
          this.meanwhile = () => undefined
          act()
          return node
        },
        transformResult: async ({ result }) => result,
      }),
      clock: this.clock,
      timeZone: 'Europe/Moscow',
      visits: { figures: () => this.today, lacksRecent: (server) => this.lacking.has(server) },
      board: {
        everybody: () => ({ operators: this.operators, queues: this.queues }),
        watching: () => this.watching,
      },
      pbx: (server) => ({ state: this.away.has(server) ? 'connecting' : 'up', problem: null, sinceMs: 0 }),
      logger: pino({ level: 'silent' }),
    })
    floor.onChange((change) => this.told.push(change))
    return floor
  }
}

export async function openFloorRig(): Promise<FloorRig> {
  const dataDir = mkdtempSync(join(tmpdir(), 'callsync-floor-'))
  const clock = new ManualClock(Date.UTC(2026, 10, 20, 12))
  const store = new Store({ dataDir, ...(await testDatabase(dataDir)), clock })
  await store.start()
  const rig = new FloorRig({ dataDir, clock, store })
  await rig.floor.start()
  return rig
}
