import type { Calls } from '../../calls/index.ts'
import type { cardRoutes } from '../../contract/index.ts'
import type { Handlers } from '../handler.ts'

export function cardHandlers({ calls }: { calls: Calls }): Pick<Handlers, keyof typeof cardRoutes> {
  return {
    card: ({ params }, { user }) => calls.cards.read(user, params.id),
    writeDraft: ({ params, body }, { user }) => calls.cards.writeDraft(user, params.id, body),
    saveCard: ({ params, body }, { user }) => calls.cards.save(user, params.id, body),
    extendWrapUp: ({ params }, { user }) => calls.cards.extend(user, params.id),
    chooseCustomer: ({ params, body }, { user }) => calls.cards.chooseCustomer(user, params.id, body),
    incompleteCards: async (_request, { user }) => ({ cards: await calls.cards.incomplete(user) }),
    dictionaries: () => calls.setups.dictionaries(),
  }
}
