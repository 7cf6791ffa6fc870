import { firstServer } from '../../contract/index.ts'
import { AppError } from '../../errors.ts'
import type { ConnectionSettings, RecordingRules, StoredQueueNames, SurveyedQueues } from '../../settings/index.ts'
import type { Telephony, TestConnection } from '../../telephony/telephony.ts'
import type { Handlers } from '../handler.ts'

export interface SettingsHandlerDeps {
  readonly connection: ConnectionSettings
  readonly queueNames: StoredQueueNames
  readonly recordingRules: RecordingRules
  readonly surveyed: SurveyedQueues
  readonly telephony: Telephony
  readonly testConnection: TestConnection
}

type Names =
  | 'connection'
  | 'saveConnection'
  | 'removeConnection'
  | 'addServer'
  | 'removeServer'
  | 'testConnection'
  | 'queueNames'
  | 'nameQueue'
  | 'forceRecording'
  | 'surveyQueue'

export function settingsHandlers(deps: SettingsHandlerDeps): Pick<Handlers, Names> {
  const { connection, queueNames, recordingRules, surveyed, telephony, testConnection } = deps
  return {
    connection: () => {
      const current = connection.current()
      return {
        connection: current?.connection ?? null,
        hasSecret: current !== null,
        source: current?.source ?? 'none',
        name: connection.firstName(),
        others: [...connection.others()],
      }
    },
    // Whoever listens to the settings connects anew; see main.ts.
    saveConnection: async ({ body }, { user }) => {
      await connection.save(body, user)
      return {}
    },
    removeConnection: async (_, { user }) => {
      await connection.remove(firstServer, user)
      return {}
    },
    addServer: async ({ body }, { user }) => ({ id: await connection.add(body, user) }),
    removeServer: async ({ params }, { user }) => {
      if (params.id === firstServer) throw new AppError('notFound', 'the first Asterisk server is removed with its connection')
      await connection.remove(params.id, user)
      return {}
    },
    testConnection: ({ body }) => testConnection(connection.accountFor(body), body.socketUrl),
    queueNames: () => {
      const { queues, endpoints } = telephony.state()
      const numbers = new Set([...queues.keys(), ...queueNames.all().map((queue) => queue.number)])
      return {
        queues: [...numbers].sort().map((number) => ({
          number,
          name: queueNames.name(number),
          inPbx: queues.has(number),
          recordingForced: recordingRules.forced(number),
          callersAsked: surveyed.asks(number),
        })),
        endpoints: [...endpoints.keys()].sort(),
      }
    },
    nameQueue: async ({ params, body }, { user }) => {
      const queue = { number: params.number, name: body.name }
      await queueNames.set(queue, user)
      return queue
    },
    forceRecording: async ({ params, body }, { user }) => {
      await recordingRules.force(params.number, body.forced, user)
      return {}
    },
    surveyQueue: async ({ params, body }, { user }) => {
      await surveyed.set(params.number, body.asked, user)
      return {}
    },
  }
}
