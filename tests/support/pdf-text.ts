import { inflateSync } from 'node:zlib'

/**
 * What a PDF says, page by page, read as a program that shows it does: by its table of objects, with glyphs turned back into
 * letters by each font's own map. Throws where the file does not hold together. Knows what pdfkit writes, and no more.
 */
export function pdfText(file: Buffer): string[] {
  const text = file.toString('latin1')
  const object = objectsOf(file, text)
  const pages = refs(object(rootOf(text)).dictionary, 'Pages')
  return refs(object(pages[0]).dictionary, 'Kids').map((id) => {
    const page = object(id).dictionary
    const [resources] = refs(page, 'Resources')
    const fonts = (resources === undefined ? page : object(resources).dictionary).match(/\/Font\s*<<([^>]*)>>/)?.[1] ?? ''
    const letters = new Map(
      [...fonts.matchAll(/\/(\w+) (\d+) 0 R/g)].map(([, name = '', font]) => {
        const [map] = refs(object(Number(font)).dictionary, 'ToUnicode')
        return [name, lettersOf(object(map).stream)]
      }),
    )
    return refs(page, 'Contents')
      .map((content) => shown(object(content).stream, letters))
      .join(' ')
      .replace(/\s+/g, ' ')
  })
}

interface PdfObject {
  readonly dictionary: string
  readonly stream: string
}

function objectsOf(file: Buffer, text: string): (id: number | undefined) => PdfObject {
  const table = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? Number.NaN)
  const [head = '', count] = /^xref\s+0 (\d+)\s+/.exec(text.slice(table)) ?? []
  if (count === undefined) throw new Error('no table of objects')
  const offsets = Array.from({ length: Number(count) }, (_, id) =>
    Number(text.slice(table + head.length + 20 * id, table + head.length + 20 * id + 10)),
  )
  return (id = -1) => {
    const from = offsets[id] ?? 0
    if (!text.startsWith(`${id} 0 obj`, from)) throw new Error(`object ${id} is not where the table says`)
    const [dictionary = ''] = text.slice(from).split(/\n(?:stream|endobj)\n/, 1)
    const begin = from + dictionary.length + '\nstream\n'.length
    if (!text.startsWith('\nstream\n', from + dictionary.length)) return { dictionary, stream: '' }
    const bytes = file.subarray(begin, begin + Number(/\/Length (\d+)/.exec(dictionary)?.[1]))
    return { dictionary, stream: (dictionary.includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1') }
  }
}

const rootOf = (text: string): number => {
  const [, id] = /\/Root (\d+) 0 R/.exec(text.slice(text.lastIndexOf('trailer'))) ?? []
  if (id === undefined) throw new Error('no root')
  return Number(id)
}

/** Objects that an entry of a dictionary names, one or a list. */
function refs(dictionary: string, name: string): number[] {
  const [, list, one] = new RegExp(`/${name}\\s*(?:\\[([^\\]]*)\\]|(\\d+) 0 R)`).exec(dictionary) ?? []
  return one === undefined ? [...(list ?? '').matchAll(/(\d+) 0 R/g)].map(([, id]) => Number(id)) : [Number(one)]
}

/** By the glyph's number. */
function lettersOf(map: string): Map<number, string> {
  const letters = new Map<number, string>()
  for (const [, from = '', , list = ''] of map.matchAll(/<(\w+)>\s*<(\w+)>\s*\[([^\]]*)\]/g))
    for (const [at, [, codes = '']] of [...list.matchAll(/<([\w ]+)>/g)].entries()) {
      const letter = codes.split(' ').map((code) => String.fromCharCode(Number.parseInt(code, 16)))
      letters.set(Number.parseInt(from, 16) + at, letter.join(''))
    }
  return letters
}

function shown(content: string, fonts: ReadonlyMap<string, ReadonlyMap<number, string>>): string {
  let font: ReadonlyMap<number, string> | undefined
  let said = ''
  for (const [all, name, glyphs] of content.matchAll(/\/(\w+) [\d.]+ Tf|\[([^\]]*)\] TJ|\bET\b/g)) {
    if (name !== undefined) font = fonts.get(name)
    else if (glyphs === undefined) said += all === 'ET' ? ' ' : ''
    else
      for (const [, hex = ''] of glyphs.matchAll(/<(\w+)>/g))
        for (const glyph of hex.match(/.{4}/g) ?? []) {
          const letter = font?.get(Number.parseInt(glyph, 16))
          if (letter === undefined) throw new Error(`no letter for glyph ${glyph}`)
          said += letter
        }
  }
  return said
}
