import type { Language } from '../../contract/index.ts'
import type { CellKind } from './sheet.ts'

/** The parts of a workbook that are the same whatever its rows (ECMA-376); texts stand in their cells, so none has to be remembered. */

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packaged = 'http://schemas.openxmlformats.org/package/2006'
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** Markup characters; what XML 1.0 cannot have at all; and Excel's own `_x000D_`, which would be read as a character. */
export const xmlText = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

/** Numbers of the formats in `styles`. */
export const styleOf = { plain: 0, title: 1, note: 2, head: 3 } as const
const kinds = ['text', 'count', 'number', 'share', 'duration', 'moment', 'day', 'phone'] as const satisfies readonly CellKind[]
const firstKind = 4
export const kindStyle = (kind: CellKind, bold: boolean): number => firstKind + kinds.indexOf(kind) + (bold ? kinds.length : 0)

export function stylesXml(language: Language): string {
  const day = language === 'ru' ? 'dd\\.mm\\.yyyy' : 'yyyy\\-mm\\-dd'
  const formats: Readonly<Record<CellKind, string | null>> = {
    text: null,
    phone: null,
    count: '#,##0',
    number: '0.0',
    share: '0.0%',
    duration: '[h]:mm:ss',
    moment: `${day}\\ hh:mm:ss`,
    day,
  }
  const custom = 164
  const xf = (more: string) => `<xf borderId="0" xfId="0" ${more}`
  const ofKind = (bold: boolean) =>
    kinds.map((kind, at) => {
      const number = formats[kind] === null ? 0 : custom + at
      const font = bold ? ' fontId="1" applyFont="1"' : ' fontId="0"'
      const align = kind === 'text' ? '<alignment vertical="top"/>' : '<alignment vertical="top" horizontal="right"/>'
      return `${xf(`numFmtId="${number}"${font} fillId="0" applyNumberFormat="1" applyAlignment="1"`)}>${kind === 'phone' ? '<alignment vertical="top"/>' : align}</xf>`
    })
  const xfs = [
    `${xf('numFmtId="0" fontId="0" fillId="0"')}/>`,
    `${xf('numFmtId="0" fontId="2" fillId="0" applyFont="1"')}/>`,
    `${xf('numFmtId="0" fontId="3" fillId="0" applyFont="1"')}/>`,
    `${xf('numFmtId="0" fontId="1" fillId="2" applyFont="1" applyFill="1" applyAlignment="1"')}><alignment vertical="top" wrapText="1"/></xf>`,
    ...ofKind(false),
    ...ofKind(true),
  ]
  const numbers = kinds.flatMap((kind, at) =>
    formats[kind] === null ? [] : `<numFmt numFmtId="${custom + at}" formatCode="${xmlText(formats[kind])}"/>`,
  )
  const font = (more: string) => `<font>${more}<name val="Calibri"/><family val="2"/></font>`
  return `${declaration}<styleSheet xmlns="${main}"><numFmts count="${numbers.length}">${numbers.join('')}</numFmts>
<fonts count="4">${font('<sz val="11"/>')}${font('<b/><sz val="11"/>')}${font('<b/><sz val="14"/>')}${font('<sz val="10"/><color rgb="FF6B7280"/>')}</fonts>
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFEEF0F4"/></patternFill></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="${xfs.length}">${xfs.join('')}</cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
}

export const contentTypesXml = (sheets: number): string =>
  `${declaration}<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${spreadsheet}.sheet.main+xml"/>${each(sheets, (n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${spreadsheet}.worksheet+xml"/>`)}<Override PartName="/xl/styles.xml" ContentType="${spreadsheet}.styles+xml"/></Types>`

export const rootRelationsXml = `${declaration}<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`

export const workbookXml = (sheetNames: readonly string[]): string =>
  `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${sheetNames.map((name, at) => `<sheet name="${xmlText(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`).join('')}</sheets></workbook>`

export const workbookRelationsXml = (sheets: number): string =>
  `${declaration}<Relationships xmlns="${packaged}/relationships">${each(sheets, (n) => `<Relationship Id="rId${n}" Type="${office}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}<Relationship Id="rId${sheets + 1}" Type="${office}/styles" Target="styles.xml"/></Relationships>`

/** Up to the first row: heads stay on the screen, columns have their widths. */
export function sheetBegin(widths: readonly number[], frozenRows: number): string {
  const columns = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`).join('')
  return `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="${frozenRows}" topLeftCell="A${frozenRows + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns}</cols><sheetData>`
}

/** `from`…`to`: the heads and rows that can be filtered. */
export const sheetEnd = (filtered: string): string => `</sheetData><autoFilter ref="${filtered}"/></worksheet>`

/** What Excel takes for a sheet's name: 31 characters, none of these. */
export function sheetName(title: string, number: number): string {
  const end = number === 1 ? '' : ` (${number})`
  const plain = title
    .replace(/[\][:*?/\\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 31 - end.length)
    .replace(/^'+|'+$/g, '')
    .trim()
  return `${plain || 'Sheet'}${end}`
}

const each = (count: number, text: (n: number) => string): string =>
  Array.from({ length: count }, (_, at) => text(at + 1)).join('')
