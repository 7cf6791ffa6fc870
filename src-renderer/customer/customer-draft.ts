import type { Customer, CustomerClash, CustomerFields } from '../../server/contract/index.ts'

/** A customer being typed. Kept by card while the page lives, so that another card or screen between takes nothing. */
export interface CustomerDraft {
  /** null: a new one. */
  readonly customer: Customer | null
  readonly fields: CustomerFields
  readonly clashes: readonly CustomerClash[]
}

const drafts = new Map<string, CustomerDraft>()

export const keptDraft = (cardId: string): CustomerDraft | null => drafts.get(cardId) ?? null
export function keepDraft(cardId: string, draft: CustomerDraft | null): void {
  if (draft === null) drafts.delete(cardId)
  else drafts.set(cardId, draft)
}

export const fieldsOf = ({ name, phones, address, notes, tag }: CustomerFields): CustomerFields => ({
  name,
  phones,
  address,
  notes,
  tag,
})

/** A new customer begins with what the call tells. */
export function newDraft(call: { number: string; callerName: string }): CustomerDraft {
  const phones = call.number === '' ? [] : [call.number]
  return { customer: null, fields: { name: call.callerName, phones, address: '', notes: '', tag: null }, clashes: [] }
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
  return { customer, fields: { ...fieldsOf(customer), ...kept }, clashes }
}
