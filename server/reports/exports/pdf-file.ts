import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import pdfmake from 'pdfmake'
import type { Content, TableCell } from 'pdfmake/interfaces'
import { formatPhone } from '../../calls/index.ts'
import { remembered } from './remembered.ts'
import type { Cell, CellKind, SheetFile, SheetHead } from './sheet.ts'
import { dayText, durationText, momentText, siteWall } from './site-text.ts'

/** More is read in a spreadsheet: a page has some forty rows, and a document is held in memory. */
const mostRows = 2_000
/** Beside the first column, on a page; more are tables of their own after it. */
const mostColumns = 14
const fonts = join(dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')), 'fonts', 'Roboto')

/** For reading and printing: landscape, heads on each page, Roboto embedded for its Cyrillic. */
export function openPdf(path: string, head: SheetHead): SheetFile {
  const { columns, language, title, notes } = head
  const text = cellText(head)
  const body: { readonly row: readonly Cell[]; readonly bold: boolean }[] = []
  const right = (kind: CellKind) => kind !== 'text' && kind !== 'phone'
  const cell = (at: number, value: string, bold: boolean): TableCell => ({
    text: value,
    bold,
    alignment: right(columns[at]?.kind ?? 'text') ? 'right' : 'left',
  })
  let left = 0
  return {
    async rows(rows) {
      for (const row of rows) {
        if (body.length < mostRows) body.push({ row, bold: false })
        else left++
      }
    },
    async foot(row) {
      body.push({ row, bold: true })
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
          ...columnsByPage(columns.length).map((shown, page): Content => {
            const cells = ({ row, bold }: (typeof body)[number]) =>
              shown.map((at) => cell(at, text(row[at] ?? null, columns[at]?.kind ?? 'text'), bold))
            return {
              margin: [0, 8, 0, 0],
              fontSize: shown.length > 10 ? 7 : 9,
              ...(page > 0 && { pageBreak: 'before' as const }),
              table: {
                headerRows: 1,
                dontBreakRows: true,
                widths: shown.map((at) => (columns[at]?.kind === 'text' ? '*' : 'auto')),
                body: [shown.map((at) => cell(at, columns[at]?.title ?? '', true)), ...body.map(cells)],
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
            }
          }),
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

/** Which columns stand beside each other, evenly shared out; the first, which says what a row is, on every page. */
export function columnsByPage(count: number): number[][] {
  const others = Array.from({ length: count - 1 }, (_, at) => at + 1)
  const pages = Math.max(1, Math.ceil(others.length / mostColumns))
  const each = Math.ceil(others.length / pages)
  return Array.from({ length: pages }, (_, page) => [0, ...others.slice(page * each, (page + 1) * each)])
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
