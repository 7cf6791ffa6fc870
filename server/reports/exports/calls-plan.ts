import { sql } from 'kysely'
import { heardOutcome } from '../../calls/index.ts'
import {
  CardFields,
  type ExtraField,
  type ExtraValue,
  type HeardFilter,
  inLanguage,
  keepsCall,
  type Language,
} from '../../contract/index.ts'
import { reportNames } from '../../contract/report-names.ts'
import { daysTogether } from '../queries/page-days.ts'
import { countedDaysQuestion, type Selection } from '../queries/questions.ts'
import { rowsQuestion } from '../queries/rows-question.ts'
import { momentsOf } from '../queries/site-days.ts'
import { sqlText } from '../queries/sql-text.ts'
import { DayRows } from '../queries/stored-rows.ts'
import {
  type By,
  directionOf,
  type ListColumn,
  type ListPlan,
  moreWords,
  named,
  numberOf,
  operatorsOf,
  type StoredListRow,
  textOf,
} from './list-rows.ts'
import type { Cell, SheetColumn } from './sheet.ts'

/** Calls of the record, with what their cards say. */
export interface RecordedCallsList {
  readonly kind: 'recordedCalls'
  readonly selection: Selection
  /** Removed ones too: old cards have them. */
  readonly extraFields: readonly ExtraField[]
}

/** Calls as the server heard them, with what their cards say. */
export interface HeardCallsList extends HeardFilter {
  readonly kind: 'calls'
  readonly fromMs: number
  readonly toMs: number
  readonly extraFields: readonly ExtraField[]
}

/** What a call's row says, whoever told of the call. */
interface CallColumns {
  readonly atMs: ListColumn['read']
  readonly queue: (row: StoredListRow) => string | null
  readonly operator: (row: StoredListRow) => string | null
  readonly outcome: (row: StoredListRow) => string | null
  readonly waitMs: ListColumn['read']
  readonly talkMs: ListColumn['read']
  readonly score: ListColumn['read']
}

function columnsOf(read: CallColumns, { language, names }: By): ListColumn[] {
  const t = reportNames[language]
  const more = moreWords[language]
  const text = (title: string, width: number, of: ListColumn['read']): ListColumn => ({ title, kind: 'text', width, read: of })
  return [
    { title: more.started, kind: 'moment', width: 19, read: read.atMs },
    text(more.direction, 14, (row) => more.directions[directionOf(row['direction'])]),
    { title: more.number, kind: 'phone', width: 19, read: (row) => textOf(row['number']) },
    text(t.columnsOf.caller, 28, (row) => textOf(row['customer_name'])),
    text(t.columnsOf.queue, 20, read.queue),
    text(t.columnsOf.operator, 24, read.operator),
    text(t.columnsOf.outcome, 12, (row) => {
      const outcome = read.outcome(row)
      return outcome === null ? null : (t.outcomes[outcome] ?? outcome)
    }),
    { title: t.columnsOf.wait, kind: 'duration', width: 11, read: read.waitMs },
    { title: t.columnsOf.talk, kind: 'duration', width: 11, read: read.talkMs },
    text(more.category, 20, (row) => named(names.categories, textOf(row['category_id']))),
    text(more.result, 20, (row) => named(names.results, textOf(row['result_id']))),
    { title: t.columnsOf.score, kind: 'count', width: 8, read: read.score },
    text(more.description, 50, (row) => textOf(row['description'])),
  ]
}

/** The columns with the administrator's own fields behind them. */
function withExtra(
  columns: readonly ListColumn[],
  { extraFields, language }: { extraFields: readonly ExtraField[]; language: Language },
): Pick<ListPlan, 'columns' | 'cells'> {
  const extra = extraFields.map(
    (field): SheetColumn => ({
      title: inLanguage(field, language),
      kind: field.kind === 'date' ? 'day' : 'text',
      width: 18,
    }),
  )
  return {
    columns: [...columns.map(({ title, kind, width }) => ({ title, kind, width })), ...extra],
    cells: (row) => [...columns.map(({ read }) => read(row)), ...extraCells(textOf(row['extra']), extraFields, language)],
  }
}

/** Each question of a search looks through all customers: they are as few as their rows allow. */
const rowsAtOnce = 5_000

