import type { RawRow } from './record-rows.ts'

/** Makes rows of fields that come in one order, without a map for each. */
export function namedFields(columns: readonly string[]): (fields: readonly string[]) => RawRow {
  const places = new Map(columns.map((column, place) => [column, place]))
  return (fields) => new NamedFields(places, fields)
}

class NamedFields implements RawRow {
  readonly #places: ReadonlyMap<string, number>
  readonly #fields: readonly string[]

  constructor(places: ReadonlyMap<string, number>, fields: readonly string[]) {
    this.#places = places
    this.#fields = fields
  }

  get(field: string): string | undefined {
    const place = this.#places.get(field)
    return place === undefined ? undefined : (this.#fields[place] ?? '')
  }

  has(field: string): boolean {
    return this.#places.has(field)
  }

  values(): readonly string[] {
    return this.#fields
  }

  *[Symbol.iterator](): Generator<readonly [string, string]> {
    for (const [field, place] of this.#places) yield [field, this.#fields[place] ?? '']
  }
}
