import type { WallboardFigures, WallboardQueue, WallboardView } from '../../server/contract/wallboard-view.ts'

/** Small boards for tests. */
export const figures = (change: Partial<WallboardFigures> = {}): WallboardFigures => ({
  ...{ waiting: 0, longestWaitSinceMs: null, free: 1, talking: 0, wrapUp: 0, paused: 0, online: 1 },
  ...{ answered: 0, lost: 0, serviceLevel: null, serviceLevelRecent: null, alarms: {} },
  ...change,
})

export const queue = (number: string, change: Partial<WallboardQueue> = {}): WallboardQueue => ({
  ...{ number, name: `Queue ${number}` },
  ...figures(),
  ...change,
})

export const boardOf = (queues: readonly string[], change: Partial<WallboardView> = {}): WallboardView => ({
  screen: {
    ...{ name: 'Hall', pages: ['overview', 'queues'], secondsPerPage: 10 },
    ...{ language: 'ru', theme: 'dark', timeZone: 'Europe/Moscow' },
  },
  pbx: { state: 'up', sinceMs: 0 },
  missing: null,
  total: figures(),
  queues: queues.map((number) => queue(number)),
  operators: [],
  ...change,
})
