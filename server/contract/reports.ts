import { z } from 'zod'
import { Direction, QueueName } from './cards.ts'
import { RecordKind, RecordStore, RecordTrouble } from './record-settings.ts'
import { everyRole, overseers } from './roles.ts'
import { defineRoute } from './route.ts'
import { SiteDay } from './site-days.ts'
import { MissedCause } from './worklists.ts'

export const ReportId = z.enum([
  'queues',
  'operators',
  'missed',
  'times',
  'categories',
  'satisfaction',
  'callBacks',
  'states',
  /** One's own figures: the only one operators have. */
  'own',
])
export type ReportId = z.infer<typeof ReportId>

const times = ['day', 'hour', 'halfHour', 'quarterHour', 'hourOfDay', 'halfHourOfDay', 'quarterHourOfDay', 'weekday'] as const

/** What one row of a report is. */
export const Grouping = z.enum([
  'queue',
  'operator',
  ...times,
  'direction',
  'category',
  'result',
  'score',
  'cause',
  'pauseReason',
])
export type Grouping = z.infer<typeof Grouping>

/** By the calendar and the clock. */
export const timeGroupings: ReadonlySet<Grouping> = new Set(times)

/** By parts of an hour: how many minutes a row has. */
export const intervalMinutes: Readonly<Partial<Record<Grouping, number>>> = {
  halfHour: 30,
  quarterHour: 15,
  halfHourOfDay: 30,
  quarterHourOfDay: 15,
}
/** Is it of a time of the day, on whatever day? The sums are of each moment all the same, for the clock may change. */
export const isOfDay = (groupBy: Grouping): boolean => groupBy === 'halfHourOfDay' || groupBy === 'quarterHourOfDay'
/** Parts of hours one after another, from the first of these moments to the last: a chart has a place for each. */
export function everyInterval(moments: readonly number[], minutes: number): number[] {
  if (moments.length === 0) return []
  const [first, last] = [Math.min(...moments), Math.max(...moments)]
  return Array.from({ length: Math.floor((last - first) / (minutes * 60_000)) + 1 }, (_, n) => first + n * minutes * 60_000)
}
/** They are counted call by call, and would be too many rows to read: of more days than these there are hours. */
export const longestIntervalDays = 31

/** `count`: things · `share`: 0–1 · `ms`: a length of time · `mark`: a mean of marks. */
export const FigureUnit = z.enum(['count', 'share', 'ms', 'mark'])
export type FigureUnit = z.infer<typeof FigureUnit>

const inBothLanguages = z.object({ name: z.string(), formula: z.string() })

/** One figure: its name and its formula in words, to print beside it. */
export const FigureDefinition = z.object({
  id: z.string(),
  unit: FigureUnit,
  /** Which way is good; null: neither. */
  better: z.enum(['more', 'less']).nullable(),
  ru: inBothLanguages,
  en: inBothLanguages,
  /** A click on it lists rows: not so for time that is no calls'. */
  opens: z.boolean(),
})
export type FigureDefinition = z.infer<typeof FigureDefinition>

/** What a report can be narrowed by. */
export const FilterName = z.enum(['queues', 'operators', 'direction', 'category', 'customer'])
export type FilterName = z.infer<typeof FilterName>

/** A list of names of which a program leaves out those it does not know: of a newer server, whose other reports it can show. */
const known = <T extends Readonly<Record<string, string>>>(names: z.ZodEnum<T>) =>
  z.codec(z.array(z.string()), z.array(names), {
    decode: (all) => all.flatMap((one) => names.safeParse(one).data ?? []),
    encode: (all) => all,
  })

export const ReportDefinition = z.object({
  id: ReportId,
  filters: known(FilterName),
  groupings: known(Grouping),
  /** Figures it can have, in order. */
  figures: z.array(z.string()),
  /** Those shown until a person chooses. */
  shown: z.array(z.string()),
})
export type ReportDefinition = z.infer<typeof ReportDefinition>

