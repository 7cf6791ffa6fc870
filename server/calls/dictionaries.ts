import type { DictionaryEntry } from '../contract/index.ts'
import type { Db } from '../store/index.ts'

/** Categories and results, in the order they are shown. */
export async function readDictionaries(db: Db): Promise<{ categories: DictionaryEntry[]; results: DictionaryEntry[] }> {
  const rows = await db.selectFrom('dictionary_entries').selectAll().orderBy('position').execute()
  const entries = (kind: string) => rows.filter((row) => row.kind === kind).map(({ id, ru, en }) => ({ id, ru, en }))
  return { categories: entries('category'), results: entries('result') }
}
