import { sql } from 'kysely'
import {
  addDays,
  CardFields,
  type Days,
  type ExtraField,
  type ExtraValue,
  type Grouping,
  inLanguage,
  type Language,
  type MissedCause,
} from '../../contract/index.ts'
import { reportNames } from '../../contract/report-names.ts'
import type { SumId } from '../metrics/index.ts'
import { type ListedColumn, rowsQuestion, type Selection } from '../queries/questions.ts'
import { momentsOf } from '../queries/site-days.ts'
import { type SqlText, sqlText } from '../queries/sql-text.ts'
import { type Person, Tenures } from '../queries/tenures.ts'
import type { Cell, SheetColumn } from './sheet.ts'

/** Names of what rows have by number or id. */
export interface ListNames {
  /** By id. */
  readonly operators: ReadonlyMap<string, string>
  readonly queues: ReadonlyMap<string, string>
  readonly categories: ReadonlyMap<string, string>
  readonly results: ReadonlyMap<string, string>
  /** Whose extensions were whose. */
  readonly people: readonly Person[]
}

/** A list too long to be held: its questions are a day's each, so that nobody waits for a reader and nothing has to be sorted as a whole. */
export interface ListPlan {
  readonly columns: readonly SheetColumn[]
  readonly total: SqlText
  /** The newest day first. */
  questions(): Iterable<SqlText>
  cells(row: StoredListRow): Cell[]
}

export type StoredListRow = Readonly<Record<string, string | number | null>>

/** The rows behind a figure of a report. */
export interface BehindList {
  readonly kind: 'behind'
  readonly sum: SumId
  readonly selection: Selection
  readonly group: { readonly by: Grouping; readonly key: string | null } | null
}

/** Calls as the server saw them, with what their cards say. */
export interface CallsList {
  readonly kind: 'calls'
  readonly fromMs: number
  readonly toMs: number
  /** Removed ones too: old cards have them. */
  readonly extraFields: readonly ExtraField[]
}

interface By {
  readonly language: Language
  readonly timeZone: string
  readonly names: ListNames
}

interface ListColumn extends SheetColumn {
  readonly read: (row: StoredListRow) => Cell
}

const moreWords = {
  ru: {
    started: 'Начало',
    direction: 'Направление',
    number: 'Номер',
    cause: 'Причина',
    tries: 'Попыток',
    category: 'Категория',
    result: 'Результат',
    description: 'Описание',
    missed: 'Пропущен',
    running: 'Идёт',
    yes: 'Да',
    no: 'Нет',
    directions: { inbound: 'Входящий', outbound: 'Исходящий', internal: 'Внутренний' },
  },
  en: {
    started: 'Started',
    direction: 'Direction',
    number: 'Number',
    cause: 'Cause',
    tries: 'Tries',
    category: 'Category',
    result: 'Result',
    description: 'Description',
    missed: 'Missed',
    running: 'Running',
    yes: 'Yes',
    no: 'No',
    directions: { inbound: 'Inbound', outbound: 'Outbound', internal: 'Internal' },
  },
} as const

export const listPlan = (list: BehindList | CallsList, by: By): ListPlan | null =>
  list.kind === 'behind' ? behindPlan(list, by) : callsPlan(list, by)

const textOf = (value: string | number | null | undefined): string | null =>
  value === null || value === undefined ? null : String(value)
const numberOf = (value: string | number | null | undefined): number | null =>
  value === null || value === undefined ? null : Number(value)

