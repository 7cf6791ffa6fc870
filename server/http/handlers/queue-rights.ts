import type { UserDirectory } from '../../accounts/index.ts'
import type { Calls } from '../../calls/index.ts'
import type { StoredQueueNames } from '../../settings/index.ts'
import type { Telephony } from '../../telephony/telephony.ts'
import type { Handlers } from '../handler.ts'

interface QueueRightsHandlerDeps {
  readonly calls: Calls
  readonly users: UserDirectory
  readonly telephony: Telephony
  readonly queueNames: StoredQueueNames
}

export function queueRightsHandlers(deps: QueueRightsHandlerDeps): Pick<Handlers, 'operatorQueues' | 'setOperatorQueues'> {
  const { calls, users, telephony, queueNames } = deps
  return {
    operatorQueues: () => {
      const queues = [...telephony.state().queues.values()]
      const fixedFor = (extension: string | null) =>
        queues.filter(({ members }) => extension !== null && members.get(extension)?.fixed).map(({ name }) => name)
      const operators = users.all().filter(({ role, active }) => role === 'operator' && active)
      return {
        operators: operators.map((operator) => {
          const chosen = calls.queueRights.chosen(operator)
          const { id, name, extension } = operator
          return { id, name, queues: chosen && [...chosen], fixedQueues: fixedFor(extension) }
        }),
        queues: queues.map(({ name: number }) => ({ number, name: queueNames.name(number) })),
      }
    },
    setOperatorQueues: async ({ params, body }, { user }) => {
      await calls.queueRights.set(user, params.id, body.queues)
      return {}
    },
  }
}
