import { addDays, type Days, type Grouping, type Language, type MissedCause } from '../../contract/index.ts'
import { reportNames } from '../../contract/report-names.ts'
import type { SumId } from '../metrics/index.ts'
import type { Selection } from '../queries/questions.ts'
import { type ListedColumn, rowsQuestion } from '../queries/rows-question.ts'
import { momentsOf } from '../queries/site-days.ts'
import type { SqlText } from '../queries/sql-text.ts'
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

/** A list too long to be held: its questions are a few days' each, so that nobody waits for a reader and nothing has to be sorted as a whole. */
export interface ListPlan {
  readonly columns: readonly SheetColumn[]
  /** How many rows there are: `counted`, of a `day` or of all. */
  readonly counts: SqlText
  /** The newest days first; `counts`: what the question of that name was answered. */
  questions(counts: readonly StoredListRow[]): Iterable<SqlText>
  /** Rows of the questions that are not in the list; absent: none. */
  readonly keeps?: (row: StoredListRow) => boolean
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

/** How a list is written. */
export interface By {
  readonly language: Language
  readonly timeZone: string
  readonly names: ListNames
}

export interface ListColumn extends SheetColumn {
  readonly read: (row: StoredListRow) => Cell
}

export const moreWords = {
  ru: {
    started: 'Начало',
    direction: 'Направление',
    number: 'Номер',
    cause: 'Причина',
    tries: 'Попыток',
    category: 'Категория',
    result: 'Результат',
    description: 'Описание',
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
    yes: 'Yes',
    no: 'No',
    directions: { inbound: 'Inbound', outbound: 'Outbound', internal: 'Internal' },
  },
} as const

export const textOf = (value: string | number | null | undefined): string | null =>
  value === null || value === undefined ? null : String(value)
export const numberOf = (value: string | number | null | undefined): number | null =>
  value === null || value === undefined ? null : Number(value)

/** Its name, where it has one; null and '': there is none. */
export const named = (known: ReadonlyMap<string, string>, id: string | null): string | null =>
  id === null || id === '' ? null : (known.get(id) ?? id)

/** null: its rows are no calls. */
export function behindPlan({ sum, selection, group }: BehindList, { language, timeZone, names }: By): ListPlan | null {
  const asked = (days: Days, moments: Selection['moments']) =>
    rowsQuestion(sum, { selection: { ...selection, days, moments }, group, offset: 0, limit: null })
  const whole = asked(selection.days, selection.moments)
  if (!whole) return null
  const t = reportNames[language]
  const more = moreWords[language]
  const text = (title: string, width: number, read: ListColumn['read']): ListColumn => ({ title, kind: 'text', width, read })
  const operatorOf = operatorsOf(names)
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
    text(t.columnsOf.operator, 24, operatorOf),
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
    counts: whole.count,
    *questions() {
      for (const days of eachDay(selection.days)) {
        const question = asked(days, momentsOf(days, timeZone))
        if (question) yield question.rows
      }
    },
    cells: (row) => columns.map(({ read }) => read(row)),
  }
}

/** Who a row's operator was. Cards know people, the record extensions: named by whose it was. */
export function operatorsOf({ operators, people }: ListNames): (row: StoredListRow) => string | null {
  const tenures = new Tenures(people)
  return (row) => {
    const operator = textOf(row['operator'])
    if (operator === null) return null
    return operators.get(operator) ?? operators.get(tenures.holderAt(operator, Number(row['at_ms']))) ?? operator
  }
}

/** The newest first. */
export function* eachDay({ fromDay, toDay }: Days): Iterable<Days> {
  for (let day = toDay; day >= fromDay; day = addDays(day, -1)) yield { fromDay: day, toDay: day }
}

const isCause = (text: string, causes: Readonly<Record<MissedCause, string>>): text is MissedCause => Object.hasOwn(causes, text)
export const directionOf = (value: string | number | null | undefined): 'inbound' | 'outbound' | 'internal' =>
  value === 'outbound' || value === 'internal' ? value : 'inbound'