export function recordedCallsPlan({ selection, extraFields }: RecordedCallsList, by: By): ListPlan {
  const { names } = by
  const columns = columnsOf(
    {
      atMs: (row) => numberOf(row['at_ms']),
      queue: (row) => named(names.queues, textOf(row['queue'])),
      operator: operatorsOf(names),
      outcome: (row) => textOf(row['outcome']),
      waitMs: (row) => numberOf(row['wait_ms']),
      talkMs: (row) => numberOf(row['talk_ms']),
      score: (row) => numberOf(row['card_score']),
    },
    by,
  )
  return {
    ...withExtra(columns, { extraFields, language: by.language }),
    counts: countedDaysQuestion('calls', selection),
    *questions(counts) {
      for (const days of daysTogether(DayRows.parse(counts), rowsAtOnce)) {
        const period = { fromDay: Math.min(...days), toDay: Math.max(...days) }
        const within = { ...selection, days: period, moments: momentsOf(period, by.timeZone) }
        const question = rowsQuestion('calls', { selection: within, group: null, days, offset: 0, limit: null, cards: true })
        if (question) yield question.rows
      }
    },
  }
}

const dayMs = 86_400_000

export function heardCallsPlan({ fromMs, toMs, extraFields, ...filter }: HeardCallsList, by: By): ListPlan {
  const { names } = by
  const operator = (row: StoredListRow) => names.operators.get(textOf(row['operator_id']) ?? '') ?? textOf(row['operator_name'])
  const queue = (row: StoredListRow) => named(names.queues, textOf(row['queue_number']))
  const columns = columnsOf(
    {
      atMs: (row) => numberOf(row['started_at_ms']),
      queue,
      operator,
      outcome: outcomeOf,
      waitMs: waitOf,
      talkMs: talkOf,
      score: (row) => numberOf(row['satisfaction']),
    },
    by,
  )
  const keeps = keepsCall(filter)
  const within = (from: number, to: number) => sql`l.started_at_ms >= ${from} and l.started_at_ms < ${to}`
  return {
    ...withExtra(columns, { extraFields, language: by.language }),
    counts: sqlText(sql`select count(*) as counted from app.calls l where ${within(fromMs, toMs)}`),
    keeps: (row) => {
      const number = textOf(row['queue_number'])
      return keeps({
        number: textOf(row['number']) ?? '',
        customerName: textOf(row['customer_name']),
        operatorName: operator(row),
        queue: number === null ? null : { number, name: queue(row) ?? number },
        description: textOf(row['description']) ?? '',
        direction: directionOf(row['direction']),
        outcome: outcomeOf(row),
      })
    },
    *questions() {
      for (let end = toMs; end > fromMs; end -= dayMs)
        yield sqlText(sql`
          select l.*, c.name as customer_name, k.category_id, k.result_id, k.satisfaction, k.description, k.extra
          from app.calls l
          left join app.cards k on k.id = (
            select id from app.cards where call_id = l.id and answered_at_ms is not null
            order by case when operator_id = l.operator_id then 0 else 1 end, answered_at_ms, id limit 1)
          left join app.customers c on c.id = coalesce(k.customer_id, (
            select case when count(*) = 1 then min(customer_id) end from app.customer_phones
            where phone_key = l.phone_key and l.phone_key <> ''))
          where ${within(Math.max(fromMs, end - dayMs), end)}
          order by l.started_at_ms desc, l.id`)
    },
  }
}

const outcomeOf = (row: StoredListRow) =>
  heardOutcome({
    direction: directionOf(row['direction']),
    answered_at_ms: row['answered_at_ms'] ?? null,
    ended_at_ms: row['ended_at_ms'] ?? null,
  })

function waitOf(row: StoredListRow): number | null {
  const from = numberOf(row['queued_at_ms']) ?? Number(row['started_at_ms'])
  const to = numberOf(row['answered_at_ms']) ?? (row['end_unseen'] ? null : numberOf(row['ended_at_ms']))
  return to === null ? null : Math.max(0, to - from)
}

function talkOf(row: StoredListRow): number | null {
  const answered = numberOf(row['answered_at_ms'])
  const ended = numberOf(row['ended_at_ms'])
  return answered === null || ended === null || row['end_unseen'] ? null : Math.max(0, ended - answered)
}

const ExtraValues = CardFields.shape.extra

/** What the administrator's own fields have, in the order of their columns. */
function extraCells(json: string | null, fields: readonly ExtraField[], language: Language): Cell[] {
  if (fields.length === 0 || json === null) return []
  const values = ExtraValues.parse(JSON.parse(json))
  return fields.map((field) => extraCell(field, values[field.id] ?? null, language))
}

function extraCell(field: ExtraField, value: ExtraValue, language: Language): Cell {
  const { yes, no } = moreWords[language]
  if (typeof value === 'boolean') return value ? yes : no
  if (value === null || typeof value === 'number') return value
  if (field.kind === 'date' && /^\d{4}-\d\d-\d\d$/.test(value)) return Number(value.replaceAll('-', ''))
  const option = field.options.find(({ id }) => id === value)
  return option ? inLanguage(option, language) : value
}
