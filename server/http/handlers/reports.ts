import type { callReportRoutes } from '../../contract/index.ts'
import type { Reports } from '../../reports/index.ts'
import type { Handlers } from '../handler.ts'

export function reportHandlers({ reports }: { reports: Reports }): Pick<Handlers, keyof typeof callReportRoutes> {
  return {
    calls: ({ query }) => reports.calls(query),
    callsCsv: ({ query }) => reports.callsCsv(query),
  }
}
