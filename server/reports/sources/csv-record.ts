/** A record's fields; `open`: a quote is not closed yet, the record may go on in the next line; `broken`: no CSV at all. */
export type CsvRecord = readonly string[] | 'open' | 'broken'

const quoteCode = 34
const commaCode = 44

/** One CSV record (RFC 4180, as cdr_csv and CSV_QUOTE write it: a quote in a field is doubled), without its line end. */
export function readCsvRecord(text: string): CsvRecord {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (text.charCodeAt(at) !== quoteCode) {
      const comma = text.indexOf(',', at)
      const field = text.slice(at, comma < 0 ? text.length : comma)
      if (field.includes('"')) return 'broken'
      fields.push(field)
      if (comma < 0) return fields
      at = comma + 1
      continue
    }
    let field = ''
    let from = at + 1
    for (;;) {
      const quote = text.indexOf('"', from)
      if (quote < 0) return 'open'
      const part = text.slice(from, quote)
      field = field === '' ? part : field + part
      if (text.charCodeAt(quote + 1) !== quoteCode) {
        at = quote + 1
        break
      }
      field += '"'
      from = quote + 2
    }
    fields.push(field)
    if (at === text.length) return fields
    if (text.charCodeAt(at) !== commaCode) return 'broken'
    at += 1
  }
}
