import { z } from 'zod'
import { Customer, CustomerClash, type CustomerFields } from '../../server/contract/index.ts'
import type { DraftRow } from '../../src-preload/contract/index.ts'
import { cardOfCustomerRow, customerRowId } from '../card/draft-row.ts'

/** A customer being typed. */
export interface CustomerDraft {
  /** The new customer's id: sending the same one again makes no second customer. */
  readonly id: string
  /** null: a new one. */
  readonly customer: Customer | null
  readonly fields: CustomerFields
  readonly clashes: readonly CustomerClash[]
}

/** As typed: a name may be empty for now, a phone half a number. */
const Stored = z.object({
  id: z.string(),
  customer: Customer.nullable(),
  fields: Customer.pick({ name: true, phones: true, address: true, notes: true, tag: true }),
  clashes: z.array(CustomerClash),
})

export function toCustomerRow(userId: string, cardId: string, draft: CustomerDraft, updatedAtMs: number): DraftRow {
  const changes = { id: draft.id, customer: draft.customer, fields: draft.fields, clashes: [...draft.clashes] }
  return { userId, cardId: customerRowId(cardId), baseVersion: draft.customer?.version ?? 0, changes, updatedAtMs }
}

/** null for what is no customer's row, or of a version that wrote it otherwise. */
export function fromCustomerRow(row: DraftRow): { cardId: string; draft: CustomerDraft } | null {
  const cardId = cardOfCustomerRow(row)
  const stored = Stored.safeParse(row.changes)
  return cardId === null || !stored.success ? null : { cardId, draft: stored.data }
}

export const fieldsOf = ({ name, phones, address, notes, tag }: CustomerFields): CustomerFields => ({
  name,
  phones,
  address,
  notes,
  tag,
})

/** A customer as it is now, to change. */
export const draftOf = (customer: Customer): CustomerDraft => ({
  id: customer.id,
  customer,
  fields: fieldsOf(customer),
  clashes: [],
})

/** A new customer begins with what the call tells. */
export function newDraft(call: { number: string; callerName: string }, id: string): CustomerDraft {
  const phones = call.number === '' ? [] : [call.number]
  return { id, customer: null, fields: { name: call.callerName, phones, address: '', notes: '', tag: null }, clashes: [] }
}

/** Only what differs from the customer it began with; empty phone lines are no phones. */
export function changedFields(draft: CustomerDraft): Partial<CustomerFields> {
  const wanted = cleaned(draft.fields)
  const { customer } = draft
  if (!customer) return wanted
  const changes: Partial<CustomerFields> = {}
  for (const [field, value] of Object.entries(wanted)) {
    if (JSON.stringify(value) !== JSON.stringify(customer[field as keyof CustomerFields]))
      Object.assign(changes, { [field]: value })
  }
  return changes
}

export function cleaned({ name, phones, address, notes, tag }: CustomerFields): CustomerFields {
  const label = tag?.trim() ?? ''
  return {
    name: name.trim(),
    phones: phones.map((phone) => phone.trim()).filter((phone) => phone !== ''),
    address: address.trim(),
    notes: notes.trim(),
    tag: label === '' ? null : label,
  }
}

/** After a save: what clashed stays in the form over the newer customer, and the next save is meant. */
export const afterClash = (draft: CustomerDraft, customer: Customer, clashes: readonly CustomerClash[]): CustomerDraft => {
  const kept: Partial<CustomerFields> = {}
  for (const { field } of clashes) Object.assign(kept, { [field]: draft.fields[field] })
  return { id: draft.id, customer, fields: { ...fieldsOf(customer), ...kept }, clashes }
}
