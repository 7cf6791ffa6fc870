import type { Calls } from '../../calls/index.ts'
import type { cardRoutes } from '../../contract/index.ts'
import type { Handlers } from '../handler.ts'

export function cardHandlers({ calls }: { calls: Calls }): Pick<Handlers, keyof typeof cardRoutes> {
  return {
    card: ({ params }, { user }) => calls.cards.read(user, params.id),
    history: async ({ query }, { user }) => ({ cards: await calls.cards.history(user, query) }),
    writeDraft: ({ params, body }, { user }) => calls.cards.writeDraft(user, params.id, body),
    saveCard: ({ params, body }, { user }) => calls.cards.save(user, params.id, body),
    extendWrapUp: ({ params }, { user }) => calls.cards.extend(user, params.id),
    callBacks: async ({ query }, { user }) => ({ callBacks: await calls.callBacks.list(user, query) }),
    completeCallBack: ({ params, body }, { user }) => calls.callBacks.complete(user, params.id, body.done),
    dictionaries: () => calls.dictionaries(),
  }
}
