import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { stringify } from 'csv-stringify/sync'
import { formatPhone } from '../../calls/index.ts'
import type { Language } from '../../contract/index.ts'
import { remembered } from './remembered.ts'
import type { Cell, CellKind, SheetFile, SheetHead } from './sheet.ts'
import { dayText, durationText, momentText, siteWall } from './site-text.ts'

/** What the office programs of the language's countries expect between cells, and in numbers. */
const delimiters = { ru: ';', en: ',' } as const satisfies Record<Language, string>
const decimals = { ru: ',', en: '.' } as const satisfies Record<Language, string>

/** UTF-8 with a byte order mark, without which Excel takes Cyrillic for something else. Heads and rows only: notes are for people. */
export function openCsv(path: string, { columns, language, timeZone }: SheetHead): SheetFile {
  const out = createWriteStream(path, { mode: 0o600 })
  const done = finished(out)
  done.catch(() => undefined)
  const format = { delimiter: delimiters[language], record_delimiter: 'windows' } as const
  const text = cellText(language, timeZone)
  const write = async (rows: readonly (readonly string[])[], bom = false) => {
    if (rows.length === 0) return
    if (out.errored) throw out.errored
    if (!out.write(stringify([...rows], { ...format, bom }))) await Promise.race([once(out, 'drain'), done])
  }
  const cells = (row: readonly Cell[]) => columns.map(({ kind }, at) => text(row[at] ?? null, kind))
  const head = write([columns.map(({ title }) => safeCell(title))], true)
  head.catch(() => undefined)
  return {
    async rows(rows) {
      await head
      await write(rows.map(cells))
    },
    foot: (row) => write([cells(row)]),
    async close() {
      out.end()
      await done
    },
  }
}

function cellText(language: Language, timeZone: string): (value: Cell, kind: CellKind) => string {
  const phone = remembered(phoneCell)
  const wall = siteWall(timeZone)
  const fixed = (value: number, digits: number) => value.toFixed(digits).replace('.', decimals[language])
  return (value, kind) => {
    if (value === null) return ''
    if (typeof value === 'string') return kind === 'phone' ? phone(value) : safeCell(value)
    switch (kind) {
      case 'count':
        return Number.isInteger(value) ? String(value) : fixed(value, 1)
      case 'number':
        return fixed(value, 1)
      case 'share':
        return `${fixed(value * 100, 1)}%`
      case 'duration':
        return durationText(value)
      case 'moment':
        return momentText(wall(value), language)
      case 'day':
        return dayText(value, language)
      case 'text':
      case 'phone':
        return String(value).replace('.', decimals[language])
    }
  }
}

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
