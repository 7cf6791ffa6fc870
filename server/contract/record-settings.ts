import { z } from 'zod'
import { overseers } from './roles.ts'
import { defineRoute } from './route.ts'
import { firstServer } from './server-mark.ts'
import { SiteDay } from './site-days.ts'

/** `cdr`: one row a call · `queueLog`: what queues did · `cel`: one row an event of a channel. */
export const RecordKind = z.enum(['cdr', 'queueLog', 'cel'])
export type RecordKind = z.infer<typeof RecordKind>

const path = z
  .string()
  .trim()
  .max(1_000)
  .refine((text) => /^(\/|[A-Za-z]:[\\/])/.test(text), { error: 'a whole path' })
const table = {
  table: z.string().trim().min(1).max(120),
  /** Our field → the table's column, where its name is another than the usual ones. `id`: a number that grows with each row. */
  columns: z.record(z.string().max(40), z.string().trim().min(1).max(120)),
}
const server = {
  host: z.string().trim().min(1).max(255),
  port: z.number().int().min(1).max(65_535),
  user: z.string().trim().min(1).max(80),
  database: z.string().trim().min(1).max(120),
  tls: z.boolean(),
}

/** Where a kind of call records is kept. `events`: nowhere that can be reached, AMI tells while it happens. */
export const RecordPlace = z.discriminatedUnion('store', [
  z.object({
    store: z.literal('csv'),
    path,
    /** Of a file with columns of its own, in their order; null: as Asterisk writes it. */
    columns: z.array(z.string().trim().min(1).max(60)).min(1).max(60).nullable(),
  }),
  z.object({ store: z.literal('log'), path }),
  z.object({ store: z.literal('sqlite'), path, ...table }),
  z.object({ store: z.literal('mysql'), ...server, ...table }),
  z.object({ store: z.literal('postgres'), ...server, ...table }),
  z.object({ store: z.literal('events') }),
])
export type RecordPlace = z.infer<typeof RecordPlace>
export const RecordStore = z.enum(['csv', 'log', 'sqlite', 'mysql', 'postgres', 'events'])
export type RecordStore = z.infer<typeof RecordStore>

/** Where each kind can be kept. */
export const recordStores = {
  cdr: ['mysql', 'postgres', 'csv', 'sqlite'],
  queueLog: ['log', 'mysql', 'postgres', 'sqlite', 'events'],
  cel: ['mysql', 'postgres', 'csv', 'sqlite'],
} as const satisfies Record<RecordKind, readonly RecordStore[]>

const RecordSourceFields = z.object({
  kind: RecordKind,
  place: RecordPlace,
  /** IANA name of the zone of times that are kept without one: the PBX's own, or UTC with `usegmtime`. */
  timeZone: z.string().trim().min(1).max(60),
  /** Added to every time, for a PBX whose clock is behind (positive) or ahead (negative). */
  clockOffsetMs: z.number().int().min(-86_400_000).max(86_400_000),
  /** The Asterisk whose record it is; absent: the first. */
  server: z.string().max(9).optional(),
})

/** What an administrator saved. The password is never sent back. */
export const RecordSourceSaved = RecordSourceFields.extend({ id: z.string(), hasPassword: z.boolean() })
export type RecordSourceSaved = z.infer<typeof RecordSourceSaved>

/** An empty password is none; null keeps the stored one, as long as host, port, user and database stay. */
export const RecordSourceWrite = RecordSourceFields.extend({ password: z.string().max(200).nullable() }).refine(
  ({ kind, place }) => recordStores[kind].some((store) => store === place.store),
  { error: 'this kind is not kept there', path: ['place'] },
)
export type RecordSourceWrite = z.infer<typeof RecordSourceWrite>

interface OfServer {
  readonly kind: RecordKind
  readonly server?: string | undefined
}

/** What the server finds by itself is the first Asterisk's, and read as long as nothing of its kind is saved for that one. */
export const readsFound = (kind: RecordKind, saved: readonly OfServer[]): boolean =>
  !saved.some((other) => other.kind === kind && (other.server ?? firstServer) === firstServer)

/** Of the files found, the one that is read where there is no such source as `source` beside `others`. */
export const foundInstead = <File extends { readonly kind: RecordKind }>(
  { kind, server = firstServer }: OfServer,
  others: readonly OfServer[],
  found: readonly File[],
): File | undefined => (server === firstServer && readsFound(kind, others) ? found.find((file) => file.kind === kind) : undefined)

/** What can be wrong with a source, or be worth a look. */
export const RecordTrouble = z.enum([
  'refused',
  'unknownHost',
  'noAnswer',
  'closed',
  'login',
  'rights',
  'noDatabase',
  'noTable',
  'noFile',
  'denied',
  'notADatabase',
  'busy',
  'slow',
  'columns',
  'noIds',
  'empty',
  'unreadable',
  'someUnreadable',
  'shifted',
  'old',
  'pbxAway',
  'other',
])
export type RecordTrouble = z.infer<typeof RecordTrouble>

/** One step of trying a source, in order; the first that failed is the last. */
export const RecordCheck = z.object({
  step: z.enum(['reach', 'table', 'columns', 'rows', 'times']),
  ok: z.boolean(),
  /** What is wrong, null when nothing is; of a passed step what may still be worth a look. */
  trouble: RecordTrouble.nullable(),
  /** The system's own words, or a name. */
  detail: z.string(),
})
export type RecordCheck = z.infer<typeof RecordCheck>

