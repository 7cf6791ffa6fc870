import type { callReportRoutes, ledgerReportRoutes } from '../../contract/index.ts'
import type { LedgerReports, Reports } from '../../reports/index.ts'
import type { Handlers } from '../handler.ts'

export interface ReportHandlerDeps {
  readonly reports: Reports
  readonly ledgerReports: LedgerReports
}

export function reportHandlers({
  reports,
  ledgerReports,
}: ReportHandlerDeps): Pick<Handlers, keyof typeof callReportRoutes | Exclude<keyof typeof ledgerReportRoutes, 'importState'>> {
  return {
    calls: ({ query }) => reports.calls(query),
    callsCsv: ({ query }) => reports.callsCsv(query),
    reportDefinitions: (_, { user }) => ledgerReports.definitions(user),
    runReport: ({ body }, { user }) => ledgerReports.run(user, body),
    behindFigure: ({ body }, { user }) => ledgerReports.behind(user, body),
  }
}
