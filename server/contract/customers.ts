import { z } from 'zod'
import { everyRole } from './roles.ts'
import { defineRoute } from './route.ts'

/**
 * A person or company that calls. Phones are E.164 (`+74951234567`) where they could be parsed, else as given; one behind a
 * company's number carries its extension: `+74951234567;ext=12`.
 */
export const Customer = z.object({
  id: z.string(),
  name: z.string(),
  phones: z.array(z.string()),
  address: z.string(),
  notes: z.string(),
  /** Short label beside the name, e.g. `VIP`; null for none. */
  tag: z.string().nullable(),
  /** Grows with each write; clients send the one they last saw. */
  version: z.number().int().default(0),
})
export type Customer = z.infer<typeof Customer>

/** What a person can write of a customer. Phones in any spelling; the list is one field. */
export const CustomerFields = z.object({
  name: z.string().trim().min(1).max(200),
  phones: z.array(z.string().trim().min(1).max(60)).max(20),
  address: z.string().trim().max(500),
  notes: z.string().trim().max(4_000),
  tag: z.string().trim().min(1).max(24).nullable(),
})
export type CustomerFields = z.infer<typeof CustomerFields>
export const customerFieldNames = Object.keys(CustomerFields.shape) as (keyof CustomerFields)[]

/** A field that both sides changed since `baseVersion`, to different values. The server kept `theirs`. */
export const CustomerClash = z.object({
  field: z.enum(customerFieldNames as [keyof CustomerFields, ...(keyof CustomerFields)[]]),
  mine: z.unknown(),
  theirs: z.unknown(),
})
export type CustomerClash = z.infer<typeof CustomerClash>

/** One earlier contact, as the history list shows it. */
export const Contact = z.object({
  cardId: z.string(),
  atMs: z.number().int(),
  direction: z.enum(['inbound', 'outbound', 'internal']),
  operatorName: z.string(),
  queueName: z.string().nullable(),
  categoryId: z.string().nullable(),
  resultId: z.string().nullable(),
  satisfaction: z.number().int().nullable(),
  description: z.string(),
  notes: z.string(),
  /** Milliseconds talked; 0 when nobody answered. */
  talkMs: z.number().int(),
})
export type Contact = z.infer<typeof Contact>

export const customerRoutes = {
  searchCustomers: defineRoute({
    method: 'GET',
    path: '/api/customers',
    access: everyRole,
    summary: 'Customers by part of a name or number, best matches first',
    query: z.object({ search: z.string().max(100).default(''), limit: z.coerce.number().int().min(1).max(100).default(20) }),
    response: z.object({ customers: z.array(Customer) }),
  }),
  customer: defineRoute({
    method: 'GET',
    path: '/api/customers/:id',
    access: everyRole,
    summary: 'One customer with the latest contacts. An operator sees contacts of all operators on the card (C3.2)',
    params: z.object({ id: z.string() }),
    response: z.object({ customer: Customer, contacts: z.array(Contact) }),
  }),
  createCustomer: defineRoute({
    method: 'PUT',
    path: '/api/customers/:id',
    access: everyRole,
    summary: 'A new customer under an id of the caller; repeating it changes nothing',
    params: z.object({ id: z.uuid() }),
    body: CustomerFields,
    response: Customer,
  }),
  changeCustomer: defineRoute({
    method: 'PATCH',
    path: '/api/customers/:id',
    access: everyRole,
    summary: 'Change single fields; one that somebody else changed since `baseVersion` is kept and told as a clash',
    params: z.object({ id: z.string() }),
    body: z.object({ baseVersion: z.number().int().min(0), changes: CustomerFields.partial() }),
    response: z.object({ customer: Customer, clashes: z.array(CustomerClash) }),
  }),
  mergeCustomers: defineRoute({
    method: 'POST',
    path: '/api/customers/:id/merge',
    access: everyRole,
    summary: 'Take another customer in: its phones, calls and call-backs; what is empty here is taken from there. Can be undone',
    params: z.object({ id: z.string() }),
    body: z.object({ otherId: z.string() }),
    response: z.object({ customer: Customer, mergeId: z.string() }),
  }),
  undoMerge: defineRoute({
    method: 'DELETE',
    path: '/api/customer-merges/:id',
    access: everyRole,
    summary: 'Part two merged customers again. What was written since stays with the one it was written to',
    params: z.object({ id: z.string() }),
    response: z.object({ kept: Customer, restored: Customer }),
  }),
}
