export { AuditTrail } from './audit-trail.ts'
export { type AuditEntry, writeAudit } from './write-audit.ts'
