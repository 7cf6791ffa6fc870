/** A piece of text in a line of a script. */
export interface ScriptSpan {
  readonly text: string
  readonly bold: boolean
}
export type ScriptBlock =
  | { readonly kind: 'heading' | 'paragraph'; readonly spans: readonly ScriptSpan[] }
  /** Words for the operator to say. */
  | { readonly kind: 'say'; readonly spans: readonly ScriptSpan[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly ScriptSpan[])[] }

/**
 * A script's few signs as blocks: `# heading`, `- item`, `> words to say`, `**bold**`, everything else as it is. Blocks
 * are shown as text nodes, so nothing in a script can become markup of the page.
 */
export function parseScript(text: string): ScriptBlock[] {
  const blocks: ScriptBlock[] = []
  let items: (readonly ScriptSpan[])[] | null = null
  for (const line of text.split(/\r?\n/)) {
    const item = /^\s*[-•]\s+(.*)$/.exec(line)
    if (item) {
      if (!items) {
        items = []
        blocks.push({ kind: 'list', items })
      }
      items.push(spansOf(item[1] ?? ''))
      continue
    }
    items = null
    const heading = /^#{1,3}\s+(.*)$/.exec(line)
    const say = /^>\s?(.*)$/.exec(line)
    if (heading) blocks.push({ kind: 'heading', spans: spansOf(heading[1] ?? '') })
    else if (say) blocks.push({ kind: 'say', spans: spansOf(say[1] ?? '') })
    else if (line.trim() !== '') blocks.push({ kind: 'paragraph', spans: spansOf(line) })
  }
  return blocks
}

function spansOf(text: string): ScriptSpan[] {
  return text
    .split(/\*\*(.+?)\*\*/)
    .map((part, at) => ({ text: part, bold: at % 2 === 1 }))
    .filter((span) => span.text !== '')
}

/** The first words, for where only one line is shown. */
export const firstLine = (text: string): string => {
  const [block] = parseScript(text)
  const spans = block?.kind === 'list' ? (block.items[0] ?? []) : (block?.spans ?? [])
  return spans.map((span) => span.text).join('')
}
