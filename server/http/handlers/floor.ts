import type { floorRoutes, LoadOfDay } from '../../contract/index.ts'
import type { FloorService } from '../../floor/index.ts'
import type { Handlers } from '../handler.ts'

export interface FloorHandlerDeps {
  readonly floor: FloorService
  /** `TodayVisits` of the reports. */
  readonly visits: { load(queue: string | null): Promise<LoadOfDay> }
}

export function floorHandlers({ floor, visits }: FloorHandlerDeps): Pick<Handlers, keyof typeof floorRoutes> {
  const thresholds = () => ({ thresholds: floor.thresholds(), version: floor.thresholdsVersion() })
  return {
    loadOfDay: ({ query }) => visits.load(query.queue ?? null),
    alarmLog: ({ query }) => floor.log(query),
    acknowledgeAlarm: async ({ params }, { user }) => {
      await floor.acknowledge(user, params.id)
      return {}
    },
    alarmThresholds: thresholds,
    saveAlarmThresholds: async ({ body }, { user }) => {
      await floor.saveThresholds(user, body.thresholds, body.baseVersion)
      return thresholds()
    },
  }
}
