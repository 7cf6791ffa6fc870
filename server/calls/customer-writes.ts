import { z } from 'zod'
import { type AuditEntry, writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import { type Customer, type CustomerClash, CustomerFields, customerFieldNames, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import { type CustomerService, writePhones } from './customers.ts'
import { foldText } from './fold-text.ts'
import { storedPhone } from './phone-numbers.ts'

export interface CustomerWritesDeps {
  readonly db: Db
  readonly clock: Clock
  readonly uuid: () => string
  readonly customers: CustomerService
  /** Open cards take no step while `work` runs, and look at their customers anew after it. */
  readonly betweenSteps: <T>(work: () => Promise<T>) => Promise<T>
}

const Stamps = z.record(z.string(), z.number())
type Stamps = z.infer<typeof Stamps>

/** As they were stored: an import may have been freer than the contract. */
const StoredFields = z.object({
  name: z.string(),
  phones: z.array(z.string()),
  address: z.string(),
  notes: z.string(),
  tag: z.string().nullable(),
})

/** What a merge changed, for its undoing. */
const Before = z.object({
  kept: StoredFields,
  merged: StoredFields,
  /** The kept one's version after the merge: a field written since stays as it is. */
  version: z.number(),
  cardIds: z.array(z.string()),
  callBackIds: z.array(z.string()),
})
type Before = z.infer<typeof Before>

/** Customers written by people: created, changed field by field, merged and parted again. All of it is audited. */
export class CustomerWrites {
  readonly #deps: CustomerWritesDeps

  constructor(deps: CustomerWritesDeps) {
    this.#deps = deps
  }

  /** The same id again changes nothing: the answer may have been lost. */
  create(user: User, id: string, fields: CustomerFields): Promise<Customer> {
    return this.#write(async (tx) => {
      const known = await rowOf(tx, id)
      if (known) return
      const { name, phones, address, notes, tag } = fields
      const row = { id, name, name_folded: foldText(name), address, notes, tag, created_at_ms: this.#deps.clock.nowMs() }
      await tx
        .insertInto('customers')
        .values({ ...row, version: 1, field_stamps: '{}', merged_into: null })
        .execute()
      await writePhones(tx, id, phones)
      await this.#audit(tx, user, { action: 'customer.create', subject: id, details: fields })
    }, id)
  }

  /** Merge by field, as cards do. Throws notFound. */
  async change(
    user: User,
    id: string,
    write: { baseVersion: number; changes: { readonly [F in keyof CustomerFields]?: CustomerFields[F] | undefined } },
  ): Promise<{ customer: Customer; clashes: CustomerClash[] }> {
    const clashes: CustomerClash[] = []
    const customer = await this.#write(async (tx) => {
      const before = await fieldsOf(tx, id)
      const taken: Partial<CustomerFields> = {}
      for (const field of customerFieldNames) {
        const mine = field === 'phones' ? write.changes.phones?.map(storedPhone) : write.changes[field]
        const theirs = before.fields[field]
        if (mine === undefined || isSame(mine, theirs)) continue
        if ((before.stamps[field] ?? 0) > write.baseVersion) clashes.push({ field, mine, theirs })
        else Object.assign(taken, { [field]: mine })
      }
      const touched = customerFieldNames.filter((field) => field in taken)
      if (touched.length === 0) return
      await store(tx, id, { ...before, fields: { ...before.fields, ...taken }, touched })
      const from = Object.fromEntries(touched.map((field) => [field, before.fields[field]]))
      await this.#audit(tx, user, { action: 'customer.change', subject: id, details: { from, to: taken } })
    }, id)
    return { customer, clashes }
  }

  /** `otherId` goes into `id` with its phones, calls and call-backs. Throws notFound, conflict for one and the same. */
  async merge(user: User, id: string, otherId: string): Promise<{ customer: Customer; mergeId: string }> {
    if (id === otherId) throw new AppError('conflict', 'A customer cannot be merged with itself')
    const mergeId = this.#deps.uuid()
    const customer = await this.#write(async (tx) => {
      const kept = await fieldsOf(tx, id)
      const merged = await fieldsOf(tx, otherId)
      const fields = together(kept.fields, merged.fields)
      const touched = customerFieldNames.filter((field) => !isSame(fields[field], kept.fields[field]))
      const cards = await tx.selectFrom('cards').select('id').where('customer_id', '=', otherId).execute()
      const callBacks = await tx.selectFrom('call_backs').select('id').where('customer_id', '=', otherId).execute()
      await store(tx, id, { ...kept, fields, touched })
      await tx.deleteFrom('customer_phones').where('customer_id', '=', otherId).execute()
      await tx.updateTable('customers').set({ merged_into: id }).where('id', '=', otherId).execute()
      await tx.updateTable('cards').set({ customer_id: id }).where('customer_id', '=', otherId).execute()
      await tx.updateTable('call_backs').set({ customer_id: id }).where('customer_id', '=', otherId).execute()
      const before: Before = {
        kept: kept.fields,
        merged: merged.fields,
        version: kept.version + 1,
        cardIds: cards.map((row) => row.id),
        callBackIds: callBacks.map((row) => row.id),
      }
      const row = { id: mergeId, kept_id: id, merged_id: otherId, at_ms: this.#deps.clock.nowMs(), undone_at_ms: null }
      await tx
        .insertInto('customer_merges')
        .values({ ...row, before: JSON.stringify(before) })
        .execute()
      await this.#audit(tx, user, { action: 'customer.merge', subject: id, details: { otherId, mergeId } })
    }, id)
    return { customer, mergeId }
  }

  /**
   * Parts them again: fields nobody wrote since get their old values, calls that came over go back. Throws notFound, and
   * conflict when it was undone already or the kept one was itself merged since.
   */
  async undoMerge(user: User, mergeId: string): Promise<{ kept: Customer; restored: Customer }> {
    const merge = await this.#deps.db.selectFrom('customer_merges').selectAll().where('id', '=', mergeId).executeTakeFirst()
    if (!merge) throw new AppError('notFound', 'No such merge')
    const { kept_id: keptId, merged_id: mergedId } = merge
    const before = Before.parse(JSON.parse(merge.before))
    const kept = await this.#write(async (tx) => {
      const marked = await tx
        .updateTable('customer_merges')
        .set({ undone_at_ms: this.#deps.clock.nowMs() })
        .where('id', '=', mergeId)
        .where('undone_at_ms', 'is', null)
        .executeTakeFirst()
      const other = await rowOf(tx, mergedId)
      if (marked.numUpdatedRows === 0n || other?.merged_into !== keptId)
        throw new AppError('conflict', 'This merge was undone already')
      const now = await fieldsOf(tx, keptId).catch(() => {
        throw new AppError('conflict', 'The customer has been merged into another one since: undo that first')
      })
      const touched = customerFieldNames.filter(
        (field) => (now.stamps[field] ?? 0) <= before.version && !isSame(now.fields[field], before.kept[field]),
      )
      const old: Partial<CustomerFields> = {}
      for (const field of touched) Object.assign(old, { [field]: before.kept[field] })
      await store(tx, keptId, { ...now, fields: { ...now.fields, ...old }, touched })
      await tx
        .updateTable('customers')
        .set({ merged_into: null, version: other.version + 1 })
        .where('id', '=', mergedId)
        .execute()
      await writePhones(tx, mergedId, before.merged.phones)
      for (const id of before.cardIds)
        await tx
          .updateTable('cards')
          .set({ customer_id: mergedId })
          .where('id', '=', id)
          .where('customer_id', '=', keptId)
          .execute()
      for (const id of before.callBackIds)
        await tx
          .updateTable('call_backs')
          .set({ customer_id: mergedId })
          .where('id', '=', id)
          .where('customer_id', '=', keptId)
          .execute()
      await this.#audit(tx, user, { action: 'customer.unmerge', subject: keptId, details: { mergedId, mergeId } })
    }, keptId)
    return { kept, restored: (await this.#deps.customers.read(mergedId)).customer }
  }

  /** One transaction between two steps of the cards; answers with the customer as it is then. */
  #write(work: (tx: Db) => Promise<void>, id: string): Promise<Customer> {
    return this.#deps.betweenSteps(async () => {
      await this.#deps.db.transaction().execute(work)
      return (await this.#deps.customers.read(id)).customer
    })
  }

  #audit(tx: Db, user: User, entry: AuditEntry): Promise<void> {
    return writeAudit(tx, { ...entry, id: this.#deps.uuid(), user, atMs: this.#deps.clock.nowMs() })
  }
}

