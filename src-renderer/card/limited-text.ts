/** Where a text of a limited field stands. */
export interface Room {
  /** What an insertion may have, with the selected text given free. */
  readonly left: number
  /** Worth telling: four fifths are used. */
  readonly near: boolean
  readonly full: boolean
}

export function roomOf(text: string, limit: number, selected = 0): Room {
  const left = Math.max(0, limit - text.length + selected)
  return { left, near: text.length >= limit * 0.8, full: text.length >= limit }
}

/** The beginning that fits; a sign of two halves (an emoji) is never cut in the middle. */
export function fitting(text: string, length: number): string {
  if (text.length <= length) return text
  const cut = text.slice(0, Math.max(0, length))
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut
}

/** The text with `inserted` in place of the selection. */
export const inserted = (text: string, by: { from: number; to: number; insert: string }): string =>
  text.slice(0, by.from) + by.insert + text.slice(by.to)

/** The word behind a slash at the cursor, e.g. `/до`; null where a slash means something else (`24/7`, a path). */
export function templateQuery(text: string, caret: number): { from: number; query: string } | null {
  const found = /(?:^|\s)\/([^\s/]{0,40})$/.exec(text.slice(0, caret))
  return found ? { from: caret - (found[1] ?? '').length - 1, query: found[1] ?? '' } : null
}

interface Named {
  readonly title: string
  readonly body: string
}

/** Templates whose title has the word: those that begin with it first. */
export function matchingTemplates<T extends Named>(templates: readonly T[], query: string): T[] {
  const wanted = query.toLocaleLowerCase()
  const at = (template: T) => template.title.toLocaleLowerCase().indexOf(wanted)
  return templates
    .filter((template) => at(template) >= 0)
    .sort((a, b) => Number(at(a) > 0) - Number(at(b) > 0) || a.title.localeCompare(b.title))
}
