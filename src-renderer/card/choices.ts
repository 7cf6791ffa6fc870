import { type CallResult, type Category, inLanguage, pathOf } from '../../server/contract/index.ts'

export interface Choice {
  readonly value: string
  readonly label: string
}

/** A category as an entry of a flat list that shows the tree. */
export interface CategoryChoice extends Choice {
  readonly name: string
  /** 0 on the top level. */
  readonly level: number
}

/** The tree as a list, parents before children; the label is the whole path, so that typing finds a child by its parent. */
export function categoryChoices(shown: readonly Category[], all: readonly Category[], language: 'ru' | 'en'): CategoryChoice[] {
  return shown.map((category) => {
    const path = (pathOf(all, category.id) ?? [category]).map((one) => inLanguage(one, language))
    return { value: category.id, label: path.join(' › '), name: path.at(-1) ?? '', level: path.length - 1 }
  })
}

/** With what the card carries already, should it not be offered any more: a value never looks empty. */
export function withChosen<C extends Choice>(choices: readonly C[], chosen: string | null, make: (id: string) => C): C[] {
  if (chosen === null || choices.some(({ value }) => value === chosen)) return [...choices]
  return [...choices, make(chosen)]
}

export const resultChoices = (results: readonly CallResult[], language: 'ru' | 'en'): Choice[] =>
  results.map((result) => ({ value: result.id, label: inLanguage(result, language) }))
