import type { Calls } from '../../calls/index.ts'
import type { customerRoutes } from '../../contract/index.ts'
import type { Handlers } from '../handler.ts'

export function customerHandlers({ calls }: { calls: Calls }): Pick<Handlers, keyof typeof customerRoutes> {
  return {
    searchCustomers: async ({ query }) => ({ customers: await calls.customers.search(query) }),
    customer: ({ params }) => calls.customers.read(params.id),
  }
}
