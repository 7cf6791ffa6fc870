import type { wallboardRoutes } from '../../contract/index.ts'
import type { StoredQueueNames } from '../../settings/index.ts'
import type { Telephony } from '../../telephony/telephony.ts'
import type { Wallboards } from '../../wallboard/index.ts'
import type { Handlers } from '../handler.ts'

export interface WallboardHandlerDeps {
  readonly wallboards: Pick<Wallboards, 'links' | 'screens'>
  readonly telephony: Telephony
  readonly queueNames: StoredQueueNames
}

export function wallboardHandlers(deps: WallboardHandlerDeps): Pick<Handlers, keyof typeof wallboardRoutes> {
  const { telephony, queueNames } = deps
  const { links, screens } = deps.wallboards
  return {
    wallboards: () => {
      // Also while Asterisk is away: those that were named.
      const numbers = new Set([...telephony.state().queues.keys(), ...queueNames.all().map(({ number }) => number)])
      return {
        wallboards: links.all().map(({ id, settings, createdByName, createdAtMs, lastSeenMs }) => ({
          ...{ id, settings, createdByName, createdAtMs, lastSeenMs },
          screens: screens.screensOf(id),
        })),
        queues: [...numbers].sort().map((number) => ({ number, name: queueNames.name(number) })),
      }
    },
    createWallboard: ({ body }, { user }) => links.create(user, body),
    changeWallboard: async ({ params, body }, { user }) => {
      await links.change(user, params.id, body)
      return {}
    },
    renewWallboard: ({ params }, { user }) => links.renew(user, params.id),
    revokeWallboard: async ({ params }, { user }) => {
      await links.revoke(user, params.id)
      return {}
    },
  }
}
