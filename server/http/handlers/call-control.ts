import type { callControlRoutes } from '../../contract/index.ts'
import { AppError } from '../../errors.ts'
import type { Handlers } from '../handler.ts'

const notYet = (): never => {
  throw new AppError('notConfigured', 'call control is not set up on this server')
}

export const callControlHandlers = (): Pick<Handlers, keyof typeof callControlRoutes> => ({
  startConference: notYet,
  addToConference: notYet,
  removeFromConference: notYet,
  endConference: notYet,
  setRecording: notYet,
  announcements: () => ({ announcements: [] }),
  playAnnouncement: notYet,
  setQueueMembership: notYet,
  reportQuality: () => ({}),
})
