import type { workTimeRoutes } from '../../contract/index.ts'
import type { WorkTimes } from '../../settings/index.ts'
import type { Handlers } from '../handler.ts'

export interface WorkTimeHandlerDeps {
  readonly workTimes: WorkTimes
}

export function workTimeHandlers({ workTimes }: WorkTimeHandlerDeps): Pick<Handlers, keyof typeof workTimeRoutes> {
  return {
    workTimes: () => ({ ...workTimes.all(), today: workTimes.today(), timeZone: workTimes.timeZone }),
    saveWorkTime: async ({ body }, { user }) => {
      await workTimes.save(user, body)
      return {}
    },
    removeWorkTime: async ({ body }, { user }) => {
      await workTimes.remove(user, body)
      return {}
    },
    saveHoliday: async ({ body }, { user }) => {
      await workTimes.saveHoliday(user, body)
      return {}
    },
    removeHoliday: async ({ body }, { user }) => {
      await workTimes.removeHoliday(user, body)
      return {}
    },
  }
}