/** Those of a newer server that this program does not know are left out, and those it knows no row of. */
const knownReports = z.codec(
  z.array(ReportDefinition.extend({ id: z.string(), groupings: z.array(z.string()), filters: z.array(z.string()) })),
  z.array(ReportDefinition),
  {
    decode: (all) =>
      all.flatMap((one) => {
        const id = ReportId.safeParse(one.id).data
        return id && one.groupings.some((each) => Grouping.safeParse(each).success) ? { ...one, id } : []
      }),
    encode: (all) => all,
  },
)

/** All that are given have to hold; of several queues or operators one. */
export const ReportFilter = z.object({
  queues: z.array(z.string().max(80)).min(1).max(200).optional(),
  /** Extensions: of who has them now, with all that was theirs; of nobody's, while it was nobody's. */
  operators: z.array(z.string().max(80)).min(1).max(1_000).optional(),
  direction: Direction.optional(),
  categoryId: z.string().max(80).optional(),
  customerId: z.string().max(80).optional(),
})
export type ReportFilter = z.infer<typeof ReportFilter>

export const ReportRequest = z.object({
  report: ReportId,
  groupBy: Grouping,
  fromDay: SiteDay,
  /** Inclusive. */
  toDay: SiteDay,
  filter: ReportFilter.default({}),
  /** Only what began at this moment or later; absent: the whole days. */
  sinceMs: z.number().int().min(0).optional(),
})
export type ReportRequest = z.infer<typeof ReportRequest>

/** Values by figure; null: no data. */
const Values = z.record(z.string(), z.number().nullable())

export const ReportRow = z.object({
  /** The group: a queue's number, a person's id (an extension that was nobody's), yyyymmdd, the beginning of an hour or a part of one in ms, 0–23, minutes after midnight, 1 (Monday)–7, an id; null: none. */
  key: z.string().nullable(),
  /** Of queues and operators; null: the client has its own words for the key. */
  name: z.string().nullable(),
  values: Values,
  /** The same group in the period before, of days and hours the one at the same place; null where there is none. */
  before: Values.nullable(),
})
export type ReportRow = z.infer<typeof ReportRow>

export const ReportTable = z.object({
  /** Figures that this grouping and these filters allow, in order. */
  figures: z.array(z.string()),
  rows: z.array(ReportRow),
  /** Of all rows together: computed from their sums, never from their values. */
  total: Values,
  totalBefore: Values.nullable(),
  /** The period compared with, both inclusive. Where the period is not over it is as much of the one before as has passed. */
  before: z.object({ fromDay: SiteDay, toDay: SiteDay }).nullable(),
  /** Its last day was read up to this moment; null: the whole of it. */
  beforeUntilMs: z.number().int().nullable().default(null),
  /** Some of its days or hours have no place in the period, as the 31st in November: they are in `totalBefore` alone. */
  beforeUnplaced: z.boolean().default(false),
  /** Keys of times, shown or not, in which every one of the queues was closed by its work time, all days long. */
  closed: z.array(z.string()).default([]),
  /** The newest moment the imported record knows; null: nothing was imported. */
  upToMs: z.number().int().nullable(),
})
export type ReportTable = z.infer<typeof ReportTable>

/** One row behind a figure. A call is here as often as it counts: twice when it visited two queues. */
export const BehindRow = z.object({
  /** `<call>:<n>`: unique in the list. */
  id: z.string(),
  callKey: z.string(),
  /** Not so of a call-back, which opens by its card alone. */
  isCall: z.boolean().default(true),
  atMs: z.number().int(),
  direction: Direction,
  number: z.string(),
  customerName: z.string().nullable(),
  queue: QueueName.nullable(),
  operatorName: z.string().nullable(),
  /** How this row ended, by what it is: a visit's, a ring's or a call's outcome; null: a talk or a card. */
  outcome: z.string().nullable(),
  cause: MissedCause.nullable(),
  /** Position on entering the queue. */
  position: z.number().int().nullable(),
  waitMs: z.number().int().nullable(),
  talkMs: z.number().int().nullable(),
  score: z.number().int().nullable(),
  /** After a call nobody answered: outgoing calls to that number until somebody was reached, and when that was. */
  tries: z.number().int().nullable(),
  reachedAtMs: z.number().int().nullable(),
  /** Opens the call's page; null: no card, it opens by its key. */
  cardId: z.string().nullable(),
})
export type BehindRow = z.infer<typeof BehindRow>

