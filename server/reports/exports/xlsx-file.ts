import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { formatPhone } from '../../calls/index.ts'
import { dateOfDay } from '../../contract/index.ts'
import { remembered } from './remembered.ts'
import type { Cell, SheetColumn, SheetFile, SheetHead } from './sheet.ts'
import { siteWall } from './site-text.ts'
import {
  contentTypesXml,
  kindStyle,
  rootRelationsXml,
  sheetBegin,
  sheetEnd,
  sheetName,
  styleOf,
  stylesXml,
  workbookRelationsXml,
  workbookXml,
  xmlText,
} from './xlsx-parts.ts'

/** Rows of a sheet: Excel has room for 1,048,576, people for fewer digits. */
const sheetRows = 1_000_000
const chunkChars = 65_536
/** A cell's longest text. */
const longestText = 32_767

/** Letters of a column: A, B … Z, AA. */
function letters(at: number): string {
  return at < 26 ? String.fromCharCode(65 + at) : letters(Math.floor(at / 26) - 1) + letters(at % 26)
}

/** Days since the end of 1899, as spreadsheets count. */
const serialOf = (wallMs: number): number => Math.round(wallMs / 1_000) / 86_400 + 25_569

/**
 * A workbook written row by row in constant memory: texts stand in their cells and cannot become formulas, numbers, dates and lengths
 * of time are typed. What does not fit a sheet goes on in the next.
 */
export function openXlsx(path: string, head: SheetHead, limits: { sheetRows?: number } = {}): SheetFile {
  return new XlsxFile(path, head, limits.sheetRows ?? sheetRows)
}

class XlsxFile implements SheetFile {
  readonly #head: SheetHead
  readonly #sheetRows: number
  readonly #zip = new ZipFile()
  readonly #written: Promise<void>
  readonly #wall: (ms: number) => number
  readonly #phone = remembered(formatPhone)
  readonly #columns: readonly (SheetColumn & { readonly letters: string })[]
  #sheet: PassThrough | null = null
  #sheets = 0
  /** Of the sheet that is being written. */
  #row = 0
  #dataRows = 0
  #pending = ''

  constructor(path: string, head: SheetHead, sheetRows: number) {
    this.#head = head
    this.#sheetRows = sheetRows
    this.#wall = siteWall(head.timeZone)
    this.#columns = head.columns.map((column, at) => ({ ...column, letters: letters(at) }))
    this.#written = pipeline(this.#zip.outputStream, createWriteStream(path, { mode: 0o600 }))
    // Awaited with the next rows or at the end.
    this.#written.catch(() => undefined)
    this.#zip.on('error', (error) => this.#sheet?.destroy(error))
  }

  async rows(rows: readonly (readonly Cell[])[]): Promise<void> {
    for (const row of rows) {
      if (this.#sheet === null || this.#dataRows >= this.#sheetRows) this.#nextSheet()
      this.#dataRows++
      this.#addRow(row, false)
      if (this.#pending.length >= chunkChars) await this.#flush()
    }
  }

  async foot(row: readonly Cell[]): Promise<void> {
    if (this.#sheet === null) this.#nextSheet()
    this.#addRow(row, true)
  }

  async close(): Promise<void> {
    if (this.#sheet === null) this.#nextSheet()
    this.#endSheet()
    const { language, title } = this.#head
    const names = Array.from({ length: this.#sheets }, (_, at) => sheetName(title, at + 1))
    const add = (name: string, text: string) => this.#zip.addBuffer(Buffer.from(text), name)
    add('xl/styles.xml', stylesXml(language))
    add('xl/workbook.xml', workbookXml(names))
    add('xl/_rels/workbook.xml.rels', workbookRelationsXml(names.length))
    add('_rels/.rels', rootRelationsXml)
    add('[Content_Types].xml', contentTypesXml(names.length))
    this.#zip.end()
    await this.#written
  }

  #nextSheet(): void {
    this.#endSheet()
    const { title, notes, columns } = this.#head
    this.#sheets++
    this.#row = 0
    this.#dataRows = 0
    this.#sheet = new PassThrough({ highWaterMark: 4 * chunkChars })
    this.#zip.addReadStream(this.#sheet, `xl/worksheets/sheet${this.#sheets}.xml`, { compressionLevel: 3 })
    this.#pending = sheetBegin(
      columns.map(({ width }) => width),
      notes.length + 2,
    )
    this.#textRow([title], styleOf.title)
    for (const note of notes) this.#textRow([note], styleOf.note)
    this.#textRow(
      columns.map((column) => column.title),
      styleOf.head,
    )
  }

  #endSheet(): void {
    if (this.#sheet === null) return
    const first = this.#head.notes.length + 2
    const last = this.#columns.at(-1)?.letters ?? 'A'
    this.#sheet.end(this.#pending + sheetEnd(`A${first}:${last}${first + this.#dataRows}`))
    this.#pending = ''
  }

  async #flush(): Promise<void> {
    const text = this.#pending
    this.#pending = ''
    if (this.#sheet?.write(text) === false) await Promise.race([once(this.#sheet, 'drain'), this.#written])
  }

  #textRow(texts: readonly string[], style: number): void {
    this.#row++
    const cells = texts.map((text, at) => textCell(`${letters(at)}${this.#row}`, style, text))
    this.#pending += `<row r="${this.#row}">${cells.join('')}</row>`
  }

  #addRow(row: readonly Cell[], bold: boolean): void {
    const number = ++this.#row
    let text = `<row r="${number}">`
    for (const [at, { kind, letters }] of this.#columns.entries()) {
      const value = row[at] ?? null
      if (value === null || value === '') continue
      const reference = letters + number
      if (typeof value === 'string') {
        text += textCell(
          reference,
          kindStyle(kind === 'phone' ? kind : 'text', bold),
          kind === 'phone' ? this.#phone(value) : value,
        )
        continue
      }
      let amount = value
      if (kind === 'duration') amount = Math.round(value / 1_000) / 86_400
      else if (kind === 'moment') amount = serialOf(this.#wall(value))
      else if (kind === 'day') amount = serialOf(dateOfDay(value).getTime())
      text += `<c r="${reference}" s="${kindStyle(kind === 'count' && !Number.isInteger(value) ? 'number' : kind, bold)}"><v>${amount}</v></c>`
    }
    this.#pending += `${text}</row>`
  }
}

const textCell = (reference: string, style: number, text: string): string =>
  `<c r="${reference}" t="inlineStr" s="${style}"><is><t xml:space="preserve">${xmlText(text.slice(0, longestText))}</t></is></c>`
