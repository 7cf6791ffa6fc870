import { stringify } from 'csv-stringify/sync'
import { formatPhone } from '../calls/index.ts'
import { CardFields, type ExtraField, type ExtraValue, inLanguage, type Language } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { CallRows, DictionaryNames, FullCallRow } from './call-rows.ts'

const ExtraValues = CardFields.shape.extra

const words = {
  ru: {
    headers: [
      'Начало',
      'Направление',
      'Номер',
      'Клиент',
      'Очередь',
      'Оператор',
      'Итог',
      'Ожидание',
      'Разговор',
      'Категория',
      'Результат',
      'Оценка',
      'Описание',
    ],
    direction: { inbound: 'Входящий', outbound: 'Исходящий', internal: 'Внутренний' },
    outcome: { answered: 'Отвечен', missed: 'Пропущен', running: 'Идёт' },
    yesNo: { yes: 'Да', no: 'Нет' },
  },
  en: {
    headers: [
      'Started',
      'Direction',
      'Number',
      'Customer',
      'Queue',
      'Operator',
      'Outcome',
      'Wait',
      'Talk',
      'Category',
      'Result',
      'Satisfaction',
      'Description',
    ],
    direction: { inbound: 'Inbound', outbound: 'Outbound', internal: 'Internal' },
    outcome: { answered: 'Answered', missed: 'Missed', running: 'Running' },
    yesNo: { yes: 'Yes', no: 'No' },
  },
} as const

/** What the office programs of the language's countries expect between cells. */
const delimiters = { ru: ';', en: ',' } as const satisfies Record<Language, string>

export async function callsCsv(
  rows: CallRows,
  request: { fromMs: number; toMs: number; language: Language; timeZone: string },
): Promise<string> {
  const { language, timeZone } = request
  const started = dateFormat(language, timeZone)
  const dictionary = rows.dictionary()
  const format = { delimiter: delimiters[language], record_delimiter: 'windows' } as const
  const phone = remembered(phoneCell)
  const extraFields = rows.extraFields()
  const headers = [...words[language].headers, ...extraFields.map((field) => safeCell(inLanguage(field, language)))]
  let text = stringify([headers], { ...format, bom: true })
  for await (const calls of rows.pages(request)) {
    text += stringify(
      calls.map((call) => [
        ...cells(call, { language, started, dictionary, phone }),
        ...extraCells(call.extra, extraFields, language),
      ]),
      format,
    )
  }
  return text
}

/** A number costs 50 µs to format, and in a month each calls many times. */
function remembered(compute: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const value = known.get(text) ?? compute(text)
    known.set(text, value)
    return value
  }
}

function cells(
  call: FullCallRow,
  by: {
    language: Language
    started: (ms: number) => string
    dictionary: ReadonlyMap<string, DictionaryNames>
    phone: (number: string) => string
  },
): string[] {
  const { direction, outcome } = words[by.language]
  const name = (kind: string, id: string | null) => (id === null ? '' : (by.dictionary.get(`${kind}:${id}`)?.[by.language] ?? id))
  return [
    by.started(call.startedAtMs),
    direction[call.direction],
    by.phone(call.number),
    safeCell(call.customerName ?? ''),
    safeCell(call.queue?.name ?? ''),
    safeCell(call.operatorName ?? ''),
    outcome[call.outcome],
    duration(call.waitMs),
    duration(call.talkMs),
    safeCell(name('category', call.categoryId)),
    safeCell(name('result', call.resultId)),
    call.satisfaction === null ? '' : String(call.satisfaction),
    safeCell(call.description),
  ]
}

/** What the administrator's own fields have, in the order of their columns. */
function extraCells(json: string | null, fields: readonly ExtraField[], language: Language): string[] {
  const values = json === null ? {} : ExtraValues.parse(JSON.parse(json))
  return fields.map((field) => extraCell(field, values[field.id] ?? null, language))
}

function extraCell(field: ExtraField, value: ExtraValue, language: Language): string {
  const { yes, no } = words[language].yesNo
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? yes : no
  // A number is no formula, a minus before it neither.
  if (typeof value === 'number') return language === 'ru' ? String(value).replace('.', ',') : String(value)
  if (field.kind === 'date' && /^\d{4}-\d\d-\d\d$/.test(value)) return dateInLanguage(value, language)
  const option = field.options.find(({ id }) => id === value)
  return safeCell(option ? inLanguage(option, language) : value)
}

/** Of what begins with `2026-11-20`: `20.11.2026` in Russian; in English as it is, where day and month would be read both ways. */
const dateInLanguage = (text: string, language: Language): string =>
  language === 'en' ? text : text.replace(/^(\d+)-(\d+)-(\d+)/, '$3.$2.$1')

/**
 * A cell that a spreadsheet would run as a formula gets an apostrophe in front, which spreadsheets read as "this is text".
 * Full-width signs are taken for the plain ones by some of them.
 */
export const safeCell = (text: string): string =>
  /^[\t\r\n ]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/.test(text) ? `'${text}` : text

/**
 * Phone numbers are the exception, or every one would begin with an apostrophe: `+7 495 000 07 01` is written with its spaces,
 * which spreadsheets take for text (without them Excel shows 7.495E+10). It holds only when after the plus there is nothing
 * but digits and spaces, so nothing can be called or computed; everything else is made safe like any cell.
 */
export function phoneCell(number: string): string {
  const formatted = formatPhone(number)
  return /^\+\d[\d ]*$/.test(formatted) && formatted.includes(' ') ? formatted : safeCell(number)
}

/** `h:mm:ss`, which spreadsheets read as a duration; empty when it is not known. */
export function duration(ms: number | null): string {
  if (ms === null) return ''
  const seconds = Math.round(ms / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/** `20.11.2026 16:05:09` in Russian, `2026-11-20 16:05:09` in English. */
function dateFormat(language: Language, timeZone: string): (ms: number) => string {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  } catch (cause) {
    throw new AppError('invalidInput', 'Unknown time zone', { fields: { timeZone: 'unknown' }, cause })
  }
  return (ms) => dateInLanguage(format.format(ms), language)
}
