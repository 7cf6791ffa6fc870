import { z } from 'zod'
import { everyRole } from './roles.ts'
import { defineRoute } from './route.ts'

/** A person or company that calls. Phones are E.164 (`+74951234567`) where they could be parsed, else as given. */
export const Customer = z.object({
  id: z.string(),
  name: z.string(),
  phones: z.array(z.string()),
  address: z.string(),
  notes: z.string(),
  /** Short label beside the name, e.g. `VIP`; null for none. */
  tag: z.string().nullable(),
})
export type Customer = z.infer<typeof Customer>

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
}
