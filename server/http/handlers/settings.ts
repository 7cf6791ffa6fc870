import type { ConnectionSettings, StoredQueueNames } from '../../settings/index.ts'
import type { Telephony, TestConnection } from '../../telephony/telephony.ts'
import type { Handlers } from '../handler.ts'

export interface SettingsHandlerDeps {
  readonly connection: ConnectionSettings
  readonly queueNames: StoredQueueNames
  readonly telephony: Telephony
  readonly testConnection: TestConnection
}

type Names = 'connection' | 'saveConnection' | 'removeConnection' | 'testConnection' | 'queueNames' | 'nameQueue'

export function settingsHandlers(deps: SettingsHandlerDeps): Pick<Handlers, Names> {
  const { connection, queueNames, telephony, testConnection } = deps
  return {
    connection: () => {
      const current = connection.current()
      return {
        connection: current?.connection ?? null,
        hasSecret: current !== null,
        source: current?.source ?? 'none',
      }
    },
    // Whoever listens to the settings connects anew; see main.ts.
    saveConnection: async ({ body }) => {
      await connection.save(body)
      return {}
    },
    removeConnection: async () => {
      await connection.remove()
      return {}
    },
    testConnection: ({ body }) => testConnection(connection.accountFor(body), body.socketUrl),
    queueNames: () => {
      const { queues, endpoints } = telephony.state()
      const numbers = new Set([...queues.keys(), ...queueNames.all().map((queue) => queue.number)])
      return {
        queues: [...numbers].sort().map((number) => ({ number, name: queueNames.name(number), inPbx: queues.has(number) })),
        endpoints: [...endpoints.keys()].sort(),
      }
    },
    nameQueue: async ({ params, body }) => {
      const queue = { number: params.number, name: body.name }
      await queueNames.set(queue)
      return queue
    },
  }
}