/** One source of the record: how far it was read, and what in it could not be. */
export const ImportSource = z.object({
  id: z.string(),
  kind: RecordKind,
  store: RecordStore,
  /** Where it is, for a person to know it by: a path, or the table and its server. */
  title: z.string(),
  rowsRead: z.number().int(),
  problems: z.number().int(),
  upToMs: z.number().int().nullable(),
  readAtMs: z.number().int().nullable(),
  caughtUp: z.boolean(),
  /** Why it cannot be read now, in the system's words; null: it can. */
  error: z.string().nullable(),
  /** The same for a person's language; null: only the words are known. */
  trouble: RecordTrouble.nullable(),
  errorSinceMs: z.number().int().nullable(),
})
export type ImportSource = z.infer<typeof ImportSource>

export const ImportProblem = z.object({
  sourceId: z.string(),
  /** `file:line`, or the table and its row. */
  place: z.string(),
  kind: z.string(),
  text: z.string(),
  raw: z.string(),
  seenAtMs: z.number().int(),
})
export type ImportProblem = z.infer<typeof ImportProblem>

/** A time a source told nothing of. */
export const ImportAway = z.object({
  sourceId: z.string(),
  /** `unreachable`: it could not be read, and gave what it had kept when it was back · `away`: what AMI alone tells was not heard. */
  kind: z.enum(['unreachable', 'away']),
  fromMs: z.number().int(),
  toMs: z.number().int(),
})
export type ImportAway = z.infer<typeof ImportAway>

/** What the record may lack of the latest days. */
export const ImportGaps = z.object({
  /** Looked at from here to yesterday. */
  fromDay: SiteDay,
  /** Days without a single call between days that have some. */
  emptyDays: z.array(SiteDay),
  /** Visits to queues whose end the PBX did not write. */
  lostVisits: z.number().int(),
  /** The newest. */
  away: z.array(ImportAway),
})
export type ImportGaps = z.infer<typeof ImportGaps>

export const ledgerReportRoutes = {
  reportDefinitions: defineRoute({
    method: 'GET',
    path: '/api/reports/definitions',
    access: everyRole,
    summary: 'Reports this person may run, every figure with its formula, what can be filtered by, and the site’s today',
    response: z.object({
      today: SiteDay,
      timeZone: z.string(),
      reports: knownReports,
      figures: z.array(FigureDefinition),
      queues: z.array(QueueName),
      operators: z.array(z.object({ extension: z.string(), name: z.string() })),
    }),
  }),
  runReport: defineRoute({
    method: 'POST',
    path: '/api/reports/run',
    access: everyRole,
    summary: 'A report over days of the site. Operators get `own` only, and in it only themselves (C3.6)',
    body: ReportRequest.extend({
      compare: z.boolean().default(false),
      /** Those wanted; absent: all the report has. */
      figures: z.array(z.string().max(60)).max(100).optional(),
    }),
    response: ReportTable,
  }),
  behindFigure: defineRoute({
    method: 'POST',
    path: '/api/reports/behind',
    access: everyRole,
    summary: 'The rows a figure of a report counts, newest first; as many as the figure says',
    body: ReportRequest.extend({
      figure: z.string().max(60),
      /** Of which row; absent: of the footer. */
      row: z.string().max(80).nullable().optional(),
      offset: z.number().int().min(0).max(10_000_000).default(0),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    response: z.object({ rows: z.array(BehindRow), total: z.number().int() }),
  }),
  importState: defineRoute({
    method: 'GET',
    path: '/api/reports/import',
    access: overseers,
    summary: 'How far each source of call records was read, and the latest rows that could not be',
    response: z.object({
      sources: z.array(ImportSource),
      /** The newest. */
      problems: z.array(ImportProblem),
      /** Where reports read PostgreSQL: the share of the calls that are there already, the newest first; null: as good as all. */
      publishedShare: z.number().nullable(),
      /** Of the first call there is; null: none was read. */
      firstMs: z.number().int().nullable(),
      gaps: ImportGaps,
    }),
  }),
}
