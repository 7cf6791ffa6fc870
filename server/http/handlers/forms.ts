import type { Calls } from '../../calls/index.ts'
import type { formRoutes } from '../../contract/index.ts'
import type { Handlers } from '../handler.ts'

export function formHandlers({ calls }: { calls: Calls }): Pick<Handlers, keyof typeof formRoutes> {
  return {
    cardSetup: () => calls.setups.current(),
    saveCardSetup: ({ body }, { user }) => calls.setups.save(user, body),
    noteTemplates: async (_request, { user }) => ({ templates: await calls.templates.list(user) }),
    putNoteTemplate: ({ params, body }, { user }) => calls.templates.put(user, { ...body, id: params.id }),
    deleteNoteTemplate: async ({ params }, { user }) => {
      await calls.templates.remove(user, params.id)
      return {}
    },
  }
}
