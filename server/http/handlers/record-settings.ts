import type { recordSettingsRoutes } from '../../contract/index.ts'
import type { ReportRecord } from '../../reports/index.ts'
import type { QueueRules, RecordSources } from '../../settings/index.ts'
import type { Handlers } from '../handler.ts'

export interface RecordSettingsHandlerDeps {
  readonly recordSources: RecordSources
  readonly queueRules: QueueRules
  readonly record: ReportRecord
}

export function recordSettingsHandlers({
  recordSources,
  queueRules,
  record,
}: RecordSettingsHandlerDeps): Pick<Handlers, keyof typeof recordSettingsRoutes | 'importState'> {
  return {
    recordSources: () => ({ sources: recordSources.saved(), found: record.found(), timeZone: record.machineTimeZone }),
    addRecordSource: async ({ body }, { user }) => ({ id: await recordSources.add(user, body) }),
    changeRecordSource: async ({ params, body }, { user }) => ({ id: await recordSources.change(user, params.id, body) }),
    removeRecordSource: async ({ params }, { user }) => {
      await recordSources.remove(user, params.id)
      return {}
    },
    testRecordSource: ({ body }) => record.test(recordSources.sourceFor(body.source, body.id)),
    importAnew: async (_, { user }) => {
      await recordSources.importAnew(user)
      return {}
    },
    queueRules: () => ({ rules: queueRules.all(), today: queueRules.today() }),
    saveQueueRule: async ({ body }, { user }) => {
      await queueRules.save(user, body)
      return {}
    },
    removeQueueRule: async ({ body }, { user }) => {
      await queueRules.remove(user, body)
      return {}
    },
    importState: () => record.state(),
  }
}
