import type { CallControl } from '../../call-control/index.ts'
import type { callControlRoutes } from '../../contract/index.ts'
import type { Handlers } from '../handler.ts'

export function callControlHandlers({
  callControl,
}: {
  callControl: CallControl
}): Pick<Handlers, keyof typeof callControlRoutes> {
  return {
    ownDialogs: async (_, { user }) => ({ dialogs: await callControl.ownDialogs(user) }),
    startConference: ({ body }, { user }) => callControl.startConference(user, body.legIds),
    addToConference: async ({ params, body }, { user }) => {
      await callControl.addToConference(user, params.id, body.legId)
      return {}
    },
    removeFromConference: async ({ params }, { user }) => {
      await callControl.removeFromConference(user, params.id, params.participantId)
      return {}
    },
    endConference: async ({ params }, { user }) => {
      await callControl.endConference(user, params.id)
      return {}
    },
    setRecording: async ({ body }, { user }) => {
      await callControl.setRecording(user, body.legId, body.paused)
      return {}
    },
    transferCall: async ({ body }, { user }) => {
      await callControl.transferWithExtension(user, body)
      return {}
    },
    giveUpCall: async ({ body }, { user }) => {
      await callControl.giveUpCall(user, body.legId)
      return {}
    },
    announcements: async () => ({ announcements: await callControl.announcements() }),
    saveAnnouncements: async ({ body }) => ({ announcements: await callControl.saveAnnouncements(body.announcements) }),
    playAnnouncement: async ({ body }, { user }) => {
      await callControl.playAnnouncement(user, body)
      return {}
    },
    announcementState: async ({ query }, { user }) => callControl.announcementState(user, query.legId),
    stopAnnouncement: async ({ body }, { user }) => {
      await callControl.stopAnnouncement(user, body.legId)
      return {}
    },
    setQueueMembership: async ({ params, body }, { user }) => {
      await callControl.setQueueMembership(user, { number: params.number, loggedIn: body.loggedIn })
      return {}
    },
    reportQuality: async ({ body }, { user }) => {
      await callControl.reportQuality(user, body.legId, body.samples)
      return {}
    },
    callMedia: ({ params }, { user }) => callControl.callMedia(user, params.callId),
  }
}
