import type { callListRoutes, callReportRoutes, exportRoutes, ledgerReportRoutes } from '../../contract/index.ts'
import type { CallList, Exports, LedgerReports, Reports } from '../../reports/index.ts'
import type { Handlers } from '../handler.ts'

export interface ReportHandlerDeps {
  readonly reports: Reports
  readonly callList: CallList
  readonly ledgerReports: LedgerReports
  readonly exports: Exports
}

export function reportHandlers({
  reports,
  callList,
  ledgerReports,
  exports,
}: ReportHandlerDeps): Pick<
  Handlers,
  | keyof typeof callReportRoutes
  | keyof typeof callListRoutes
  | Exclude<keyof typeof ledgerReportRoutes, 'importState'>
  | keyof typeof exportRoutes
> {
  return {
    calls: ({ query }) => reports.calls(query),
    findCalls: ({ body }, { user }) => callList.find(user, body),
    reportDefinitions: (_, { user }) => ledgerReports.definitions(user),
    runReport: ({ body }, { user }) => ledgerReports.run(user, body),
    behindFigure: ({ body }, { user }) => ledgerReports.behind(user, body),
    startExport: ({ body }, { user }) => exports.begin(user, body),
    exportState: ({ params }, { user }) => exports.state(user, params.id),
    cancelExport: async ({ params }, { user }) => {
      await exports.cancel(user, params.id)
      return {}
    },
  }
}
