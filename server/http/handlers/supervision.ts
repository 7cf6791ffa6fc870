import type { JourneyStep, LinkGap, supervisionRoutes } from '../../contract/index.ts'
import type { Supervision } from '../../supervision/index.ts'
import type { Handlers } from '../handler.ts'

export function supervisionHandlers({
  supervision,
  journeys,
  linkGaps,
}: {
  supervision: Supervision
  /** `Journeys` of the live view. */
  journeys: { of(callId: string): JourneyStep[] }
  /** Of the reports. */
  linkGaps: { recent(): Promise<LinkGap[]> }
}): Pick<Handlers, keyof typeof supervisionRoutes> {
  return {
    spy: async ({ body }, { user }) => {
      await supervision.spy(user, body)
      return {}
    },
    setSpyMode: async ({ body }, { user }) => {
      await supervision.setSpyMode(user, body)
      return {}
    },
    takeOver: async (_, { user }) => {
      await supervision.takeOver(user)
      return {}
    },
    endSpying: async (_, { user }) => {
      await supervision.endSpying(user)
      return {}
    },
    pauseOperator: async ({ params, body }, { user }) => {
      await supervision.pauseOperator(user, params.id, body)
      return {}
    },
    setOperatorMembership: async ({ params, body }, { user }) => {
      await supervision.setOperatorMembership(user, params.id, { number: params.number, loggedIn: body.loggedIn })
      return {}
    },
    linkGaps: async () => ({ gaps: await linkGaps.recent() }),
    journey: ({ params }) => ({ steps: journeys.of(params.callId) }),
    endCall: async ({ params }, { user }) => {
      await supervision.endCall(user, params.callId)
      return {}
    },
    moveCaller: async ({ params, body }, { user }) => {
      await supervision.moveCaller(user, params.callId, body.number)
      return {}
    },
    sendMessage: async ({ body }, { user }) => {
      await supervision.sendMessage(user, body)
      return {}
    },
    messages: async (_, { user }) => ({ messages: await supervision.messages(user) }),
    readMessages: async (_, { user }) => {
      await supervision.readMessages(user)
      return {}
    },
    supervisionRights: (_, { user }) => ({ listenPrivately: supervision.mayListenPrivately(user) }),
    privateListeners: () => ({ userIds: supervision.privateListeners() }),
    setPrivateListener: async ({ params, body }, { user }) => {
      await supervision.setPrivateListener(user, params.id, body.allowed)
      return {}
    },
  }
}