/** What a trial found. */
export const RecordTrial = z.object({
  checks: z.array(RecordCheck),
  /** Columns of a table: all it has, which of them stand for our fields, and the fields without which it cannot be read. */
  columns: z
    .object({
      present: z.array(z.string()),
      fields: z.array(z.object({ field: z.string(), column: z.string().nullable(), required: z.boolean() })),
    })
    .nullable(),
  /** `exact`: counted; else more than that, or an estimate. */
  rows: z.object({ count: z.number().int(), exact: z.boolean() }).nullable(),
  newestMs: z.number().int().nullable(),
  /** How far the rows are from the times in their own unique ids; 0: the zone is right; null: cannot be told. */
  shiftMs: z.number().int().nullable(),
  /** A zone in which they are not. */
  betterTimeZone: z.string().nullable(),
  /** The first of the newest rows that could not be read as they should. */
  problems: z.array(z.object({ kind: z.string(), place: z.string(), text: z.string(), raw: z.string() })),
})
export type RecordTrial = z.infer<typeof RecordTrial>

/** Which of the service levels is the queue's own: ids of figures. */
export const LevelFormula = z.enum([
  'serviceLevelOfOffered',
  'serviceLevelWithAbandoned',
  'serviceLevelOfAnswered',
  'serviceLevelOfAll',
  'serviceLevelLessAbandoned',
  'serviceLevelWithShort',
])
export type LevelFormula = z.infer<typeof LevelFormula>

/** `*`: every queue without a rule of its own. */
const queue = z.string().trim().min(1).max(80)

/** A queue's rule from a day of the site on. A visit is judged by the last one that was valid when it began. */
export const QueueRule = z.object({
  queue,
  /** null: since ever. */
  fromDay: SiteDay.nullable(),
  /** Service-level target t. */
  targetMs: z.number().int().min(1_000).max(3_600_000),
  /** Short-abandon limit s. */
  shortMs: z.number().int().min(0).max(600_000),
  formula: LevelFormula,
})
export type QueueRule = z.infer<typeof QueueRule>

/** What queues are judged by that nobody has set anything for. */
export const builtInRule = { targetMs: 30_000, shortMs: 5_000, formula: 'serviceLevelOfOffered' } as const

const SourceId = z.object({ id: z.string().max(80) })
/** Reports of the past change with a rule of the past: only when asked for. */
const recount = z.boolean()

export const recordSettingsRoutes = {
  recordSources: defineRoute({
    method: 'GET',
    path: '/api/settings/record',
    access: ['administrator'],
    summary: 'Where call records are read from: what was saved, and the files the server finds by itself',
    response: z.object({
      sources: z.array(RecordSourceSaved),
      /** Read as long as nothing of their kind is saved. */
      found: z.array(z.object({ kind: RecordKind, store: RecordStore, path: z.string() })),
      /** Zone of this server's machine, to begin with. */
      timeZone: z.string(),
    }),
  }),
  addRecordSource: defineRoute({
    method: 'POST',
    path: '/api/settings/record',
    access: ['administrator'],
    summary: 'Read call records from there, from the beginning on',
    body: RecordSourceWrite,
    response: z.object({ id: z.string() }),
  }),
  changeRecordSource: defineRoute({
    method: 'PUT',
    path: '/api/settings/record/:id',
    access: ['administrator'],
    summary: 'Another place is another source, read from its beginning: the answer has its id',
    params: SourceId,
    body: RecordSourceWrite,
    response: z.object({ id: z.string() }),
  }),
  removeRecordSource: defineRoute({
    method: 'DELETE',
    path: '/api/settings/record/:id',
    access: ['administrator'],
    summary: 'Read no more from there. What was read stays',
    params: SourceId,
    response: z.object({}),
  }),
  testRecordSource: defineRoute({
    method: 'POST',
    path: '/api/settings/record/test',
    access: ['administrator'],
    summary: 'Try a source without saving it; `id` names the saved one whose password may be used',
    body: z.object({ id: z.string().max(80).nullable(), source: RecordSourceWrite }),
    response: RecordTrial,
  }),
  importAnew: defineRoute({
    method: 'POST',
    path: '/api/settings/record/import-anew',
    access: ['administrator'],
    summary: 'Forget everything read so far and read all sources from their beginning. What they no longer hold is lost',
    response: z.object({}),
  }),
  queueRules: defineRoute({
    method: 'GET',
    path: '/api/settings/queue-rules',
    access: overseers,
    summary: 'Service-level targets, short-abandon limits and formulas of queues, with the day each is valid from',
    response: z.object({ rules: z.array(QueueRule), today: SiteDay }),
  }),
  saveQueueRule: defineRoute({
    method: 'PUT',
    path: '/api/settings/queue-rules',
    access: ['administrator'],
    summary: 'Set a rule. From a day that is over only with `recount`: the reports since that day change',
    body: QueueRule.extend({ recount }),
    response: z.object({}),
  }),
  removeQueueRule: defineRoute({
    method: 'POST',
    path: '/api/settings/queue-rules/remove',
    access: ['administrator'],
    summary: 'Take a rule back: the one before it goes on. Of a day that is over only with `recount`',
    body: z.object({ queue, fromDay: SiteDay.nullable(), recount }),
    response: z.object({}),
  }),
}
