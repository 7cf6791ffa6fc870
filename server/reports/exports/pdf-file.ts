import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import pdfmake from 'pdfmake'
import type { TableCell } from 'pdfmake/interfaces'
import { formatPhone } from '../../calls/index.ts'
import { remembered } from './remembered.ts'
import type { Cell, CellKind, SheetFile, SheetHead } from './sheet.ts'
import { dayText, durationText, momentText, siteWall } from './site-text.ts'

/** More is read in a spreadsheet: a page has some forty rows, and a document is held in memory. */
const mostRows = 2_000
const fonts = join(dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')), 'fonts', 'Roboto')

/** For reading and printing: landscape, heads on each page, Roboto embedded for its Cyrillic. */
export function openPdf(path: string, head: SheetHead): SheetFile {
  const { columns, language, title, notes } = head
  const text = cellText(head)
  const body: TableCell[][] = []
  const right = (kind: CellKind) => kind !== 'text' && kind !== 'phone'
  const cells = (row: readonly Cell[], bold: boolean): TableCell[] =>
    columns.map(({ kind }, at) => ({ text: text(row[at] ?? null, kind), bold, alignment: right(kind) ? 'right' : 'left' }))
  let left = 0
  return {
    async rows(rows) {
      for (const row of rows) {
        if (body.length < mostRows) body.push(cells(row, false))
        else left++
      }
    },
    async foot(row) {
      body.push(cells(row, true))
    },
    async close() {
      pdfmake.setFonts({
        Roboto: { normal: join(fonts, 'Roboto-Regular.ttf'), bold: join(fonts, 'Roboto-Medium.ttf') },
      })
      pdfmake.setLocalAccessPolicy((asked) => dirname(asked) === fonts)
      pdfmake.setUrlAccessPolicy(() => false)
      const document = pdfmake.createPdf({
        pageSize: 'A4',
        pageOrientation: 'landscape',
        pageMargins: [28, 28, 28, 34],
        info: { title, creator: 'CallSync Central' },
        language,
        defaultStyle: { font: 'Roboto', fontSize: columns.length > 10 ? 7 : 9 },
        content: [
          { text: title, fontSize: 15, bold: true, margin: [0, 0, 0, 2] },
          ...notes.map((note) => ({ text: note, color: '#5b6472', margin: [0, 0, 0, 1] as [number, number, number, number] })),
          {
            margin: [0, 8, 0, 0],
            table: {
              headerRows: 1,
              widths: columns.map(({ kind }) => (kind === 'text' ? '*' : 'auto')),
              body: [
                columns.map((column) => ({
                  text: column.title,
                  bold: true,
                  alignment: right(column.kind) ? 'right' : 'left',
                })),
                ...body,
              ],
            },
            layout: {
              hLineWidth: (line) => (line === 1 ? 0.8 : 0.3),
              vLineWidth: () => 0,
              hLineColor: () => '#c5cad3',
              fillColor: (row) => (row === 0 ? '#eef0f4' : null),
              paddingLeft: () => 3,
              paddingRight: () => 3,
              paddingTop: () => 2.5,
              paddingBottom: () => 2.5,
            },
          },
          ...(left > 0 ? [{ text: `… + ${left}`, margin: [0, 6, 0, 0] as [number, number, number, number] }] : []),
        ],
        footer: (page, pages) => ({
          text: `${page} / ${pages}`,
          alignment: 'right',
          margin: [28, 8, 28, 0],
          color: '#5b6472',
          fontSize: 7,
        }),
      })
      await writeFile(path, await document.getBuffer(), { mode: 0o600 })
    },
  }
}

function cellText({ language, timeZone }: SheetHead): (value: Cell, kind: CellKind) => string {
  const locale = language === 'ru' ? 'ru-RU' : 'en-GB'
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const fraction = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const phone = remembered(formatPhone)
  const wall = siteWall(timeZone)
  return (value, kind) => {
    if (value === null) return '–'
    if (typeof value === 'string') return kind === 'phone' ? phone(value) : value
    switch (kind) {
      case 'count':
        return Number.isInteger(value) ? whole.format(value) : fraction.format(value)
      case 'number':
        return fraction.format(value)
      case 'share':
        return percent.format(value)
      case 'duration':
        return durationText(value)
      case 'moment':
        return momentText(wall(value), language)
      case 'day':
        return dayText(value, language)
      case 'text':
      case 'phone':
        return String(value)
    }
  }
}
