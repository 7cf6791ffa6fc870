import { randomUUID } from 'node:crypto'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import {
  CardSetup,
  checkSetup,
  checkSetupChange,
  type DictionaryEntry,
  formOf,
  missingFields,
  pathOf,
  type User,
} from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import { type CardRules, defaultRules } from './card-machine.ts'

export interface VersionedSetup {
  readonly version: number
  readonly setup: CardSetup
}

/** Categories, results, extra fields and forms: one document, in memory once started. */
export class CardSetups {
  readonly #deps: { readonly db: Db; readonly clock: Clock }
  readonly #listeners = new Set<() => void>()
  readonly #rules = new Map<string | null, CardRules>()
  #current: VersionedSetup = { version: 0, setup: { categories: [], results: [], extraFields: [], forms: [] } }

  constructor(deps: { db: Db; clock: Clock }) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const row = await this.#deps.db.selectFrom('card_setup').selectAll().where('id', '=', 'current').executeTakeFirstOrThrow()
    this.#take({ version: row.version, setup: CardSetup.parse(JSON.parse(row.body)) })
  }

  current(): VersionedSetup {
    return this.#current
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Throws invalidInput with the places of what is wrong, conflict when somebody saved since. */
  async save(user: User, write: { baseVersion: number; setup: CardSetup }): Promise<VersionedSetup> {
    const before = this.#current
    if (write.baseVersion !== before.version) throw new AppError('conflict', 'Somebody else has saved the card setup since')
    const problems = { ...checkSetup(write.setup), ...checkSetupChange(before.setup, write.setup) }
    if (Object.keys(problems).length > 0)
      throw new AppError('invalidInput', 'The card setup does not fit together', { fields: problems })
    const next = { version: before.version + 1, setup: write.setup }
    const atMs = this.#deps.clock.nowMs()
    await this.#deps.db.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('card_setup')
        .set({ version: next.version, body: JSON.stringify(next.setup), updated_at_ms: atMs })
        .where('version', '=', before.version)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw new AppError('conflict', 'Somebody else has saved the card setup since')
      const details = { before: before.setup, version: next.version }
      await writeAudit(tx, { id: randomUUID(), user, atMs, action: 'cardSetup.save', subject: 'current', details })
    })
    this.#take(next)
    for (const listener of this.#listeners) listener()
    return next
  }

  /** What the form of this queue's calls demands. */
  rules(queue: string | null): CardRules {
    const known = this.#rules.get(queue)
    if (known) return known
    const { setup } = this.#current
    const form = formOf(setup, queue)
    const rules: CardRules = form
      ? {
          wrapUpMs: form.wrapUpMs,
          maxExtensions: form.maxExtensions,
          missing: (fields) => missingFields(setup, form, fields),
        }
      : defaultRules
    this.#rules.set(queue, rules)
    return rules
  }

  /** Names for lists and reports: of everything a card may carry, removed entries too. */
  dictionaries(): { categories: DictionaryEntry[]; results: DictionaryEntry[] } {
    const { categories, results } = this.#current.setup
    const joined = (id: string, language: 'ru' | 'en') =>
      (pathOf(categories, id) ?? []).map((one) => one[language] || one.ru || one.en).join(' › ')
    return {
      categories: categories.map(({ id }) => ({ id, ru: joined(id, 'ru'), en: joined(id, 'en') })),
      results: results.map(({ id, ru, en }) => ({ id, ru: ru || en, en: en || ru })),
    }
  }

  #take(next: VersionedSetup): void {
    this.#current = next
    this.#rules.clear()
  }
}
