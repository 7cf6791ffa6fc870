import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { SignInLimiter } from '../accounts/index.ts'
import { ManualClock } from '../clock.ts'
import type { Alarm, LiveChange, LiveOperator, LiveQueue, LiveView, User, WallboardSettings } from '../contract/index.ts'
import type { LiveBoard } from '../live/live-board.ts'
import { testDatabase } from '../store/fixture.ts'
import { Store } from '../store/index.ts'
import { WallboardLinks } from './links.ts'
import { Screens } from './screens.ts'

/** For tests: wallboards over a real store and a scripted live view. */

export const galina: User = { id: 'galina', email: 'g@b.test', name: 'Galina', role: 'supervisor', extension: null, active: true }

export const settings: WallboardSettings = {
  name: 'Hall',
  queues: null,
  pages: ['overview', 'queues'],
  secondsPerPage: 15,
  language: 'ru',
  theme: 'dark',
  expiresAtMs: null,
}

export const liveQueue = (number: string, waitingSinceMs: number[] = [], crew: Partial<LiveQueue> = {}): LiveQueue => ({
  number,
  name: `Queue ${number}`,
  waiting: waitingSinceMs.map((sinceMs, at) => ({ callId: `secret-call-${at}`, number: '+79160000101', sinceMs })),
  free: 0,
  online: 0,
  ...crew,
})

export const liveOperator = (id: string, status: LiveOperator['status'], queues: string[]): LiveOperator => ({
  id,
  name: `Name of ${id}`,
  extension: '1001',
  status,
  sinceMs: 5,
  pauseReason: 'secret-reason',
  callId: 'secret-call-0',
  queues,
  fixedQueues: [],
  missedInRow: 0,
  listed: true,
  allowedQueues: null,
})

const noVisits = { offered: 0, answered: 0, lost: 0, serviceLevel: null }

export const liveView = (change: Partial<LiveView> = {}): LiveView => ({
  pbx: { state: 'up', problem: null, sinceMs: 1 },
  servers: [],
  operators: [],
  calls: [],
  queues: [liveQueue('701'), liveQueue('702')],
  cards: [],
  floor: { today: { day: 20261121, today: noVisits, recent: noVisits, queues: [], missing: null }, alarms: [] },
  ...change,
})

export const alarm = (kind: Alarm['kind'], change: Partial<Alarm> = {}): Alarm => ({
  id: kind,
  kind,
  level: 'warning',
  queue: null,
  operator: null,
  limit: 1,
  worst: 2,
  beganAtMs: 1,
  criticalAtMs: null,
  endedAtMs: null,
  acknowledged: null,
  ...change,
})

/** A live board that shows what the test puts there. */
export class SettableBoard implements LiveBoard {
  view = liveView()
  #listeners = new Set<(changes: readonly LiveChange[]) => void>()
  start(): void {}
  stop(): void {}
  viewFor = () => this.view
  subscribe(_: User, listener: (changes: readonly LiveChange[]) => void) {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  show(change: Partial<LiveView>): void {
    this.view = { ...this.view, ...change }
    for (const listener of this.#listeners) listener([{ kind: 'worklists' }])
  }
  get readers(): number {
    return this.#listeners.size
  }
}

export interface Rig {
  readonly clock: ManualClock
  readonly store: Store
  readonly links: WallboardLinks
  readonly board: SettableBoard
  readonly screens: Screens
  /** The same database, read anew. */
  again(): Promise<WallboardLinks>
  stop(): Promise<void>
}

export async function openRig(): Promise<Rig> {
  const dataDir = mkdtempSync(join(tmpdir(), 'callsync-wallboard-'))
  const clock = new ManualClock()
  const store = new Store({ dataDir, ...(await testDatabase(dataDir)), clock })
  await store.start()
  const logger = pino({ level: 'silent' })
  const links = new WallboardLinks({ db: store.db, clock, logger })
  await links.start()
  const board = new SettableBoard()
  const screens = new Screens({
    ...{ links, board, clock, timeZone: 'Europe/Moscow', limiter: new SignInLimiter({ clock }) },
    onTrouble: (error) => {
      throw error
    },
  })
  screens.start()
  return {
    ...{ clock, store, links, board, screens },
    again: async () => {
      const read = new WallboardLinks({ db: store.db, clock, logger })
      await read.start()
      return read
    },
    stop: async () => {
      await screens.stop()
      await store.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
