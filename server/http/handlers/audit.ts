import type { AuditTrail } from '../../audit/index.ts'
import type { auditRoutes } from '../../contract/index.ts'
import type { Handlers } from '../handler.ts'

export interface AuditHandlerDeps {
  readonly auditTrail: Pick<AuditTrail, 'page'>
}

export const auditHandlers = ({ auditTrail }: AuditHandlerDeps): Pick<Handlers, keyof typeof auditRoutes> => ({
  auditLog: ({ query }) => auditTrail.page(query),
})
