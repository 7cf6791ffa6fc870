import type { Logger } from 'pino'
import { SignInLimiter } from '../accounts/index.ts'
import type { Clock } from '../clock.ts'
import type { LiveBoard } from '../live/live-board.ts'
import type { Db } from '../store/index.ts'
import { WallboardLinks } from './links.ts'
import { Screens } from './screens.ts'

export { WallboardLinks } from './links.ts'
export { type Screen, Screens } from './screens.ts'

export interface Wallboards {
  readonly links: WallboardLinks
  readonly screens: Screens
  start(): Promise<void>
  stop(): Promise<void>
}

export function createWallboards(deps: {
  readonly db: Db
  readonly board: LiveBoard
  readonly clock: Clock
  readonly timeZone: string
  readonly logger: Logger
}): Wallboards {
  const { db, board, clock, timeZone, logger } = deps
  const links = new WallboardLinks({ db, clock, logger })
  const screens = new Screens({
    ...{ links, board, clock, timeZone },
    // Of its own: a television with an old link does not keep its office from signing in.
    limiter: new SignInLimiter({ clock }),
    onTrouble: (err) => logger.error({ err }, 'that a wallboard was open could not be written down'),
  })
  return {
    links,
    screens,
    start: async () => {
      await links.start()
      screens.start()
    },
    stop: () => screens.stop(),
  }
}