function behindPlan({ sum, selection, group }: BehindList, { language, timeZone, names }: By): ListPlan | null {
  const asked = (days: Days, moments: Selection['moments']) =>
    rowsQuestion(sum, { selection: { ...selection, days, moments }, group, offset: 0, limit: null })
  const whole = asked(selection.days, selection.moments)
  if (!whole) return null
  const t = reportNames[language]
  const more = moreWords[language]
  const named = (known: ReadonlyMap<string, string>, id: string | null) =>
    id === null || id === '' ? null : (known.get(id) ?? id)
  const text = (title: string, width: number, read: ListColumn['read']): ListColumn => ({ title, kind: 'text', width, read })
  const tenures = new Tenures(names.people)
  /** Cards know people, the record extensions: named by whose it was. */
  const operatorOf = (row: StoredListRow): string | null => {
    const operator = textOf(row['operator'])
    if (operator === null || names.operators.has(operator)) return operator
    return tenures.holderAt(operator, Number(row['at_ms']))
  }
  const optional = (name: ListedColumn, column: ListColumn): ListColumn[] => (whole.has.includes(name) ? [column] : [])
  const ms = (title: string, column: string): ListColumn => ({
    title,
    kind: 'duration',
    width: 11,
    read: (row) => numberOf(row[column]),
  })
  const columns: ListColumn[] = [
    { title: t.columnsOf.time, kind: 'moment', width: 19, read: (row) => numberOf(row['at_ms']) },
    text(more.direction, 14, (row) => more.directions[directionOf(row['direction'])]),
    { title: more.number, kind: 'phone', width: 19, read: (row) => textOf(row['number']) },
    text(t.columnsOf.caller, 28, (row) => textOf(row['customer_name'])),
    text(t.columnsOf.queue, 20, (row) => named(names.queues, textOf(row['queue']))),
    text(t.columnsOf.operator, 24, (row) => named(names.operators, operatorOf(row))),
    ...optional(
      'outcome',
      text(t.columnsOf.outcome, 16, (row) => {
        const outcome = textOf(row['outcome'])
        return outcome === null ? null : (t.outcomes[outcome] ?? outcome)
      }),
    ),
    ...optional(
      'cause',
      text(more.cause, 22, (row) => {
        const cause = textOf(row['cause'])
        return cause === null ? null : isCause(cause, t.causes) ? t.causes[cause] : cause
      }),
    ),
    ...optional('position', { title: t.columnsOf.position, kind: 'count', width: 8, read: (row) => numberOf(row['position']) }),
    ...optional('waitMs', ms(t.columnsOf.wait, 'wait_ms')),
    ...optional('talkMs', ms(t.columnsOf.talk, 'talk_ms')),
    ...optional('score', { title: t.columnsOf.score, kind: 'count', width: 8, read: (row) => numberOf(row['score']) }),
    ...optional('outcome', { title: more.tries, kind: 'count', width: 9, read: (row) => numberOf(row['tries']) }),
    ...optional('outcome', {
      title: t.columnsOf.reached,
      kind: 'moment',
      width: 19,
      read: (row) => numberOf(row['reached_at_ms']),
    }),
  ]
  return {
    columns: columns.map(({ title, kind, width }) => ({ title, kind, width })),
    total: whole.total,
    *questions() {
      const { fromDay, toDay } = selection.days
      for (let day = toDay; day >= fromDay; day = addDays(day, -1)) {
        const days = { fromDay: day, toDay: day }
        const question = asked(days, momentsOf(days, timeZone))
        if (question) yield question.rows
      }
    },
    cells: (row) => columns.map(({ read }) => read(row)),
  }
}

const isCause = (text: string, causes: Readonly<Record<MissedCause, string>>): text is MissedCause => Object.hasOwn(causes, text)
const directionOf = (value: string | number | null | undefined): 'inbound' | 'outbound' | 'internal' =>
  value === 'outbound' || value === 'internal' ? value : 'inbound'

const dayMs = 86_400_000

function callsPlan({ fromMs, toMs, extraFields }: CallsList, { language, names }: By): ListPlan {
  const t = reportNames[language]
  const more = moreWords[language]
  const text = (title: string, width: number, read: ListColumn['read']): ListColumn => ({ title, kind: 'text', width, read })
  const named = (known: ReadonlyMap<string, string>, id: string | null) => (id === null ? null : (known.get(id) ?? id))
  const columns: ListColumn[] = [
    { title: more.started, kind: 'moment', width: 19, read: (row) => numberOf(row['started_at_ms']) },
    text(more.direction, 14, (row) => more.directions[directionOf(row['direction'])]),
    { title: more.number, kind: 'phone', width: 19, read: (row) => textOf(row['number']) },
    text(t.columnsOf.caller, 28, (row) => textOf(row['customer_name'])),
    text(t.columnsOf.queue, 20, (row) => named(names.queues, textOf(row['queue_number']))),
    text(
      t.columnsOf.operator,
      24,
      (row) => names.operators.get(textOf(row['operator_id']) ?? '') ?? textOf(row['operator_name']),
    ),
    text(t.columnsOf.outcome, 12, (row) =>
      row['ended_at_ms'] === null
        ? more.running
        : row['answered_at_ms'] === null
          ? more.missed
          : (t.outcomes['answered'] ?? null),
    ),
    { title: t.columnsOf.wait, kind: 'duration', width: 11, read: waitOf },
    { title: t.columnsOf.talk, kind: 'duration', width: 11, read: talkOf },
    text(more.category, 20, (row) => named(names.categories, textOf(row['category_id']))),
    text(more.result, 20, (row) => named(names.results, textOf(row['result_id']))),
    { title: t.columnsOf.score, kind: 'count', width: 8, read: (row) => numberOf(row['satisfaction']) },
    text(more.description, 50, (row) => textOf(row['description'])),
  ]
  const extra = extraFields.map(
    (field): SheetColumn => ({
      title: inLanguage(field, language),
      kind: field.kind === 'date' ? 'day' : 'text',
      width: 18,
    }),
  )
  const within = (from: number, to: number) => sql`l.started_at_ms >= ${from} and l.started_at_ms < ${to}`
  return {
    columns: [...columns.map(({ title, kind, width }) => ({ title, kind, width })), ...extra],
    total: sqlText(sql`select count(*) as total from app.calls l where ${within(fromMs, toMs)}`),
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
    cells: (row) => [...columns.map(({ read }) => read(row)), ...extraCells(textOf(row['extra']), extraFields, language)],
  }
}

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
