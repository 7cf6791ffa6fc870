import { z } from 'zod'
import { CallsRequest } from './call-list.ts'
import { CallOutcome, Direction } from './cards.ts'
import { Language } from './language.ts'
import { ReportRequest } from './reports.ts'
import { everyRole } from './roles.ts'
import { defineRoute } from './route.ts'

/** Where a finished file is served: `GET <path><ticket>`. The ticket is the right to have it, and ends with the download or the hour. */
export const exportFilePath = '/api/reports/exports/file/'

/** Figures in the order of their columns; absent: those the report shows until a person chooses. */
const figures = z.array(z.string().max(60)).min(1).max(100).optional()

/** What a file is of: a report as it stands, the rows behind one of its figures, or a list of calls as it was searched and filtered. */
export const ExportContent = z.discriminatedUnion('kind', [
  ReportRequest.extend({ kind: z.literal('report'), compare: z.boolean().default(false), figures }),
  ReportRequest.extend({
    kind: z.literal('behind'),
    figure: z.string().max(60),
    /** Of which row; absent: of the footer. */
    row: z.string().max(80).nullable().optional(),
  }),
  /** Of the PBX's own record. */
  CallsRequest.extend({ kind: z.literal('recordedCalls') }),
  /** As the server heard them. */
  z.object({
    kind: z.literal('calls'),
    fromMs: z.number().int().min(0),
    toMs: z.number().int().min(0),
    queue: z.string().max(80).nullable().default(null),
    direction: Direction.nullable().default(null),
    outcomes: z.array(CallOutcome).max(10).nullable().default(null),
    search: z.string().max(100).default(''),
  }),
])
export type ExportContent = z.infer<typeof ExportContent>

export const ExportState = z.object({
  id: z.string(),
  state: z.enum(['running', 'ready', 'failed']),
  /** Written until now, and of how many; 0 until they are counted. */
  rows: z.number().int(),
  total: z.number().int(),
  fileName: z.string(),
  bytes: z.number().int().nullable(),
  /** Opens the file when it is ready. */
  ticket: z.string().nullable(),
})
export type ExportState = z.infer<typeof ExportState>

const Id = z.object({ id: z.string().max(80) })

export const exportRoutes = {
  startExport: defineRoute({
    method: 'POST',
    path: '/api/reports/exports',
    access: everyRole,
    summary:
      'Begin to write a file: CSV (UTF-8 with BOM, separator by language, nothing in it runs as a formula) or XLSX (typed cells)',
    body: z.object({ content: ExportContent, format: z.enum(['csv', 'xlsx']), language: Language }),
    response: ExportState,
  }),
  exportState: defineRoute({
    method: 'GET',
    path: '/api/reports/exports/:id',
    access: everyRole,
    summary: 'How far one’s own export is; not found when it was cancelled or is over',
    params: Id,
    response: ExportState,
  }),
  cancelExport: defineRoute({
    method: 'DELETE',
    path: '/api/reports/exports/:id',
    access: everyRole,
    summary: 'Stop an export and throw away what was written',
    params: Id,
    response: z.object({}),
  }),
}
