import { type Draft, dirtyFields, type FieldName, mergeDrafts, withoutFields } from './card-editor.ts'

/** Which fields of a card have values that another window of the same person typed. */
export class HeardDrafts {
  readonly #fields = new Map<string, ReadonlySet<FieldName>>()

  /** The field is one's own again. */
  typedHere(cardId: string, name: FieldName): void {
    const heard = this.#fields.get(cardId)
    if (heard?.has(name)) this.#fields.set(cardId, new Set([...heard].filter((one) => one !== name)))
  }

  /**
   * The other window's draft joins the own one. What it has taken back (or the server has by now) goes with it; `kept` is what
   * was typed here.
   */
  join(cardId: string, own: Draft, theirs: Draft): { readonly draft: Draft; readonly kept: Draft } {
    const heard = [...(this.#fields.get(cardId) ?? [])]
    const kept = withoutFields(
      own,
      heard.filter((name) => !theirs.fields[name]),
    )
    this.#fields.set(cardId, new Set(dirtyFields(theirs)))
    return { draft: mergeDrafts(kept, theirs), kept }
  }
}
