import type { Calls } from '../../calls/index.ts'
import type { customerRoutes } from '../../contract/index.ts'
import type { Handlers } from '../handler.ts'

export function customerHandlers({ calls }: { calls: Calls }): Pick<Handlers, keyof typeof customerRoutes> {
  return {
    searchCustomers: async ({ query }) => ({ customers: await calls.customers.search(query) }),
    customer: ({ params }) => calls.customers.read(params.id),
    createCustomer: ({ params, body }, { user }) => calls.customerWrites.create(user, params.id, body),
    changeCustomer: ({ params, body }, { user }) => calls.customerWrites.change(user, params.id, body),
    mergeCustomers: ({ params, body }, { user }) => calls.customerWrites.merge(user, params.id, body.otherId),
    undoMerge: ({ params }, { user }) => calls.customerWrites.undoMerge(user, params.id),
  }
}
