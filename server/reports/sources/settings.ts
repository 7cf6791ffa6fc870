import { z } from 'zod'
import { firstServer } from '../../contract/index.ts'
import { ColumnMapping } from './column-mapping.ts'

const timeZone = z.string().refine((name) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}, 'no such time zone')

const common = {
  /** Never changes: what was read is remembered under it. */
  id: z.string().min(1),
  /** The Asterisk whose record it is: see server-rows.ts. */
  server: z.string().min(1).default(firstServer),
  /** Zone of times that are kept without one: the PBX's own, or UTC with `usegmtime`. */
  timeZone,
  /** Added to every time, for a PBX whose clock is behind (positive) or ahead (negative). */
  clockOffsetMs: z.number().int().default(0),
}

const table = {
  table: z.string().min(1),
  /** Our field → its column, for tables with names of their own; `id` names a number that grows with each row. */
  columns: ColumnMapping.default({}),
}

const server = {
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  user: z.string(),
  password: z.string(),
  database: z.string().min(1),
  tls: z.boolean().default(false),
}

/** Where a kind of call records is kept. `csv` is Master.csv for CDR and CEL; `log` is the file queue_log. */
export const SourceSettings = z.discriminatedUnion('store', [
  z.object({ store: z.literal('csv'), ...common, path: z.string().min(1), columns: z.array(z.string().min(1)).optional() }),
  z.object({ store: z.literal('log'), ...common, path: z.string().min(1) }),
  z.object({ store: z.literal('sqlite'), ...common, path: z.string().min(1), ...table }),
  z.object({ store: z.literal('mysql'), ...common, ...server, ...table }),
  z.object({ store: z.literal('postgres'), ...common, ...server, ...table }),
])
export type SourceSettings = z.input<typeof SourceSettings>
/** With everything that has a default. */
export type ParsedSettings = z.output<typeof SourceSettings>