interface Stored {
  readonly fields: CustomerFields
  readonly stamps: Stamps
  readonly version: number
}

const rowOf = (tx: Db, id: string) => tx.selectFrom('customers').selectAll().where('id', '=', id).executeTakeFirst()

async function fieldsOf(tx: Db, id: string): Promise<Stored> {
  const row = await rowOf(tx, id)
  if (!row || row.merged_into !== null) throw new AppError('notFound', 'No such customer')
  const phones = await tx
    .selectFrom('customer_phones')
    .select('phone')
    .where('customer_id', '=', id)
    .orderBy('position')
    .execute()
  const { name, address, notes, tag, version } = row
  const fields = { name, address, notes, tag, phones: phones.map(({ phone }) => phone) }
  return { fields, stamps: Stamps.parse(JSON.parse(row.field_stamps)), version }
}

async function store(tx: Db, id: string, next: Stored & { touched: readonly string[] }): Promise<void> {
  const { phones, ...fields } = next.fields
  const version = next.version + 1
  const stamps = { ...next.stamps, ...Object.fromEntries(next.touched.map((field) => [field, version])) }
  await tx
    .updateTable('customers')
    .set({ ...fields, name_folded: foldText(fields.name), version, field_stamps: JSON.stringify(stamps) })
    .where('id', '=', id)
    .execute()
  if (next.touched.includes('phones')) await writePhones(tx, id, phones)
}

/** The kept one's own values where it has some; phones and notes of both. */
function together(kept: CustomerFields, merged: CustomerFields): CustomerFields {
  const limits = CustomerFields.shape
  const notes = [kept.notes, merged.notes].filter((text, at, all) => text !== '' && all.indexOf(text) === at).join('\n')
  const phones = [...new Set([...kept.phones, ...merged.phones])]
  if (!limits.notes.safeParse(notes).success || !limits.phones.safeParse(phones).success)
    throw new AppError('conflict', 'The notes or phones of the two together are too long: shorten them first')
  return { name: kept.name, phones, address: kept.address || merged.address, notes, tag: kept.tag ?? merged.tag }
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
